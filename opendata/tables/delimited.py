"""CSV, TSV and their kin: the delimiter is found by how evenly it divides the first records."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO, TextIOWrapper
from itertools import islice
from pathlib import Path

from catalog.encoding import Encoding
from catalog.records import Text
from opendata.tables.dialect import FOUND_OUT, Dialect
from opendata.tables.faults import malformed, too_large
from opendata.tables.grid import Grid, checked_width, split, title_notes
from opendata.tables.limits import HEAD_ROWS, MAX_CELL

_DELIMITERS = (",", "\t", ";", "|")
SAMPLE = 1 << 18
_SINGLE_QUOTES = Text(
    "单元格以单引号括起，已去除", "Cells are wrapped in single quotation marks, which were taken off"
)


def _open(path: Path, encoding: Encoding) -> TextIOWrapper:
    source = path.open("rb")
    source.seek(encoding.skip)
    return TextIOWrapper(source, encoding=encoding.codec, errors="strict", newline="")


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    """The share of records that have the commonest number of cells, and that number."""
    try:
        records = list(islice(csv.reader(StringIO(sample, newline=""), delimiter=delimiter), HEAD_ROWS))
    except csv.Error:
        return 0.0, 0
    widths = Counter(len(record) for record in records if len(record) > 1)
    if not widths:
        return 0.0, 0
    width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
    return count / sum(1 for record in records if record), width


def find_delimiter(sample: str) -> str:
    """Comma, tab, semicolon or bar: the one that divides *sample* most evenly; comma if none does."""
    scores = {delimiter: _evenness(sample, delimiter) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best][1] else ","


def find_quote(sample: str, delimiter: str) -> str:
    """The quotation mark of *sample*: ``'`` if its cells are all wrapped in it and no ``"`` occurs, else ``"``."""
    lines = [line for line in sample.splitlines()[:HEAD_ROWS] if line.strip()]
    between = f"'{delimiter}'"
    wrapped = all(line[0] == line[-1] == "'" and len(line) > 1 and between in line for line in lines)
    return "'" if lines and wrapped and '"' not in sample else '"'


def _settled(dialect: Dialect, sample: str) -> Dialect:
    """*dialect* with what it leaves open found in *sample*."""
    delimiter = dialect.delimiter or find_delimiter(sample)
    quote = find_quote(sample, delimiter) if dialect.quote is None else dialect.quote
    return replace(dialect, delimiter=delimiter, quote=quote)


def _records(path: Path, encoding: Encoding, dialect: Dialect) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_CELL)
    number = 0
    with _open(path, encoding) as lines:
        reader = csv.reader(
            lines,
            delimiter=dialect.delimiter or ",",
            quotechar=dialect.quote or None,
            quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
            doublequote=dialect.double_quote,
            escapechar=dialect.escape,
            skipinitialspace=dialect.skip_space,
            strict=True,
        )
        while True:
            number += 1
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise _refused(str(error), number) from error
            checked_width(len(record))
            yield record


def _refused(error: str, row: int) -> Exception:
    if "field larger" in error:
        return too_large(
            f"第 {row} 行有一个单元格超过 {MAX_CELL} 个字符",
            f"a cell of row {row} is longer than {MAX_CELL} characters",
            f"<= {MAX_CELL}",
            row=row,
        )
    return malformed(
        "CSV", f"自第 {row} 行起引号不成对", f"from row {row} on the quotation marks do not pair", row=row
    )


def read_delimited(path: Path, encoding: Encoding, dialect: Dialect = FOUND_OUT) -> Grid:
    """*path* as labels and rows, blank and ragged records kept as they are.

    :param dialect: what is declared; the rest is found out, and noted where it is not usual.
    :raises UnreadableFile: no header, unpaired quotes, too many columns, a cell beyond all measure.
    """
    csv.field_size_limit(MAX_CELL)
    with _open(path, encoding) as lines:
        sample = lines.read(SAMPLE)
    settled = _settled(dialect, sample)
    found = split(_records(path, encoding, settled), settled)
    form = "tsv" if settled.delimiter == "\t" else "csv"
    notes = title_notes(found.titles)
    if settled.quote == "'" and dialect.quote is None:
        notes += (_SINGLE_QUOTES,)
    return Grid(found.labels, found.header_row, found.rows, form, notes=notes, dropped=found.dropped)

"""CSV, TSV and their kin: the delimiter is found by how evenly it divides the first records."""

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO, TextIOWrapper
from itertools import islice
from pathlib import Path

from catalog.encoding import Encoding
from opendata.tables.faults import malformed, too_large
from opendata.tables.grid import Grid, checked_width, split, title_notes
from opendata.tables.limits import HEAD_ROWS, MAX_CELL

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE = 1 << 18


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


def _records(path: Path, encoding: Encoding, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_CELL)
    number = 0
    with _open(path, encoding) as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
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


def read_delimited(path: Path, encoding: Encoding) -> Grid:
    """*path* as labels and rows, blank and ragged records kept as they are.

    :raises UnreadableFile: no header, unpaired quotes, too many columns, a cell beyond all measure.
    """
    csv.field_size_limit(MAX_CELL)
    with _open(path, encoding) as lines:
        sample = lines.read(_SAMPLE)
    delimiter = find_delimiter(sample)
    titles, labels, rows = split(_records(path, encoding, delimiter))
    form = "tsv" if delimiter == "\t" else "csv"
    return Grid(labels, len(titles) + 1, rows, form, notes=title_notes(titles))

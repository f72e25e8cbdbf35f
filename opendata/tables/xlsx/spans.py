"""Cells of a sheet that is written as nearly every program writes it, taken from its bytes without a parser.

A sheet is cut into spans at the beginnings of rows. One regular expression proves that a span consists of
plainly written cells and nothing else; then the place of every tag says where each reference, type, style
and value is, for all cells at once. What it cannot prove goes to :mod:`opendata.tables.xlsx.elements`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from opendata.tables.faults import malformed
from opendata.tables.xlsx.cells import TYPE_NUMBERS, Cells, Extent, Places, extent_of
from opendata.tables.xlsx.scan import ATTRIBUTES, TEXT, Bytes, cut, pieces, unescaped

#: Bytes of one span: its arrays stay within a processor's cache.
SPAN = 4 << 20
_ROWS = rf"(?:<row{ATTRIBUTES} ?/>\s*|<row{ATTRIBUTES} ?>\s*</row>\s*)*"
_CELL = (
    rf'^<c r="[A-Z]{{1,3}}[1-9][0-9]{{0,6}}"{ATTRIBUTES} ?'
    rf'(?:/>|>(?:<v>{TEXT}</v>|<is><t(?: xml:space="preserve")?>{TEXT}</t></is>)?</c>)'
)
_MIDDLE = rf"{_CELL}(?:\s*</row>\s*{_ROWS}<row{ATTRIBUTES} ?>\s*)?$"
_LAST = rf"{_CELL}\s*</row>\s*{_ROWS}$"
_BEFORE = re.compile(rf"\s*{_ROWS}<row{ATTRIBUTES} ?>\s*".encode())
_LT, _C, _SPACE, _QUOTE, _V, _I, _GT, _A, _ZERO = b'<c "vi>A0'
_LETTERS, _DIGITS = 3, 7
_ATTRIBUTE = re.compile(r' ([A-Za-z0-9:_.]+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Found:
    """A plain span's tags, and which of them begin a cell."""

    tags: Places
    cells: Places


def find_cells(part: bytes, low: int, high: int) -> Found:
    """The tags of the span; what they mean is only known once :func:`is_plain` has proved it."""
    view = np.frombuffer(part, np.uint8)[low:high]
    tags = np.flatnonzero(view == _LT)
    inner = tags[:-1]
    return Found(tags, np.flatnonzero((view[inner + 1] == _C) & (view[inner + 2] == _SPACE)))


def is_plain(part: bytes, low: int, high: int, found: Found) -> bool:
    """Whether the span surely consists of whole rows of plainly written cells."""
    if not len(found.cells):
        return False
    starts = found.tags[found.cells]
    texts = pieces(part, low, high, starts)
    # A row without cells may come first; what precedes the first cell is proved by itself.
    if texts is None or not _BEFORE.fullmatch(part, low, low + int(starts[0])):
        return False
    return bool(texts[:-1].str.contains(_MIDDLE).all() and texts[-1:].str.contains(_LAST).all())


def _references(view: Bytes, starts: Places) -> tuple[Places, Places, Places]:
    """Of cells that begin at *starts*: column, row, and where the reference's closing quote is."""
    place = (starts + len('<c r="')).astype(np.int32)
    columns = np.zeros(len(starts), np.int32)
    for _ in range(_LETTERS):
        letter = view[place]
        is_letter = letter >= _A
        if not is_letter.any():
            break
        columns = np.where(is_letter, columns * np.int32(26) + letter - np.int32(_A - 1), columns)
        place += is_letter
    rows = np.zeros(len(starts), np.int32)
    for _ in range(_DIGITS):
        digit = view[place]
        is_digit = digit != _QUOTE
        if not is_digit.any():
            break
        rows = np.where(is_digit, rows * np.int32(10) + digit - np.int32(_ZERO), rows)
        place += is_digit
    return columns.astype(np.int64), rows.astype(np.int64), place.astype(np.int64)


def _valued(view: Bytes, found: Found) -> Places:
    """Which of the cells have a value: their first child is ``<v>`` or ``<is>``."""
    child = view[found.tags[found.cells + 1] + 1]
    valued: Places = found.cells[(child == _V) | (child == _I)]
    return valued


def span_extent(part: bytes, low: int, high: int, found: Found) -> Extent:
    """Where the cells with a value lie."""
    view = np.frombuffer(part, np.uint8)[low:high]
    columns, rows, _ = _references(view, found.tags[_valued(view, found)])
    require_order(rows)
    return extent_of(rows, columns)


def require_order(rows: Places, after: int = 0) -> None:
    """Refuse rows that go back, or begin before row *after* has ended.

    :raises UnreadableFile: naming the row.
    """
    if not len(rows):
        return
    steps = np.diff(rows, prepend=after)
    if (steps < 0).any() or rows[0] == after:
        row = int(rows[np.argmax((steps < 0) | (rows == after))])
        raise malformed("XLSX", f"第 {row} 行的次序有误", f"row {row} is out of order", row=row)


def _heads(texts: pa.LargeStringArray) -> tuple[Places, Places]:
    """Types and styles of cells from what follows their reference; there are few distinct such texts."""
    coded = texts.dictionary_encode()
    types, styles = [], []
    for text in coded.dictionary.to_pylist():
        pairs = _ATTRIBUTE.findall(text)
        given = dict(pairs)
        style = given.get("s", "0")
        known = given.get("t", "n") in TYPE_NUMBERS and style.isdecimal() and len(style) < _DIGITS
        if len(given) < len(pairs) or "r" in given or not known:
            shown = text.strip()[:60]
            raise malformed(
                "XLSX", f"单元格的属性有误（{shown}）", f"a cell's attributes are unsound ({shown})"
            )
        types.append(TYPE_NUMBERS[given.get("t", "n")])
        styles.append(int(style))
    indices = coded.indices.to_numpy()
    return np.array(types, np.int64)[indices], np.array(styles, np.int64)[indices]


def span_cells(part: bytes, low: int, high: int, found: Found) -> Cells:
    """The cells of a plain span that have a value."""
    view = np.frombuffer(part, np.uint8)[low:high]
    cells = _valued(view, found)
    tags = found.tags
    columns, rows, quotes = _references(view, tags[cells])
    child = tags[cells + 1]
    types, styles = _heads(cut(part, low, high, quotes + 1, child - 1))
    inline = view[child + 1] == _I
    opened = np.where(inline, tags[np.minimum(cells + 2, len(tags) - 1)], child)
    # <v> and <t> are three bytes long, <t xml:space="preserve"> is longer.
    spaced = inline & (view[opened + 2] == _SPACE)
    starts = opened + np.where(spaced, len('<t xml:space="preserve">'), len("<v>"))
    ends = tags[np.minimum(cells + 2 + inline, len(tags) - 1)]
    return Cells(rows, columns, types, styles, unescaped(cut(part, low, high, starts, ends)))


def cuts(part: bytes, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Spans of *part* from *low* to *high* that begin, but perhaps for the first, with a row."""
    while low < high:
        end = high
        if high - low > SPAN:
            end = part.rfind(b"<row ", low + 1, low + SPAN)
            end = end if end > 0 else part.find(b"<row ", low + SPAN)
            end = high if end < 0 or end > high else end
        yield low, end
        low = end

"""What a format's reader hands over, and how titles above the header are told from the header."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from catalog.records import Text
from opendata.tables.dialect import FOUND_OUT, Dialect
from opendata.tables.faults import empty, too_large
from opendata.tables.limits import HEAD_ROWS, MAX_COLUMNS

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Grid:
    """Labels and rows of text, as one reader found them; the fields are those of ``Table``."""

    labels: tuple[str, ...]
    header_row: int
    rows: Iterable[Row]
    format: str
    sheet: str | None = None
    first_column: int = 1
    notes: tuple[Text, ...] = ()
    #: Physical rows below the header that are no rows of the table; complete once the rows were read.
    dropped: list[int] = field(default_factory=list)


def filled(row: Row) -> int:
    """How many cells of *row* hold anything."""
    return sum(1 for cell in row if cell.strip())


def clean_label(label: str) -> str:
    """A label without surrounding blanks, byte order marks and line breaks inside the cell."""
    return "".join(label.replace("\ufeff", "").splitlines()).strip()


def find_header(head: Sequence[Row]) -> int:
    """The index of the header among the first rows.

    Titles (表名, 填报单位) fill one or two cells above a table that fills most of its columns: the
    header is the first row that fills at least half as many cells as the fullest row does.

    :raises UnreadableFile: every row is blank.
    """
    widest = max((filled(row) for row in head), default=0)
    if not widest:
        raise empty()
    needed = max(1, (widest + 1) // 2)
    return next(index for index, row in enumerate(head) if filled(row) >= needed)


def title_notes(titles: Sequence[Row]) -> tuple[Text, ...]:
    """What stood above the header, so that nobody wonders where it went."""
    words = ["".join(cell for cell in row if cell.strip()).strip() for row in titles]
    shown = " / ".join(word[:80] for word in words if word)
    if not titles:
        return ()
    count = len(titles)
    return (
        Text(
            f"表头之上有 {count} 行标题，已略过：{shown or '空行'}",
            f"{count} row(s) above the header were set aside: {shown or 'blank'}",
        ),
    )


def checked_width(width: int) -> int:
    """*width*, if a table may be so wide.

    :raises UnreadableFile: ``too-large``.
    """
    if width > MAX_COLUMNS:
        raise too_large(
            f"有 {width} 列，至多 {MAX_COLUMNS} 列",
            f"it has {width} columns, at most {MAX_COLUMNS} are read",
            f"<= {MAX_COLUMNS}",
            value=str(width),
        )
    return width


@dataclass(frozen=True, slots=True)
class Split:
    """Rows told apart: *titles* above the header, its *labels* (cleaned), the physical row in which it ends
    (0: there is none), the *rows* below, still streaming, and which of them were *dropped* so far.
    """

    titles: list[Row]
    labels: tuple[str, ...]
    header_row: int
    rows: Iterator[Row]
    dropped: list[int]


def split(rows: Iterable[Row], dialect: Dialect = FOUND_OUT) -> Split:
    """Tell the header from titles above and rows below, as *dialect* says or, if it does not, by :func:`find_header`.

    :raises UnreadableFile: there is no header, or too many columns.
    """
    stream: Iterator[tuple[int, Row]] = enumerate(iter(rows), start=1)
    dropped: list[int] = []
    if dialect.places_header:
        titles, labels, header_row = _declared(stream, dialect)
    else:
        head = [(number, row) for number, row in islice(stream, HEAD_ROWS) if dialect.is_row(number, row)]
        cells = [row for _, row in head]
        checked_width(max((len(row) for row in cells), default=0))
        at = find_header(cells)
        titles, labels, header_row = cells[:at], cells[at], head[at][0]
        later = dict(head[at + 1 :])
        looked_at = range(header_row + 1, HEAD_ROWS + 1)
        stream = chain(((number, later[number]) for number in looked_at if number in later), stream)
        dropped += [number for number in looked_at if number not in later and dialect.drops_rows]
    cleaned = tuple(clean_label(cell) for cell in labels)
    return Split(titles, cleaned, header_row, _kept(stream, dialect, dropped), dropped)


def _declared(stream: Iterator[tuple[int, Row]], dialect: Dialect) -> tuple[list[Row], Sequence[str], int]:
    """Titles, labels and the header's last row where the dialect says where they are."""
    if not dialect.header or not dialect.header_rows:
        if not dialect.labels:
            raise empty()
        return [], dialect.labels, 0
    last = dialect.header_rows[-1]
    above = [(number, row) for number, row in islice(stream, last) if dialect.is_row(number, row)]
    checked_width(max((len(row) for _, row in above), default=0))
    labels = dialect.joined([row for number, row in above if number in dialect.header_rows])
    if not any(label.strip() for label in labels):
        raise empty()
    return [row for number, row in above if number not in dialect.header_rows], labels, last


def _kept(stream: Iterator[tuple[int, Row]], dialect: Dialect, dropped: list[int]) -> Iterator[Row]:
    """The rows that count; the numbers of the others go to *dropped*."""
    for number, row in stream:
        if not dialect.drops_rows or dialect.is_row(number, row):
            yield row
        else:
            dropped.append(number)

"""What a format's reader hands over, and how titles above the header are told from the header."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from catalog.records import Text
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


def split(rows: Iterable[Row]) -> tuple[list[Row], tuple[str, ...], Iterator[Row]]:
    """The titles above, the header's cells (cleaned), and the rows below, still streaming."""
    stream = iter(rows)
    head = list(islice(stream, HEAD_ROWS))
    checked_width(max((len(row) for row in head), default=0))
    at = find_header(head)
    labels = tuple(clean_label(cell) for cell in head[at])
    return head[:at], labels, chain(head[at + 1 :], stream)

"""What sheets of every format have in common: which of them is read, and how its header is found."""

from collections.abc import Iterator, Sequence

from catalog.records import Text
from opendata.tables.dialect import FOUND_OUT, Dialect
from opendata.tables.faults import empty, malformed
from opendata.tables.grid import Grid, Row, filled, split, title_notes
from opendata.tables.headings import heading
from opendata.tables.merges import Merge


def choose(
    used: Sequence[str], wanted: str | None, known: Sequence[str], form: str, hidden: Sequence[str] = ()
) -> tuple[Text, ...]:
    """The notes that only the first of the sheets *used*, which have content, is read, if there are others,
    and that *hidden* ones were not looked at.

    :raises UnreadableFile: no sheet has content, or none is called as *wanted*.
    """
    if wanted is not None and wanted not in known:
        shown = "、".join(known)[:200]
        raise malformed(
            form, f"没有工作表“{wanted}”，现有：{shown}", f"there is no sheet {wanted}; known: {shown}"
        )
    if not used:
        raise empty()
    notes = []
    if used[1:]:
        chosen, others = used[0], "、".join(used[1:])
        zh, en = f"只读取工作表“{chosen}”；未读：{others}", f"Only sheet {chosen} is read; not read: {others}"
        notes.append(Text(zh, en))
    if hidden and wanted is None:
        shown = "、".join(hidden)[:200]
        notes.append(Text(f"隐藏的工作表未读：{shown}", f"Hidden sheets were not read: {shown}"))
    return tuple(notes)


def _completed(rows: Iterator[Row], width: int) -> Iterator[Row]:
    return (row if not filled(row) else [*row, *[""] * (width - len(row))] for row in rows)


def sheet_grid(
    rows: Iterator[Row],
    merges: Sequence[Merge],
    left: int,
    form: str,
    sheet: str | None,
    notes: tuple[Text, ...],
    dialect: Dialect = FOUND_OUT,
) -> Grid:
    """A sheet whose *rows*, from row 1 on, begin in column *left* (from 0).

    Titles above the header are set aside and noted; a header of several rows with merged cells becomes one,
    which is noted too.

    :raises UnreadableFile: all rows looked at are blank.
    """
    found = split(rows, dialect)
    titles, labels, header_row, below = found.titles, found.labels, found.header_row, found.rows
    # What a declared layout leaves out has no place among the rows of which merges speak.
    if not dialect.places_header and len(labels) > 1 and len(titles) == header_row - 1:
        whole = heading(titles, labels, below, merges, header_row - 1, left)
        if whole.levels > 1:
            titles, labels, below = titles[: len(titles) - whole.above], whole.labels, whole.rows
            header_row += whole.levels - 1 - whole.above
            notes += (_joined(whole.levels),)
        else:
            below = whole.rows
    return Grid(
        labels,
        header_row,
        _completed(below, len(labels)),
        form,
        sheet,
        left + 1,
        title_notes(titles) + notes,
        found.dropped,
    )


def _joined(levels: int) -> Text:
    zh, en = ("两", "two") if levels == 2 else (f" {levels} ", str(levels))  # noqa: PLR2004 - a word for two
    return Text(f"表头有{zh}行，已合并为一行列名", f"The header has {en} rows; they were joined into one")

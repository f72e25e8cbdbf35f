"""A sheet's header of several rows with merged cells: which rows belong to it, and one label for each column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from opendata.tables.grid import Row, clean_label, filled
from opendata.tables.merges import Merge, group_spans

Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Heading:
    """*labels* out of *levels* rows, of which *above* stand over the row that was taken for the header;
    the *rows* below, still streaming.
    """

    labels: tuple[str, ...]
    levels: int
    above: int
    rows: Iterator[Row]


def heading(
    titles: Sequence[Row], labels: Row, rows: Iterator[Row], merges: Sequence[Merge], at: int, left: int
) -> Heading:
    """The whole header around the row *labels*, the physical row *at* (from 0).

    A row above belongs to it if a cell of the header is merged from there downwards. A row below belongs
    to it if it says nothing but what the cells merged sideways over it are made of, or repeats cells that
    are merged downwards.

    :param titles: all rows above, row 0 first.
    :param left: the column (from 0) in which the rows begin.
    """
    top = min(
        [first for (first, a), (last, b) in merges if a == b >= left and first < at <= last], default=at
    )
    top = at if any(filled(row) <= 1 for row in titles[top:at]) else top
    levels: list[Row] = [*titles[top:at], labels]
    while (below := next(rows, None)) is not None:
        last = top + len(levels) - 1
        spans = group_spans(merges, last, left)
        if not (spans and _is_made_of(levels[-1], below, spans)) and not (
            _reaches_below(merges, last, left) and _repeats(levels[-1], below)
        ):
            rows = chain([below], rows)
            break
        levels.append(below)
    spread = [_spread(row, group_spans(merges, top + number, left)) for number, row in enumerate(levels[:-1])]
    return Heading(_joined([*spread, levels[-1]]), len(levels), at - top, rows)


def _cell(row: Row, column: int) -> str:
    return clean_label(row[column]) if column < len(row) else ""


def _reaches_below(merges: Sequence[Merge], row: int, left: int) -> bool:
    return any(first <= row < last and column >= left for (first, column), (last, _) in merges)


def _repeats(above: Row, below: Row) -> bool:
    """Whether the row *below* holds nothing but what was merged downwards into it."""
    return bool(filled(below)) and all(
        not _cell(below, column) or _cell(below, column) == _cell(above, column)
        for column in range(len(below))
    )


def _is_made_of(above: Row, below: Row, spans: Spans) -> bool:
    """Whether the row *below* names the parts of the groups above it, and is no row of data.

    Beside the groups it is blank or repeats what is merged downwards. Where there is nothing beside them
    that could tell, parts have names, and data have numbers or gaps.
    """
    grouped = {column for first, last in spans for column in range(first, last + 1)}
    beside = [
        (_cell(above, column), _cell(below, column))
        for column in range(max(len(above), len(below)))
        if column not in grouped
    ]
    if any(upper and lower and upper != lower for upper, lower in beside):
        return False
    if any(upper for upper, _ in beside):
        return True
    parts = [_cell(below, column) for column in grouped]
    return all(part and not part.replace(".", "").isdigit() for part in parts)


def _spread(row: Row, spans: Spans) -> list[str]:
    """The row with the text of each group in all of its columns."""
    width = max([len(row), *(last + 1 for _, last in spans)])
    cells = [_cell(row, column) for column in range(width)]
    for first, last in spans:
        cells[first : last + 1] = [cells[first]] * (last - first + 1)
    return cells


def _joined(levels: Sequence[Row]) -> tuple[str, ...]:
    """For each column the lowest text of its levels, after the groups that it is in if it is not the only one."""
    width = max(len(row) for row in levels)
    parts = [
        list(dict.fromkeys(text for row in levels if (text := _cell(row, column)))) for column in range(width)
    ]
    lowest = [texts[-1] if texts else "" for texts in parts]
    return tuple(
        " ".join(texts) if lowest.count(label) > 1 else label
        for texts, label in zip(parts, lowest, strict=True)
    )

"""What stands around a fault: the cells of its row that lie beside it, so that a person sees it at a glance."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.cell_names import column_letters
from catalog.records import Finding, Text
from opendata.validation.privacy import mask

#: Columns shown on each side of a faulty cell.
BESIDE = 2
#: Characters shown of a cell; the finding itself has more of the faulty one.
SHOWN = 40

#: Physical row, then physical column, to the text of the cell.
Excerpts = Mapping[int, Mapping[int, str]]


def address(row: int | None, column: int | None) -> str | None:
    """What a spreadsheet calls a place: ``C17`` a cell, ``C`` a whole column, ``17`` a whole row."""
    if row is None and column is None:
        return None
    return f"{column_letters(column or 0)}{'' if row is None else row}"


def address_inside(member: str | None, page: int | None) -> str | None:
    """What a place in a file that is no table is called: a member, a page, or a page of a member."""
    paged = None if page is None else f"第 {page} 页 p. {page}"
    return " · ".join(part for part in (member, paged) if part) or None


def veiled(text: str) -> str:
    """*text* with all but its first character hidden: a neighbour that may tell on a person."""
    return f"{text[:1]}***" if text.strip() else text


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One cell of an excerpt: ``column`` as a spreadsheet calls it; ``text`` is None where the row has no such cell."""

    column: str
    label: str
    text: str | None
    faulty: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A finding with what a spreadsheet calls its place, the cells around it, and how it is mended."""

    finding: Finding
    address: str | None
    context: tuple[Neighbour, ...]
    hint: Text | None


def place_of(finding: Finding, fields: Mapping[str, int]) -> int | None:
    """The physical column of *finding*: its own, else that of its field, by *fields*."""
    return finding.column if finding.column is not None else fields.get(finding.field or "")


def excerpts(
    findings: Iterable[Finding],
    rows: Mapping[int, Sequence[str]],
    first_column: int,
    fields: Mapping[str, int],
    hidden: Collection[int],
) -> Excerpts:
    """The faulty cells of *findings* with their neighbours.

    :param rows: by physical number, the cells of the rows in which they lie.
    :param first_column: the physical column of a row's first cell.
    :param fields: the physical column of each field, for findings that name a field alone.
    :param hidden: the physical columns whose cells tell on persons.
    """
    found: dict[int, dict[int, str]] = {}
    for finding in findings:
        cells = rows.get(finding.row or 0)
        if cells is None or finding.code == "blank-row":
            continue
        row = found.setdefault(finding.row or 0, {})
        at = (place_of(finding, fields) or first_column) - first_column
        for index in range(max(0, at - BESIDE), min(at + BESIDE + 1, len(cells))):
            column = index + first_column
            row[column] = veiled(cells[index]) if column in hidden else _shown(mask(cells[index]))
    return {row: dict(sorted(cells.items())) for row, cells in sorted(found.items()) if cells}


def around(
    excerpt: Mapping[int, str], column: int | None, labels: Sequence[str], first_column: int
) -> tuple[Neighbour, ...]:
    """The part of a row's *excerpt* that lies beside the fault in *column*.

    :param labels: of the table's columns, the first of which is physical column *first_column*.
    """
    at = column or first_column
    shown = sorted({*(one for one in excerpt if abs(one - at) <= BESIDE), *([] if column is None else [at])})

    def label(one: int) -> str:
        index = one - first_column
        return labels[index] if 0 <= index < len(labels) else ""

    return tuple(
        Neighbour(column_letters(one), label(one), excerpt.get(one), one == column)
        for one in shown
        if excerpt
    )

"""The open-data plan: what was promised for when, and whether it was kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from catalog.embargo import PUBLIC, current_id, opened
from catalog.models import Dataset, InventoryItem, InventoryRevision, PlanItem, PlanRevision, Release
from catalog.queries.revisions import latest
from catalog.queries.slices import Slice, cut
from catalog.queries.units import UnitName, names

#: done: the data are open; late: due and not open; pending: not due yet.
Status = Literal["done", "late", "pending"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One promise, and what became of it.

    ``opened`` is the first day on which the data were open, ``days_late`` how long after the due day that
    was, or how long ago the due day is.
    """

    code: str
    item_code: str
    title: str
    title_en: str
    unit: UnitName
    domain: str
    due: date
    method: str
    note: str
    status: Status
    opened: date | None
    days_late: int
    dataset: str | None


def plan(
    session: Session,
    day: date,
    *,
    status: str | None = None,
    domain: str | None = None,
    item: str | None = None,
    page: int = 1,
    size: int = 50,
) -> Slice[PlanRow]:
    """The promises that hold on *day*, the earliest due first."""
    rows = _promises(session, day, domain, item)
    return cut([row for row in rows if status in (None, row.status)], page, size)


def tally(session: Session, day: date) -> dict[Status, int]:
    """How many promises stand at each status on *day*."""
    counts: dict[Status, int] = dict.fromkeys(STATUSES, 0)
    for row in _promises(session, day, None, None):
        counts[row.status] += 1
    return counts


def _promises(session: Session, day: date, domain: str | None, item: str | None) -> list[PlanRow]:
    statement = _statement(session, day)
    if domain:
        statement = statement.where(InventoryRevision.domain == domain)
    if item:
        statement = statement.where(InventoryItem.resource_code == item)
    found = session.execute(statement).all()
    holders = names(session, [promise.unit_id for _, promise, *_ in found], day)
    firsts = _opened(session, day)
    return [_row(row, holders[row[1].unit_id], firsts.get(row[1].item_id), day) for row in found]


def _row(row: Sequence[Any], holder: UnitName, opened: date | None, day: date) -> PlanRow:
    code, promise, item_code, revision, dataset, current = row
    is_open = current is not None
    return PlanRow(
        code=code,
        item_code=item_code,
        title=revision.title if revision else item_code,
        title_en=revision.title_en if revision else "",
        unit=holder,
        domain=revision.domain if revision else "",
        due=promise.due,
        method=promise.method,
        note=promise.note,
        status="done" if is_open else "late" if promise.due < day else "pending",
        opened=opened if is_open else None,
        days_late=max(0, ((opened if is_open and opened else day) - promise.due).days),
        dataset=dataset.slug if is_open else None,
    )


def _statement(session: Session, day: date) -> Select[*tuple[Any, ...]]:
    return (
        select(
            PlanItem.code,
            PlanRevision,
            InventoryItem.resource_code,
            InventoryRevision,
            Dataset,
            current_id(session),
        )
        .join(PlanRevision, PlanRevision.plan_item_id == PlanItem.id)
        .join(InventoryItem, InventoryItem.id == PlanRevision.item_id)
        .outerjoin(
            InventoryRevision,
            (InventoryRevision.item_id == InventoryItem.id) & latest(InventoryRevision, "item_id", day),
        )
        .outerjoin(Dataset, Dataset.item_id == InventoryItem.id)
        .where(PlanRevision.holds(day))
        .order_by(PlanRevision.due, PlanItem.code)
    )


def _opened(session: Session, day: date) -> dict[str, date]:
    statement = (
        select(Dataset.item_id, func.min(Release.open_from))
        .join(Release, Release.dataset_id == Dataset.id)
        .where(Release.state.in_(PUBLIC), Release.open_from <= day, opened(session))
        .group_by(Dataset.item_id)
    )
    return {item_id: first for item_id, first in session.execute(statement) if first is not None}

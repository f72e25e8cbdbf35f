"""Progress of the open-data plan (开放计划): what was promised by a day, and what was opened by it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from catalog import ledger
from catalog.models import PlanRevision
from catalog.records import Text
from opendata.indicators import facts
from opendata.indicators.base import Measurement

TITLE = Text("开放计划完成率", "Progress of the open-data plan")


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """One plan item on a day: ``done``, ``late`` (due and not open) or ``pending`` (not due yet)."""

    code: str
    resource_code: str
    title: str
    domain: str
    unit_code: str
    due: date
    method: str
    opened: date | None
    dataset: str | None
    standing: str


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """The plan on a day; ``due`` counts the items due by then, ``total`` all of them."""

    as_of: date
    items: tuple[PlanStanding, ...]
    target: int = 100

    @property
    def due(self) -> Measurement:
        """Of the items due by that day, how many are open."""
        due = [item for item in self.items if item.due <= self.as_of]
        return Measurement("due", sum(item.standing == "done" for item in due), len(due), self.target)

    @property
    def total(self) -> Measurement:
        """Of all items, how many are open."""
        return Measurement(
            "total", sum(item.standing == "done" for item in self.items), len(self.items), self.target
        )


def measure(session: Session, as_of: date, known_at: datetime | None = None) -> PlanProgress:
    """Compare the plan that held on *as_of* with what was open then; ordered by due date and code."""
    known_at = known_at or ledger.last_recorded(session)
    releases = facts.open_releases(session, as_of, known_at)
    inventory = {row.item_id: row for row in facts.items_on(session, as_of, known_at)}
    query = select(PlanRevision).where(PlanRevision.holds(as_of, known_at))
    query = query.options(
        *(joinedload(part) for part in (PlanRevision.plan_item, PlanRevision.item, PlanRevision.unit))
    )
    items = []
    for row in session.scalars(query):
        release, item = releases.get(row.item_id), inventory.get(row.item_id)
        standing = "done" if release else "late" if row.due < as_of else "pending"
        items.append(
            PlanStanding(
                code=row.plan_item.code,
                resource_code=row.item.resource_code,
                title=item.title if item else row.item.resource_code,
                domain=item.domain if item else "",
                unit_code=row.unit.code,
                due=row.due,
                method=row.method,
                opened=release.open_from if release else None,
                dataset=release.dataset.slug if release else None,
                standing=standing,
            )
        )
    return PlanProgress(as_of, tuple(sorted(items, key=lambda item: (item.due, item.code))))

"""What waits in the pipeline now: for validation, a decision, publication, the index, the public check."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, not_, select
from sqlalchemy.orm import Session

from catalog.decisions import is_for_a_person
from catalog.embargo import FETCHABLE, opened
from catalog.models import Dataset, InventoryItem, InventoryRevision, PublicCheck, Release, Source
from catalog.queries.revisions import latest
from catalog.queries.slices import Slice, read

Step = Literal["validate", "rule", "review", "publish", "index", "check"]
#: In the order of the flow. ``rule``: the standing rule of a trusted source will speak; ``review``: a person must.
STEPS: tuple[Step, ...] = ("validate", "rule", "review", "publish", "index", "check")


@dataclass(frozen=True, slots=True)
class PendingRow:
    """One thing that waits for ``step``; the index waits for items, which have no release and no moment."""

    step: Step
    item_code: str
    title: str
    title_en: str
    dataset: str | None
    release: int | None
    since: datetime | None


def pending(session: Session, day: date, step: Step, *, page: int = 1, size: int = 20) -> Slice[PendingRow]:
    """What waits for *step*, the longest-waiting first; two statements."""
    if step == "index":
        return _items(session, day, page, size)
    statement = (
        select(InventoryItem.resource_code, InventoryRevision, Dataset.slug, Release)
        .select_from(Release)
        .join(Source, Source.id == Release.source_id)
        .join(Dataset, Dataset.id == Release.dataset_id)
        .join(InventoryItem, InventoryItem.id == Dataset.item_id)
        .join(InventoryRevision, InventoryRevision.item_id == InventoryItem.id)
        .where(latest(InventoryRevision, "item_id", day), _WAITS[step], opened(session))
        .order_by(Release.received_at, Release.id)
    )

    def rows(found: Sequence[Any]) -> list[PendingRow]:
        return [
            PendingRow(step, code, item.title, item.title_en, slug, one.number, _since(one))
            for code, item, slug, one in found
        ]

    return read(session, statement, rows, page, size)


def overview(session: Session, day: date, *, size: int) -> dict[Step, Slice[PendingRow]]:
    """The first *size* things that wait for each step, with how many there are."""
    return {step: pending(session, day, step, size=size) for step in STEPS}


_PROVEN = select(PublicCheck.release_id).where(PublicCheck.intact)
_BY_RULE = and_(Source.trusted, not_(is_for_a_person()))
_WAITS: dict[Step, ColumnElement[bool]] = {
    "validate": Release.state == "received",
    "rule": and_(Release.state == "valid", _BY_RULE),
    "review": and_(Release.state == "valid", not_(_BY_RULE)),
    "publish": Release.state == "approved",
    # What was superseded is still downloadable, so its fetch is to be proven as well.
    "check": and_(Release.state.in_(FETCHABLE), Release.id.not_in(_PROVEN)),
}


def _since(release: Release) -> datetime:
    return release.published_at or release.received_at


def _items(session: Session, day: date, page: int, size: int) -> Slice[PendingRow]:
    statement = (
        select(InventoryItem.resource_code, InventoryRevision, Dataset.slug)
        .select_from(InventoryItem)
        .join(InventoryRevision, InventoryRevision.item_id == InventoryItem.id)
        .outerjoin(Dataset, Dataset.item_id == InventoryItem.id)
        .where(latest(InventoryRevision, "item_id", day), InventoryItem.index_pending)
        .order_by(InventoryItem.resource_code)
    )

    def rows(found: Sequence[Any]) -> list[PendingRow]:
        return [
            PendingRow("index", code, item.title, item.title_en, slug, None, None)
            for code, item, slug in found
        ]

    return read(session, statement, rows, page, size)

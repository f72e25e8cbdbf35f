"""Counts for the first page."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.embargo import PUBLIC, current_id, opened
from catalog.models import Dataset, Distribution, InventoryRevision, Release, UnitRevision
from catalog.vocabularies import DOMAIN


@dataclass(frozen=True, slots=True)
class DomainCount:
    """How many items of a domain the inventory holds, and how many datasets of it are open."""

    code: str
    items: int
    datasets: int
    #: The first day on which anything of the domain was open.
    opened: date | None


@dataclass(frozen=True, slots=True)
class Summary:
    """The catalogue in numbers."""

    units: int
    items: int
    datasets: int
    rows: int
    files: int
    domains: tuple[DomainCount, ...]


def summary(session: Session, day: date) -> Summary:
    """Count what exists on *day* and what is open now; four statements."""
    units = session.scalar(select(func.count()).select_from(UnitRevision).where(UnitRevision.holds(day))) or 0
    held = dict(
        session.execute(
            select(InventoryRevision.domain, func.count())
            .where(InventoryRevision.holds(day))
            .group_by(InventoryRevision.domain)
        ).all()
    )
    current = select(Release.id, Release.rows).join(Dataset, Release.id == current_id(session)).subquery()
    datasets, rows = session.execute(
        select(func.count(), func.sum(current.c.rows)).select_from(current)
    ).one()
    files = session.scalar(
        select(func.count())
        .select_from(Distribution)
        .where(Distribution.release_id.in_(select(current.c.id)))
    )
    known = _opened(session, day)
    return Summary(
        units=units,
        items=sum(held.values()),
        datasets=datasets,
        rows=int(rows or 0),
        files=files or 0,
        domains=tuple(
            DomainCount(term.code, held.get(term.code, 0), *known.get(term.code, (0, None)))
            for term in DOMAIN
        ),
    )


def _opened(session: Session, day: date) -> dict[str, tuple[int, date | None]]:
    statement = (
        select(
            InventoryRevision.domain,
            func.count(func.distinct(Dataset.id)).filter(Release.id == current_id(session)),
            func.min(Release.open_from),
        )
        .join(Dataset, Dataset.item_id == InventoryRevision.item_id)
        .join(Release, Release.dataset_id == Dataset.id)
        .where(
            InventoryRevision.holds(day),
            Release.open_from.is_not(None),
            Release.state.in_(PUBLIC),
            opened(session),
        )
        .group_by(InventoryRevision.domain)
    )
    return {domain: (datasets, first) for domain, datasets, first in session.execute(statement)}

"""The ledger as a page shows it, and when anything last changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog import ledger
from catalog.models import Dataset, Event, PublicCheck, Release
from catalog.queries.slices import Slice, read


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event; ``dataset`` and ``release`` name its subject where that is a release or a dataset."""

    seq: int
    at: datetime
    actor: str
    verb: str
    subject_type: str
    subject_id: str
    details: dict[str, Any]
    hash: str
    dataset: str | None
    release: int | None


def events(session: Session, *, page: int = 1, size: int = 50) -> Slice[EventRow]:
    """The events, the latest first."""
    return read(
        session,
        select(Event).order_by(Event.seq.desc()),
        lambda rows: _rows(session, [row[0] for row in rows]),
        page,
        size,
    )


def last_change(session: Session) -> datetime | None:
    """When anything that a page shows was last written; None for an empty catalogue."""
    moments = (ledger.last_recorded(session), session.scalar(select(func.max(PublicCheck.checked_at))))
    return max((moment for moment in moments if moment), default=None)


def _rows(session: Session, found: list[Event]) -> list[EventRow]:
    ids = {event.subject_id for event in found}
    of_release = {
        id_: (slug, number)
        for id_, slug, number in session.execute(
            select(Release.id, Dataset.slug, Release.number)
            .join(Dataset, Dataset.id == Release.dataset_id)
            .where(Release.id.in_(ids))
        )
    }
    of_dataset = dict(session.execute(select(Dataset.id, Dataset.slug).where(Dataset.id.in_(ids))).all())
    return [
        EventRow(
            seq=event.seq,
            at=event.at,
            actor=event.actor,
            verb=event.verb,
            subject_type=event.subject_type,
            subject_id=event.subject_id,
            details=event.details,
            hash=event.hash,
            dataset=of_release.get(event.subject_id, (of_dataset.get(event.subject_id), None))[0],
            release=of_release.get(event.subject_id, (None, None))[1],
        )
        for event in found
    ]

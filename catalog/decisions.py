"""Decisions: nothing is published without one.

A person approves, rejects or returns; a standing rule may sign for a source that is trusted, unless the report
tells of persons or of what could not be looked through; the negative list rejects by itself. Decisions are appended, never changed, and each is an event of the ledger.
"""

import re
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from catalog import ledger, lifecycle, negative_list
from catalog.errors import InvalidInput, NotFound
from catalog.models import Dataset, Decision, InventoryRevision, NegativeListRevision, Release, Report

#: More digits than this no database's integer holds.
_NUMBER = re.compile(r"[0-9]{1,9}")
VERDICT_STATES = {"approve": "approved", "reject": "rejected", "return": "rejected"}

#: Findings that no standing rule passes: of a valid file they are warnings, and a person has to have looked.
FOR_A_PERSON = (
    "camera-identity",
    "partly-scanned",
    "personal-information",
    "photo-location",
    "small-cells",
    "unknown-member",
)


def decide(
    session: Session,
    release: Release,
    verdict: str,
    *,
    actor: str,
    basis: str,
    note: str = "",
    now: datetime,
    release_at: datetime | None = None,
) -> Decision:
    """Append a decision on *release* and move it.

    :param verdict: ``approve``, ``reject`` or ``return`` (rejected; the agency is to hand in a mended file).
    :param basis: the rule, article or entry on which the decision stands.
    :param release_at: the moment before which nobody outside is to see it; only an approval may set it. None leaves
        what the source said.
    :raises InvalidTransition: the release is not in a state that can be decided on.
    :raises InvalidInput: a rejection or a return gives no reason, or sets an embargo.
    """
    if verdict != "approve" and not (basis or note):
        raise InvalidInput("驳回或退回须说明理由", "a rejection or a return needs a reason")
    if release_at is not None and verdict != "approve":
        raise InvalidInput("只有批准时可以设定开放时间", "only an approval can set the moment of opening")
    release.release_at = release_at or release.release_at
    lifecycle.move(release, VERDICT_STATES[verdict])
    decision = Decision(
        release_id=release.id, verdict=verdict, actor=actor, basis=basis, note=note, decided_at=now
    )
    session.add(decision)
    ledger.append(
        session,
        actor=actor,
        verb="release.decided",
        subject_type="release",
        subject_id=release.id,
        details={
            "verdict": verdict,
            "basis": basis,
            "note": note,
            **({"release_at": release_at.isoformat()} if release_at else {}),
        },
        at=now,
    )
    return decision


def find_release(session: Session, name: str) -> Release:
    """The release called ``SLUG`` (its latest) or ``SLUG/NUMBER``.

    :raises NotFound: there is none.
    """
    slug, numbered, number = name.partition("/")
    query = select(Release).join(Dataset, Release.dataset_id == Dataset.id).where(Dataset.slug == slug)
    if numbered:
        query = query.where(Release.number == (int(number) if _NUMBER.fullmatch(number) else 0))
    release = session.scalars(query.order_by(Release.number.desc()).limit(1)).first()
    if release is None:
        raise NotFound(f"没有版本 {name!r}", f"there is no release {name!r}")
    return release


def awaiting(session: Session) -> list[Release]:
    """Valid releases that no decision has been made on, oldest first."""
    query = select(Release).where(Release.state == "valid").order_by(Release.received_at, Release.id)
    return list(session.scalars(query.options(joinedload(Release.dataset), joinedload(Release.source))))


def blocking_entry(session: Session, release: Release, day: date) -> NegativeListRevision | None:
    """The entry of the negative list that forbids *release* on *day*, if there is one."""
    query = select(InventoryRevision).where(
        InventoryRevision.item_id == release.dataset.item_id, InventoryRevision.holds(day)
    )
    item = session.scalars(query).first()
    return negative_list.matches(session, item, day) if item else None


def for_a_person(session: Session, release: Release) -> tuple[str, ...]:
    """The codes of :data:`FOR_A_PERSON` that the report on *release* has; none: a standing rule may speak."""
    counts = session.scalar(select(Report.document["counts"]).where(Report.release_id == release.id)) or {}
    return tuple(code for code in FOR_A_PERSON if counts.get(code))


def is_for_a_person() -> ColumnElement[bool]:
    """The same as a condition on releases."""
    found = (Report.document["counts"][code].as_integer() > 0 for code in FOR_A_PERSON)
    return Release.id.in_(select(Report.release_id).where(or_(*found)))

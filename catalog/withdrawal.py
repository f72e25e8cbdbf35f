"""Withdrawal (撤回): a release leaves the public's hands, and says for ever what it was and why it left.

The page of the release stays as a tombstone: when, by whom, on which ground and why it was withdrawn, and the
checksums of its files. The files themselves are kept, closed, as evidence, except where keeping them would go on
doing the harm: where the ground is personal data or secrecy they are erased, and the ledger says so.
"""

from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from catalog import ledger, lifecycle
from catalog.errors import InvalidInput
from catalog.models import Dataset, Release
from catalog.vocabularies import GROUND

#: Grounds on which the files do not stay: keeping them would go on doing the harm.
ERASING = frozenset({"personal-data", "secrecy"})


def withdraw(
    session: Session, release: Release, *, ground: str, reason: str, actor: str, now: datetime, today: date
) -> None:
    """Withdraw *release*: the public gets its tombstone from this transaction on.

    Its dataset then has no current release until another is published; an older one does not come back, since it
    was superseded for a reason of its own. One that was under embargo still was never open: the release that it
    would have superseded stays the current one.

    :param ground: a code of :data:`catalog.vocabularies.GROUND`.
    :param reason: what happened, in the actor's own words; it is public.
    :raises InvalidInput: the ground is unknown, or no reason is given.
    :raises InvalidTransition: the release is not in the public's hands.
    """
    term = GROUND.find(ground)
    if term is None:
        raise InvalidInput(
            f"未知的撤回依据 {ground!r}，应为：{GROUND.labels()}",
            f"unknown ground {ground!r}; expected: {', '.join(one.code for one in GROUND)}",
        )
    if not reason.strip():
        raise InvalidInput("撤回须说明理由", "a withdrawal needs a reason")
    unopened = release.release_at is not None and release.release_at > now
    lifecycle.end(release, "withdrawn", open_to=today, at=now, reason=reason.strip())
    release.ended_by, release.ground = actor, term.code
    release.erase_pending = term.code in ERASING
    _unpoint(session, release, unopened=unopened)
    release.dataset.modified_at = now
    release.dataset.item.index_pending = True
    ledger.append(
        session,
        actor=actor,
        verb="release.withdrawn",
        subject_type="release",
        subject_id=release.id,
        details={
            "dataset": release.dataset.slug,
            "number": release.number,
            "ground": term.code,
            "reason": release.end_reason,
            "files": {file.name: file.sha256 for file in release.distributions},
            "erase": release.erase_pending,
        },
        at=now,
    )


def erased(session: Session, release: Release, *, actor: str, now: datetime) -> None:
    """Note that the files of *release* are erased, and clear the mark."""
    release.erase_pending = False
    release.erased_at = now
    ledger.append(
        session,
        actor=actor,
        verb="release.erased",
        subject_type="release",
        subject_id=release.id,
        details={"dataset": release.dataset.slug, "number": release.number},
        at=now,
    )


def shares_raw(session: Session, release: Release) -> bool:
    """Whether another release that is not erased was made of the same bytes as the agency sent them."""
    others = exists().where(
        Release.file_sha256 == release.file_sha256,
        Release.id != release.id,
        Release.erase_pending.is_(False),
        Release.erased_at.is_(None),
    )
    return bool(session.scalar(select(others)))


def to_erase(session: Session) -> list[str]:
    """The ids of the releases whose files are marked to be erased."""
    return list(session.scalars(select(Release.id).where(Release.erase_pending).order_by(Release.id)))


def _unpoint(session: Session, release: Release, *, unopened: bool) -> None:
    dataset: Dataset = release.dataset
    if dataset.current_release_id != release.id:
        return
    dataset.current_release = None
    before = release.supersedes
    if unopened and before is not None and before.state == "superseded":
        lifecycle.reinstate(before)
        dataset.current_release = before
    session.flush()

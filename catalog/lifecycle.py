"""The states of a release and the moves between them.

::

    received ─→ valid ──→ approved ──→ published ──→ superseded ─→ withdrawn
        │         │  ↖        │            └───────→ withdrawn
        │         ↓   return  ↓ return
        └─→ invalid   rejected
                               published ←─ superseded, if what superseded it is withdrawn before its embargo ends

``return`` sends a release back to its agency: it is rejected, and the agency hands in a new one.
A withdrawn release keeps its page, its reason and its checksums.
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from catalog.errors import InvalidTransition
from catalog.models import Release

MOVES: dict[str, frozenset[str]] = {
    "received": frozenset({"valid", "invalid"}),
    "valid": frozenset({"approved", "rejected"}),
    "invalid": frozenset({"rejected"}),
    "approved": frozenset({"published", "rejected"}),
    "published": frozenset({"superseded", "withdrawn"}),
    "superseded": frozenset({"withdrawn", "published"}),
    "rejected": frozenset(),
    "withdrawn": frozenset(),
}


def held(session: Session, release_id: str) -> Release:
    """The release, locked until the transaction ends: two processes must not both move it.

    SQLite's writers queue as a whole; PostgreSQL locks the row.
    """
    return session.get_one(Release, release_id, with_for_update=True)


def move(release: Release, state: str) -> None:
    """Put *release* into *state*.

    :raises InvalidTransition: the move is not one of :data:`MOVES`.
    """
    if state not in MOVES[release.state]:
        allowed = ", ".join(sorted(MOVES[release.state])) or "—"
        raise InvalidTransition(
            f"版本 {release.dataset.slug} 第 {release.number} 版处于 {release.state} 状态，不能改为 {state}；可改为：{allowed}",
            f"release {release.number} of {release.dataset.slug} is {release.state} and cannot become {state};"
            f" allowed: {allowed}",
        )
    release.state = state


def reinstate(release: Release) -> None:
    """Undo that *release* was superseded: what was to take its place was withdrawn before anybody saw it."""
    move(release, "published")
    release.open_to = release.ended_at = None
    release.end_reason = ""


def end(release: Release, state: str, *, open_to: date, at: datetime, reason: str) -> None:
    """Take a published release out of the public's hands as ``superseded`` or ``withdrawn``.

    :param open_to: the first day on which it is no longer the open version.
    """
    move(release, state)
    release.open_to = max(open_to, release.open_from) if release.open_from else open_to
    release.ended_at = at
    release.end_reason = reason

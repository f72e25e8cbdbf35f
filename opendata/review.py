"""What a reviewer does: look at what awaits a decision; approve, reject or return it; withdraw what is out.

Each opens its own transaction; the rules of decisions are :mod:`catalog.decisions`.
"""

from collections.abc import Sequence
from datetime import datetime

from catalog import decisions, lifecycle, withdrawal
from catalog.errors import Conflict
from catalog.models import Decision, Release
from opendata.services import Services


def awaiting(services: Services) -> Sequence[Release]:
    """Valid releases that no decision has been made on, with their datasets and sources."""
    with services.readers() as session:
        return decisions.awaiting(session)


def reservations(services: Services, release: Release) -> tuple[str, ...]:
    """What a person has to look at before *release* is approved: codes of :data:`catalog.decisions.FOR_A_PERSON`."""
    with services.readers() as session:
        return decisions.for_a_person(session, release)


def approve(
    services: Services,
    name: str,
    *,
    actor: str,
    basis: str,
    note: str = "",
    release_at: datetime | None = None,
) -> Decision:
    """Approve the release ``SLUG[/NUMBER]``; it is published by the next run.

    :param release_at: its embargo: nobody outside sees it before this moment, published or not.

    :raises NotFound: there is no such release.
    :raises InvalidTransition: it does not await a decision.
    :raises Conflict: the negative list forbids it.
    """
    with services.sessions.begin() as session:
        release = lifecycle.held(session, decisions.find_release(session, name).id)
        entry = decisions.blocking_entry(session, release, services.today())
        if entry:
            raise Conflict(
                f"负面清单 {entry.entry.code} 禁止开放：{entry.matter}（{entry.legal_basis}）",
                f"entry {entry.entry.code} of the negative list forbids it: {entry.matter} ({entry.legal_basis})",
            )
        return decisions.decide(
            session,
            release,
            "approve",
            actor=actor,
            basis=basis,
            note=note,
            now=services.now(),
            release_at=release_at,
        )


def reject(services: Services, name: str, *, actor: str, basis: str, note: str = "") -> Decision:
    """Reject the release ``SLUG[/NUMBER]`` for good; raises as :func:`approve`, and InvalidInput without a reason."""
    return _refuse(services, name, "reject", actor, basis, note)


def return_(services: Services, name: str, *, actor: str, basis: str, note: str = "") -> Decision:
    """Return the release ``SLUG[/NUMBER]`` to its agency to be mended; raises as :func:`reject`."""
    return _refuse(services, name, "return", actor, basis, note)


def withdraw(services: Services, name: str, *, ground: str, reason: str, actor: str) -> Release:
    """Withdraw the release ``SLUG/NUMBER``: from now on the public gets its tombstone.

    Files that are to be erased are only marked; :func:`opendata.pipeline.erase` erases them.

    :raises NotFound: there is no such release.
    :raises InvalidTransition: it is not in the public's hands.
    :raises InvalidInput: the ground is unknown or the reason empty.
    """
    with services.sessions.begin() as session:
        release = lifecycle.held(session, decisions.find_release(session, name).id)
        withdrawal.withdraw(
            session,
            release,
            ground=ground,
            reason=reason,
            actor=actor,
            now=services.now(),
            today=services.today(),
        )
        return release


def _refuse(services: Services, name: str, verdict: str, actor: str, basis: str, note: str) -> Decision:
    with services.sessions.begin() as session:
        release = lifecycle.held(session, decisions.find_release(session, name).id)
        return decisions.decide(
            session, release, verdict, actor=actor, basis=basis, note=note, now=services.now()
        )

"""The ledger: append-only events, each carrying the hash of the one before it.

The hash of an event is the sha256 of its canonical JSON (sorted keys, no spaces, UTF-8) with the
previous hash inside, so that no event can be changed, removed or slipped in without breaking the chain.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from catalog.errors import Tampered
from catalog.models import Event

#: The previous hash of the first event.
GENESIS = "0" * 64
#: Any number serves, as long as every writer takes the same: PostgreSQL's lock on the end of the chain.
_LOCK = 2016_0815


def hold(session: Session) -> None:
    """Let nobody else write to the ledger until this transaction ends; whoever tries waits."""
    if session.get_bind().dialect.name == "postgresql":
        # Two appenders must not read the same end; SQLite's BEGIN IMMEDIATE gives that by itself.
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def append(
    session: Session,
    *,
    actor: str,
    verb: str,
    subject_type: str,
    subject_id: str,
    details: dict[str, Any],
    at: datetime,
) -> Event:
    """Add one event to the end of the chain, in the caller's transaction.

    :param verb: what happened, as ``noun.participle``: ``release.published``.
    :param details: JSON-ready facts of the event.
    """
    hold(session)
    last = session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).first()
    event = Event(
        seq=last.seq + 1 if last else 1,
        at=at,
        actor=actor,
        verb=verb,
        subject_type=subject_type,
        subject_id=subject_id,
        details=details,
        previous_hash=last.hash if last else GENESIS,
    )
    event.hash = digest(event)
    session.add(event)
    session.flush()
    return event


def digest(event: Event) -> str:
    """The hash that *event* must carry."""
    facts = {
        "seq": event.seq,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "verb": event.verb,
        "subject_type": event.subject_type,
        "subject_id": event.subject_id,
        "details": event.details,
        "previous_hash": event.previous_hash,
    }
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def verify(session: Session) -> int:
    """Walk the whole chain and return the number of events in it.

    :raises Tampered: at the first event that is missing, changed or out of place.
    """
    previous, count = GENESIS, 0
    query = select(Event).order_by(Event.seq).execution_options(yield_per=1000)
    with session.scalars(query) as events:  # closed at once: a broken chain must not leave a cursor open
        for event in events:
            count += 1
            if event.seq != count:
                raise Tampered(f"日志第 {count} 条缺失", f"event {count} of the ledger is missing")
            if event.previous_hash != previous or event.hash != digest(event):
                raise Tampered(
                    f"日志第 {count} 条与其哈希不符，可能被改动",
                    f"event {count} of the ledger does not match its hash: it or its neighbour was changed",
                )
            previous = event.hash
    return count


def last_recorded(session: Session) -> datetime | None:
    """The moment of the latest event; None while nothing has happened."""
    return session.scalar(select(func.max(Event.at)))

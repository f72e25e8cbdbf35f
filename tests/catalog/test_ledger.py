"""The ledger: every event in its place, or a clear word which one is not."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from catalog import ledger
from catalog.errors import Tampered
from catalog.models import Event


@pytest.fixture
def chain(session: Session) -> Session:
    for number in range(5):
        ledger.append(
            session,
            actor="test",
            verb="thing.done",
            subject_type="thing",
            subject_id=str(number),
            details={"数": number, "nested": {"b": 1, "a": [1.5, None]}},
            at=datetime(2020, 1, number + 1, tzinfo=UTC),
        )
    session.expire_all()
    return session


def test_an_untouched_chain_holds(chain: Session) -> None:
    assert ledger.verify(chain) == 5
    assert ledger.last_recorded(chain) == datetime(2020, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "somebody else"},
        {"details": {"数": 99}},
        {"at": datetime(2020, 1, 9, tzinfo=UTC)},
        {"hash": "f" * 64},
        {"previous_hash": "e" * 64},
    ],
)
def test_a_changed_event_is_named(chain: Session, change: dict[str, object]) -> None:
    chain.execute(update(Event).where(Event.seq == 3).values(**change))
    chain.expire_all()
    with pytest.raises(Tampered, match="3"):
        ledger.verify(chain)


def test_a_missing_event_is_named(chain: Session) -> None:
    chain.execute(delete(Event).where(Event.seq == 2))
    chain.expire_all()
    with pytest.raises(Tampered, match="2"):
        ledger.verify(chain)


@pytest.mark.parametrize(
    "change", [{"previous_hash": "e" * 64}, {"seq": 9}], ids=["what it follows", "its number"]
)
def test_a_last_event_that_was_hashed_anew_is_named(chain: Session, change: dict[str, object]) -> None:
    """Its own hash is right: that it does not go on with the chain gives it away."""
    last = chain.get_one(Event, 5)
    forged = Event(
        seq=5, at=last.at, actor=last.actor, verb=last.verb, subject_type=last.subject_type,
        subject_id=last.subject_id, details=last.details, previous_hash=last.previous_hash,
    )  # fmt: skip
    for name, value in change.items():
        setattr(forged, name, value)
    values = {**change, "hash": ledger.digest(forged)}
    chain.execute(update(Event).where(Event.seq == 5).values(**values))
    chain.expire_all()
    with pytest.raises(Tampered, match="5"):
        ledger.verify(chain)

"""Decisions: what each verdict asks for, what it leaves behind, and which day's negative list blocks."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import decisions
from catalog.errors import InvalidInput, InvalidTransition, NotFound
from catalog.models import Decision, Event, Release
from tests.factories import Factory

NOW = datetime(2021, 3, 1, 1, tzinfo=UTC)
MOMENT = datetime(2021, 5, 1, tzinfo=UTC)
BY = {"actor": "person:张三", "now": NOW}


@pytest.fixture
def release(session: Session) -> Release:
    make = Factory(session)
    item = make.item("307112/0001", "公交线路", make.unit("37-DOT", "交通运输厅"))
    return make.release(make.dataset(item, "bus-lines"), state="valid")


def test_an_approval_may_set_the_moment_of_opening(session: Session, release: Release) -> None:
    decisions.decide(session, release, "approve", basis="条例第十七条", release_at=MOMENT, **BY)
    assert (release.state, release.release_at) == ("approved", MOMENT)
    event = session.scalars(select(Event).order_by(Event.seq.desc())).first()
    assert event is not None
    assert (event.verb, event.subject_id, event.details["release_at"]) == (
        "release.decided",
        release.id,
        MOMENT.isoformat(),
    )


def test_an_approval_that_sets_none_leaves_what_the_source_said(session: Session, release: Release) -> None:
    release.release_at = MOMENT
    decisions.decide(session, release, "approve", basis="条例第十七条", **BY)
    assert release.release_at == MOMENT


@pytest.mark.parametrize("verdict", ["reject", "return"])
def test_a_refusal_needs_a_reason_and_sets_no_moment(
    session: Session, release: Release, verdict: str
) -> None:
    with pytest.raises(InvalidInput, match="reason"):
        decisions.decide(session, release, verdict, basis="", **BY)
    with pytest.raises(InvalidInput, match="moment"):
        decisions.decide(session, release, verdict, basis="", note="缺说明", release_at=MOMENT, **BY)
    assert (release.state, session.scalars(select(Decision)).all()) == ("valid", [])
    decisions.decide(session, release, verdict, basis="", note="缺说明", **BY)
    assert release.state == "rejected"
    with pytest.raises(InvalidTransition):
        decisions.decide(session, release, "approve", basis="条例第十七条", **BY)


def test_the_negative_list_of_the_day_blocks(session: Session, release: Release) -> None:
    make = Factory(session)
    assert decisions.blocking_entry(session, release, date(2021, 3, 1)) is None
    entry = make.forbid("N-1", "线路", "keyword", "线路")
    found = decisions.blocking_entry(session, release, date(2021, 3, 1))
    assert found is not None
    assert found.entry == entry
    revision = entry.revisions[0]
    assert decisions.blocking_entry(session, release, revision.valid_from) is not None
    revision.valid_to = date(2021, 3, 1)
    session.flush()
    assert decisions.blocking_entry(session, release, date(2021, 3, 1)) is None


@pytest.mark.parametrize(
    "name", ["bus-lines/2", "bus-lines/0", "bus-lines/x", "bus-lines/", "bus", f"bus-lines/{2**70}"]
)
def test_a_release_is_found_by_its_name_alone(session: Session, release: Release, name: str) -> None:
    assert decisions.find_release(session, "bus-lines") is release
    assert decisions.find_release(session, "bus-lines/1") is release
    with pytest.raises(NotFound):
        decisions.find_release(session, name)

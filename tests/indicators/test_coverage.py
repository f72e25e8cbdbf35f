"""Coverage on worked examples (docs/indicators.md explains the rules)."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from catalog.vocabularies import CYCLE_DAYS
from opendata.indicators import breakdown
from opendata.indicators.base import Measurement
from opendata.indicators.coverage import measure
from opendata.indicators.trend import history
from tests.indicators.world import LOADED, World

END_2018, END_2020 = date(2018, 12, 31), date(2020, 12, 31)


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def counts(
    session: Session, day: date = END_2020, known_at: datetime | None = None, **scope: str
) -> dict[str, str]:
    measured = measure(session, day, known_at, **scope)
    return {name: f"{m.numerator}/{m.denominator}" for name, m in measured.definitions.items()}


@pytest.mark.parametrize(
    ("n", "d", "percent", "met", "needed"),
    [
        (31, 40, "77.50", False, 1),
        (32, 40, "80.00", True, 0),
        (33, 40, "82.50", True, 0),
        (119, 149, "79.86", False, 1),
        (120, 149, "80.53", True, 0),
        (4, 5, "80.00", True, 0),
        (0, 0, None, None, None),
        (7999, 10000, "79.99", False, 1),
        (799_999, 1_000_000, "79.99", False, 1),
        (0, 3, "0.00", False, 3),
    ],
)
def test_boundaries(n: int, d: int, percent: str | None, met: bool | None, needed: int | None) -> None:
    share = Measurement("covered", n, d, 80)
    assert (share.percent, share.met, share.units_needed) == (percent, met, needed)


@given(st.integers(1, 10_000), st.data())
def test_units_needed_is_the_least_number_that_meets_the_target(d: int, data: st.DataObject) -> None:
    share = Measurement("covered", data.draw(st.integers(0, d)), d, data.draw(st.integers(0, 100)))
    needed = share.units_needed
    assert needed is not None
    assert Measurement("covered", share.numerator + needed, d, share.target).met
    assert needed == 0 or not Measurement("covered", share.numerator + needed - 1, d, share.target).met


@pytest.mark.parametrize(("covered", "of", "met"), [(31, 40, False), (32, 40, True), (33, 40, True)])
def test_counted_from_the_database(world: World, session: Session, covered: int, of: int, met: bool) -> None:
    world.covered_units(covered, of)
    headline = measure(session, END_2020).definitions["covered"]
    assert (headline.numerator, headline.denominator, headline.met) == (covered, of, met)


def test_nothing_to_count_is_undefined(session: Session) -> None:
    headline = measure(session, END_2020).definitions["covered"]
    assert (headline.percent, headline.met, headline.units_needed) == (None, None, None)


def test_each_definition_asks_for_more(world: World, session: Session) -> None:
    world.unit("NONE")
    world.item(world.unit("CLOSED"), "307001/1", openness="closed")
    world.item(world.unit("LISTED"), "307001/2", openness="conditional")
    world.release(world.item(world.unit("STALE"), "307001/3", cycle="annual"), open_from=date(2018, 1, 1))
    world.release(world.item(world.unit("FRESH"), "307001/4", cycle="annual"), open_from=date(2020, 6, 1))
    assert counts(session) == {"registered": "4/5", "listed": "3/5", "covered": "2/5", "current": "1/5"}


@pytest.mark.parametrize(
    "flaw",
    [
        {"valid": False},
        {"rows": 0},
        {"intact": False},
        {"intact": None},
        {"state": "valid"},
        {"state": "approved"},
        {"open_from": date(2021, 1, 1)},
    ],
)
def test_without_evidence_it_is_not_covered(world: World, session: Session, flaw: dict[str, object]) -> None:
    world.release(world.item(world.unit("U1"), "307001/1"), **flaw)  # type: ignore[arg-type]
    assert counts(session)["covered"] == "0/1"


def test_data_of_a_closed_item_do_not_count(world: World, session: Session) -> None:
    world.release(world.item(world.unit("U1"), "307001/1", openness="closed"))
    assert counts(session)["covered"] == "0/1"


def test_excluded_units_are_shown_beside(world: World, session: Session) -> None:
    world.covered_units(4, 5)
    world.unit("37-SEC", obliged=False, reason="涉密单位")
    measured = measure(session, END_2020)
    assert [(unit.code, unit.reason) for unit in measured.excluded] == [("37-SEC", "涉密单位")]
    assert measured.definitions["covered"].met is True
    without_and_with = measured.definitions["covered"].percent, measured.with_exclusions["covered"].percent
    assert without_and_with == ("80.00", "66.66")


def test_a_merged_unit_hands_its_data_to_its_successor(world: World, session: Session) -> None:
    old = world.unit("371200", valid_to=date(2019, 1, 9), level="city")
    world.unit("370100", level="city", valid_to=date(2019, 1, 9))
    world.unit("370100", level="city", valid_from=date(2019, 1, 9), predecessors=("371200",))
    world.release(world.item(old, "307001/1"))
    assert counts(session, END_2018)["covered"] == "1/2"
    assert counts(session, END_2020)["covered"] == "1/1"
    assert [unit.code for unit in measure(session, END_2020).units if unit.covered] == ["370100"]


def test_a_split_unit_credits_nobody(world: World, session: Session) -> None:
    old = world.unit("OLD", valid_to=date(2019, 1, 1))
    world.unit("NEW-1", valid_from=date(2019, 1, 1), predecessors=("OLD",))
    world.unit("NEW-2", valid_from=date(2019, 1, 1), predecessors=("OLD",))
    world.release(world.item(old, "307001/1"))
    assert (counts(session, END_2018)["covered"], counts(session)["covered"]) == ("1/1", "0/2")


def test_a_withdrawal_counts_from_its_day_and_from_when_it_was_known(world: World, session: Session) -> None:
    release = world.release(world.item(world.unit("U1"), "307001/1"))
    release.state, release.open_to = "withdrawn", date(2019, 6, 1)
    release.ended_at = LOADED + timedelta(days=30)
    session.flush()
    assert counts(session, END_2018)["covered"] == "1/1"
    assert counts(session, END_2020)["covered"] == "0/1"
    assert counts(session, END_2020, LOADED + timedelta(days=29))["covered"] == "1/1"


def test_known_at_hides_what_was_recorded_later(world: World, session: Session) -> None:
    world.covered_units(1, 1)
    before = LOADED - timedelta(seconds=1)
    assert counts(session, END_2020, before) == dict.fromkeys(
        ("registered", "listed", "covered", "current"), "0/0"
    )


def test_the_last_check_of_the_day_decides(world: World, session: Session) -> None:
    published = datetime(2018, 3, 1, tzinfo=UTC)
    release = world.release(world.item(world.unit("U1"), "307001/1"), published_at=published, intact=True)
    world.check(release, intact=False, at=datetime(2019, 5, 1, tzinfo=UTC))
    assert [counts(session, day)["covered"] for day in (END_2018, END_2020)] == ["1/1", "0/1"]


def test_of_checks_that_came_later_the_first_decides(world: World, session: Session) -> None:
    """History that was loaded later: the first fetch proves it, whatever became of the file afterwards."""
    release = world.release(world.item(world.unit("U1"), "307001/1"), intact=True)
    world.check(release, intact=False, at=LOADED + timedelta(days=1))
    assert counts(session, END_2018)["covered"] == "1/1"
    assert counts(session, END_2018, LOADED + timedelta(seconds=30))["covered"] == "0/1"
    assert counts(session, END_2018, LOADED + timedelta(minutes=1))["covered"] == "1/1"


def test_a_day_ends_at_midnight_in_china(world: World, session: Session) -> None:
    published = datetime(2018, 3, 1, tzinfo=UTC)
    release = world.release(world.item(world.unit("U1"), "307001/1"), published_at=published, intact=True)
    world.check(release, intact=False, at=datetime(2018, 12, 30, 16, 0, 1, tzinfo=UTC))
    days = (date(2018, 12, 30), END_2018)
    assert [counts(session, day)["covered"] for day in days] == ["1/1", "0/1"]
    trend = history(session)
    assert [trend.headline(day, target=80).numerator for day in days] == [1, 0]


def test_a_release_is_open_until_the_day_before_its_end(world: World, session: Session) -> None:
    release = world.release(world.item(world.unit("U1"), "307001/1"), open_from=date(2018, 1, 1))
    release.state, release.open_to, release.ended_at = "withdrawn", date(2018, 6, 1), LOADED
    session.flush()
    days = [date(2017, 12, 31), date(2018, 1, 1), date(2018, 5, 31), date(2018, 6, 1)]
    assert [counts(session, day)["covered"] for day in days] == ["0/1", "1/1", "1/1", "0/1"]


def test_what_was_published_later_was_not_known(world: World, session: Session) -> None:
    unit = world.unit("U1", recorded_at=LOADED - timedelta(days=9))
    world.release(world.item(unit, "307001/1"), published_at=LOADED + timedelta(days=1))
    assert measure(session, END_2018, LOADED).units[0].evidence == ()
    assert len(measure(session, END_2018, LOADED + timedelta(days=1)).units[0].evidence) == 1


def test_a_correction_holds_from_its_moment_and_the_other_no_more(world: World, session: Session) -> None:
    moment = LOADED + timedelta(days=1)
    world.unit("U1").retracted_at = moment
    world.unit("U1", level="city", recorded_at=moment)
    levels = [
        [unit.level for unit in measure(session, END_2018, at).units]
        for at in (moment - timedelta(microseconds=1), moment, None)
    ]
    assert levels == [["county"], ["city"], ["city"]]


def test_data_are_current_to_the_last_day_of_cycle_and_grace(world: World, session: Session) -> None:
    world.release(world.item(world.unit("U1"), "307001/1", cycle="annual"), open_from=date(2018, 1, 1))
    last = date(2018, 1, 1) + timedelta(days=CYCLE_DAYS["annual"] + 30)
    assert [counts(session, last + timedelta(days=n))["current"] for n in (0, 1)] == ["1/1", "0/1"]


def test_only_what_covers_a_unit_can_be_overdue(world: World, session: Session) -> None:
    unit = world.unit("U1")
    world.release(world.item(unit, "307001/1", cycle="annual"), open_from=date(2020, 6, 1))
    world.release(world.item(unit, "307001/2", cycle="annual"), open_from=date(2017, 6, 1), rows=0)
    assert counts(session)["current"] == "1/1"


def test_scopes(world: World, session: Session) -> None:
    world.release(world.item(world.unit("A", division="370102"), "307001/1", domain="transport"))
    world.release(world.item(world.unit("B", division="370203"), "307001/2", domain="geography"))
    world.unit("C", division="370200", level="city")
    assert counts(session, region="370100")["covered"] == "1/1"
    assert counts(session, region="370200")["covered"] == "1/2"
    assert counts(session, level="city")["covered"] == "0/1"
    assert counts(session, domain="geography")["covered"] == "1/3"
    split = {
        code: part.definitions["covered"].numerator
        for code, part in breakdown.by_city(measure(session, END_2020)).items()
    }
    assert split == {"370100": 1, "370200": 1}
    assert set(breakdown.by_level(measure(session, END_2020))) == {"city", "county"}


def test_the_same_question_gives_the_same_bytes(world: World, session: Session) -> None:
    world.covered_units(2, 3)
    world.record()
    first, second = (json.dumps(measure(session, END_2020).to_dict()) for _ in range(2))
    assert first == second
    piece = measure(session, END_2020).units[0].evidence[0]
    assert (piece.dataset, piece.release, piece.sha256, piece.valid, piece.check_intact) == (
        "307001/1",
        1,
        "0" * 64,
        True,
        True,
    )

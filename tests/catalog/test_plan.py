"""The plan: a promise is late from the day after the day that it names."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from catalog.queries.plan import plan, tally
from tests.factories import Factory

DUE = date(2020, 6, 30)


def test_a_promise_is_late_from_the_day_after_it_is_due(session: Session) -> None:
    make = Factory(session)
    unit = make.unit("37-DOT", "交通运输厅")
    make.promise("P-1", make.item("307112/0001", "公交线路", unit), unit, DUE)
    told = {
        days: [(row.status, row.days_late) for row in plan(session, DUE + timedelta(days=days)).items]
        for days in (-1, 0, 1)
    }
    assert told == {-1: [("pending", 0)], 0: [("pending", 0)], 1: [("late", 1)]}
    assert tally(session, DUE) == {"done": 0, "late": 0, "pending": 1}

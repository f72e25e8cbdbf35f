"""Downloads are counted once per person and day, and nobody can tell afterwards who it was."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from catalog import downloads
from catalog.downloads import Visit
from catalog.models import DownloadMark, DownloadSalt, Release
from catalog.queries import downloads as queries
from tests.factories import Factory

TODAY = date(2021, 3, 1)


@pytest.fixture
def release(session: Session) -> Release:
    make = Factory(session)
    unit = make.unit("370100", "济南市")
    return make.release(make.dataset(make.item("370100/1", "公交线路", unit), "bus-lines"))


def test_one_person_counts_once_a_day_for_each_format(session: Session, release: Release) -> None:
    def visit(address: str, agent: str = "Firefox", format_: str = "csv") -> Visit:
        return Visit(address, agent, release.id, format_)

    day = [
        visit("10.1.2.3"),
        visit("10.1.2.3"),
        visit("::ffff:10.1.2.3"),
        visit("10.1.2.3", "Chromium"),
        visit("10.1.2.3", format_="xlsx"),
        visit("2001:db8:1:2:aaaa::1"),
        visit("2001:db8:1:2:bbbb::9"),
        visit("2001:db8:1:3::1"),
        visit("", "\ud800"),
    ]
    assert [downloads.record(session, TODAY, [one]) for one in day] == [1, 0, 0, 1, 1, 1, 0, 1, 1]
    assert downloads.record(session, TODAY, day) == 0
    assert downloads.record(session, TODAY + timedelta(days=1), day) == 6
    assert downloads.record(session, TODAY, [Visit("x", "y", "no such release", "csv")]) == 1

    page = queries.of_dataset(session, "bus-lines", TODAY + timedelta(days=1))
    assert (page.total, page.recent) == (12, 12)
    assert (page.by_release, page.by_format) == ({"1": 12}, {"csv": 10, "xlsx": 2})
    assert page.by_day == {"2021-03-01": 6, "2021-03-02": 6}
    assert queries.totals(session) == {"bus-lines": 12}
    assert queries.totals(session, TODAY + timedelta(days=1)) == {"bus-lines": 6}
    assert queries.totals(session, TODAY + timedelta(days=2)) == {}
    assert [(row.day.day, row.format, row.count) for row in queries.every(session)] == [
        (1, "csv", 5),
        (1, "xlsx", 1),
        (2, "csv", 5),
        (2, "xlsx", 1),
    ]
    assert queries.of_dataset(session, "bus-lines", TODAY + timedelta(days=40)).recent == 0


def test_yesterdays_salt_and_marks_are_gone_with_todays_first_count(
    session: Session, release: Release
) -> None:
    visit = Visit("10.1.2.3", "Firefox", release.id, "csv")
    downloads.record(session, TODAY, [visit])
    before = session.scalars(select(DownloadMark.mark)).all()
    assert "10.1.2.3" not in str(before)
    downloads.record(session, TODAY + timedelta(days=1), [visit])
    for model in (DownloadMark, DownloadSalt):
        assert session.scalars(select(model.day)).all() == [TODAY + timedelta(days=1)]
    assert session.scalars(select(DownloadMark.mark)).all() != before
    downloads.forget(session, TODAY + timedelta(days=2))
    assert session.scalars(select(DownloadSalt.day)).all() == []


def test_two_processes_share_one_salt(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        make = Factory(session)
        release = make.release(make.dataset(make.item("1", "一", make.unit("370100", "济南市")), "one"))
    visit = Visit("10.1.2.3", "Firefox", release.id, "csv")
    counted = []
    for _ in range(2):
        with sessions.begin() as session:
            counted.append(downloads.record(session, TODAY, [visit]))
    assert counted == [1, 0]

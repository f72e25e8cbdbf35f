"""Searches are kept so that they can be suggested, and so that nobody's secret is; uses follow downloads."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import downloads, questions, uses
from catalog.downloads import Visit
from catalog.models import Question
from catalog.questions import KEPT_DAYS, PUBLIC_DAYS, Asked
from tests.factories import Factory

DAY = date(2026, 1, 1)


def ask(session: Session, text: str, *, days: int = PUBLIC_DAYS, hits: int = 3) -> None:
    for number in range(days):
        questions.record(session, DAY + timedelta(days=number), [Asked(text, hits)])


@pytest.mark.parametrize(
    "text",
    ["13805311234", "张三 370102199001011234", "a@b.cn", "公", "线" * 41, '"公交"', "-公交", "title:公交", "a OR b"],
)  # fmt: skip
def test_what_may_be_somebodys_or_is_no_word_is_not_kept(text: str) -> None:
    assert not questions.keepable(text)


def test_a_search_is_suggested_after_it_was_asked_on_several_days(session: Session) -> None:
    ask(session, "公交线路")
    ask(session, "公交 站点", days=PUBLIC_DAYS - 1)
    ask(session, "公交卡", hits=0)
    for _ in range(9):
        ask(session, "公交专用道", days=1)
    assert questions.suggested(session, "公 交") == ["公交线路"]
    assert [questions.suggested(session, text) for text in ("公交线路", "", "%")] == [[], [], []]
    kept = session.execute(select(Question.text, Question.days, Question.times))
    assert sorted(map(tuple, kept)) == [("公交 站点", 2, 2), ("公交专用道", 1, 9), ("公交线路", 3, 3)]


def test_what_nobody_asks_for_is_forgotten(session: Session) -> None:
    ask(session, "公交线路")
    questions.record(session, DAY + timedelta(days=KEPT_DAYS + PUBLIC_DAYS), [])
    assert list(session.scalars(select(Question))) == []


def test_uses_follow_downloads_and_mark_what_changed(session: Session) -> None:
    make = Factory(session)
    unit = make.unit("370100", "济南市")
    lines, stops = (make.dataset(make.item(f"370100/{n}", "公交", unit), f"bus-{n}") for n in (1, 2))
    release = make.release(lines)
    make.release(stops)
    for one in (lines, stops):
        one.item.index_pending = False
    downloads.record(session, DAY, [Visit(f"10.0.0.{n}", "Firefox", release.id, "csv") for n in range(3)])
    assert [uses.refresh(session), uses.refresh(session)] == [1, 0]
    assert (lines.uses, lines.item.index_pending) == (3, True)
    assert (stops.uses, stops.item.index_pending) == (0, False)

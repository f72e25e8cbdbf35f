"""Searches that found something, kept so that they can be suggested to others.

What people type may be anybody's name or number. So nothing is kept of who asked; texts with long numbers,
addresses of mail or operators are not kept at all; and a text is suggested only after it was asked on
:data:`PUBLIC_DAYS` different days, as what one person types once never is.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.database import insert
from catalog.models import Question
from catalog.vocabularies import fold

PUBLIC_DAYS = 3
#: What nobody asked for so long is forgotten.
KEPT_DAYS = 400
_LENGTHS = range(2, 41)
_UNKEPT = re.compile(r"\d{5}|[@\"“”:：|\x00-\x1f]|(?:^|\s)(?:-|OR\b|NOT\b)")


@dataclass(frozen=True, slots=True)
class Asked:
    """One search: what was typed, and how many things it found."""

    text: str
    hits: int


def keepable(text: str) -> bool:
    """Whether a search may be kept: short, no long number, no mail address, nothing of the query language."""
    return len(text) in _LENGTHS and len(fold(text)) in _LENGTHS and not _UNKEPT.search(text)


def record(session: Session, day: date, asked: Iterable[Asked]) -> None:
    """Count those of *asked* that found something and may be kept; forget what is old."""
    kept = {fold(one.text): one for one in asked if one.hits and keepable(one.text)}
    for key in sorted(kept):  # in one order, so that two processes never wait for each other
        _count(session, day, key, kept[key])
    session.execute(delete(Question).where(Question.last_on < day - timedelta(days=KEPT_DAYS)))


def _count(session: Session, day: date, key: str, asked: Asked) -> None:
    new = {"key": key, "text": asked.text, "days": 0, "last_on": date.min, "times": 0, "hits": 0}
    session.execute(insert(session, Question).values(new).on_conflict_do_nothing())
    known = session.get_one(Question, key, with_for_update=True)
    known.days += known.last_on != day
    known.times += 1
    known.text, known.hits, known.last_on = " ".join(asked.text.split()), asked.hits, day


def suggested(session: Session, text: str, limit: int = 3) -> list[str]:
    """Searches that begin with *text*, the most asked first; none for an empty text."""
    key = fold(text)
    if not key:
        return []
    statement = (
        select(Question.text)
        .where(Question.key.startswith(key, autoescape=True), Question.key != key)
        .where(Question.days >= PUBLIC_DAYS, Question.hits > 0)
        .order_by(Question.days.desc(), Question.times.desc(), Question.key)
        .limit(limit)
    )
    return list(session.scalars(statement))

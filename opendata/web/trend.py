"""Coverage on many days, remembered as long as nothing changes."""

from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock

from flask import Flask, current_app, g

from catalog.queries.events import last_change
from opendata.indicators.base import Measurement
from opendata.indicators.coverage import Coverage, measure
from opendata.indicators.trend import History, history
from opendata.web.door import services, session

#: Days, levels and domains that are kept at once; a province's coverage with its evidence is about 1 MB.
_MOST_KEPT = 40
Question = tuple[date, str | None, str | None, str | None]


@dataclass
class Remembered:
    """Answers by question, true as long as ``change`` is the latest change of the catalogue."""

    change: datetime | None = None
    answers: dict[Question, Coverage] = field(default_factory=dict)
    history: History | None = None
    lock: Lock = field(default_factory=Lock)


def coverage_on(
    day: date, *, level: str | None = None, region: str | None = None, domain: str | None = None
) -> Coverage:
    """Coverage on *day* by the settings of this installation, measured once between two changes."""
    kept, change = _fresh()
    question = (day, level, region, domain)
    found = kept.answers.get(question)
    if found is None:
        found = _measure(question)
        with kept.lock:
            if kept.change == change:
                kept.answers[question] = found
    return found


def headline_on(day: date, domain: str | None = None) -> Measurement:
    """The headline of *day*, without its evidence."""
    kept, change = _fresh()
    found = kept.history
    if found is None:
        found = history(session())
        with kept.lock:
            if kept.change == change:
                kept.history = found
    return found.headline(day, target=services().settings.target_percent, domain=domain)


def _fresh() -> tuple[Remembered, datetime | None]:
    """The memory, emptied if the catalogue has changed since, and the change that it is true for."""
    kept: Remembered = current_app.extensions["remembered"]
    change: datetime | None = g.change if "change" in g else last_change(session())
    g.change = change  # one page asks for many days; all of them are of one moment
    with kept.lock:
        if kept.change != change or len(kept.answers) >= _MOST_KEPT:
            kept.change, kept.history = change, None
            kept.answers = {}
    return kept, change


def _measure(question: Question) -> Coverage:
    day, level, region, domain = question
    settings = services().settings
    return measure(
        session(),
        day,
        target=settings.target_percent,
        grace_days=settings.grace_days,
        level=level,
        region=region,
        domain=domain,
    )


def attach(app: Flask) -> None:
    """Give *app* an empty memory."""
    app.extensions["remembered"] = Remembered()

"""Coverage on many days, remembered as long as nothing changes."""

from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock

from flask import Flask, current_app

from catalog.queries.events import last_change
from opendata.indicators.base import Measurement
from opendata.indicators.coverage import Coverage, measure
from opendata.web.door import services, session

_MOST_KEPT = 500


@dataclass
class Remembered:
    """Headlines by question, true as long as ``change`` is the latest change of the catalogue."""

    change: datetime | None = None
    headlines: dict[tuple[date, str | None], dict[str, Measurement]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


def coverage_on(
    day: date, *, level: str | None = None, region: str | None = None, domain: str | None = None
) -> Coverage:
    """Coverage on *day* by the settings of this installation."""
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


def headlines(day: date, domain: str | None = None) -> dict[str, Measurement]:
    """The four measurements of a day, measured once between two changes of the catalogue."""
    kept: Remembered = current_app.extensions["remembered"]
    change = last_change(session())
    with kept.lock:
        if kept.change != change or len(kept.headlines) > _MOST_KEPT:
            kept.change = change
            kept.headlines.clear()
        found = kept.headlines.get((day, domain))
    if found is None:
        found = coverage_on(day, domain=domain).definitions
        with kept.lock:
            if kept.change == change:
                kept.headlines[day, domain] = found
    return found


def attach(app: Flask) -> None:
    """Give *app* an empty memory."""
    app.extensions["remembered"] = Remembered()

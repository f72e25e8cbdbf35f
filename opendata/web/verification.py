"""Whether the ledger's chain holds: walked whole, but not for every reader anew."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from flask import Flask, current_app

from catalog import ledger
from catalog.errors import Tampered
from catalog.records import Text
from opendata.web.door import services, session

#: A walk over a million events takes half a minute; its verdict is shown with its moment for so long.
FRESH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk over the whole chain found: ``broken`` says where it does not hold."""

    at: datetime
    last: datetime | None
    count: int
    broken: Text | None


@dataclass
class Verified:
    """The latest verification of this process."""

    latest: Verification | None = None
    lock: Lock = field(default_factory=Lock)


def verification() -> Verification:
    """The verdict on the chain as it is now, at most :data:`FRESH` old; a new event asks for a new walk."""
    kept: Verified = current_app.extensions["verified"]
    last, now = ledger.last_recorded(session()), services().now()
    with kept.lock:
        found = kept.latest
        if found is None or found.last != last or now - found.at > FRESH:
            found = kept.latest = _walk(now, last)
        return found


def _walk(now: datetime, last: datetime | None) -> Verification:
    try:
        return Verification(now, last, ledger.verify(session()), None)
    except Tampered as error:
        return Verification(now, last, 0, error.text)


def attach(app: Flask) -> None:
    """Give *app* a place for its verdict."""
    app.extensions["verified"] = Verified()

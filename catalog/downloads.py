"""Count downloads: one person, one release in one format, one day, is one; nobody's address is kept.

A person is known by a keyed hash of address and browser, with a random key of the day that the database holds
and that is deleted when the day is over. The hash also covers what was fetched, so that even on the day itself
two downloads of one person cannot be brought together. An IPv6 address is cut to its first 64 bits: those are
the household's, the rest changes by the hour.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.database import insert
from catalog.models import DownloadCount, DownloadMark, DownloadSalt, Release

_HOUSEHOLD = 64


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody began to fetch a file; *address* and *agent* are what their computer said."""

    address: str
    agent: str
    release_id: str
    format: str


def record(session: Session, day: date, visits: Iterable[Visit]) -> int:
    """Count those of *visits* that are their person's first of *day*, and say how many were.

    Marks and salts of the days before go with the first count of a day.
    """
    salt, first = _salt(session, day), 0
    for visit in visits:
        key = {"day": day, "mark": _mark(salt, visit)}
        statement = insert(session, DownloadMark).values(key).on_conflict_do_nothing()
        if session.scalar(statement.returning(DownloadMark.mark)) is not None:
            first += 1
            _add(session, day, visit)
    return first


def forget(session: Session, today: date) -> None:
    """Delete salts and marks of every day before *today*."""
    session.execute(delete(DownloadSalt).where(DownloadSalt.day < today))
    session.execute(delete(DownloadMark).where(DownloadMark.day < today))


def _salt(session: Session, day: date) -> bytes:
    """The day's salt; where two processes make one at once, the first one's holds for both."""
    wanted = select(DownloadSalt.salt).where(DownloadSalt.day == day)
    found = session.scalar(wanted)
    if found is None:
        values = {"day": day, "salt": secrets.token_hex(32)}
        session.execute(insert(session, DownloadSalt).values(values).on_conflict_do_nothing())
        forget(session, day)
        found = session.scalars(wanted).one()
    return bytes.fromhex(found)


def _mark(salt: bytes, visit: Visit) -> str:
    facts = (_household(visit.address), visit.agent, visit.release_id, visit.format)
    return hmac.new(salt, "\x1f".join(facts).encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _household(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(int(parsed) >> (128 - _HOUSEHOLD))


def _add(session: Session, day: date, visit: Visit) -> None:
    if session.get(Release, visit.release_id) is None:
        return
    values = {"release_id": visit.release_id, "day": day, "format": visit.format, "count": 1}
    new = insert(session, DownloadCount).values(values)
    more = {"count": DownloadCount.count + 1}
    session.execute(new.on_conflict_do_update(index_elements=["release_id", "day", "format"], set_=more))

"""Delete what no release needs: blobs of publications that were given up, and what killed writes left behind."""

import re
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from catalog import ledger
from catalog.queries.stored import is_recorded
from opendata.publishing.storage.base import Storage

#: Only what publishing itself wrote: a file that somebody else put there is none of our business.
_OURS = re.compile(r"blobs/[0-9a-f]{2}/[0-9a-f]{64}|[^/]+/[0-9]{1,9}/datapackage\.json")


def collect(
    storage: Storage,
    sessions: sessionmaker[Session],
    before: datetime,
    seen: Callable[[str], None] = lambda _: None,
) -> tuple[int, int]:
    """Delete what was stored before *before* and no release needs; say how many files and unfinished writes.

    Each deletion holds the ledger's lock, so that nobody can begin to need the file meanwhile
    (:func:`opendata.publishing.storage.blobs.require`). Killed anywhere, it is simply run again.
    """
    deleted = 0
    for entry in storage.entries():
        if entry.modified < before and _OURS.fullmatch(entry.key):
            deleted += _delete(storage, sessions, entry.key)
        seen(entry.key)
    return deleted, storage.abandon(before)


def _delete(storage: Storage, sessions: sessionmaker[Session], key: str) -> bool:
    with sessions() as session:
        if is_recorded(session, key):
            return False
    with sessions.begin() as session:
        ledger.hold(session)
        if is_recorded(session, key):
            return False
        storage.delete(key)
    return True

"""Count downloads beside the answering: a reader never waits for the database's write lock.

Whoever begins a download is noted in memory and written by a thread of its own a moment later, many in one
transaction. What a kill loses is that moment. Addresses are never written: see :mod:`catalog.downloads`.
"""

import atexit
import logging
import re
import time
from collections import deque
from dataclasses import dataclass, field
from threading import Condition, Thread

from flask import Flask, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from catalog import downloads
from catalog.downloads import Visit
from catalog.errors import OpenDataError
from catalog.queries.datasets import DESCRIPTIONS
from opendata.services import Services

LOG = logging.getLogger(__name__)
#: What may wait in memory; while the database does not answer, older visits are lost.
_MOST = 10_000
_SECONDS_TOGETHER = 1.0
#: Programs that fetch whatever there is, ours among them; a script that wants this file is a reader.
_BOTS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|archiver|scan|monitor|check|preview|headless|mirror|facebookexternal",
    re.IGNORECASE,
)


@dataclass
class Counter:
    """The visits of this process that still have to be written."""

    services: Services
    waiting: deque[Visit] = field(default_factory=lambda: deque(maxlen=_MOST))
    woken: Condition = field(default_factory=Condition)
    writer: Thread | None = None

    def note(self, visit: Visit) -> None:
        """Remember *visit*; it is written soon."""
        with self.woken:
            self.waiting.append(visit)
            if self.writer is None:
                self.writer = Thread(target=self._write_on, name="downloads", daemon=True)
                self.writer.start()
                atexit.register(self.flush)
            self.woken.notify()

    def flush(self) -> None:
        """Write all that waits; what could not be written waits on."""
        with self.woken:
            batch = list(self.waiting)
            self.waiting.clear()
        if not batch:
            return
        try:
            with self.services.sessions.begin() as session:
                downloads.record(session, self.services.today(), batch)
        except (OpenDataError, SQLAlchemyError) as error:
            LOG.warning("downloads could not be counted yet: %s", error)
            with self.woken:
                self.waiting.extendleft(reversed(batch))

    def _write_on(self) -> None:
        while True:
            with self.woken:
                self.woken.wait_for(lambda: bool(self.waiting))
            time.sleep(_SECONDS_TOGETHER)  # others that come meanwhile go into the same transaction
            self.flush()


def count(release_id: str, format_: str) -> None:
    """Count the present request as a download, unless it only looks (HEAD) or is a program's that fetches everything."""
    agent = request.headers.get("User-Agent", "")
    if request.method != "GET" or format_ in DESCRIPTIONS or not agent or _BOTS.search(agent):
        return
    counter: Counter = current_app.extensions["downloads"]
    counter.note(Visit(request.remote_addr or "", agent, release_id, format_))


def attach(app: Flask, services: Services) -> None:
    """Give *app* its counter."""
    app.extensions["downloads"] = Counter(services)

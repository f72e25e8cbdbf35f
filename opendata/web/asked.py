"""Note what people search for, some searches at a time, so that no answer waits for the database.

What a process has not written when it is stopped is lost: these are statistics, not facts.
"""

import logging
import threading
from collections import deque
from time import monotonic

from flask import Flask, Response, current_app

from catalog import questions
from catalog.errors import OpenDataError
from catalog.questions import Asked
from opendata.services import Services

LOG = logging.getLogger(__name__)
#: Written when so many have come together, or the last writing was so long ago.
MANY, SECONDS = 50, 30.0
_MOST_KEPT = 1_000


class Notebook:
    """The searches of one process that are not in the database yet."""

    def __init__(self) -> None:
        """Begin with an empty page."""
        self._asked: deque[Asked] = deque(maxlen=_MOST_KEPT)
        self._writing = threading.Lock()
        self._written = monotonic()

    def note(self, services: Services, asked: Asked, response: Response) -> None:
        """Note one search; write it, if it is time, after *response* has gone to its reader."""
        if not asked.hits or not questions.keepable(asked.text):
            return
        self._asked.append(asked)
        if len(self._asked) >= MANY or monotonic() - self._written >= SECONDS:
            response.call_on_close(lambda: self.write(services))

    def write(self, services: Services) -> None:
        """Write what was noted; what another thread writes just now is left to it."""
        if not self._writing.acquire(blocking=False):
            return
        try:
            taken = [self._asked.popleft() for _ in range(len(self._asked))]
            with services.sessions.begin() as session:
                questions.record(session, services.today(), taken)
        except OpenDataError as error:  # the reader has the answer; the statistics miss a page
            LOG.warning("searches were not noted: %s", error)
        finally:
            self._written = monotonic()
            self._writing.release()


def attach(app: Flask) -> None:
    """Give *app* a notebook of its own."""
    app.extensions["asked"] = Notebook()


def notebook() -> Notebook:
    """The notebook of this application."""
    found: Notebook = current_app.extensions["asked"]
    return found

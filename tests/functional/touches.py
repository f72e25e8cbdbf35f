"""A process that dies by SIGKILL the so-manieth time that it touches what is outside of it."""

import itertools
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, event

#: Files, sockets and requests (S3, Elasticsearch), as Python itself reports them.
_EVENTS = frozenset(
    {
        "open",
        "os.rename",
        "os.remove",
        "os.link",
        "os.mkdir",
        "os.rmdir",
        "socket.connect",
        "http.client.send",
    }
)


def watched(work: Callable[[], object], die_at: int, count: Path) -> None:
    """Do *work* and write into *count* how often it touched a file, a server or the database.

    :param die_at: before this touch the process kills itself; 0: never. Every statement and commit is a touch, so
        that it also dies between two of one transaction, and between the commit and what comes after it.
    """
    numbers = itertools.count(1)  # one step of it is not divided among threads

    def touch(*_: object, **__: object) -> None:
        if next(numbers) == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(name: str, _: tuple[object, ...]) -> None:
        if name in _EVENTS:
            touch()

    sys.addaudithook(watch)
    event.listen(Engine, "before_cursor_execute", touch)
    event.listen(Engine, "commit", touch)
    work()
    count.write_text(str(next(numbers) - 1))

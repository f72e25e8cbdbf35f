"""The one pass over a table's rows: each batch goes to everything that wants it, and everything works at its own pace.

::

    rows ─┬─▶ CSV ──▶ CSV.gz        each arrow a channel that holds a batch or two, each name a thread:
          ├─▶ JSON lines            what it does is done outside Python's lock
          └─▶ profile
    Parquet                         reads the rows by itself, sorted

The fast wait for the slow, so that no more than a few batches are in memory. The first error of one stops all.
"""

from collections import deque
from collections.abc import Callable, Iterator
from threading import Condition, Thread
from typing import Generic, Self, TypeVar

T = TypeVar("T")

#: Things that wait in a channel at most.
WAITING = 1


class Stopped(BaseException):
    """Another thread of the crew has failed; nobody but the crew sees this."""


class Crew:
    """Threads that work side by side; as a context, it is left when all of them have ended.

    The first error, also that of the context's own body, stops whoever waits for a channel or asks
    :meth:`check`; it is raised when all have ended.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._threads: list[Thread] = []
        self._errors: list[BaseException] = []

    def start(self, work: Callable[[], None]) -> None:
        """Do *work* in a thread of its own."""

        def guarded() -> None:
            try:
                work()
            except Stopped:
                pass
            except BaseException as error:  # noqa: BLE001 - raised where the crew is left
                self._fail(error)

        self._threads.append(Thread(target=guarded, name="publish"))
        self._threads[-1].start()

    def channel(self) -> "Channel[T]":
        """A channel between two of its threads, or between its context and one of them."""
        return Channel(self._changed, self.check)

    def check(self) -> None:
        """Go on only if nobody failed.

        :raises Stopped: somebody did.
        """
        if self._errors:
            raise Stopped

    def _fail(self, error: BaseException) -> None:
        with self._changed:
            self._errors.append(error)
            self._changed.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if error and not isinstance(error, Stopped):
            self._fail(error)
        for thread in self._threads:
            self._join(thread)
        if self._errors and self._errors[0] is not error:
            raise self._errors[0] from None

    def _join(self, thread: Thread) -> None:
        while thread.is_alive():
            try:
                thread.join()
            except KeyboardInterrupt as error:
                self._fail(error)


class Channel(Generic[T]):
    """Hands things over in their order; the giver waits while :data:`WAITING` have not been taken."""

    def __init__(self, changed: Condition, check: Callable[[], None]) -> None:
        self._changed, self._check = changed, check
        self._waiting: deque[T] = deque()
        self._ended = False

    def put(self, thing: T) -> None:
        """Give one thing.

        :raises Stopped: somebody of the crew failed.
        """
        with self._changed:
            while len(self._waiting) >= WAITING:
                self._check()
                self._changed.wait()
            self._waiting.append(thing)
            self._changed.notify_all()

    def end(self) -> None:
        """Say that nothing more comes."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def __iter__(self) -> Iterator[T]:
        """The things until the end.

        :raises Stopped: somebody of the crew failed.
        """
        while True:
            with self._changed:
                while not (self._waiting or self._ended):
                    self._check()
                    self._changed.wait()
                self._check()
                if not self._waiting:
                    return
                thing = self._waiting.popleft()
                self._changed.notify_all()
            yield thing

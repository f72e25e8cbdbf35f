"""Work done beside the main thread, piece by piece and in order, never far behind it."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

Work = Callable[[], object]


class Aside:
    """A thread that does what it is given; without *threaded* it is done at once.

    What is given outlives the call, until :meth:`wait` or until *waiting* more pieces were given. The error of
    a piece is raised by the next call; what was given after that piece is not done. Leaving the block ends the
    thread; what is still waiting then is dropped.

    :param waiting: how many pieces may be unfinished when :meth:`give` returns.
    """

    def __init__(self, *, threaded: bool, waiting: int) -> None:
        self._waiting = waiting
        self._given: deque[Future[None]] = deque()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="aside") if threaded else None
        self._broken = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def give(self, work: Work) -> None:
        """Have *work* done, after all that was given before."""
        if self._pool is None:
            work()
            return
        while len(self._given) >= self._waiting:
            self._given.popleft().result()
        self._given.append(self._pool.submit(self._do, work))

    def wait(self) -> None:
        """Return when everything is done."""
        while self._given:
            self._given.popleft().result()

    def _do(self, work: Work) -> None:
        if self._broken:
            return
        try:
            work()
        except BaseException:
            self._broken = True
            raise

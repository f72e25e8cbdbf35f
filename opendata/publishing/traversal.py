"""The one pass over a table's rows: each batch goes to everything that wants it, before the next is read.

The takers of a batch run side by side, since what they do is done outside Python's lock. Never more than two
batches are in memory: the one that is taken and the one that is read meanwhile.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def traverse(things: Iterable[T], takers: Sequence[Callable[[T], None]]) -> None:
    """Hand each of *things* to all *takers*; the first error of one stops everything and is raised."""
    source = iter(things)
    with ThreadPoolExecutor(len(takers) + 1, thread_name_prefix="publish") as pool:
        ahead = pool.submit(_next, source)
        while thing := ahead.result():
            ahead = pool.submit(_next, source)
            wait([pool.submit(take, thing[0]) for take in takers])


def side_by_side(works: Sequence[Callable[[], None]]) -> None:
    """Do all *works* at once and wait for them; the first error is raised when all have ended."""
    with ThreadPoolExecutor(max(len(works), 1), thread_name_prefix="publish") as pool:
        wait([pool.submit(work) for work in works])


def wait(futures: Sequence["Future[None]"]) -> None:
    """Raise the error of the first that had one, once the pool is left."""
    for future in futures:
        future.result()


def _next(source: Iterator[T]) -> tuple[T] | None:
    for thing in source:
        return (thing,)
    return None

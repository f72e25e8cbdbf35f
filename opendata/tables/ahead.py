"""The next thing made while the last one is used, by a thread: nearly all of it happens outside Python's lock."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def ahead(source: Generator[T], *, threaded: bool) -> Iterator[Iterator[T]]:
    """What *source* yields, in order, one thing ahead if it is *threaded*.

    What *source* raises is raised where the thing would have come. However the block ends, no thread is left
    and *source* is closed.
    """
    # Left in this order: first the thread, then the source that it was in.
    with closing(source):
        if not threaded:
            yield source
            return
        with ThreadPoolExecutor(1, thread_name_prefix="ahead") as pool:
            yield _taken(source, pool)


def _taken(source: Iterator[T], pool: ThreadPoolExecutor) -> Iterator[T]:
    coming = pool.submit(_next, source)
    while found := coming.result():
        coming = pool.submit(_next, source)
        yield found[0]


def _next(source: Iterator[T]) -> tuple[T] | None:
    for found in source:
        return (found,)
    return None

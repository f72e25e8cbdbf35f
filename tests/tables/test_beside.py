"""Things made ahead, work done aside: in order, errors as themselves, and no thread is left however it ends."""

import threading
from collections.abc import Callable, Generator, Iterator
from functools import partial

import pytest

from opendata.tables.ahead import ahead
from opendata.tables.aside import Aside


class Broken(Exception):
    """What a piece of work raises."""


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


@pytest.fixture(params=[False, True])
def threaded(request: pytest.FixtureRequest) -> bool:
    """Whether there is a thread."""
    return bool(request.param)


class Source:
    """Numbers from 0, an error at *broken*; tells how many were made and whether it was closed."""

    def __init__(self, count: int, broken: int | None = None) -> None:
        self._count, self._broken = count, broken
        self.made, self.closed = 0, False

    def numbers(self) -> Generator[int]:
        try:
            for number in range(self._count):
                if number == self._broken:
                    raise Broken
                self.made += 1
                yield number
        finally:
            self.closed = True


def test_all_in_order_and_one_ahead(threaded: bool) -> None:
    source = Source(50)
    with ahead(source.numbers(), threaded=threaded) as coming:
        for expected, number in enumerate(coming):
            assert number == expected
            assert source.made <= number + 1 + threaded
    assert (source.made, source.closed) == (50, True)


@pytest.mark.parametrize("broken", [0, 3])
def test_the_error_of_the_source_comes_in_its_place(threaded: bool, broken: int) -> None:
    source, seen = Source(5, broken), []
    with pytest.raises(Broken), ahead(source.numbers(), threaded=threaded) as coming:
        seen.extend(coming)
    assert source.closed
    if not threaded:
        return
    source = Source(5, broken)
    with ahead(source.numbers(), threaded=True) as coming:
        for number in range(broken):
            assert next(coming) == number
        with pytest.raises(Broken):
            next(coming)


@pytest.mark.parametrize("error", [Broken, KeyboardInterrupt])
def test_left_early(threaded: bool, error: type[BaseException]) -> None:
    source = Source(1000)

    def leave() -> None:
        with ahead(source.numbers(), threaded=threaded) as coming:
            next(coming)
            raise error

    with pytest.raises(error):
        leave()
    assert source.closed
    assert source.made <= 2


def test_work_in_order_and_never_far_behind(threaded: bool) -> None:
    done: list[int] = []
    with Aside(threaded=threaded, waiting=2) as aside:
        for number in range(50):
            aside.give(partial(done.append, number))
            assert number + 1 - len(done) <= 2
        aside.wait()
        assert done == list(range(50))


def _breaking(done: list[int]) -> Callable[[], None]:
    def work() -> None:
        done.append(-1)
        raise Broken

    return work


def test_the_error_of_a_piece_is_raised_and_nothing_done_after_it(threaded: bool) -> None:
    done: list[int] = []

    def all_given(more: int) -> None:
        with Aside(threaded=threaded, waiting=3) as aside:
            aside.give(partial(done.append, 0))
            aside.give(_breaking(done))
            for number in range(1, more):
                aside.give(partial(done.append, number))
            aside.wait()

    for more in (1, 10):
        done.clear()
        with pytest.raises(Broken):
            all_given(more)
        assert done == [0, -1]


def test_an_error_beside_it_ends_the_thread(threaded: bool) -> None:
    def interrupted() -> None:
        with Aside(threaded=threaded, waiting=3) as aside:
            aside.give(list)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

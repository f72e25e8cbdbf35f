"""How a step tells what it is doing; the doors decide how that is shown."""

from collections.abc import Iterable, Iterator, Sized
from typing import Protocol, TypeVar

from catalog.records import Text

T = TypeVar("T")


class Progress(Protocol):
    """Something that shows steps and how far each has come."""

    def begin(self, title: Text, total: int | None) -> None:
        """A step starts; *total* is the number of things to do, None if that is not known."""

    def advance(self, what: str) -> None:
        """One thing is done; *what* names it."""


class Silent:
    """Shows nothing."""

    def begin(self, title: Text, total: int | None) -> None:
        """Nothing to show."""

    def advance(self, what: str) -> None:
        """Nothing to show."""


def following(progress: Progress, title: Text, things: Iterable[T], name: str = "") -> Iterator[T]:
    """Go through *things* and tell *progress* after each; *name* is the attribute that names one."""
    progress.begin(title, len(things) if isinstance(things, Sized) else None)
    for thing in things:
        yield thing
        progress.advance(str(getattr(thing, name, "")))

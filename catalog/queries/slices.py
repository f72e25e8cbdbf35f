"""A page of a long answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")
#: The largest page that anybody may ask for.
LARGEST = 100


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """Some of ``total`` items: page ``page`` (counted from 1) of pages of ``size``."""

    items: tuple[T, ...]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty answer has one."""
        return max(1, -(-self.total // self.size))


def cut(items: Sequence[T], page: int, size: int) -> Slice[T]:
    """One page of what is already in memory."""
    start = (page - 1) * size
    return Slice(tuple(items[start : start + size]), len(items), page, size)


def read(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    make: Callable[[Sequence[Any]], list[T]],
    page: int,
    size: int,
) -> Slice[T]:
    """One page of a statement's rows.

    :param make: turns the rows of the page into items, all at once, so that it can look up the rest in bulk.
    """
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    rows = session.execute(statement.limit(size).offset((page - 1) * size)).all()
    return Slice(tuple(make(rows)), total, page, size)

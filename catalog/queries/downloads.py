"""How often datasets were downloaded: people per day, see :mod:`catalog.downloads`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from catalog.errors import NotFound
from catalog.models import Dataset, DownloadCount, Release

T = TypeVar("T")
#: The days that count as recent.
RECENT_DAYS = 30


@dataclass(frozen=True, slots=True)
class DownloadRow:
    """How many people fetched one release of a dataset in one format on one day."""

    day: date
    dataset: str
    release: int
    format: str
    count: int


@dataclass(frozen=True, slots=True)
class DownloadPage:
    """The downloads of one dataset; ``recent`` are those of the last 30 days, today among them."""

    dataset: str
    total: int
    recent: int
    by_release: dict[str, int]
    by_format: dict[str, int]
    by_day: dict[str, int]


def totals(session: Session, since: date | None = None) -> dict[str, int]:
    """Downloads per dataset, by its slug, from *since* on (None: ever); without those that nobody fetched."""
    statement = (
        select(Dataset.slug, func.sum(DownloadCount.count))
        .join(Release, Release.dataset_id == Dataset.id)
        .join(DownloadCount, DownloadCount.release_id == Release.id)
        .group_by(Dataset.slug)
    )
    if since:
        statement = statement.where(DownloadCount.day >= since)
    return {slug: int(count) for slug, count in session.execute(statement)}


def of_dataset(session: Session, slug: str, day: date) -> DownloadPage:
    """How often a dataset was fetched until *day*, and how; ``by_day`` has the recent days that saw a download.

    :raises NotFound: there is no such dataset.
    """
    if session.scalar(select(Dataset.id).where(Dataset.slug == slug)) is None:
        raise NotFound(f"没有名为 {slug} 的数据集", f"there is no dataset {slug}")
    first = day - timedelta(days=RECENT_DAYS - 1)
    by_release = _summed(session, slug, Release.number)
    by_day = _summed(session, slug, DownloadCount.day, DownloadCount.day >= first)
    return DownloadPage(
        dataset=slug,
        total=sum(by_release.values()),
        recent=sum(by_day.values()),
        by_release={str(number): count for number, count in by_release.items()},
        by_format=_summed(session, slug, DownloadCount.format),
        by_day={one.isoformat(): count for one, count in by_day.items()},
    )


def every(session: Session, since: date | None = None) -> Iterator[DownloadRow]:
    """All that was counted from *since* on (None: ever), the first day first, without holding it in memory."""
    statement = _rows().execution_options(yield_per=1000)
    if since:
        statement = statement.where(DownloadCount.day >= since)
    for day, slug, number, format_, count in session.execute(statement):
        yield DownloadRow(day, slug, number, format_, count)


def _rows() -> Select[date, str, int, str, int]:
    return (
        select(DownloadCount.day, Dataset.slug, Release.number, DownloadCount.format, DownloadCount.count)
        .join(Release, Release.id == DownloadCount.release_id)
        .join(Dataset, Dataset.id == Release.dataset_id)
        .order_by(DownloadCount.day, Dataset.slug, Release.number, DownloadCount.format)
    )


def _summed(
    session: Session, slug: str, column: InstrumentedAttribute[T], *conditions: ColumnElement[bool]
) -> dict[T, int]:
    statement = (
        select(column, func.sum(DownloadCount.count))
        .join(Release, Release.id == DownloadCount.release_id)
        .join(Dataset, Dataset.id == Release.dataset_id)
        .where(Dataset.slug == slug, *conditions)
        .group_by(column)
        .order_by(column)
    )
    return {value: int(count) for value, count in session.execute(statement)}

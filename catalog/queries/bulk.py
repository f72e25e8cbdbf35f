"""Every public file, for whoever keeps a copy of all: what it is, where it is fetched, what proves it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from catalog.embargo import FETCHABLE, current_id, opened
from catalog.models import Dataset, Distribution, Release


@dataclass(frozen=True, slots=True)
class BulkFile:
    """One file of a release; of a withdrawn release only the tombstone is told, nothing can be fetched."""

    dataset: str
    release: int
    #: ``published``, ``superseded`` or ``withdrawn``.
    state: str
    name: str
    format: str
    media_type: str
    size: int
    sha256: str
    modified: datetime | None


@dataclass(frozen=True, slots=True)
class BulkSize:
    """How much there is to fetch."""

    files: int
    size: int
    modified: datetime | None


#: Where a page ended: dataset, release, name.
Cursor = tuple[str, int, str]


def files(
    session: Session, *, every: bool = False, after: Cursor | None = None, size: int = 1000
) -> list[BulkFile]:
    """At most *size* files that come after the cursor *after*, in the order of dataset, release and name.

    :param every: the files of superseded releases too, not only of those that the public sees now.
    """
    statement = (
        _joined(session, every=every)
        .with_only_columns(Dataset.slug, current_id(session).label("current"), Release, Distribution)
        .order_by(Dataset.slug, Release.number, Distribution.name)
        .limit(size)
    )
    if after:
        place = tuple_(Dataset.slug, Release.number, Distribution.name)
        statement = statement.where(place > after)
    return [_file(slug, current, its, file) for slug, current, its, file in session.execute(statement)]


def measure(session: Session, *, every: bool = False) -> BulkSize:
    """How many files there are to fetch, and their bytes."""
    statement = _joined(session, every=every).where(Release.state != "withdrawn")
    counted = statement.with_only_columns(
        func.count(Distribution.id), func.sum(Distribution.size), func.max(Release.published_at)
    )
    count, size, modified = session.execute(counted).one()
    return BulkSize(count, int(size or 0), modified)


def _joined(session: Session, *, every: bool) -> Select[*tuple[object, ...]]:
    wanted: ColumnElement[bool] = Release.id == current_id(session)
    if every:
        wanted = Release.state.in_(FETCHABLE)
    return (
        select(Dataset)
        .join(Release, Release.dataset_id == Dataset.id)
        .join(Distribution, Distribution.release_id == Release.id)
        .where(or_(wanted, Release.state == "withdrawn"), opened(session))
    )


def _file(slug: str, current: str | None, release: Release, file: Distribution) -> BulkFile:
    state = "published" if release.id == current else release.state
    return BulkFile(
        dataset=slug,
        release=release.number,
        state="superseded" if state == "published" and release.id != current else state,
        name=file.name,
        format=file.format,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        modified=release.ended_at if state == "withdrawn" else release.published_at,
    )

"""What the storage has to hold, according to the catalogue."""

import heapq
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from catalog.models import Dataset, Distribution, Release

#: Under this name a release's description lies in the storage a second time, as ``<dataset>/<number>/…``.
DESCRIPTION = "datapackage.json"
BLOBS = "blobs/"
_DESCRIBED = re.compile(rf"([^/]+)/([0-9]{{1,9}})/{re.escape(DESCRIPTION)}")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One file that has to be stored: key, bytes, hash, and whose it is, as ``<dataset>/<number>/<name>``."""

    key: str
    size: int
    sha256: str
    owner: str


def recorded(session: Session) -> Iterator[Recorded]:
    """Every file of every release that is not erased, by ascending key (as bytes), each key once.

    Read as it is needed: memory does not grow with the catalogue.
    """
    both = heapq.merge(_files(session), _descriptions(session), key=attrgetter("key"))
    for _, same in groupby(both, key=attrgetter("key")):
        yield next(same)


def count_recorded(session: Session) -> int:
    """How many keys :func:`recorded` tells, at most."""
    files = select(func.count(func.distinct(Distribution.key))).join(Release).where(_kept())
    described = select(func.count()).select_from(Distribution).join(Release).where(_kept(), _is_described())
    return (session.scalar(files) or 0) + (session.scalar(described) or 0)


def is_recorded(session: Session, key: str) -> bool:
    """Whether a release that is not erased needs the file under *key*."""
    whole = select(Distribution.id).join(Release).where(_kept(), Distribution.key == key).limit(1)
    if session.scalar(whole) is not None:
        return True
    described = _DESCRIBED.fullmatch(key)
    if described is None:
        return False
    named = (
        select(Distribution.id)
        .join(Release)
        .join(Dataset, Dataset.id == Release.dataset_id)
        .where(_kept(), Distribution.name == DESCRIPTION)
        .where(Dataset.slug == described[1], Release.number == int(described[2]))
    )
    return session.scalar(named.limit(1)) is not None


def _files(session: Session) -> Iterator[Recorded]:
    return _read(session, Distribution.key)


def _descriptions(session: Session) -> Iterator[Recorded]:
    key = Dataset.slug + "/" + cast(Release.number, String) + f"/{DESCRIPTION}"
    return _read(session, key, _is_described())


def _read(
    session: Session, key: ColumnElement[str] | InstrumentedAttribute[str], *conditions: ColumnElement[bool]
) -> Iterator[Recorded]:
    # as bytes, which is how storages sort, whatever order the database was made for
    collation = "C" if session.get_bind().dialect.name == "postgresql" else "BINARY"
    statement = (
        select(key, Distribution.size, Distribution.sha256, Dataset.slug, Release.number, Distribution.name)
        .join(Release, Release.id == Distribution.release_id)
        .join(Dataset, Dataset.id == Release.dataset_id)
        .where(_kept(), *conditions)
        .order_by(key.collate(collation))
        .execution_options(yield_per=1000)
    )
    for key_, size, sha256, slug, number, name in session.execute(statement):
        yield Recorded(key_, size, sha256, f"{slug}/{number}/{name}")


def _is_described() -> ColumnElement[bool]:
    return (Distribution.name == DESCRIPTION) & Distribution.key.startswith(BLOBS)


def _kept() -> ColumnElement[bool]:
    return Release.erase_pending.is_(False) & Release.erased_at.is_(None)

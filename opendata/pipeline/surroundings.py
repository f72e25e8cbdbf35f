"""What the judge of one release may look up: divisions and their days, vocabularies, published tables."""

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from catalog.disk import room_in
from catalog.models import Dataset, Release, UnitRevision
from opendata.publishing.formats.parquet import Parquet
from opendata.services import Services
from opendata.tables.typed_file import TypedFile, open_typed
from opendata.validation import Schema
from opendata.validation.known import Divisions, Known, Period


def divisions(session: Session) -> Divisions:
    """Every division code of the roster with the periods in which a unit there had it.

    What stood on the roster's first day is taken to have stood before: the roster does not reach further.
    """
    query = select(UnitRevision.division_code, UnitRevision.valid_from, UnitRevision.valid_to).where(
        UnitRevision.known()
    )
    rows = [(code, begin, end) for code, begin, end in session.execute(query)]
    first = min((begin for _, begin, _ in rows), default=date.min)
    periods: dict[str, list[Period]] = {}
    for code, begin, end in rows:
        periods.setdefault(code, []).append((None if begin == first else begin, end))
    return Divisions(periods)


def published_rows(services: Services, release: Release, folder: Path) -> TypedFile | None:
    """The published table of *release*, None if it has none.

    :param folder: receives a copy where the storage is not this machine's disk.
    :raises StorageFull: there is no room for the copy.
    """
    parquet = next((one for one in release.distributions if one.format == Parquet.name), None)
    if parquet is None:
        return None
    place = services.storage.local_path(parquet.key)
    if place is None:
        place = folder / f"{release.id}.parquet"
        with closing(services.storage.open(parquet.key)) as stream, room_in(folder), place.open("wb") as copy:
            shutil.copyfileobj(stream, copy, 1 << 20)
    return open_typed(place)


def _current(session: Session, slug: str) -> Release | None:
    query = (
        select(Release)
        .join(Dataset, Dataset.current_release_id == Release.id)
        .where(Dataset.slug == slug, Release.state == "published")
        .options(selectinload(Release.distributions))
    )
    return session.scalars(query).first()


def _reader(session: Session, services: Services, folder: Path) -> Callable[[str], TypedFile | None]:
    read: dict[str, TypedFile | None] = {}

    def dataset(slug: str) -> TypedFile | None:
        if slug not in read:
            release = _current(session, slug)
            read[slug] = published_rows(services, release, folder) if release else None
        return read[slug]

    return dataset


def known_for(
    session: Session, services: Services, slug: str, schema: Schema, stood: Divisions, folder: Path
) -> Known:
    """What the judge of a release of the dataset *slug* may look up.

    :param stood: :func:`divisions`, read once for many releases.
    :param folder: receives copies of published tables, as long as the judge is at work.
    """
    dataset = _reader(session, services, folder)
    compares = any(check["type"] == "change" for check in schema.checks)
    return Known(
        divisions=stood,
        vocabularies=services.settings.schemas_dir / "vocabularies",
        dataset=dataset,
        last=dataset(slug) if compares else None,
    )

"""From the kept raw bytes of a release to a table and the schema that it must fit."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.disk import room_in
from catalog.models import InventoryRevision, Release
from catalog.scratch import scratch_folder
from opendata.services import Services
from opendata.tables import Table, read, typed
from opendata.tables.dialect import FOUND_OUT, Dialect, dialect_of
from opendata.tables.masking import key_mark
from opendata.tables.typed_file import TypedFile, open_typed, write_typed
from opendata.validation import Schema, named_schema, resolve_schema

#: States of a release that is to be published yet.
_WAITING = ("received", "valid", "approved")


@dataclass(frozen=True, slots=True)
class ItemFields:
    """What an inventory item says of its data: the schema it cites, its 信息项, and the formats it names."""

    schema_name: str
    fields: tuple[dict[str, Any], ...]
    formats: tuple[str, ...] = ()


@contextmanager
def scratch(services: Services) -> Iterator[Path]:
    """A folder for files that nobody will miss.

    :raises StorageFull: no space is left for it, or for what is written inside.
    """
    place = services.settings.scratch_dir
    with room_in(place):
        place.mkdir(parents=True, exist_ok=True)
        with scratch_folder(place) as folder:
            yield folder


def table_of(services: Services, release: Release, folder: Path, dialect: Dialect | None = None) -> Table:
    """Read the raw bytes of *release* strictly; *folder* receives the normalised text.

    :param dialect: how the file is laid out; default: what the schema says by which it was judged.
    """
    if dialect is None:
        dialect = dialect_of(release.schema) if release.schema else FOUND_OUT
    path = services.raw.path(release.file_sha256)
    return read(path, name=release.file_name, scratch=folder, dialect=dialect)


def typed_path(services: Services, release_id: str, schema: Mapping[str, Any]) -> Path:
    """Where the table of a release, validated by *schema*, stands until it is published.

    Where columns are hashed its name tells by which key: what another key made is never published.
    """
    mark = key_mark(schema, services.settings.mask_key)
    return services.settings.typed_dir / f"{release_id}{mark and f'~{mark}'}.parquet"


def keep_typed(services: Services, release_id: str, schema: Mapping[str, Any], made: Path) -> None:
    """Move the whole typed file *made*, on the same disk, to where :func:`typed_of` looks for it."""
    target = typed_path(services, release_id, schema)
    with room_in(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        with made.open("rb") as written:
            os.fsync(written.fileno())
        made.replace(target)


def drop_typed(services: Services, release_id: str) -> None:
    """Delete the typed tables of a release, whatever key they were hashed by."""
    for path in services.settings.typed_dir.glob("*.parquet"):
        if _release_of(path) == release_id:
            path.unlink(missing_ok=True)


def _release_of(path: Path) -> str:
    """The release whose typed table stands at *path*."""
    return path.stem.partition("~")[0]


def drop_settled(services: Services) -> None:
    """Delete the typed tables that nobody will publish from: of releases rejected, and of published ones whose
    process was killed before it took its own away.
    """
    with services.readers() as session:
        for path in services.settings.typed_dir.glob("*.parquet"):
            release = session.get(Release, _release_of(path))
            if release is not None and release.state not in _WAITING:
                drop_typed(services, release.id)


def typed_of(services: Services, release: Release, folder: Path) -> TypedFile:
    """The rows of *release* under the schema it was judged by: as validation left them, else made again.

    :param folder: receives what is made on the way.
    :raises InvalidInput: the raw bytes break the schema: the release is not valid.
    :raises StorageFull: no space is left.
    """
    if release.schema is None:
        raise AssertionError("a release that was never judged has no typed table")
    path = typed_path(services, release.id, release.schema)
    # Lost or damaged, it is only a shortcut past the raw bytes.
    with suppress(FileNotFoundError, pa.ArrowInvalid):
        return open_typed(path)
    made = folder / path.name
    with room_in(folder):
        rows = typed(table_of(services, release, folder), release.schema, services.settings.mask_key)
        write_typed(rows, made)
    keep_typed(services, release.id, release.schema, made)
    return open_typed(path)


def item_fields(session: Session, release: Release, services: Services) -> ItemFields:
    """The schema name and the 信息项 of the inventory item of *release*, as they hold today."""
    query = select(InventoryRevision).where(
        InventoryRevision.item_id == release.dataset.item_id, InventoryRevision.holds(services.today())
    )
    item = session.scalars(query).one()
    fields = tuple(
        {
            "label": field.title,
            "name": field.name,
            "type": field.type,
            "length": field.length,
            "required": field.required,
            "key": field.key,
        }
        for field in item.fields
    )
    return ItemFields(item.schema_name, fields, tuple(item.formats))


def dialect_for(services: Services, item: ItemFields) -> Dialect:
    """How the files of *item* are laid out: as the schema says that it cites, else to be found out."""
    if not item.schema_name:
        return FOUND_OUT
    return named_schema(item.schema_name, services.settings.schemas_dir).dialect


def schema_of(services: Services, item: ItemFields, table: Table) -> Schema:
    """The schema for *table*: the one the item cites, else derived from its 信息项, else inferred."""
    return resolve_schema(item.schema_name, item.fields, table, services.settings.schemas_dir)

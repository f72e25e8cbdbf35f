"""From the kept raw bytes of a release to a table and the schema that it must fit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.disk import room_in
from catalog.models import InventoryRevision, Release, UnitRevision
from opendata.services import Services
from opendata.tables import Table, read
from opendata.validation import Schema, resolve_schema


@dataclass(frozen=True, slots=True)
class ItemFields:
    """What an inventory item says of its data: the schema it cites and its 信息项."""

    schema_name: str
    fields: tuple[dict[str, Any], ...]


@contextmanager
def scratch(services: Services) -> Iterator[Path]:
    """A folder for files that nobody will miss.

    :raises StorageFull: no space is left for it, or for what is written inside.
    """
    place = services.settings.scratch_dir
    with room_in(place):
        place.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=place) as folder:
            yield Path(folder)


def table_of(services: Services, release: Release, folder: Path) -> Table:
    """Read the raw bytes of *release* strictly; *folder* receives the normalised text."""
    return read(services.raw.path(release.file_sha256), name=release.file_name, scratch=folder)


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
    return ItemFields(item.schema_name, fields)


def schema_of(services: Services, item: ItemFields, table: Table) -> Schema:
    """The schema for *table*: the one the item cites, else derived from its 信息项, else inferred."""
    return resolve_schema(item.schema_name, item.fields, table, services.settings.schemas_dir)


def divisions(session: Session) -> frozenset[str]:
    """Every division code that the roster ever knew."""
    return frozenset(session.scalars(select(UnitRevision.division_code).where(UnitRevision.known())))

"""What a release has to tell beside its data: how it differs from the one before, and the companions made of that."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.embargo import FETCHABLE
from catalog.models import Distribution, Release
from catalog.moments import CHINA
from catalog.vocabularies import TABLE
from opendata.pipeline.lineage import predecessor
from opendata.pipeline.originals import published_original, state_of
from opendata.publishing.companions import Change, Companion, companions
from opendata.publishing.diff import diff_rows
from opendata.publishing.diff.files import FileState, diff_files
from opendata.publishing.package import BuiltFile, Metadata
from opendata.publishing.storage.base import Storage
from opendata.services import Services
from opendata.tables.masking import masked_schema
from opendata.tables.period import Period
from opendata.tables.schema_diff import compare_schemas, key_of

PARQUET = "parquet"
#: Members of an archive that a changelog names, of each kind of change; the comparison itself lists more.
NAMES_TOLD = 100
_CHUNK = 1 << 20


class Story:
    """The companions of one release; made once its files are written, since they tell of them.

    ``before_id`` is the release that it is compared with, ``change`` what was found; ``period`` the days of
    which the rows speak, where the schema names the fields that tell.
    """

    def __init__(self, session: Session, services: Services, release: Release, metadata: Metadata) -> None:
        self._session, self._services, self._release, self._metadata = session, services, release, metadata
        before = predecessor(session, release)
        self._before = before
        self.before_id = before.id if before else None
        self.change: Change | None = None
        self.period: Period | None = None

    def __call__(self, folder: Path, files: Sequence[BuiltFile]) -> tuple[Companion, ...]:
        """Compare *files*, written into *folder*, with the release before, and tell."""
        self.change = self._compared(folder, files)
        earlier = [*_earlier(self._session, self._release), self.change]
        schema = self._release.schema
        return companions(self._metadata, masked_schema(schema) if schema else None, files, earlier)

    def _compared(self, folder: Path, files: Sequence[BuiltFile]) -> Change:
        release, before = self._release, self._before
        day = release.received_at.astimezone(CHINA).date().isoformat()
        if before is None:
            return Change(release.number, day, release.rows)
        both = before.schema, release.schema
        schema = (
            compare_schemas(masked_schema(both[0]), masked_schema(both[1])) if both[0] and both[1] else None
        )
        rows = self._rows(folder, files, before)
        return Change(
            release=release.number,
            day=day,
            rows=release.rows,
            supersedes=before.number,
            breaking=before.kind != release.kind or bool(schema and schema.breaking),
            schema=[one.to_dict() for one in schema.changes] if schema else [],
            file=self._file(folder, files, before),
            **rows,
        )

    def _file(self, folder: Path, files: Sequence[BuiltFile], before: Release) -> dict[str, Any] | None:
        """What became of the file; nothing where either release is a table, or the older one is out of reach."""
        old = published_original(before)
        if old is None or self._release.kind == TABLE or before.state not in FETCHABLE:
            return None
        new = files[0]
        state = FileState(new.name, new.media_type, new.size, new.sha256)
        path = fetched(self._services.storage, old, folder.parent)
        return diff_files((state_of(old), path), (state, folder / new.name)).to_dict(NAMES_TOLD)

    def _rows(self, folder: Path, files: Sequence[BuiltFile], before: Release) -> dict[str, Any]:
        """What became of the rows; nothing where either release has no table, or the older one is out of reach."""
        new = next((one for one in files if one.format == PARQUET), None)
        old = next((one for one in before.distributions if one.format == PARQUET), None)
        if new is None or old is None or before.state not in FETCHABLE:
            return {}
        path = fetched(self._services.storage, old, folder.parent)
        found = diff_rows(
            path, folder / new.name, key_of(masked_schema(self._release.schema or {"fields": []}))
        )
        counts = {name: getattr(found, name) for name in ("added", "removed", "changed", "unchanged")}
        return {"key": [*found.key], "counts": counts, "fields": found.fields}


def fetched(storage: Storage, file: Distribution, folder: Path) -> Path:
    """A published file as a path on this machine: where it lies, or a copy in *folder*."""
    here = storage.local_path(file.key)
    if here is not None:
        return here
    path = folder / f"{file.sha256}.{file.format}"
    with closing(storage.open(file.key)) as source, path.open("wb") as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
    return path


def _earlier(session: Session, release: Release) -> list[Change]:
    """What is known of the releases before this one; those from before changes were kept tell only that they were."""
    query = select(Release).where(Release.dataset_id == release.dataset_id, Release.number < release.number)
    known = session.scalars(query.where(Release.published_at.is_not(None)).order_by(Release.number))
    return [_of(one.changes, one) for one in known]


def _of(changes: Mapping[str, Any] | None, release: Release) -> Change:
    if changes:
        return Change.from_dict(changes)
    return Change(release.number, release.received_at.astimezone(CHINA).date().isoformat(), release.rows)

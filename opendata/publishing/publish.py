"""Build a release's files, store them under their own prefix, and prove later that they are what they were.

::

    scratch/<random>/                     every format, profile.json, datapackage.json   built, hashed, thrown away
    blobs/3a/3a7bd3…                      the same files in the storage, each under its hash
    <dataset>/<number>/datapackage.json   stored last: the release's name for its blobs

A kill leaves blobs that nothing points at, and the next run completes the release.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from catalog.disk import NO_ROOM
from catalog.errors import Conflict, InvalidInput, StorageFull
from catalog.records import Text
from opendata.publishing.formats import FORMATS
from opendata.publishing.formats.base import Format, Schema
from opendata.publishing.formats.csv import FORMULA
from opendata.publishing.package import DESCRIPTOR, BuiltFile, Metadata, descriptor
from opendata.publishing.preview import profile
from opendata.publishing.storage.base import Storage
from opendata.publishing.storage.blobs import blob_key, keep

PROFILE = "profile.json"
_JSON = "application/json"
_AS_FILE = {"profile": "data-resource", "type": "file", "encoding": "utf-8"}
#: Libraries in Rust say the operating system's number in words only.
_FULL_IN_WORDS = re.compile(r"\b(?:os error|code:) (\d+)\b")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A format in which this table is not offered, and why."""

    format: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Build:
    """The files of a release in their folder, ``datapackage.json`` last, and what could not be built."""

    files: tuple[BuiltFile, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A stored release: every file is in the storage under :meth:`key`, which is its content's."""

    dataset_slug: str
    number: int
    rows: int
    files: tuple[BuiltFile, ...]
    skipped: tuple[Skipped, ...]

    @property
    def prefix(self) -> str:
        """Where the release's description lies in the storage, without a slash at its end."""
        return release_prefix(self.dataset_slug, self.number)

    def key(self, file: BuiltFile) -> str:
        """The key of one of its files."""
        return blob_key(file.sha256)


def release_prefix(dataset_slug: str, number: int) -> str:
    """Where the description of release *number* of a dataset lies in the storage: ``<dataset>/<number>``."""
    return f"{dataset_slug}/{number}"


def build(
    table: pa.Table,
    schema: Schema,
    folder: Path,
    metadata: Metadata,
    formats: Mapping[str, Format] = FORMATS,
) -> Build:
    """Write *table* in every format that applies, its profile and its ``datapackage.json`` into *folder*.

    :param table: one typed column per field of *schema*, in its order.
    :raises InvalidInput: the columns are not the schema's fields, or a name would run as a formula.
    :raises StorageFull: no space is left in *folder*.
    """
    _require_fields(table, schema)
    described: list[tuple[BuiltFile, Mapping[str, Any]]] = []
    skipped = []
    for format_ in formats.values():
        if not format_.applies(schema):
            continue
        if reason := format_.obstacle(table):
            skipped.append(Skipped(format_.name, reason))
            continue
        path = folder / f"{metadata.name}{format_.extension}"
        with _writing(path):
            format_.write(table, schema, path)
        described.append((_built(path, format_.name, format_.media_type, table.num_rows), format_.resource))
    described.append((_write_json(folder / PROFILE, "profile", profile(table, schema)), _AS_FILE))
    package = _write_json(folder / DESCRIPTOR, "datapackage", descriptor(metadata, schema, described))
    return Build((*(file for file, _ in described), package), tuple(skipped))


def publish(
    storage: Storage,
    *,
    dataset_slug: str,
    number: int,
    table: pa.Table,
    schema: Schema,
    metadata: Metadata,
    scratch: Path,
    formats: Mapping[str, Format] = FORMATS,
    replace: bool = False,
) -> Manifest:
    """Build the release in *scratch* and store its files, its description under ``<dataset>/<number>/`` last.

    Run again, after a kill or not, it ends in the same files and returns the same manifest.

    :param replace: store over whatever lies under this number; right only while nothing points at it, when the
        description may have changed since a run that was killed.
    :raises Conflict: under this number another content is published already.
    :raises StorageFull: no space is left; nothing points at what was stored.
    :raises Unreachable: the storage does not answer.
    """
    with _writing(scratch):
        scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        built = build(table, schema, folder, metadata, formats)
        manifest = Manifest(dataset_slug, number, table.num_rows, built.files, built.skipped)
        if replace or not _is_stored(storage, manifest, (folder / DESCRIPTOR).read_bytes()):
            for file in built.files:
                keep(storage, file.sha256, folder / file.name)
            storage.put(f"{manifest.prefix}/{DESCRIPTOR}", folder / DESCRIPTOR)
    return manifest


def discard(storage: Storage, dataset_slug: str, number: int) -> int:
    """Delete the description that an abandoned publication left; its blobs are swept with all that nobody needs."""
    return storage.delete_prefix(release_prefix(dataset_slug, number))


def _is_stored(storage: Storage, manifest: Manifest, package: bytes) -> bool:
    """Whether the release is there whole; a different one under its number is a conflict."""
    key = f"{manifest.prefix}/{DESCRIPTOR}"
    if not storage.exists(key):
        return False
    with storage.open(key) as stream:
        if stream.read() != package:
            raise Conflict(
                f"{manifest.prefix} 已发布，其内容不可更改；请使用新的版本号",
                f"{manifest.prefix} is published already and can't be changed; use a new number",
            )
    return all(storage.exists(manifest.key(file)) for file in manifest.files)


def _require_fields(table: pa.Table, schema: Schema) -> None:
    names = [field["name"] for field in schema["fields"]]
    if not names or table.column_names != names or len({*names}) != len(names):
        raise InvalidInput(
            f"表的列应为 {names}，实际为 {table.column_names}",
            f"the table's columns must be {names}, not {table.column_names}",
        )
    for name in names:
        if re.match(FORMULA, name):
            raise InvalidInput(
                f"字段名 {name!r} 会被表格软件当作公式", f"a spreadsheet would run field name {name!r}"
            )


def _write_json(path: Path, format_: str, value: Mapping[str, Any]) -> BuiltFile:
    with _writing(path):
        path.write_text(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n", "utf-8")
    return _built(path, format_, _JSON, None)


def _built(path: Path, format_: str, media_type: str, rows: int | None) -> BuiltFile:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return BuiltFile(path.name, format_, media_type, path.stat().st_size, sha256, rows)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Say of every library alike that the disk is full."""
    try:
        yield
    except OSError as error:
        spoken = _FULL_IN_WORDS.search(str(error))
        if (error.errno or int(spoken[1] if spoken else 0)) in NO_ROOM:
            raise StorageFull(
                f"磁盘空间不足，无法生成 {path.name}", f"no space left to build {path.name}"
            ) from error
        raise

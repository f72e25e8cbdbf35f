"""Build a release's files, store them under their own prefix, and prove later that they are what they were.

::

    scratch/<random>/                     every format, profile.json, datapackage.json   built, hashed, thrown away
    blobs/3a/3a7bd3…                      the same files in the storage, each under its hash
    <dataset>/<number>/datapackage.json   stored last: the release's name for its blobs

A kill leaves blobs that nothing points at, and the next run completes the release.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from catalog.errors import Conflict
from opendata.publishing.build import (
    EAGER_ROWS,
    Beside,
    Build,
    Sign,
    Skipped,
    build,
    build_original,
    nothing,
)
from opendata.publishing.formats import FORMATS
from opendata.publishing.formats.base import Format
from opendata.publishing.formats.shape import Schema
from opendata.publishing.original import Original
from opendata.publishing.package import DESCRIPTOR, BuiltFile, Metadata
from opendata.publishing.product import writing
from opendata.publishing.storage.base import Storage
from opendata.publishing.storage.blobs import blob_key, keep_all
from opendata.tables.typed_file import TypedFile


@dataclass(frozen=True, slots=True)
class Manifest:
    """A stored release: every file is in the storage under :meth:`key`, which is its content's.

    ``rows`` is None for what is no table.
    """

    dataset_slug: str
    number: int
    rows: int | None
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


def publish(
    storage: Storage,
    *,
    dataset_slug: str,
    number: int,
    file: TypedFile,
    schema: Schema,
    metadata: Metadata,
    scratch: Path,
    formats: Mapping[str, Format] = FORMATS,
    eager_rows: int = EAGER_ROWS,
    replace: bool = False,
    beside: Beside = nothing,
    sign: Sign | None = None,
) -> Manifest:
    """Build the release in *scratch* and store its files, its description under ``<dataset>/<number>/`` last.

    Run again, after a kill or not, it ends in the same files and returns the same manifest.

    :param eager_rows: a table of more rows is not written in the formats that are heavy.
    :param replace: store over whatever lies under this number; right only while nothing points at it, when the
        description may have changed since a run that was killed.
    :param beside: what else is to lie beside the data (:func:`opendata.publishing.build.build`).
    :param sign: makes the signature file of the description.
    :raises Conflict: under this number another content is published already.
    :raises StorageFull: no space is left; nothing points at what was stored.
    :raises Unreachable: the storage does not answer.
    """

    def make(folder: Path) -> Build:
        return build(file, schema, folder, metadata, formats, eager_rows=eager_rows, beside=beside, sign=sign)

    return _store(storage, dataset_slug, number, file.rows, scratch, make, replace=replace)


def publish_original(
    storage: Storage,
    *,
    dataset_slug: str,
    number: int,
    original: Original,
    metadata: Metadata,
    scratch: Path,
    replace: bool = False,
    beside: Beside = nothing,
    sign: Sign | None = None,
) -> Manifest:
    """As :func:`publish`, of a file that is published as it came.

    :raises Tampered: its bytes are not those that were judged.
    """

    def make(folder: Path) -> Build:
        return build_original(original, folder, metadata, beside=beside, sign=sign)

    return _store(storage, dataset_slug, number, None, scratch, make, replace=replace)


def _store(
    storage: Storage,
    dataset_slug: str,
    number: int,
    rows: int | None,
    scratch: Path,
    make: Callable[[Path], Build],
    *,
    replace: bool,
) -> Manifest:
    """Have the release made in a folder of its own, and store it: its files, then its description."""
    with writing(scratch):
        scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        built = make(folder)
        manifest = Manifest(dataset_slug, number, rows, built.files, built.skipped)
        if replace or not _is_stored(storage, manifest, (folder / DESCRIPTOR).read_bytes()):
            keep_all(storage, ((one.sha256, folder / one.name) for one in built.files))
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

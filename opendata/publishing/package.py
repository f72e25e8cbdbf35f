"""``datapackage.json``: what a release's files are, in the words of the Data Package standard (v1).

Written last and read first: a folder of files without it is not a release.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from catalog.records import Text
from opendata.publishing.formats.shape import Schema

DESCRIPTOR = "datapackage.json"
#: Nothing to say; the package then leaves the property out.
UNSAID = Text("", "")

#: What our schemas say of the *source's* file (its labels, its spellings) or of our own checks.
_SOURCE_SCHEMA = frozenset(
    {"checks", "sort", "period", "source", "domain", "public", "quasiIdentifiers", "missingValues", "fields"}
)
_SOURCE_FIELD = frozenset(
    {"aliases", "check", "trueValues", "falseValues", "decimalChar", "groupChar", "bareNumber"}
)
_MOMENTS = frozenset({"date", "time", "datetime"})


@dataclass(frozen=True, slots=True)
class Link:
    """A licence or a source: its title, where it can be read, and for a licence its identifier."""

    title: str
    path: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a release's package says beside its files.

    ``name`` is the dataset's slug and begins every file's name; ``version`` is the release's number. ``created`` has
    to be the release's own moment, not the hour of this run: the same release gives the same bytes.
    """

    name: str
    title: Text
    version: str
    created: datetime
    description: Text = UNSAID
    licenses: tuple[Link, ...] = ()
    sources: tuple[Link, ...] = ()
    publisher: Text = UNSAID
    keywords: tuple[str, ...] = ()
    homepage: str = ""


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """One file of a release; ``rows`` is None for those that aren't the table itself."""

    name: str
    format: str
    media_type: str
    size: int
    sha256: str
    rows: int | None = None


def descriptor(
    metadata: Metadata, schema: Schema | None, files: Iterable[tuple[BuiltFile, Mapping[str, Any]]]
) -> dict[str, Any]:
    """The package of *files*, each with what its format says of it (:attr:`Format.resource`).

    :param schema: None for what is no table.
    """
    public = published_schema(schema) if schema else {}
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": metadata.name,
        "title": metadata.title.zh,
        "title_en": metadata.title.en,
        "description": metadata.description.zh,
        "description_en": metadata.description.en,
        "homepage": metadata.homepage,
        "version": metadata.version,
        "created": metadata.created.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "keywords": [*metadata.keywords],
        "licenses": [_filled(asdict(link)) for link in metadata.licenses],
        "sources": [_filled(asdict(link)) for link in metadata.sources],
        "contributors": _publisher(metadata.publisher),
    }
    resources = [_resource(metadata, file, extra, public) for file, extra in files]
    return {**_filled(package), "resources": resources}


def resource(dataset: str, file: BuiltFile) -> dict[str, Any]:
    """What the standard has to say of any file: its name, kind, bytes and hash."""
    return {
        "name": f"{dataset}-{file.format}",
        "path": file.name,
        "format": file.name.rpartition(".")[2],
        "mediatype": file.media_type,
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
    }


def published_schema(schema: Schema) -> dict[str, Any]:
    """*schema* as it is true of our files: canonical spellings, nothing about the source's file.

    The one missing value is the empty text, and moments are in the standard's default (ISO 8601) format.
    """
    fields = [_published_field(field) for field in schema["fields"]]
    rest = {name: value for name, value in schema.items() if name not in _SOURCE_SCHEMA}
    return {**rest, "fields": fields, "missingValues": [""]}


def _published_field(field: Mapping[str, Any]) -> dict[str, Any]:
    dropped = _SOURCE_FIELD | ({"format"} if field.get("type") in _MOMENTS else set())
    return {name: value for name, value in field.items() if name not in dropped}


def _resource(
    metadata: Metadata, file: BuiltFile, extra: Mapping[str, Any], schema: Mapping[str, Any]
) -> dict[str, Any]:
    told = {**resource(metadata.name, file), **extra}
    if file.rows is None:
        return told
    # frictionless counts the rows of tables only, and a count that it can't check is an error to it
    return told | {"schema": schema} | ({} if extra.get("type") == "file" else {"rows": file.rows})


def _publisher(publisher: Text) -> list[dict[str, str]]:
    return [{"title": publisher.zh, "title_en": publisher.en, "role": "publisher"}] if publisher.zh else []


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}

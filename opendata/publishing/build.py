"""The folder of a release: its rows in every format and their profile, or its one file as it came; and the package
that describes them.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.errors import InvalidInput
from catalog.records import Text
from opendata.publishing.companions import Companion
from opendata.publishing.formats import FORMATS
from opendata.publishing.formats.base import Format
from opendata.publishing.formats.csv import FORMULA
from opendata.publishing.formats.shape import Schema, Shape
from opendata.publishing.original import Original
from opendata.publishing.package import DESCRIPTOR, BuiltFile, Metadata, descriptor
from opendata.publishing.product import writing
from opendata.publishing.products import make
from opendata.publishing.signing import SUFFIX
from opendata.tables.typed_file import TypedFile

PROFILE = "profile.json"
#: Rows up to which a table is written in every format at publication.
EAGER_ROWS = 100_000
_JSON = "application/json"
_AS_FILE = {"profile": "data-resource", "type": "file", "encoding": "utf-8"}

#: A file, and what its format says of it (:attr:`Format.resource`).
_Described = tuple[BuiltFile, Mapping[str, Any]]
#: Makes the files beside the data, given the folder and the data's files in it.
Beside = Callable[[Path, Sequence[BuiltFile]], Sequence[Companion]]
#: Makes the text of a signature file.
Sign = Callable[[bytes], bytes]


def nothing(_folder: Path, _files: Sequence[BuiltFile]) -> tuple[Companion, ...]:
    """No files beside the data."""
    return ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A format in which this table is not offered, and why."""

    format: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Build:
    """The files of a release in their folder, ``datapackage.json`` and its signature last, and what could not be built."""

    files: tuple[BuiltFile, ...]
    skipped: tuple[Skipped, ...]


def build(
    file: TypedFile,
    schema: Schema,
    folder: Path,
    metadata: Metadata,
    formats: Mapping[str, Format] = FORMATS,
    *,
    eager_rows: int = EAGER_ROWS,
    beside: Beside = nothing,
    sign: Sign | None = None,
) -> Build:
    """Write *file* in every format that applies, its profile and its ``datapackage.json`` into *folder*.

    :param file: one typed column per field of *schema*, in its order.
    :param eager_rows: a table of more rows is not written in the formats that are heavy.
    :param beside: what else is to lie in the folder, once the data are written.
    :param sign: makes the signature file of the description.
    :raises InvalidInput: the columns are not the schema's fields, or a name would run as a formula.
    :raises StorageFull: no space is left in *folder*.
    """
    _require_fields(file, schema)
    wanted = [
        one for one in formats.values() if one.applies(schema) and not (one.heavy and file.rows > eager_rows)
    ]
    products, profile = make(Shape(schema, file), wanted, folder, metadata.name)
    described: list[_Described] = [
        (one.built(), one.format.resource) for one in products if one.reason is None
    ]
    described.append((_write_json(folder / PROFILE, "profile", profile), _AS_FILE))
    skipped = tuple(Skipped(one.format.name, one.reason) for one in products if one.reason is not None)
    return Build(_described(described, schema, folder, metadata, beside, sign), skipped)


def build_original(
    original: Original,
    folder: Path,
    metadata: Metadata,
    *,
    beside: Beside = nothing,
    sign: Sign | None = None,
) -> Build:
    """Put *original* into *folder* as it came, under the dataset's name, and describe it; the rest as :func:`build`.

    :raises Tampered: the bytes are not those that were judged.
    :raises StorageFull: no space is left in *folder*.
    """
    path = folder / f"{metadata.name}{original.extension}"
    with writing(path):
        built = original.copy(path)
    as_it_came = {"profile": "data-resource", "type": "file"}
    return Build(_described([(built, as_it_came)], None, folder, metadata, beside, sign), ())


def _described(
    data: Sequence[_Described],
    schema: Schema | None,
    folder: Path,
    metadata: Metadata,
    beside: Beside,
    sign: Sign | None,
) -> tuple[BuiltFile, ...]:
    """The files of the *data*, what lies beside them, and last the package that describes all, with its signature."""
    described = [*data, *_beside(folder, beside(folder, [built for built, _ in data]))]
    package = [_write_json(folder / DESCRIPTOR, "datapackage", descriptor(metadata, schema, described))]
    if sign:
        signature = Companion(
            DESCRIPTOR + SUFFIX, "signature", _JSON, sign((folder / DESCRIPTOR).read_bytes())
        )
        package += [built for built, _ in _beside(folder, [signature])]
    return (*(built for built, _ in described), *package)


def _beside(folder: Path, made: Sequence[Companion]) -> list[_Described]:
    written: list[_Described] = []
    for one in made:
        with writing(folder / one.name):
            (folder / one.name).write_bytes(one.data)
        digest = hashlib.sha256(one.data).hexdigest()
        written.append((BuiltFile(one.name, one.format, one.media_type, len(one.data), digest), _AS_FILE))
    return written


def _require_fields(file: TypedFile, schema: Schema) -> None:
    names = [field["name"] for field in schema["fields"]]
    if not names or file.column_names != names or len({*names}) != len(names):
        raise InvalidInput(
            f"表的列应为 {names}，实际为 {file.column_names}",
            f"the table's columns must be {names}, not {file.column_names}",
        )
    for name in names:
        if re.match(FORMULA, name):
            raise InvalidInput(
                f"字段名 {name!r} 会被表格软件当作公式", f"a spreadsheet would run field name {name!r}"
            )


def _write_json(path: Path, format_: str, value: Mapping[str, Any]) -> BuiltFile:
    data = (json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
    with writing(path):
        path.write_bytes(data)
    return BuiltFile(path.name, format_, _JSON, len(data), hashlib.sha256(data).hexdigest())

"""What an output format must do; one small file per format, one contract test for all."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from catalog.records import Text

#: A Table Schema as parsed JSON.
Schema = Mapping[str, Any]


class Format(Protocol):
    """One way to write a validated table as a file; a format inherits from this and says what is its own.

    The table has one column per field of the schema, named and ordered alike, in the field's type. The same
    table and schema give the same bytes wherever the library lets us: no clock, no chance.
    """

    name: str
    title: Text
    media_type: str
    #: With its dot; also the end of the file's name.
    extension: str
    #: What a Data Package says of the file beyond its name, size and hash.
    resource: Mapping[str, Any]

    def applies(self, schema: Schema) -> bool:
        """Whether tables of this schema are offered in this format at all: those that have columns."""
        return bool(schema["fields"])

    def obstacle(self, table: pa.Table) -> Text | None:  # noqa: ARG002 - most formats hold every table
        """Why this table would be damaged by this format, and so isn't written in it; None if it would not."""
        return None

    def write(self, table: pa.Table, schema: Schema, path: Path) -> None:
        """Write the table to *path*, which nobody reads yet; values stay exact as ``docs/formats.md`` says."""

"""What an output format must do; one small file per format, one contract test for all.

The rows of a table come in batches, once, and every format takes each batch as it comes: none holds the table.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import polars as pl
import pyarrow as pa

from catalog.records import Text
from opendata.publishing.formats.shape import Schema, Shape
from opendata.publishing.formats.values import clocks_as_text, frame_of


@dataclass(frozen=True)
class Rows:
    """Some rows in the table's order, as Arrow and, without a copy, as polars.

    ``frame`` has decimals of more digits than polars knows (38) as text.
    """

    batch: pa.RecordBatch

    @cached_property
    def frame(self) -> pl.DataFrame:
        """The same rows for polars."""
        return frame_of(pa.Table.from_batches([self.batch]))

    @cached_property
    def clocked(self) -> pl.DataFrame:
        """The same, with times and moments as the text that CSV and JSON have of them."""
        return clocks_as_text(self.frame)


class Out(Protocol):
    """Where a file's bytes go, in order."""

    def write(self, data: Any, /) -> object:  # noqa: ANN401 - anything that has bytes
        """Take all of *data*."""


class Writer(Protocol):
    """A file being written; the caller closes the stream that it was opened with."""

    #: Whether it takes the rows from the typed file by itself, in an order of its own, and none of them by ``write``.
    alone: bool = False

    def steps(self) -> Generator[None, None, None]:
        """Write the rows, some with each step; only where it works ``alone``."""
        raise AssertionError(f"{self} is given its rows")

    def write(self, rows: Rows) -> Text | None:
        """Add rows; the reason why the format would damage them, if it would: the file is then thrown away."""

    def close(self) -> None:
        """Write what comes last."""


class Packer(Protocol):
    """A file being packed; the caller closes the stream that it was opened with."""

    def write(self, data: Any, /) -> None:  # noqa: ANN401 - anything that has bytes
        """Add the bytes of *data*, which do not change any more."""

    def close(self) -> None:
        """Write what comes last."""


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
    #: Whether a big table is written in it only when somebody asks for it.
    heavy: bool = False
    #: The format whose file this one packs, if it does: its bytes need not be made twice.
    packs: str = ""

    def applies(self, schema: Schema) -> bool:
        """Whether tables of this schema are offered in this format at all: those that have columns."""
        return bool(schema["fields"])

    def open(self, shape: Shape, out: Out) -> Writer:
        """Begin a file of a table of this shape; values stay exact as ``docs/formats.md`` says."""

    def pack(self, out: Out) -> Packer:
        """Begin a file made of the bytes of the one that it packs; only for formats that say which."""
        raise AssertionError(f"{self.name} packs no other file into {out}")

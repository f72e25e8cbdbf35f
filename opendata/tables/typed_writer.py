"""The typed table written batch by batch, while its texts are judged; a group of rows is all that is held."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from catalog.disk import room_in
from catalog.errors import SettingError, StorageFull
from opendata.tables.cells import missing_values
from opendata.tables.columns import match_columns
from opendata.tables.masking import Masking, masked_schema
from opendata.tables.table import Table
from opendata.tables.typed_batch import ColumnTyper, Proved, Unfit, fitted
from opendata.tables.typed_sink import GROUP_ROWS, TypedSink

LOG = logging.getLogger(__name__)


class _Parts:
    """Parquet files beside *path*: a new one wherever the values need other types than before."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.files: list[Path] = []
        self._sink: TypedSink | None = None

    def write(self, rows: pa.Table) -> None:
        """Write *rows* as groups of rows.

        :raises StorageFull: no room.
        """
        with room_in(self._path.parent):
            if self._sink is None or not self._sink.takes(rows.schema):
                self.close()
                self.files.append(self._path.with_name(f"{self._path.name}.{len(self.files)}"))
                self._sink = TypedSink(self.files[-1], rows.schema)
            self._sink.write(rows)

    def close(self) -> None:
        """Finish the file that is being written, if any; may be called twice."""
        if self._sink is not None:
            sink, self._sink = self._sink, None
            with room_in(self._path.parent):
                sink.close()

    def groups(self) -> Iterator[pa.Table]:
        """All rows in order, a group at a time."""
        for file in self.files:
            with pq.ParquetFile(file, pre_buffer=False) as parquet:
                for batch in parquet.iter_batches(GROUP_ROWS):
                    yield pa.Table.from_batches([batch])

    def discard(self) -> None:
        """Delete all that was written."""
        with suppress(StorageFull):  # which is why there is nothing to keep
            self.close()
        for file in self.files:
            file.unlink(missing_ok=True)
        self.files.clear()


class TypedWriter:
    """Writes what :func:`opendata.tables.typed.typed` gives to the file *path*, if it can be told by batches.

    A table that is not valid, values whose common type only the whole column tells (moments with and
    without a zone), or a missing secret for hashed columns: then no file comes to be, which is logged;
    whoever needs it makes it from the raw bytes.

    :param schema: the descriptor that judges the table.
    :param mask_key: the secret of columns that are masked by hash.
    """

    def __init__(self, table: Table, schema: Mapping[str, Any], path: Path, mask_key: str = "") -> None:
        self._path, self._parts = path, _Parts(path)
        self._waiting: list[pa.Table] = []
        #: Whether all rows so far are, or will be, in the file.
        self.whole = True
        matched = match_columns(table.labels, schema["fields"])
        self._columns = {
            field["name"]: column
            for index, field in enumerate(schema["fields"])
            if (column := matched.column_of(index)) is not None
        }
        fields = masked_schema(schema)["fields"]
        self._typers = [ColumnTyper(field, missing_values(schema, field)) for field in fields]
        try:
            self._masking = Masking(schema, mask_key)
        except SettingError as error:
            self._give_up(error)

    def _give_up(self, reason: Exception) -> None:
        LOG.info("no typed file at %s: %s", self._path, reason)
        self.discard()

    def add(self, columns: Sequence[pa.Array], proved: Mapping[int, Proved] | None = None) -> None:
        """Take some rows, as texts, by the file's columns.

        :param proved: what a judge says of the texts of some columns.
        :raises StorageFull: no room for the file.
        """
        if not self.whole:
            return
        try:
            texts = self._texts(columns)
            told = self._told(proved or {})
            count = len(columns[0])
            arrays = [one.values(texts.get(one.name), count, told.get(one.name)) for one in self._typers]
        # What a value cannot be made into, the maker of the whole table words better.
        except (Unfit, ValueError, ArithmeticError) as reason:
            self._give_up(reason)
            return
        self._waiting.append(pa.Table.from_arrays(arrays, schema=self._schema()))
        if sum(len(rows) for rows in self._waiting) >= GROUP_ROWS:
            self._write()

    def _schema(self) -> pa.Schema:
        return pa.schema([one.field for one in self._typers])

    def _told(self, proved: Mapping[int, Proved]) -> dict[str, Proved]:
        """What is *proved* of the fields' texts; of masked ones nothing is."""
        return {
            name: proved[at]
            for name, at in self._columns.items()
            if at in proved and name not in self._masking.fields
        }

    def _texts(self, columns: Sequence[pa.Array]) -> dict[str, pa.Array]:
        """The texts of the fields that have a column, masked; dropped ones gone."""
        named = {name: columns[at] for name, at in self._columns.items()}
        if not self._masking.fields:
            return named
        masked = self._masking.apply(
            pl.DataFrame([pl.Series(name, one, dtype=pl.String) for name, one in named.items()])
        )
        for name in self._masking.fields:
            if named.pop(name, None) is not None and name in masked.columns:
                named[name] = masked[name].to_arrow().cast(pa.string())
        return named

    def _fitted(self, rows: pa.Table) -> pa.Table:
        schema = self._schema()
        pairs = zip(rows.columns, schema.types, strict=True)
        arrays = [fitted(column.combine_chunks(), type_) for column, type_ in pairs]
        return pa.Table.from_arrays(arrays, schema=schema)

    def _write(self) -> None:
        if self._waiting:
            rows, self._waiting = [self._fitted(one) for one in self._waiting], []
            self._parts.write(pa.concat_tables(rows))

    def finish(self) -> bool:
        """Put the whole file into its place; false if there is none.

        :raises StorageFull: no room for the file.
        """
        if not self.whole:
            return False
        self._write()
        if not self._parts.files:
            self._parts.write(self._schema().empty_table())
        self._parts.close()
        if len(self._parts.files) > 1:
            self._join()
        self._parts.files[0].replace(self._path)
        self._parts.files.clear()
        return True

    def _join(self) -> None:
        """One file instead of several, in the types that hold all."""
        joined = _Parts(self._path.with_name(f"{self._path.name}.joined"))
        try:
            for group in self._parts.groups():
                joined.write(self._fitted(group))
            joined.close()
        except BaseException:
            joined.discard()
            raise
        self._parts.discard()
        self._parts = joined

    def discard(self) -> None:
        """Leave no file."""
        self.whole = False
        self._waiting = []
        self._parts.discard()

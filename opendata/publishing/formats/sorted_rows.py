"""The rows of a typed file in another order, in bounded memory: DuckDB sorts them, on disk if it must."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from catalog.scratch import scratch_folder
from opendata.tables.decimals import retyped_rows
from opendata.tables.typed_file import TypedFile

#: What DuckDB may hold, in MiB, before it writes beside the file, and how much more for each column.
MEMORY, MEMORY_PER_COLUMN = 128, 2
#: Each thread holds blocks of its own; the other core is busy with the other files.
THREADS = 1
_BATCH = 20_480
_ROW = "file_row_number"


def can_sort(file: TypedFile) -> bool:
    """Whether DuckDB has a type for each column, and tells their names apart, which it does without looking at case."""
    names = [name.casefold() for name in (*file.column_names, _ROW)]
    return len({*names}) == len(names) and not any(
        pa.types.is_decimal256(field.type) for field in file.schema
    )


def sorted_rows(file: TypedFile, keys: list[str]) -> Iterator[pa.RecordBatch]:
    """The rows of *file* by *keys*, ascending, nulls last, equal rows in their order.

    :raises OSError: no space is left for what does not fit in memory and is written beside *file*.
    """
    columns = ", ".join(_quoted(name) for name in file.column_names)
    order = ", ".join(f"{_quoted(name)} ASC NULLS LAST" for name in keys)
    query = f"SELECT {columns} FROM read_parquet($1, {_ROW}=true) ORDER BY {order}, {_ROW}"  # noqa: S608 - names are quoted
    with (
        scratch_folder(file.path.parent) as folder,
        _spoken(),
        duckdb.connect(config=_settings(folder, len(file.column_names))) as connection,
    ):
        result = connection.sql(query, params=[str(file.path)])
        for batch in result.to_arrow_reader(_BATCH):
            yield retyped_rows(batch, file.schema)


def _settings(folder: Path, columns: int) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": f"{MEMORY + MEMORY_PER_COLUMN * columns}MiB",
        "preserve_insertion_order": False,  # the rows are ordered by a column of their own
        "threads": THREADS,
        "temp_directory": str(folder),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


@contextmanager
def _spoken() -> Iterator[None]:
    """DuckDB says in words that the disk is full."""
    try:
        yield
    except duckdb.Error as error:
        if "no space left" in str(error).lower():
            raise OSError(errno.ENOSPC, str(error)) from error
        raise

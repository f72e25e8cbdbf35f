"""One block of a table's text as columns of text."""

from collections.abc import Callable

import pyarrow as pa
from pyarrow import csv as arrow_csv

from opendata.tables.table import Table

_NONE = pa.array([], pa.string())


def column_name(index: int) -> str:
    """The name of column *index*, from 0."""
    return f"c{index}"


def parsed(
    block: memoryview,
    table: Table,
    width: int,
    catch: Callable[[arrow_csv.InvalidRow], str] | None = None,
) -> list[pa.Array]:
    """The rows of *block* that have *width* cells, by columns; *catch* is given the others and says what to do.

    :raises pyarrow.ArrowInvalid: there are others, and *catch* does not want them skipped.
    """
    names = [column_name(index) for index in range(width)]
    found = arrow_csv.read_csv(
        pa.BufferReader(pa.py_buffer(block)),
        # With threads the parser does not know the numbers of the other rows.
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=len(block) + 1, use_threads=False),
        parse_options=arrow_csv.ParseOptions(
            delimiter=table.delimiter,
            quote_char='"' if table.quoted else False,
            newlines_in_values=table.quoted,
            ignore_empty_lines=False,
            invalid_row_handler=catch,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    # Joining copies, even one alone.
    return [
        column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks or [_NONE])
        for column in found.columns
    ]

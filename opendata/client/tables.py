"""A release's Parquet file as the kind of table that an analyst works with; no value is lost on the way."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from catalog.errors import InvalidInput, NotFound

Kind = Literal["pandas", "polars", "arrow"]


def read(path: Path, into: Kind, columns: Sequence[str] | None) -> pd.DataFrame | pl.DataFrame | pa.Table:
    """The rows of the Parquet file at *path*.

    Codes keep their leading zeros, decimals are exact, an integer column with gaps stays integer: pandas gets
    Arrow-backed columns.

    :param columns: only these, in this order.
    :raises NotFound: there is no such column.
    :raises InvalidInput: *into* is no kind of table.
    """
    if into not in ("pandas", "polars", "arrow"):
        raise InvalidInput(
            f"into 应为 pandas、polars 或 arrow，实际为 {into!r}",
            f"into must be pandas, polars or arrow, not {into!r}",
        )
    known = pq.read_schema(path).names
    if missing := [name for name in columns or () if name not in known]:
        raise NotFound(
            f"没有字段 {'、'.join(missing)}，可用：{'、'.join(known)}",
            f"there are no columns {', '.join(missing)}; known: {', '.join(known)}",
        )
    table = pq.read_table(path, columns=list(columns) if columns is not None else None)
    if into == "arrow":
        return table
    if into == "polars":
        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)
        return frame
    return table.to_pandas(types_mapper=pd.ArrowDtype)

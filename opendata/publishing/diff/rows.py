"""The rows and cells that differ between two releases.

Rows that both have are told by a 64-bit hash of their cells, which leaves the few that differ to be compared cell
by cell. Of a million rows with ten thousand changes, the chance that one change is overlooked is 1 in 10⁹.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from opendata.publishing.diff.columns import ROW, Side, aligned, as_text, common_types, side
from opendata.publishing.diff.surplus import Hashes, surplus

#: What stands in the column ``_change``: a row of the newer only, of the older only, or both states of one row.
ADDED, REMOVED, BEFORE, AFTER = "added", "removed", "before", "after"
#: A data column can be called anything but these: no file format of ours lets a NUL into a name.
CHANGE, FIELDS = "\0change", "\0fields"
_THEN, _NTH = "\0then", "\0nth"
_SEED = 0x0DA7A
Types = dict[str, pl.DataType]


@dataclass(frozen=True, slots=True)
class RowDiff:
    """How the rows of two releases differ.

    ``key`` is empty where rows could only be compared as wholes; then nothing is *changed*, only added and removed.
    ``fields`` counts, per column, the changed rows in which it differs. ``rows`` has every differing row as text,
    as our CSV spells it: :data:`CHANGE`, :data:`FIELDS` (the names of the columns that differ), then the columns of
    both releases. A changed row takes two lines, before and after; the changed come first, by key.
    """

    key: tuple[str, ...]
    added: int
    removed: int
    changed: int
    unchanged: int
    fields: dict[str, int]
    rows: pl.DataFrame


def diff_rows(old_path: Path, new_path: Path, key: Sequence[str] = ()) -> RowDiff:
    """Compare the Parquet files of two releases over the columns that both have.

    :param key: the columns that tell one row from another; without effect unless both files have them and each
        differing row has a key of its own.
    """
    old, new = side(old_path), side(new_path)
    types = common_types(old, new)
    gone, come = _differing(old, new, types)
    keys = tuple(key) if key and set(key) <= {*types} else ()
    before, after = (_keyed(frame, types) for frame in (gone, come))
    if keys and not (_tells(before, keys) and _tells(after, keys)):
        keys = ()
    changed = _changed(before, after, types, keys)
    counts = changed[FIELDS].explode().value_counts() if changed.height else pl.DataFrame()
    return RowDiff(
        key=keys,
        added=come.height - changed.height,
        removed=gone.height - changed.height,
        changed=changed.height,
        unchanged=new.rows - come.height,
        fields=dict(sorted(counts.iter_rows(), key=lambda pair: [*types].index(pair[0]))),
        rows=_told(gone, come, changed),
    )


def _differing(old: Side, new: Side, types: Types) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of each side that the other lacks."""
    gone, come = surplus(_hashes(old, types), _hashes(new, types))
    return old.at(gone), new.at(come)


def _hashes(one: Side, types: Types) -> Hashes:
    if not types:
        return np.zeros(one.rows, np.uint64)
    pieces = [aligned(piece, types).hash_rows(_SEED).to_numpy() for piece in one.pieces()]
    return np.concatenate([np.empty(0, np.uint64), *pieces])


def _keyed(frame: pl.DataFrame, types: Types) -> pl.DataFrame:
    return pl.concat([frame.select(ROW), aligned(frame, types)], how="horizontal")


def _tells(frame: pl.DataFrame, keys: Sequence[str]) -> bool:
    """Whether each row has a key of its own."""
    return not frame.select(pl.struct(keys).is_duplicated().any()).item()


def _changed(before: pl.DataFrame, after: pl.DataFrame, types: Types, keys: Sequence[str]) -> pl.DataFrame:
    """The rows that both sides have in another state: their places in both, and the names of what differs."""
    if not keys:
        return pl.DataFrame(
            schema={ROW: pl.get_index_type(), _THEN: pl.get_index_type(), FIELDS: pl.List(pl.String)}
        )
    then = before.rename({name: f"{name}\0" for name in types if name not in keys} | {ROW: _THEN})
    met = after.join(then, on=list(keys), how="inner", nulls_equal=True).sort(list(keys))
    differs = [
        pl.when(pl.col(name).ne_missing(pl.col(f"{name}\0"))).then(pl.lit(name))
        for name in types
        if name not in keys
    ]
    if not differs:
        return met.select(ROW, _THEN).with_columns(pl.lit([], pl.List(pl.String)).alias(FIELDS))
    return met.select(ROW, _THEN, pl.concat_list(differs).list.drop_nulls().alias(FIELDS))


def _told(gone: pl.DataFrame, come: pl.DataFrame, changed: pl.DataFrame) -> pl.DataFrame:
    """Every differing row as text, under the columns of both sides."""
    numbered = changed.with_row_index(_NTH)
    lines = [
        _lines(come, numbered.select(_NTH, ROW, FIELDS), AFTER, ADDED),
        _lines(gone, numbered.select(_NTH, pl.col(_THEN).alias(ROW), FIELDS), BEFORE, REMOVED),
    ]
    told = pl.concat(lines, how="diagonal")
    rank = pl.col(CHANGE).replace_strict({BEFORE: 0, AFTER: 1, ADDED: 2, REMOVED: 3}, return_dtype=pl.Int8)
    told = told.sort(_NTH, rank, ROW, nulls_last=True, maintain_order=True)
    rest = [name for name in told.columns if name not in (CHANGE, FIELDS, ROW, _NTH)]
    return told.select(CHANGE, FIELDS, *rest)


def _lines(frame: pl.DataFrame, changed: pl.DataFrame, state: str, alone: str) -> pl.DataFrame:
    text = pl.concat([frame.select(ROW), as_text(frame.drop(ROW))], how="horizontal")
    met = text.join(changed, on=ROW, how="left")
    kind = pl.when(pl.col(_NTH).is_null()).then(pl.lit(alone)).otherwise(pl.lit(state))
    return met.with_columns(kind.alias(CHANGE))

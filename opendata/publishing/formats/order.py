"""The order of rows by some columns: by the ranks of their values, which are few where people filter by them."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

#: Numpy sorts numbers of 16 bits by counting, whatever their order.
_SMALL = 2**16
_LONG = 2**63


def order_of(keys: pa.RecordBatch) -> pa.Array:
    """The places of the rows in ascending order of the columns; nulls last, equal rows in their order."""
    ranks = [_ranks(column) for column in keys.columns]
    room = 1
    for _, count in ranks:
        room *= count
    if room >= _LONG:
        order = [(name, "ascending") for name in keys.schema.names]
        return pc.sort_indices(pa.Table.from_batches([keys]), order)
    whole = np.zeros(keys.num_rows, dtype=np.int64)
    for rank, count in ranks:
        whole = whole * count + rank
    return pa.array(np.argsort(whole.astype(np.uint16) if room <= _SMALL else whole, kind="stable"))


def _ranks(column: pa.Array) -> tuple[np.ndarray, int]:
    """The rank of each value among the different ones, null the last; and how many ranks there are."""
    encoded = column.dictionary_encode()
    count = len(encoded.dictionary)
    ranks = np.empty(count + 1, dtype=np.int64)
    ranks[pc.sort_indices(encoded.dictionary).to_numpy()] = np.arange(count)
    ranks[count] = count
    return ranks[encoded.indices.fill_null(count).to_numpy()], count + 1

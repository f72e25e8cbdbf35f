"""The rows of a typed file in another order, in bounded memory.

::

    a sample of the keys        says where to cut, so that a part has about as many rows as a run
    run 1   aab|bcc|dd          as many rows as may be held: sorted, cut, and put aside in pieces
    run 2   abb|cc|ddd
            ↓   ↓  ↓            the pieces of one part, from all runs: sorted again, they come next

Where all rows of a part have one key, its pieces are in order as they are.
"""

from collections.abc import Iterator, Sequence
from itertools import count

import pyarrow as pa
from pyarrow import ipc

from catalog.scratch import scratch_folder
from opendata.publishing.formats.cuts import Cuts, Places, find_cuts
from opendata.publishing.formats.order import order_of
from opendata.tables.typed_file import TypedFile

#: Cells of a run, and about as many of a part: what is held, and held again while it is sorted.
RUN_CELLS = 1 << 19
#: Rows handed on at once.
BATCH = 20_480


def sorted_rows(file: TypedFile, keys: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows of *file* by *keys*, ascending, nulls last, equal rows in their order.

    What cannot be held lies beside *file* meanwhile; an empty batch comes for each run that was put there, so that
    whoever must stop need not wait for the first rows.

    :raises OSError: no space is left beside *file*.
    """
    size = max(RUN_CELLS // len(file.column_names), 1)
    if file.rows <= size:
        for run in file.batches(rows=size):
            yield from _ordered(run, keys)
        return
    nothing = pa.RecordBatch.from_pylist([], schema=file.schema)
    cuts = find_cuts(file, keys, -(-file.rows // size))
    with scratch_folder(file.path.parent) as folder:
        path = folder / "runs"
        places: list[list[int]] = [[] for _ in cuts.single]
        numbers = count()
        with pa.OSFile(str(path), "wb") as target, _pieces(target, file.schema) as pieces:
            for run in file.batches(rows=size):
                _put_aside(run, keys, cuts, pieces, places, numbers)
                del run  # nothing holds it while the next is read
                pa.default_memory_pool().release_unused()
                yield nothing
        with pa.OSFile(str(path), "rb") as source:
            runs = ipc.open_file(source)
            for single, part in zip(cuts.single, places, strict=True):
                batches = (runs.get_batch(place) for place in part)
                yield from batches if single else _ordered_together([*batches], keys)


def _pieces(target: pa.NativeFile, schema: pa.Schema) -> ipc.RecordBatchFileWriter:
    # Not packed: that would take longer than all the sorting.
    options = ipc.IpcWriteOptions(use_threads=False)
    return ipc.new_file(target, schema, options=options)


def _put_aside(
    run: pa.RecordBatch,
    keys: Sequence[str],
    cuts: Cuts,
    pieces: ipc.RecordBatchFileWriter,
    places: list[list[int]],
    numbers: Iterator[int],
) -> None:
    """Write *run* in order, in pieces that end where the parts end; *places* learns which is whose."""
    order, ends = cuts.divide(run.select([*keys]))
    start = 0
    for part, end in zip(places, ends, strict=True):
        for at in range(start, end, BATCH):
            part.append(next(numbers))
            pieces.write_batch(_taken(run, order[at : min(at + BATCH, end)]))
        start = end


def _ordered_together(pieces: list[pa.RecordBatch], keys: Sequence[str]) -> Iterator[pa.RecordBatch]:
    if pieces:
        whole = pa.concat_batches(pieces)
        pieces.clear()
        yield from _ordered(whole, keys)


def _ordered(rows: pa.RecordBatch, keys: Sequence[str]) -> Iterator[pa.RecordBatch]:
    order = order_of(rows.select([*keys]))
    pa.default_memory_pool().release_unused()
    for start in range(0, len(order), BATCH):
        yield rows.take(order.slice(start, BATCH))


def _taken(rows: pa.RecordBatch, order: Places) -> pa.RecordBatch:
    return rows.take(pa.array(order))

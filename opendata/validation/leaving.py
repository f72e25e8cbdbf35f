"""What validation leaves for publication: the rows it judged, typed and masked, from the same pass."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from opendata.tables import Table
from opendata.tables.typed_batch import Proved
from opendata.tables.typed_writer import TypedWriter
from opendata.validation.batches import Batch, batches
from opendata.validation.readings import Judged


class Leaving:
    """Takes the batches of *table* as they are judged.

    :param path: where the typed file shall stand; None: nowhere.
    """

    def __init__(self, table: Table, schema: Mapping[str, Any], path: Path | None, mask_key: str) -> None:
        self._table, self._seen = table, 0
        self._writer = TypedWriter(table, schema, path, mask_key) if path else None

    def see(self, batch: Batch, judged: Mapping[int, Judged] | None = None) -> None:
        """Write the rows of *batch*, unless a row or, as it was *judged*, a cell is wrong."""
        if self._writer is None:
            return
        self._seen += len(batch)
        columns = judged or {}
        if batch.is_rectangular and all(one.is_right for one in columns.values()):
            proved = {index: Proved(one.missing, one.shown) for index, one in columns.items()}
            self._writer.add(batch.columns, proved)
        else:
            self._writer.discard()

    def finish(self) -> None:
        """Put the file into its place: the table is valid."""
        if self._writer is None:
            return
        # Where every row went to the judge, the sweep saw none, or not all.
        for batch in batches(self._table) if self._seen < self._table.rows else ():
            if batch.mark[0] > self._seen:
                self.see(batch)
        if self._seen == self._table.rows:
            self._writer.finish()

    def discard(self) -> None:
        """Leave nothing behind that is not whole."""
        if self._writer is not None:
            self._writer.discard()


@contextmanager
def leaving_typed(
    table: Table, schema: Mapping[str, Any], path: Path | None, mask_key: str
) -> Iterator[Leaving]:
    """Whatever happens, at the end the file stands at *path* whole or not at all.

    :raises StorageFull: no room for it.
    """
    leaving = Leaving(table, schema, path, mask_key)
    try:
        yield leaving
    finally:
        leaving.discard()

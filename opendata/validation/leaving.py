"""What validation leaves for publication: the rows it judged, typed and masked, from the same pass."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from opendata.tables import Table
from opendata.tables.aside import Aside
from opendata.tables.typed_batch import Proved
from opendata.tables.typed_writer import TypedWriter
from opendata.validation.batches import Batch, batches_ahead, is_long
from opendata.validation.readings import Judged

#: Batches that may wait to be written: with the one that is, they are all that is held.
_WAITING = 2


class Leaving:
    """Takes the batches of *table* as they are judged.

    :param path: where the typed file shall stand; None: nowhere.
    :param aside: does the writing.
    """

    def __init__(
        self, table: Table, schema: Mapping[str, Any], path: Path | None, mask_key: str, aside: Aside
    ) -> None:
        self._table, self._aside, self._seen = table, aside, 0
        self._writer = TypedWriter(table, schema, path, mask_key) if path else None

    def see(self, batch: Batch, judged: Mapping[int, Judged] | None = None) -> None:
        """Write the rows of *batch*, unless a row or, as it was *judged*, a cell is wrong.

        :raises StorageFull: no room for the batches before.
        """
        if self._writer is None:
            return
        self._seen += len(batch)
        columns = judged or {}
        if batch.is_rectangular and all(one.is_right for one in columns.values()):
            proved = {index: Proved(one.missing, one.shown) for index, one in columns.items()}
            self._aside.give(partial(self._writer.add, batch.columns, proved))
        else:
            self._aside.give(self._writer.discard)

    def finish(self) -> None:
        """Put the file into its place: the table is valid.

        :raises StorageFull: no room for it.
        """
        if self._writer is None:
            return
        # Where every row went to the judge, the sweep saw none, or not all.
        if self._seen < self._table.rows:
            with batches_ahead(self._table) as coming:
                for batch in coming:
                    if batch.mark[0] > self._seen:
                        self.see(batch)
        self._aside.wait()
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
    """Whatever happens, at the end the file stands at *path* whole or not at all, and no thread is left.

    :raises StorageFull: no room for it.
    """
    aside = Aside(threaded=path is not None and is_long(table), waiting=_WAITING)
    leaving = Leaving(table, schema, path, mask_key, aside)
    try:
        with aside:
            yield leaving
    finally:
        leaving.discard()

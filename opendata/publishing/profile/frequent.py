"""The most frequent values of a column: exact while it has few, and never overstated when it has many."""

import polars as pl

#: Bytes that the values of one column may take, about.
_ROOM = 4 << 20


class Frequent:
    """Counts at most *limit* values; when there are more, every count is lowered until the rest have gone.

    What is left are all values that came more often than :attr:`missed` times, each count short by at most that
    (Agarwal et al., "Mergeable summaries", 2012).
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[pl.DataFrame] = []
        self._held = 0
        self.missed: int = 0

    def add(self, counts: pl.DataFrame) -> None:
        """Show it the different values of some rows (``value``) and how often each came there (``count``)."""
        self._parts.append(self._cut(counts))
        self._held += self._parts[-1].height
        if self._held > 2 * self._limit:
            self._merge()

    def _merge(self) -> pl.DataFrame:
        whole = pl.concat(self._parts)
        if len(self._parts) > 1:
            whole = self._cut(whole.group_by("value").agg(pl.col("count").sum()))
        self._parts, self._held = [whole], whole.height
        return whole

    def _cut(self, counts: pl.DataFrame) -> pl.DataFrame:
        limit = self._limit
        if counts.height and (size := counts.estimated_size() // counts.height) * limit > _ROOM:
            limit = max(int(_ROOM // size), 1)
        if counts.height <= limit:
            return counts
        # They come in no order.
        too_few = int(counts["count"].top_k(limit + 1).sort()[0])
        self.missed += too_few
        return counts.filter(pl.col("count") > too_few).with_columns(pl.col("count") - too_few)

    def top(self, number: int) -> list[tuple[object, int]]:
        """The *number* most frequent values with their counts, the smaller value first among equals."""
        if not self._parts:
            return []
        known = self._merge().filter(pl.col("count") > self.missed)
        return known.sort("count", "value", descending=[True, False]).head(number).rows()

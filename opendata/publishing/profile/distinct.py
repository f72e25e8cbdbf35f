"""How many different values a column has: counted exactly up to a limit, and estimated closely above it."""

import polars as pl

_HASHES = 2.0**64


class Distinct:
    """Keeps the *limit* smallest hashes of what it is shown.

    As long as there are no more different ones, their number is exact (two values of a million share one of 2^64
    hashes with a chance of one in 30 million). Above, it is estimated from how densely the smallest lie (Bar-Yossef
    et al., "Counting distinct elements in a data stream", 2002): the standard error is 1/√limit.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[pl.Series] = []
        self._held = 0
        #: The largest hash that is kept, once there are more than *limit*.
        self._edge: int | None = None

    def add(self, values: pl.Series) -> None:
        """Show it values without nulls; each at least once."""
        hashes = values.hash().rename("hash")
        if self._edge is not None:
            hashes = hashes.filter(hashes < self._edge)
        self._parts.append(hashes)
        self._held += len(hashes)
        if self._held > 2 * self._limit:
            self._merge()

    def _merge(self) -> pl.Series:
        hashes = pl.concat(self._parts).unique() if self._parts else pl.Series(dtype=pl.UInt64)
        if len(hashes) > self._limit:
            hashes = hashes.bottom_k(self._limit).sort()
            self._edge = hashes[-1]
        self._parts, self._held = [hashes], len(hashes)
        return hashes

    @property
    def exact(self) -> bool:
        """Whether :meth:`count` is counted, not estimated."""
        self._merge()
        return self._edge is None

    def count(self) -> int:
        """The number of different values."""
        hashes = self._merge()
        if self._edge is None:
            return len(hashes)
        return round((self._limit - 1) * _HASHES / self._edge)

"""Small cells: people told by a few columns together, because fewer than k rows share the same values.

Counted on what will be published: masked columns as masked, dropped ones not at all. The finding says how
many groups and rows there are and names none: an example would be the very person to protect.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from catalog.disk import room_in
from catalog.records import Finding, Text

Hashes = npt.NDArray[np.uint64]
#: Hashes held in memory before they go to files: 32 MB.
HELD = 4 << 20
_PARTS = 64
_SEED = 7


class SmallCells:
    """Counts the groups of one set of quasi-identifiers.

    Groups are told apart by 64 bits of their values. Beyond :data:`HELD` rows the hashes are sorted into
    files without a name, which vanish with the process however it ends.

    :param rule: ``quasiIdentifiers`` of the schema: ``fields``, ``k``, and perhaps ``severity``.
    """

    def __init__(self, rule: Mapping[str, Any], titles: Mapping[str, str]) -> None:
        self.fields: Sequence[str] = rule["fields"]
        self._k = int(rule["k"])
        self._severity: Literal["error", "warning"] = rule.get("severity", "error")
        self._titles = titles
        self._held: list[Hashes] = []
        self._count = 0
        self._files: list[IO[bytes]] = []
        self._open = ExitStack()

    def take(self, frame: pl.DataFrame) -> None:
        """Take rows: one column of published texts per field; a missing value is a value of its own."""
        hashes = frame.select(self.fields).hash_rows(seed=_SEED).to_numpy()
        self._held.append(hashes)
        self._count += len(hashes)
        if self._count >= HELD:
            self._spill()

    def _spill(self) -> None:
        with room_in(Path(tempfile.gettempdir())):
            if not self._files:
                made = (tempfile.TemporaryFile() for _ in range(_PARTS))  # noqa: SIM115 - the stack closes them
                self._files = [self._open.enter_context(file) for file in made]
            hashes = np.sort(np.concatenate(self._held))
            edges = np.searchsorted(hashes >> np.uint64(58), np.arange(_PARTS + 1))
            for file, begin, end in zip(self._files, edges, edges[1:], strict=False):
                file.write(hashes[begin:end].tobytes())
        self._held, self._count = [], 0

    def _parts(self) -> Iterator[Hashes]:
        """All hashes, equal ones in one part."""
        if not self._files:
            yield np.concatenate(self._held or [np.zeros(0, np.uint64)])
            return
        if self._held:
            self._spill()
        for file in self._files:
            file.seek(0)
            yield np.frombuffer(file.read(), dtype=np.uint64)

    def small(self) -> tuple[int, int]:
        """How many groups have fewer than k rows, and how many rows are in them."""
        groups = rows = 0
        with self._open:
            for part in self._parts():
                counts = np.unique(part, return_counts=True)[1]
                few = counts[counts < self._k]
                groups += len(few)
                rows += int(few.sum())
        return groups, rows

    def findings(self) -> Iterator[Finding]:
        """One finding, if there is any such group."""
        groups, rows = self.small()
        if not groups:
            return
        names = "、".join(self._titles[name] for name in self.fields)
        zh = f"按“{names}”分组，有 {groups} 组不足 {self._k} 行，共 {rows} 行，可能识别到个人。"
        en = f"{groups} groups by {', '.join(self.fields)} have fewer than {self._k} rows, {rows} rows in all: they may tell on persons."
        yield Finding(
            "small-cells",
            Text(zh, en),
            severity=self._severity,
            field=self.fields[0],
            value=f"{groups} 组 groups, {rows} 行 rows",
            expected=f"每组至少 {self._k} 行 at least {self._k} rows in each",
        )

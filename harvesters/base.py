"""The contract of a harvester."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from catalog.records import SourceRecord
from harvesters.context import Context


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """Which kind of source, and where: a URL, or a path."""

    kind: str
    location: str


class Harvester(Protocol):
    """Knows one kind of source; keeps no state between calls."""

    def base(self, source: SourceLocation) -> str:
        """What the links of *source* are relative to: its folder or its web address; reads nothing."""

    def harvest(self, source: SourceLocation, context: Context) -> Iterator[SourceRecord]:
        """Everything that *source* offers, one record after the other, files kept, in an order that never varies.

        A fault in one record goes into its findings and the rest go on; a record must keep its
        ``identifier`` from run to run, or it will look as if it had vanished and another had come.

        :raises Unreachable: the source itself cannot be reached, or broke off: nothing may be concluded
            from what it did not say.
        :raises InvalidInput: what the source says as a whole cannot be read.
        """

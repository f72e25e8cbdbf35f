"""One change between two schemas, and for whom it breaks something."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from catalog.records import Text


@dataclass(frozen=True, slots=True)
class ContractChange:
    """One change.

    ``publishers``: a file that was right may now be refused. ``consumers``: a program that reads the
    published data may meet what could not be there before, or miss what was. ``field`` is None for what
    concerns the whole table; ``before`` and ``after`` are JSON values, None where there is none.
    """

    code: str
    field: str | None
    text: Text
    publishers: bool = False
    consumers: bool = False
    before: Any = None
    after: Any = None

    @property
    def breaking(self) -> bool:
        """Whether it breaks anything for anybody."""
        return self.publishers or self.consumers


@dataclass(frozen=True, slots=True)
class ContractDiff:
    """All changes from one schema to another, breaking ones first."""

    changes: Sequence[ContractChange]

    @property
    def breaks_publishers(self) -> bool:
        """Whether a file that was right may now be refused."""
        return any(change.publishers for change in self.changes)

    @property
    def breaks_consumers(self) -> bool:
        """Whether a program that reads the published data may fail."""
        return any(change.consumers for change in self.changes)

    @property
    def breaking(self) -> bool:
        """Whether any change breaks anything for anybody."""
        return self.breaks_publishers or self.breaks_consumers

    def to_dict(self) -> dict[str, Any]:
        """The difference as JSON-ready values."""
        return {
            "breaking": self.breaking,
            "breaks_publishers": self.breaks_publishers,
            "breaks_consumers": self.breaks_consumers,
            "changes": [asdict(change) for change in self.changes],
        }

"""What changed between two releases, as tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Difference:
    """The difference of two releases.

    ``breaking`` says whether programs written for the older one may fail on the newer. ``schema`` has one line per
    change of the schema; ``counts`` has added, removed, changed and unchanged rows; ``key`` the columns by which rows
    were told apart (empty: as wholes). ``rows`` has ``change`` (added, removed, before, after), ``fields`` (what
    differs), then the columns, as text.
    """

    breaking: bool
    schema: pd.DataFrame
    key: tuple[str, ...]
    counts: dict[str, int]
    rows: pd.DataFrame

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any]) -> "Difference":
        """What the portal's JSON says."""
        names = ["kind", "field", "before", "after", "breaking", "zh", "en"]
        return cls(
            breaking=bool(answer["breaking"]),
            schema=pd.DataFrame(answer["schema"], columns=names),
            key=tuple(answer["key"]),
            counts=dict(answer["counts"]),
            rows=pd.DataFrame(answer["rows"], columns=["change", "fields", *answer["columns"]], dtype=object),
        )

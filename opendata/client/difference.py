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

    What is no table has a ``file`` instead: ``before`` and ``after`` with ``name``, ``media_type``, ``size`` and
    ``sha256``, and ``same``; ``counts`` and ``rows`` then tell of the members of an archive (``change``, ``name``,
    ``size_before``, ``size_after``).
    """

    breaking: bool
    schema: pd.DataFrame
    key: tuple[str, ...]
    counts: dict[str, int]
    rows: pd.DataFrame
    file: Mapping[str, Any] | None = None

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any]) -> "Difference":
        """What the portal's JSON says."""
        names = ["kind", "field", "before", "after", "breaking", "zh", "en"]
        if file := answer.get("file"):
            members = pd.DataFrame(file["members"], columns=["change", "name", "size_before", "size_after"])
            told = {name: file[name] for name in ("before", "after", "same")}
            return cls(False, pd.DataFrame(columns=names), (), dict(file["counts"] or {}), members, told)
        return cls(
            breaking=bool(answer["breaking"]),
            schema=pd.DataFrame(answer["schema"], columns=names),
            key=tuple(answer["key"]),
            counts=dict(answer["counts"]),
            rows=pd.DataFrame(answer["rows"], columns=["change", "fields", *answer["columns"]], dtype=object),
        )

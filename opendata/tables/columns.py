"""Which column of a file is which field of a schema."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


def fold(label: str) -> str:
    """A label as it is compared: trimmed, without line breaks, full-width forms folded."""
    return unicodedata.normalize("NFKC", "".join(label.replace("\ufeff", "").splitlines())).strip()


@dataclass(frozen=True, slots=True)
class Columns:
    """The match of a header with a schema.

    ``fields`` has, for each column, the index of its field, or None. ``twice`` are the columns whose
    label, or whose field, an earlier column has already; ``blank`` and ``extra`` the columns without
    label and without field; ``absent`` the indexes of the fields that no column holds.
    """

    fields: tuple[int | None, ...]
    twice: tuple[int, ...]
    blank: tuple[int, ...]
    extra: tuple[int, ...]
    absent: tuple[int, ...]

    def column_of(self, field: int) -> int | None:
        """The column of the field with index *field*."""
        return self.fields.index(field) if field in self.fields else None


def _names(fields: Sequence[Mapping[str, Any]]) -> tuple[dict[str, int], dict[str, list[int]]]:
    """Each field's own names (name, title), and the aliases, which several fields may share."""
    own: dict[str, int] = {}
    aliases: dict[str, list[int]] = {}
    for key in ("name", "title"):
        for index, field in enumerate(fields):
            if field.get(key):
                own.setdefault(fold(field[key]), index)
    for index, field in enumerate(fields):
        for alias in field.get("aliases", ()):
            aliases.setdefault(fold(alias), []).append(index)
    return own, aliases


def match_columns(labels: Sequence[str], fields: Sequence[Mapping[str, Any]]) -> Columns:
    """Match *labels* with the descriptors *fields*, in any order.

    A field's own name or title wins over another field's alias; an alias that several fields share
    goes to the first of them that no other column claims.
    """
    own, aliases = _names(fields)
    folded = [fold(label) for label in labels]
    claimed: dict[int, int] = {}
    twice: list[int] = []
    for column, label in enumerate(folded):
        if label in own and own[label] in claimed:
            twice.append(column)
        elif label in own:
            claimed[own[label]] = column
    for column, label in enumerate(folded):
        candidates = aliases.get(label, ()) if label not in own else ()
        free = next((index for index in candidates if index not in claimed), None)
        if free is not None:
            claimed[free] = column
        elif candidates:
            twice.append(column)
    of_column = {column: field for field, column in claimed.items()}
    blank = tuple(column for column, label in enumerate(folded) if not label)
    extra = [c for c in range(len(folded)) if c not in of_column and c not in twice and c not in blank]
    repeated = [c for c in extra if folded.index(folded[c]) < c]
    return Columns(
        fields=tuple(of_column.get(column) for column in range(len(folded))),
        twice=tuple(sorted([*twice, *repeated])),
        blank=blank,
        extra=tuple(column for column in extra if column not in repeated),
        absent=tuple(index for index in range(len(fields)) if index not in claimed),
    )

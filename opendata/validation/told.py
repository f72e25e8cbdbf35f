"""What a check tells of a column's texts, and what all checks are made of."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from opendata.tables.cells import value_reader
from opendata.validation.texts import Counts, Flags, Texts


@dataclass(frozen=True, slots=True)
class Told:
    """``right``: the texts that are of the type and keep every constraint (None: all are).
    ``broken``: how many constraints a text of the type breaks (None: no text is told to break any).
    """

    right: Flags | None = None
    broken: Counts | None = None


Check = Callable[[Texts], Told]
Descriptor = Mapping[str, Any]


def told(typed: Flags | None, broken: Counts | None, unsure: Flags | None = None) -> Told:
    """What is known of texts of which the *typed* ones (None: all) break so many constraints (None: none).

    :param unsure: of these nothing is known after all.
    """
    right = typed
    if unsure is not None and unsure.any():
        right = ~unsure if right is None else right & ~unsure
    if broken is None or not broken.any():
        return Told(None if right is None or right.all() else right)
    if right is None:
        return Told(broken == 0, broken)
    broken = np.where(right, broken, 0)
    return Told(right & (broken == 0), broken)


def counted(broken: Sequence[Flags]) -> Counts | None:
    """How many of *broken* are set for each text; None: none is for any."""
    found = [one for one in broken if one.any()]
    return np.sum([one.astype(np.int64) for one in found], axis=0) if found else None


def limits_of(descriptor: Descriptor) -> tuple[Any, Any] | None:
    """The field's minimum and maximum, None where it has none; None if one is no finite value."""
    read = value_reader(descriptor)
    rules = descriptor.get("constraints", {})
    found = []
    for name in ("minimum", "maximum"):
        value = read(rules[name]) if name in rules else None
        if name in rules and (
            value is None or (isinstance(value, Decimal | float) and not math.isfinite(value))
        ):
            return None
        found.append(value)
    return found[0], found[1]

"""Texts that surely are not of a type, told from single bytes: each has one that no value of the type has."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from opendata.validation.shapes import Shape
from opendata.validation.texts import Flags, Texts
from opendata.validation.told import Descriptor

_LETTERS = [*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1)]
#: The first bytes in UTF-8 of the characters from U+4000 to U+9FFF, among which no script has its digits.
_HAN = [*range(0xE4, 0xEA)]
#: Of these letters are NaN, sNaN, Infinity and the exponent.
_NUMERAL = [ord(letter) for letter in "AEFINSTYaefinsty"]


def _table(*marks: int) -> npt.NDArray[np.bool_]:
    table = np.zeros(256, dtype=np.bool_)
    table[list(marks)] = True
    return table


_BYTES: Mapping[str, npt.NDArray[np.bool_]] = {
    "integer": _table(*_LETTERS, *_HAN, ord(".")),
    "number": _table(*(byte for byte in _LETTERS if byte not in _NUMERAL), *_HAN),
    "date": _table(*_LETTERS, *_HAN, ord("/"), ord(".")),
}
_FIRST: Mapping[str, npt.NDArray[np.bool_]] = {"datetime": _table(*_LETTERS, *_HAN)}

Misfits = Callable[[Texts], Flags]


def _begun(texts: Texts, table: npt.NDArray[np.bool_]) -> Flags:
    """Which texts begin with a byte of *table*."""
    found = np.zeros(len(texts), dtype=np.bool_)
    given = texts.lengths > 0
    found[given] = table[texts.values[texts.starts[given]]]
    return found


def misfits_of(descriptor: Descriptor, shape: Shape | None) -> Misfits | None:
    """What tells the texts that surely are not of the field's type; None: nothing does.

    :param shape: what is known of the field's plain texts, without which nothing is.
    """
    kind = descriptor.get("type", "string")
    if shape is None:
        return None
    if kind == "boolean":
        # What is none of its known texts is no truth value.
        return lambda texts: np.ones(len(texts), dtype=np.bool_)
    if kind in _BYTES:
        table = _BYTES[kind]
        return lambda texts: texts.count(table[texts.values]) > 0
    if kind in _FIRST:
        first = _FIRST[kind]
        return lambda texts: _begun(texts, first)
    return None

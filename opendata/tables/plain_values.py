"""Texts that are written plainly as values: a whole column of a batch at once, by Arrow."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from opendata.tables.decimals import NARROW, with_digits
from opendata.tables.typed import EMPTY

#: Texts that Arrow reads as the judge does; a number's digits fit into the narrow decimals.
_FORMS = {
    "integer": r"^-?[0-9]{1,18}$",
    "number": r"^-?[0-9]{1,17}(\.[0-9]{1,17})?$",
    "date": r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$",
    "datetime": r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}$",
    "year": r"^[12][0-9]{3}$",
}
_FORMATS = {
    "date": ("default", "any", "%Y-%m-%d"),
    "datetime": ("default", "any", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"),
}
_ODD = ("bareNumber", "floatNumber")
_POINT = ord(".")

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]
Values = Callable[[pa.Array], pa.Array]


def _laid_out(texts: pa.Array) -> tuple[Bytes, Places]:
    """The bytes of all *texts* in a row, and where each begins and the last one ends."""
    _, offsets, values = texts.buffers()
    places = np.frombuffer(offsets, np.int32, len(texts) + 1, texts.offset * 4)
    begin = int(places[0])
    return np.frombuffer(values or b"", np.uint8, int(places[-1]) - begin, begin), places - begin


def _scale(texts: pa.Array) -> int:
    """How many digits the longest has behind its point; none has two points."""
    given = texts.drop_null() if texts.null_count else texts
    values, places = _laid_out(given)
    points = np.flatnonzero(values == _POINT)
    if not len(points):
        return 0
    ends = places[1:]
    own = ends if len(points) == len(ends) else ends[np.searchsorted(ends, points, "right")]
    return int((own - points).max()) - 1


def _numbers(texts: pa.Array) -> pa.Array:
    """Plain numbers as the narrowest decimals that hold them."""
    scale = _scale(texts)
    values = texts.cast(pa.decimal128(NARROW, scale))
    ends = pc.min_max(values).as_py().values()
    digits = max([1, *(end.adjusted() + 1 for end in ends if end)])
    return with_digits(values, digits + scale)


def _wanting(field: Mapping[str, Any]) -> bool:
    """Whether the plain form is what *field* wants."""
    known = _FORMATS.get(str(field.get("type")), ("default",))
    return field.get("format", "default") in known and not any(name in field for name in _ODD)


class PlainValues:
    """Reads the texts of one field, where they are plain; a text that is none is never misread.

    :param field: its descriptor; of a type that is not kept as text.
    :param read: the judge's reader of one text.
    """

    def __init__(self, field: Mapping[str, Any], read: Callable[[str], Any]) -> None:
        self._kind = str(field["type"])
        self._form = _FORMS.get(self._kind) if _wanting(field) else None
        grouped = field if self._kind == "number" else {}
        self._group, self._decimal = str(grouped.get("groupChar", "")), str(grouped.get("decimalChar", "."))
        self._truths = _truths(field, read) if self._kind == "boolean" else None

    def __call__(self, texts: pa.Array, *, proved: bool) -> pa.Array | None:
        """The values, or None if a text is not, or perhaps not, plain; nulls stay.

        :param proved: every text is in a form of its type that shows in its bytes, as a judge has proved.
        """
        if self._truths is not None:
            return _by_first_byte(texts, self._truths) if proved else None
        if self._group or self._decimal != ".":
            texts, proved = self._pointed(texts), False
        if not self._form or not (proved or pc.all(pc.match_substring_regex(texts, self._form)).as_py()):
            return None
        try:
            return _numbers(texts) if self._kind == "number" else texts.cast(EMPTY[self._kind])
        except pa.ArrowInvalid:
            return None  # no such day or hour for Arrow; the reader has the last word

    def _pointed(self, texts: pa.Array) -> pa.Array:
        """Numbers without their groups, and with a point where another character stands for it."""
        if self._group:
            texts = pc.replace_substring(texts, self._group, "")
        if self._decimal != ".":
            # A point that stands there already makes it no number.
            texts = pc.replace_substring(pc.replace_substring(texts, ".", "x"), self._decimal, ".")
        return texts


def _truths(field: Mapping[str, Any], read: Callable[[str], Any]) -> Bytes | None:
    """By a text's first byte: 1 for true, 0 for false; None if that does not tell them apart."""
    firsts: dict[bool, set[int]] = {True: set(), False: set()}
    for text in _known_truths(field):
        value = read(text)
        if not text or not isinstance(value, bool):
            return None
        firsts[value].add(text.encode()[0])
    if firsts[True] & firsts[False]:
        return None
    found = np.zeros(256, dtype=np.uint8)
    found[list(firsts[True])] = 1
    return found


def _known_truths(field: Mapping[str, Any]) -> Sequence[str]:
    defaults = ["true", "True", "TRUE", "1"], ["false", "False", "FALSE", "0"]
    return [*field.get("trueValues", defaults[0]), *field.get("falseValues", defaults[1])]


def _by_first_byte(texts: pa.Array, truths: Bytes) -> pa.Array:
    values, places = _laid_out(texts)
    # A null at the very end begins where nothing is.
    firsts = values[np.minimum(places[:-1], len(values) - 1)]
    gaps = texts.is_null().to_numpy(zero_copy_only=False) if texts.null_count else None
    return pa.array(truths[firsts].view(np.bool_), mask=gaps)

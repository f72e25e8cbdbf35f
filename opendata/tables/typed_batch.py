"""Some rows of one column as values; and the type that holds the values of two batches."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from opendata.tables.cells import value_reader
from opendata.tables.typed import BUILDERS, EMPTY, NARROW, WIDE

#: Texts that Arrow reads as the judge does; a number's digits fit into the narrow decimals.
_PLAIN = {
    "integer": r"^-?[0-9]{1,18}$",
    "number": r"^-?[0-9]{1,17}(\.[0-9]{1,17})?$",
    "date": r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$",
    "datetime": r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}$",
    "year": r"^[12][0-9]{3}$",
}
_FORMATS = {
    "date": ("default", "%Y-%m-%d"),
    "datetime": ("default", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"),
}
_ODD = ("groupChar", "decimalChar", "bareNumber", "floatNumber")


class Unfit(Exception):
    """These values cannot be written batch by batch: only the whole column tells their type."""


def wider(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """The type of a column that has values of both types.

    :raises Unfit: it is none into which Arrow casts both exactly.
    """
    if one == other:
        return one
    if pa.types.is_int64(one) and pa.types.is_decimal(other):
        return other
    if pa.types.is_decimal(one) and pa.types.is_int64(other):
        return one
    if not (pa.types.is_decimal(one) and pa.types.is_decimal(other)):
        raise Unfit(f"{one} and {other}")
    scale = max(one.scale, other.scale)
    precision = max(one.precision - one.scale, other.precision - other.scale) + scale
    if precision > WIDE:
        raise Unfit(f"{one} and {other}")
    return pa.decimal128(precision, scale) if precision <= NARROW else pa.decimal256(precision, scale)


def fitted(array: pa.Array, type_: pa.DataType) -> pa.Array:
    """*array* as *type_*, which :func:`wider` gave."""
    if array.type == type_:
        return array
    return pa.nulls(len(array), type_) if array.null_count == len(array) else array.cast(type_)


def _numbers(texts: pa.Array) -> pa.Array:
    """Plain numbers as the narrowest decimals that hold them."""
    point = pc.find_substring(texts, ".")
    length = pc.cast(pc.binary_length(texts), pa.int32())
    behind = pc.if_else(pc.less(point, 0), 0, pc.subtract(pc.subtract(length, point), 1))
    scale = pc.max(behind).as_py()
    values = texts.cast(pa.decimal128(NARROW, scale))
    ends = pc.min_max(values).as_py().values()
    digits = max([1, *(end.adjusted() + 1 for end in ends if end)])
    return values.cast(pa.decimal128(digits + scale, scale))


class ColumnTyper:
    """Types the texts of one field of the published schema, batch by batch.

    :param field: its descriptor.
    :param missing: the texts that are no value.
    """

    def __init__(self, field: Mapping[str, Any], missing: Sequence[str]) -> None:
        self.name, self.kind = str(field["name"]), str(field.get("type", "string"))
        #: The type of all values so far; None before the first.
        self.type: pa.DataType | None = None if self.kind in EMPTY else pa.string()
        self._missing = pa.array(missing, pa.string())
        self._read: Callable[[str], Any] = value_reader(field)
        known = field.get("format", "default") in _FORMATS.get(self.kind, ("default",))
        self._plain = _PLAIN.get(self.kind) if known and not any(name in field for name in _ODD) else None

    @property
    def field(self) -> pa.Field:
        """The column, by what was seen of it."""
        return pa.field(self.name, self.type or EMPTY[self.kind], metadata={"type": self.kind})

    def values(self, texts: pa.Array | None, count: int) -> pa.Array:
        """The values of *count* texts in the type of all so far; None: the file has no such column.

        :raises Unfit: a text is no value, or no type holds all values so far.
        """
        if texts is not None:
            blank = pc.is_in(texts, value_set=self._missing)
            texts = pc.if_else(blank, pa.scalar(None, pa.string()), texts)
            if self.kind not in EMPTY:
                return texts
        if texts is None or texts.null_count == count:
            return pa.nulls(count, self.field.type)
        found = self._plainly(texts)
        if found is None:
            found = self._one_by_one(texts)
        self.type = found.type if self.type is None else wider(self.type, found.type)
        return fitted(found, self.type)

    def _plainly(self, texts: pa.Array) -> pa.Array | None:
        if not self._plain or not pc.all(pc.match_substring_regex(texts, self._plain)).as_py():
            return None
        try:
            return _numbers(texts) if self.kind == "number" else texts.cast(EMPTY[self.kind])
        except pa.ArrowInvalid:
            return None  # no such day or hour for Arrow; the reader has the last word

    def _one_by_one(self, texts: pa.Array) -> pa.Array:
        encoded = texts.dictionary_encode()
        values = [self._read(text) for text in encoded.dictionary.to_pylist()]
        if None in values:
            raise Unfit(f"a value of {self.name} is no {self.kind}")
        return BUILDERS[self.kind](values).take(encoded.indices)

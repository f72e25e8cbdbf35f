"""Some rows of one column as values; and the type that holds the values of two batches."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from opendata.tables.cells import value_reader
from opendata.tables.decimals import NARROW, WIDE, retyped
from opendata.tables.plain_values import PlainValues
from opendata.tables.typed import BUILDERS, EMPTY


@dataclass(frozen=True, slots=True)
class Proved:
    """What a judge has found out of a column's texts, so that nobody need look again.

    ``missing``: those that are no value (None: all are). ``plain``: of every other its bytes show that it is
    of the type.
    """

    missing: npt.NDArray[np.bool_] | None
    plain: bool


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
    return pa.nulls(len(array), type_) if array.null_count == len(array) else retyped(array, type_)


def _without(texts: pa.Array, missing: npt.NDArray[np.bool_]) -> pa.Array:
    """*texts* with nulls where they are *missing*."""
    if texts.offset or texts.null_count:
        return pc.if_else(pa.array(missing), pa.scalar(None, pa.string()), texts)
    given = pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return pa.Array.from_buffers(pa.string(), len(texts), [given, *texts.buffers()[1:]])


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
        self._plain = PlainValues(field, self._read) if self.kind in EMPTY else None

    @property
    def field(self) -> pa.Field:
        """The column, by what was seen of it."""
        return pa.field(self.name, self.type or EMPTY[self.kind], metadata={"type": self.kind})

    def values(self, texts: pa.Array | None, count: int, proved: Proved | None = None) -> pa.Array:
        """The values of *count* texts in the type of all so far; None: the file has no such column.

        :param proved: what a judge says of these texts.
        :raises Unfit: a text is no value, or no type holds all values so far.
        """
        if texts is not None:
            texts = self._filled(texts, proved)
            if self._plain is None:
                return texts
        if texts is None or self._plain is None or texts.null_count == count:
            return pa.nulls(count, self.field.type)
        found = self._plain(texts, proved=proved is not None and proved.plain)
        if found is None:
            found = self._one_by_one(texts)
        self.type = found.type if self.type is None else wider(self.type, found.type)
        return fitted(found, self.type)

    def _filled(self, texts: pa.Array, proved: Proved | None) -> pa.Array:
        """*texts* with nulls where there is no value."""
        if proved is None:
            missing = pc.is_in(texts, value_set=self._missing)
            return pc.if_else(missing, pa.scalar(None, pa.string()), texts)
        return texts if proved.missing is None else _without(texts, proved.missing)

    def _one_by_one(self, texts: pa.Array) -> pa.Array:
        encoded = texts.dictionary_encode()
        values = [self._read(text) for text in encoded.dictionary.to_pylist()]
        if None in values:
            raise Unfit(f"a value of {self.name} is no {self.kind}")
        return BUILDERS[self.kind](values).take(encoded.indices)

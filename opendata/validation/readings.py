"""One column of a batch judged: surely right texts by expression, each other distinct text by the judge's reader."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import frictionless
import numpy as np
import numpy.typing as npt
import polars as pl

from opendata.validation.batches import Batch, column_name
from opendata.validation.shapes import normal_text, shape_of

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
#: Distinct texts remembered per column before the memory is emptied.
_REMEMBERED = 200_000


class NotVectorised(Exception):
    """Something that only the judge can decide."""


class Disagreement(NotVectorised):
    """The judge says otherwise than the sweep, which then is wrong: a fault of ours that must not show."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the judge's reader makes of one text: its value, and how many faults of each code."""

    value: Any
    type_errors: int
    constraint_errors: int


class _Memory(dict[str | None, Reading]):
    """The readings of the distinct texts of one column."""

    def __init__(self, read: Callable[[Any], tuple[Any, Mapping[str, str] | None]]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str | None) -> Reading:
        if len(self) > _REMEMBERED:
            self.clear()
        value, notes = self._read(text)
        wrong = dict(notes or {})
        type_errors = int(wrong.pop("type", None) is not None)
        found = self[text] = Reading(value, type_errors, len(wrong))
        return found


@dataclass(frozen=True, slots=True)
class Judged:
    """One column of a batch: ``null`` where there is no value (missing, absent or not of the type), ``plain``
    where the text is the plain form of its value, and the faults per row (None: no row has any).
    """

    null: Flags
    plain: Flags
    type_errors: Counts | None
    constraint_errors: Counts | None

    @property
    def faulty(self) -> Flags:
        """The rows in which the cell has a fault."""
        wrong = np.zeros(len(self.null), dtype=np.bool_)
        for counts in (self.type_errors, self.constraint_errors):
            if counts is not None:
                wrong |= counts > 0
        return wrong


class ColumnJudge:
    """Judges one column, batch by batch."""

    def __init__(self, index: int, descriptor: Mapping[str, Any], field: frictionless.Field) -> None:
        self.index = index
        self.name = column_name(index)
        self.kind = str(descriptor.get("type", "string"))
        self._memory = _Memory(field.create_cell_reader())
        missing = field.missing_values
        if not field.has_defined("missing_values") and field.schema:
            missing = field.schema.missing_values
        if "" not in missing:
            raise NotVectorised("a row without any cell is no row of empty cells")
        self._missing = list(missing)
        shape = shape_of(descriptor, self.name)
        self.path = "vectorised" if shape else "distinct"
        never = pl.lit(value=False)
        self._typed = shape.typed if shape else never
        self._allowed = shape.allowed if shape else never
        self._wrong = shape.wrong if shape else never
        self._normal = shape.normal if shape else None

    def expressions(self) -> list[pl.Expr]:
        """What the batch's frame is asked about this column: three columns of flags."""
        text = pl.col(self.name)
        missing = text.is_null() | text.is_in(self._missing)
        typed = (self._typed & ~missing).fill_null(value=False)
        allowed = (self._allowed & typed).fill_null(value=False)
        return [
            missing.alias(f"{self.name} missing"),
            typed.alias(f"{self.name} plain"),
            allowed.alias(f"{self.name} allowed"),
        ]

    def judge(self, batch: Batch, asked: pl.DataFrame) -> Judged:
        """The verdict on the column's cells in *batch*; *asked* holds the answers to :meth:`expressions`."""
        missing = asked[f"{self.name} missing"].to_numpy()
        plain = asked[f"{self.name} plain"].to_numpy()
        unsure = ~(asked[f"{self.name} allowed"].to_numpy() | missing)
        wrong = np.zeros(len(missing), dtype=np.bool_)
        null, types, rules = missing.copy(), None, None
        nothing = self._memory[None].constraint_errors
        if nothing and missing.any():
            rules = np.where(missing, nothing, 0).astype(np.int64)
        if unsure.any():
            wrong = (
                unsure & batch.frame.select(surely=self._wrong)["surely"].fill_null(value=False).to_numpy()
            )
            unsure &= ~wrong
        if unsure.any():
            texts = batch.frame[self.name].filter(pl.Series(unsure))
            distinct = [self._memory[text] for text in texts.unique().to_list()]
            if any(reading.type_errors or reading.constraint_errors for reading in distinct):
                readings = [self._memory[text] for text in texts.to_list()]
                types = np.zeros(len(null), dtype=np.int64)
                types[unsure] = [reading.type_errors for reading in readings]
                rules = np.zeros(len(null), dtype=np.int64) if rules is None else rules
                rules[unsure] = [reading.constraint_errors for reading in readings]
        if wrong.any():
            types = np.zeros(len(null), dtype=np.int64) if types is None else types
            types[wrong] = 1
        if types is not None:
            null |= types > 0
        return Judged(null, plain, types, rules)

    def value(self, text: str | None) -> Any:  # noqa: ANN401 - a value of any type
        """The value of one text."""
        return self._memory[text].value

    def normal(self, batch: Batch) -> pl.Series:
        """The column's texts, the plain ones so written that they are equal, and in order, where the values are."""
        if self._normal is None:
            return batch.frame[self.name]
        return batch.frame.select(self._normal.alias(self.name))[self.name]

    def keys(self, batch: Batch, judged: Judged) -> pl.Series:
        """The column as texts that are equal where the values are; null where there is no value.

        :raises NotVectorised: a value has no such text.
        """
        column = batch.frame[self.name]
        normal = self.normal(batch)
        odd = ~(judged.plain | judged.null)
        if odd.any():
            texts = normal.to_list()
            source = column.to_list()
            for position in np.flatnonzero(odd):
                text = normal_text(self.value(source[position]))
                if text is None:
                    raise NotVectorised("a key of an odd type")
                texts[position] = text
            normal = pl.Series(self.name, texts, dtype=pl.String)
        if not judged.null.any():
            return normal
        return normal.set(pl.Series(judged.null), None)


def column_judges(arranged: Mapping[str, Any], parsed: frictionless.Schema) -> Sequence[ColumnJudge]:
    """One judge per column of the file.

    :param arranged: the schema with its fields in the file's order; *parsed* is frictionless' form of it.
    :raises NotVectorised: the schema needs the judge for every row.
    """
    return [
        ColumnJudge(index, descriptor, field)
        for index, (descriptor, field) in enumerate(zip(arranged["fields"], parsed.fields, strict=True))
    ]

"""One column of a batch judged: surely right texts by expression, each other distinct text by the judge's reader."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import frictionless
import numpy as np
import polars as pl
import pyarrow as pa

from opendata.tables.parse import column_name
from opendata.validation.batches import Batch
from opendata.validation.misfits import misfits_of
from opendata.validation.privacy import HARMLESS
from opendata.validation.shapes import normal_text, shape_of
from opendata.validation.surely import check_of
from opendata.validation.texts import Counts, Flags, Texts
from opendata.validation.told import Told

#: Digits of the shortest number that tells on somebody.
_TELLING = 11
#: Distinct texts remembered per column before the memory is emptied.
_REMEMBERED = 20_000


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


class Judged:
    """One column of a batch: which cells are missing (None: none), and the faults per row (None: no row has any).

    :param plain: gives :attr:`plain`.
    :param harmless: the rows whose values surely tell on nobody; None: nothing is known.
    :param shown: of every cell with a value its bytes show that it is of the type.
    """

    def __init__(
        self,
        texts: Texts,
        missing: Flags | None,
        type_errors: Counts | None,
        constraint_errors: Counts | None,
        plain: Callable[[], Flags],
        harmless: Flags | None,
        *,
        shown: bool = False,
    ) -> None:
        self.texts, self._plain, self.harmless, self.shown = texts, plain, harmless, shown
        self._count = len(texts)
        self.missing, self.type_errors, self.constraint_errors = missing, type_errors, constraint_errors

    @cached_property
    def null(self) -> Flags:
        """The rows without a value: the cell is missing, absent or not of the type."""
        null = np.zeros(self._count, dtype=np.bool_) if self.missing is None else self.missing.copy()
        if self.type_errors is not None:
            null |= self.type_errors > 0
        return null

    @cached_property
    def plain(self) -> Flags:
        """The rows in which the text is the plain form of its value."""
        return self._plain()

    @property
    def faulty(self) -> Flags:
        """The rows in which the cell has a fault."""
        wrong = np.zeros(self._count, dtype=np.bool_)
        for counts in (self.type_errors, self.constraint_errors):
            if counts is not None:
                wrong |= counts > 0
        return wrong

    @property
    def is_right(self) -> bool:
        """Whether no cell has a fault."""
        return not any(
            counts is not None and counts.any() for counts in (self.type_errors, self.constraint_errors)
        )

    @property
    def is_clean(self) -> bool:
        """Whether every cell has a value and no fault."""
        return self.missing is None and self.type_errors is None and self.constraint_errors is None


class ColumnJudge:
    """Judges one column, batch by batch."""

    def __init__(self, index: int, descriptor: Mapping[str, Any], field: frictionless.Field) -> None:
        self.index = index
        self.name = column_name(index)
        self.kind = str(descriptor.get("type", "string"))
        self.descriptor = descriptor
        self._memory = _Memory(field.create_cell_reader())
        missing = field.missing_values
        if not field.has_defined("missing_values") and field.schema:
            missing = field.schema.missing_values
        if "" not in missing:
            raise NotVectorised("a row without any cell is no row of empty cells")
        self.missing = frozenset(missing)
        shape = shape_of(descriptor, self.name)
        self._check = check_of(descriptor)
        self.path = "vectorised" if self._check else "distinct"
        self._misfits = misfits_of(descriptor, shape)
        self._typed = shape.typed if shape else pl.lit(value=False)
        self._normal = shape.normal if shape else None

    def judge(self, batch: Batch) -> Judged:
        """The verdict on the column's cells in *batch*."""
        array = batch.columns[self.index]
        texts = Texts(array)
        count = len(texts)
        missing = texts.among(self.missing)
        told = self._check(texts) if self._check else Told(np.zeros(count, dtype=np.bool_))
        types, rules = None, told.broken
        if missing is not None:
            rules = self._unfilled(missing, rules)
        unsure = self._unsure(told, missing)
        if unsure is not None:
            types, rules = self._read(array, unsure, rules)
        harmless = self._harmless(texts, told, missing)
        shown = unsure is None and self._check is not None
        return Judged(texts, missing, types, rules, lambda: self._plain(batch), harmless, shown=shown)

    def _harmless(self, texts: Texts, told: Told, missing: Flags | None) -> Flags | None:
        if self.kind not in HARMLESS and (
            self.kind not in {"integer", "number"} or texts.longest >= _TELLING
        ):
            return None
        right = np.ones(len(texts), dtype=np.bool_) if told.right is None else told.right
        return right if missing is None else right & ~missing

    def _unfilled(self, missing: Flags, rules: Counts | None) -> Counts | None:
        """*rules* with the faults of *missing* cells."""
        nothing = self._memory[None].constraint_errors
        if rules is None and not nothing:
            return None
        return np.where(missing, nothing, 0 if rules is None else rules).astype(np.int64)

    @staticmethod
    def _unsure(told: Told, missing: Flags | None) -> Flags | None:
        if told.right is None:
            return None
        unsure: Flags = ~told.right
        if told.broken is not None:
            unsure &= told.broken == 0
        if missing is not None:
            unsure &= ~missing
        return unsure if unsure.any() else None

    def _read(
        self, array: pa.Array, unsure: Flags, rules: Counts | None
    ) -> tuple[Counts | None, Counts | None]:
        """The faults of type, and *rules* with the faults of constraints, once the *unsure* texts are read."""
        asked = array.filter(pa.array(unsure))
        misfits = self._misfits(Texts(asked)) if self._misfits else np.zeros(len(asked), dtype=np.bool_)
        wrong = misfits.astype(np.int64)
        broken = np.zeros(len(asked), dtype=np.int64)
        if not misfits.all():
            at = np.flatnonzero(~misfits)
            readings = [self._memory[text] for text in asked.take(pa.array(at)).to_pylist()]
            wrong[at] = [reading.type_errors for reading in readings]
            broken[at] = [reading.constraint_errors for reading in readings]
        types = None
        if wrong.any():
            types = np.zeros(len(unsure), dtype=np.int64)
            types[unsure] = wrong
        if broken.any():
            rules = np.zeros(len(unsure), dtype=np.int64) if rules is None else rules
            rules[unsure] = broken
        return types, rules

    def _plain(self, batch: Batch) -> Flags:
        if self._normal is None:
            return np.zeros(len(batch), dtype=np.bool_)
        text = pl.col(self.name)
        asked = pl.DataFrame([batch.series(self.index)]).with_columns(
            plain=(self._typed & ~text.is_in(list(self.missing))).fill_null(value=False)
        )
        plain: Flags = asked["plain"].to_numpy()
        return plain

    def value(self, text: str | None) -> Any:  # noqa: ANN401 - a value of any type
        """The value of one text."""
        return self._memory[text].value

    def normal(self, batch: Batch) -> pl.Series:
        """The column's texts, the plain ones so written that they are equal, and in order, where the values are."""
        column = batch.series(self.index)
        if self._normal is None:
            return column
        return pl.DataFrame([column]).select(self._normal.alias(self.name))[self.name]

    def keys(self, batch: Batch, judged: Judged) -> pl.Series:
        """The column as texts that are equal where the values are; null where there is no value.

        :raises NotVectorised: a value has no such text.
        """
        if self.kind in {"string", "any"} and self._normal is not None:
            normal = batch.series(self.index)
        else:
            normal = self._by_value(batch, judged)
        if judged.missing is None and judged.type_errors is None:
            return normal
        return normal.set(pl.Series(judged.null), None)

    def _by_value(self, batch: Batch, judged: Judged) -> pl.Series:
        normal = self.normal(batch)
        odd = ~(judged.plain | judged.null)
        if not odd.any():
            return normal
        texts = normal.to_list()
        source = batch.series(self.index)
        for position in np.flatnonzero(odd).tolist():
            text = normal_text(self.value(source[position]))
            if text is None:
                raise NotVectorised("a key of an odd type")
            texts[position] = text
        return pl.Series(self.name, texts, dtype=pl.String)


def column_judges(arranged: Mapping[str, Any], parsed: frictionless.Schema) -> Sequence[ColumnJudge]:
    """One judge per column of the file.

    :param arranged: the schema with its fields in the file's order; *parsed* is frictionless' form of it.
    :raises NotVectorised: the schema needs the judge for every row.
    """
    return [
        ColumnJudge(index, descriptor, field)
        for index, (descriptor, field) in enumerate(zip(arranged["fields"], parsed.fields, strict=True))
    ]

"""Values that must stand elsewhere: in a published dataset, in a vocabulary, or in the table itself (Table Schema ``foreignKeys``)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from math import isnan
from typing import Any

import polars as pl

from catalog.errors import InvalidInput
from catalog.records import Severity, Text
from opendata.tables import Table
from opendata.tables.cells import missing_values, value_reader
from opendata.tables.columns import Columns as Matched
from opendata.tables.typed_file import TypedFile
from opendata.validation.batches import batches
from opendata.validation.foreign_key_faults import VOCABULARY, kind, references
from opendata.validation.known import BUILT_IN, Known
from opendata.validation.row_rules import Columns, Fault, Flags, Values
from opendata.validation.shapes import normal_text

#: Bytes of keys that are held to be looked up; a larger reference is refused.
MOST_BYTES = 512 << 20
#: No value's text: a NUL is refused in every file.
_NOTHING_EQUALS = "\0NaN"


def key_text(value: object) -> str | None:
    """*value* as a text that equal values of its kind share; None for no value."""
    if value is None or isinstance(value, str):
        return value
    text = normal_text(value)
    return str(value) if text is None else text


def held_text(value: object) -> str | None:
    """:func:`key_text` of a value that may be referred to: NaN equals nothing, so that its text is no key's."""
    nan = value.is_nan() if isinstance(value, Decimal) else isinstance(value, float) and isnan(value)
    return _NOTHING_EQUALS if nan else key_text(value)


class Keys:
    """The distinct keys of a reference.

    :raises InvalidInput: when they are more than memory may hold.
    """

    def __init__(self, names: Sequence[str], frames: Iterable[pl.DataFrame]) -> None:
        self.names = [f"k{at}" for at in range(len(names))]
        empty = pl.DataFrame(schema=dict.fromkeys(self.names, pl.String))
        found, waiting, rows = empty, [empty], 0
        for frame in frames:
            frame.columns = self.names
            waiting.append(frame.filter(~pl.all_horizontal(pl.all().is_null())).unique())
            rows += waiting[-1].height
            if rows > found.height:
                found, waiting, rows = pl.concat([found, *waiting]).unique(), [], 0
                self._require_room(found)
        self.frame = pl.concat([found, *waiting]).unique()
        self._require_room(self.frame)

    @staticmethod
    def _require_room(found: pl.DataFrame) -> None:
        if found.estimated_size() > MOST_BYTES:
            raise InvalidInput(
                f"被引用的键超过 {MOST_BYTES >> 20} MiB，无法核对外键。",
                f"The keys referred to are more than {MOST_BYTES >> 20} MiB: too many to be looked up.",
            )

    @cached_property
    def rows(self) -> frozenset[tuple[str | None, ...]]:
        """The keys one by one, for looking up a single row."""
        return frozenset(self.frame.iter_rows())

    def lacking(self, frame: pl.DataFrame) -> Flags:
        """The rows of *frame*, of as many columns, whose key is not among them; a key without any value is none."""
        frame = frame.clone()
        frame.columns = self.names
        nothing = frame.select(pl.all_horizontal(pl.all().is_null()))[:, 0].to_numpy()
        if len(self.names) == 1 and self.frame.height:
            found = frame.to_series().is_in(self.frame.to_series().implode()).fill_null(value=True).to_numpy()
        else:
            numbered = frame.with_row_index("row number")
            held = numbered.join(self.frame, on=self.names, how="semi", nulls_equal=True)["row number"]
            found = nothing.copy()
            found[held.to_numpy()] = True
        lacking: Flags = ~(found | nothing)
        return lacking


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """One foreign key as a rule. ``keys`` are None where no value can be equal to any, by its type."""

    fields: Sequence[str]
    keys: Keys
    place: str
    titles: Mapping[str, str]
    code: str = "foreign-key"
    #: A value that breaks a constraint is still looked up, as frictionless does.
    trusts_faulty: bool = True

    @property
    def at(self) -> str:
        """The first of its fields."""
        return self.fields[0]

    def fault(self, values: Values) -> Fault | None:
        """The key is not where it should be."""
        key = tuple(key_text(values[name]) for name in self.fields)
        if set(key) == {None} or key in self.keys.rows:
            return None
        shown = ", ".join(text or "—" for text in key)
        names = "、".join(self.titles[name] for name in self.fields)
        return Fault(
            f"“{names}”的值 {shown[:60]} 在 {self.place} 中不存在。",
            f"{shown[:60]} of {', '.join(self.fields)} is not in {self.place}.",
            shown,
            f"{self.place} 中的值 a value in {self.place}",
        )

    def told(self, columns: Columns) -> tuple[Flags, Flags]:
        """Exact by columns."""
        lacking = self.keys.lacking(pl.DataFrame([columns.keys(name) for name in self.fields]))
        return lacking, lacking & False


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A reference that cannot be looked up: why, and whether that is the schema's fault."""

    place: str
    message: Text
    severity: Severity = "error"


@dataclass(slots=True)
class _Resolver:
    """Finds the keys of references for one table."""

    table: Table
    matched: Matched
    descriptor: Mapping[str, Any]
    known: Known
    unresolved: list[Unresolved] = field(default_factory=list)

    def keys(self, fields: Sequence[str], resource: str, there: Sequence[str]) -> Keys | None:
        """The keys that the fields *there* of *resource* (empty: of this table) hold, as far as *fields* can equal them.

        :returns: None if they cannot be looked up; ``unresolved`` then says why, unless a column is merely missing.
        :raises InvalidInput: the vocabulary is unknown, or there are too many keys.
        """
        kinds = [kind(self._type(name)) for name in fields]
        if not resource:
            return self._own(fields, there)
        if resource.startswith(VOCABULARY) and kinds != ["string"]:
            return Keys(there, [])
        if resource.startswith(VOCABULARY):
            terms = self.known.vocabulary(resource.removeprefix(VOCABULARY))
            return Keys(there, [pl.DataFrame({"k": [getattr(term, there[0]) for term in terms]})])
        if self.known.dataset is None:
            text = Text(
                f"未核对对 {resource} 的外键：此处读不到已发布的数据集。",
                f"The references to {resource} were not checked: published datasets are out of reach here.",
            )
            self.unresolved.append(Unresolved(resource, text, "warning"))
            return None
        published = self.known.dataset(resource)
        if published is None or not set(there) <= set(published.column_names):
            names = ", ".join(there)
            text = Text(
                f"被引用的数据集 {resource} 没有已发布的版本，或没有字段 {names}。",
                f"The dataset {resource} referred to has no published release, or no field {names}.",
            )
            self.unresolved.append(Unresolved(resource, text))
            return None
        return Keys(there, self._published(published, fields, there))

    def _type(self, name: str) -> str:
        return next(
            str(one.get("type", "string")) for one in self.descriptor["fields"] if one["name"] == name
        )

    def _published(
        self, published: TypedFile, fields: Sequence[str], there: Sequence[str]
    ) -> Iterator[pl.DataFrame]:
        types = [
            (published.schema.field(name).metadata or {}).get(b"type", b"string").decode() for name in there
        ]
        for batch in published.batches(there):
            frame = pl.DataFrame(
                [key_column(pl.Series(name, batch.column(name)), held_text) for name in there]
            )
            yield self._matching(frame, fields, types)

    def _matching(self, frame: pl.DataFrame, fields: Sequence[str], types: Sequence[str]) -> pl.DataFrame:
        """The keys that can be equal to one of *fields*: across kinds of types only no value equals no value."""
        unlike = [
            pl.nth(at).is_null()
            for at, (name, type_) in enumerate(zip(fields, types, strict=True))
            if kind(self._type(name)) != kind(type_)
        ]
        return frame.filter(unlike) if unlike else frame

    def _own(self, fields: Sequence[str], there: Sequence[str]) -> Keys | None:
        """The keys of the table itself, read ahead of its rows."""
        known = {one["name"]: (at, one) for at, one in enumerate(self.descriptor["fields"])}
        places = [self.matched.column_of(known[name][0]) for name in there]
        if None in places:
            return None
        readers = [self._reader(known[name][1]) for name in there]
        types = [self._type(name) for name in there]
        frames = (
            self._matching(
                pl.DataFrame(
                    [
                        key_column(batch.series(place or 0), read)
                        for place, read in zip(places, readers, strict=True)
                    ]
                ),
                fields,
                types,
            )
            for batch in batches(self.table)
        )
        return Keys(there, frames)

    def _reader(self, described: Mapping[str, Any]) -> Callable[[Any], str | None]:
        read = value_reader(described)
        missing = frozenset(missing_values(self.descriptor, described))
        return lambda text: None if text is None or text in missing else held_text(read(text))


def key_column(column: pl.Series, read: Callable[[Any], str | None]) -> pl.Series:
    """Every distinct value of *column* as a key's text."""
    if read in (key_text, held_text) and column.dtype == pl.String:
        return column
    distinct = column.unique()
    texts = pl.Series("text", [read(value) for value in distinct.to_list()], dtype=pl.String)
    if column.dtype == pl.String and texts.equals(distinct.alias("text"), null_equal=True):
        return column
    return (
        pl.DataFrame([column.alias("value")])
        .join(
            pl.DataFrame([distinct.alias("value"), texts]),
            on="value",
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )["text"]
        .alias(column.name)
    )


def foreign_keys(
    table: Table,
    matched: Matched,
    descriptor: Mapping[str, Any],
    known: Known,
    titles: Mapping[str, str],
) -> tuple[list[ForeignKey], list[Unresolved]]:
    """The foreign keys that the columns present allow, and the references that could not be looked up.

    :raises InvalidInput: a vocabulary is unknown, or a reference too large.
    """
    present = {descriptor["fields"][at]["name"] for at in matched.fields if at is not None}
    resolver = _Resolver(table, matched, descriptor, known)
    found = []
    for fields, resource, there in references(descriptor):
        keys = resolver.keys(fields, resource, there) if present.issuperset(fields) else None
        if keys is not None:
            found.append(ForeignKey(fields, keys, _place(resource), titles))
    return found, resolver.unresolved


def _place(resource: str) -> str:
    if not resource:
        return "本表 this table"
    name = resource.removeprefix(VOCABULARY)
    if not resource.startswith(VOCABULARY):
        return f"数据集 dataset {name}"
    return f"词表 vocabulary {name}" if name not in BUILT_IN else f"词表 {name}"

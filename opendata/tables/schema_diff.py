"""How two Table Schemas of one dataset differ, seen by a program that reads the published files.

A change is *breaking* if a program that read the older files rightly may fail on the newer ones, or take them for
something else: a column is gone, has another type or unit, may now be empty or repeat. A new column, another
order (columns are read by name), a wider type, other labels break nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from catalog.records import Text

Kind = Literal[
    "added", "removed", "retyped", "key", "meaning", "loosened", "tightened", "relabelled", "moved"
]
#: Types whose values are all values of the other type too.
_WIDER = frozenset({("integer", "number"), ("year", "integer"), ("year", "number")})
#: What says how a value is to be understood.
_MEANING = ("unit", "format", "crs", "mask")
_LABELS = ("title", "title_en", "description", "description_en")
_UNSAID = "—"


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """One difference; ``field`` is empty where it is about the whole table, ``before`` and ``after`` may be too."""

    kind: Kind
    field: str
    before: str
    after: str
    breaking: bool
    text: Text

    def to_dict(self) -> dict[str, Any]:
        """The change as JSON-ready values."""
        values = {name: getattr(self, name) for name in ("kind", "field", "before", "after", "breaking")}
        return {**values, "zh": self.text.zh, "en": self.text.en}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "SchemaChange":
        """The inverse of :meth:`to_dict`."""
        kept = {name: values[name] for name in ("kind", "field", "before", "after", "breaking")}
        return cls(**kept, text=Text(values["zh"], values["en"]))


@dataclass(frozen=True, slots=True)
class SchemaDiff:
    """Every difference, those that break something first, then in the newer schema's order of fields."""

    changes: tuple[SchemaChange, ...]

    @property
    def breaking(self) -> tuple[SchemaChange, ...]:
        """The changes that break something."""
        return tuple(change for change in self.changes if change.breaking)

    @property
    def reason(self) -> Text | None:
        """Why a new series begins, in one sentence; None if nothing breaks."""
        told = [change.text for change in self.breaking]
        return Text("；".join(one.zh for one in told), "; ".join(one.en for one in told)) if told else None


def compare_schemas(before: Mapping[str, Any], after: Mapping[str, Any]) -> SchemaDiff:
    """The differences between two Table Schema descriptors, compared field by field by name."""
    old = {field["name"]: field for field in before["fields"]}
    new = {field["name"]: field for field in after["fields"]}
    found = [*_key(before, after)]
    found += [_removed(field) for name, field in old.items() if name not in new]
    for name, field in new.items():
        found += _field(old[name], field) if name in old else [_added(field)]
    found += _moved([*old], [*new])
    return SchemaDiff(tuple(sorted(found, key=lambda change: not change.breaking)))


def key_of(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The primary key of a Table Schema, however it is written; empty if it has none."""
    key = schema.get("primaryKey") or ()
    return (key,) if isinstance(key, str) else tuple(key)


def _type(field: Mapping[str, Any]) -> str:
    return str(field.get("type", "string"))


def _added(field: Mapping[str, Any]) -> SchemaChange:
    name, type_ = field["name"], _type(field)
    text = Text(f"新增字段 {name}（{type_}）", f"field {name} ({type_}) was added")
    return SchemaChange("added", name, "", type_, breaking=False, text=text)


def _removed(field: Mapping[str, Any]) -> SchemaChange:
    name, type_ = field["name"], _type(field)
    text = Text(f"字段 {name} 被删除", f"field {name} was removed")
    return SchemaChange("removed", name, type_, "", breaking=True, text=text)


def _key(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[SchemaChange]:
    old, new = key_of(before), key_of(after)
    if old != new:
        shown = (", ".join(old) or _UNSAID, ", ".join(new) or _UNSAID)
        text = Text(f"主键由 {shown[0]} 改为 {shown[1]}", f"the key was {shown[0]} and is {shown[1]}")
        # Where there was no key, nobody relied on one.
        yield SchemaChange("key", "", ", ".join(old), ", ".join(new), breaking=bool(old), text=text)


def _field(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[SchemaChange]:
    name = new["name"]
    if (types := (_type(old), _type(new))) and types[0] != types[1]:
        text = Text(
            f"字段 {name} 的类型由 {types[0]} 改为 {types[1]}",
            f"field {name} was {types[0]} and is {types[1]}",
        )
        yield SchemaChange("retyped", name, *types, breaking=types not in _WIDER, text=text)
    for aspect in _MEANING:
        yield from _aspect("meaning", name, aspect, old, new, breaking=True)
    for aspect in _LABELS:
        yield from _aspect("relabelled", name, aspect, old, new, breaking=False)
    yield from _constraints(name, old.get("constraints") or {}, new.get("constraints") or {})


def _aspect(
    kind: Kind, name: str, aspect: str, old: Mapping[str, Any], new: Mapping[str, Any], *, breaking: bool
) -> Iterator[SchemaChange]:
    before, after = _said(old.get(aspect)), _said(new.get(aspect))
    if before != after:
        zh = f"字段 {name} 的 {aspect} 由 {before or _UNSAID} 改为 {after or _UNSAID}"
        en = f"the {aspect} of field {name} was {before or _UNSAID} and is {after or _UNSAID}"
        yield SchemaChange(kind, name, before, after, breaking=breaking, text=Text(zh, en))


def _constraints(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[SchemaChange]:
    for rule in (*old, *(rule for rule in new if rule not in old)):
        before, after = _said(old.get(rule)), _said(new.get(rule))
        if before == after:
            continue
        lost = not after
        zh = f"字段 {name} 的约束 {rule} 由 {before or _UNSAID} 改为 {after or _UNSAID}"
        en = f"constraint {rule} of field {name} was {before or _UNSAID} and is {after or _UNSAID}"
        # Whoever relied on a value being there, or being the only one, is misled; other rules bind the agency.
        breaking = lost and rule in {"required", "unique"}
        yield SchemaChange("loosened" if lost else "tightened", name, before, after, breaking, Text(zh, en))


def _moved(old: list[str], new: list[str]) -> Iterator[SchemaChange]:
    kept = {*old} & {*new}
    before, after = [name for name in old if name in kept], [name for name in new if name in kept]
    if before != after:
        text = Text("字段的顺序有变", "the fields stand in another order")
        yield SchemaChange("moved", "", ", ".join(before), ", ".join(after), breaking=False, text=text)


def _said(value: object) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, (list, tuple)):
        return "、".join(str(one) for one in value)
    return str(value)

"""Schemas drawn from all types, formats and constraints, with keys, keys of their own table and missing values."""

import re
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.validation.differential.kinds import KINDS, LENGTHS, ORDERED, Kind

#: Texts that stand for no value. Without "" every row goes to frictionless itself.
MISSING = (None, None, [""], ["", "-"], ["", "NA", "—"], ["", "0", "2024-01-05"], ["-"], [])
_FIELD_MISSING = (None, None, None, None, ["", "x"], ["", "无"], ["-"])
_PATTERNS = ("第[0-9]+项", r"JY\d{5}", "[^,]*", ".*", "甲|乙+", r"\w+", r"JY[\d]+(?!5)", "a.*")
_TRUTH = next(kind for kind in KINDS if kind.type == "boolean")
_COUNT = next(kind for kind in KINDS if kind.type == "integer")
_ZONE = re.compile(r"\d:\d\d.*[+-]\d\d:?\d\d$|\d:\d\d.*Z$")
#: The profile of the second edition, which alone knows exclusive bounds.
SECOND = "https://datapackage.org/profiles/2.0/tableschema.json"


@dataclass(frozen=True, slots=True)
class Column:
    """A field with the kind of its values; ``distinct``: it is part of a key or unique; ``like``: it repeats
    the values of the column with this index, to which it refers.
    """

    kind: Kind
    field: dict[str, Any]
    distinct: bool = False
    like: int | None = None

    def takes(self, text: str) -> bool:
        """Whether frictionless can judge *text*: it raises where a zone meets a bound without one."""
        bounded = self.field.get("constraints", {}).keys() & set(ORDERED)
        return not (bounded and self.kind.type in ("datetime", "time") and _ZONE.search(text))


def _rule(draw: st.DrawFn, kind: Kind, name: str) -> Any:
    if name == "pattern":
        return draw(st.sampled_from(_PATTERNS))
    if name in LENGTHS:
        return draw(st.integers(0, 3) if name == "minLength" else st.integers(2, 30))
    low = name in ("minimum", "exclusiveMinimum")
    bound = kind.written(draw(st.integers(0, 2) if low else st.integers(9, 30)))
    plain = kind.type in ("integer", "year") and kind.described.keys() == {"type"} and draw(st.booleans())
    return int(bound) if plain else bound


def _constraints(draw: st.DrawFn, kind: Kind) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    for name in kind.rules:
        if draw(st.integers(0, 7 if name == "pattern" else 4)) == 0:
            rules[name] = _rule(draw, kind, name)
    if draw(st.integers(0, 2)) == 0:
        rules["required"] = draw(st.sampled_from([True, True, False]))
    if kind.type not in ("any", "list") and draw(st.integers(0, 9)) == 0:
        rules["enum"] = [kind.written(at) for at in range(draw(st.integers(4, 12)))]
    if kind.hashable and draw(st.integers(0, 5)) == 0:
        rules["unique"] = True
    return rules


@st.composite
def _columns(draw: st.DrawFn, name: str) -> Column:
    kind = draw(st.sampled_from(KINDS))
    rules = _constraints(draw, kind)
    missing = draw(st.sampled_from(_FIELD_MISSING))
    field = {"name": name, **kind.described}
    if rules:
        field["constraints"] = rules
    if missing is not None:
        field["missingValues"] = missing
    return Column(kind, field, bool(rules.get("unique")))


def _retyped(column: Column, kind: Kind) -> Column:
    return Column(kind, {"name": column.field["name"], **kind.described})


def _referring(draw: st.DrawFn, columns: list[Column]) -> dict[str, Any] | None:
    """A foreign key to this table: the last column refers to another, or any to any."""
    able = [at for at, column in enumerate(columns) if column.kind.hashable]
    if not able or draw(st.integers(0, 2)):
        return None
    there = draw(st.sampled_from(able))
    if there == len(columns) - 1 or draw(st.booleans()):
        here = draw(st.sampled_from(able))
    else:
        here = len(columns) - 1
        name = columns[here].field["name"]
        described = {**columns[there].field, "name": name}
        described.pop("constraints", None)
        columns[here] = Column(columns[there].kind, described, like=there)
    if here != there and draw(st.integers(0, 4)) == 0:
        # Truth equals one in Python.
        columns[here], columns[there] = (
            _retyped(columns[at], kind) for at, kind in ((here, _TRUTH), (there, _COUNT))
        )
    fields, reference = [columns[here].field["name"]], [columns[there].field["name"]]
    if draw(st.integers(0, 4)) == 0:
        both = draw(st.sampled_from(able)), draw(st.sampled_from(able))
        if both[0] != here and both[1] != there:
            fields.append(columns[both[0]].field["name"])
            reference.append(columns[both[1]].field["name"])
    alone = len(fields) == 1 and draw(st.booleans())
    return {
        "fields": fields[0] if alone else fields,
        "reference": {"resource": "", "fields": reference[0] if alone else reference},
    }


def _key(draw: st.DrawFn, columns: list[Column], *, often: int) -> list[str]:
    able = [at for at, column in enumerate(columns) if column.kind.hashable and column.like is None]
    if not able or draw(st.integers(0, often)):
        return []
    chosen = draw(st.lists(st.sampled_from(able), min_size=1, max_size=2, unique=True))
    at = chosen[0]
    columns[at] = Column(columns[at].kind, columns[at].field, distinct=True)
    return [columns[at].field["name"] for at in chosen]


@st.composite
def schemas(draw: st.DrawFn) -> tuple[dict[str, Any], list[Column]]:
    """A schema of one to six fields, and its columns."""
    names = ["编号", "b", "c c", "D", "e_1", "ｆ"][: draw(st.sampled_from([3, 4, 5, 6, 3, 2, 1]))]
    columns = [draw(_columns(name)) for name in names]
    descriptor: dict[str, Any] = {}
    foreign = _referring(draw, columns)
    primary, unique = _key(draw, columns, often=2), _key(draw, columns, often=5)
    if primary:
        descriptor["primaryKey"] = primary[0] if len(primary) == 1 and draw(st.booleans()) else primary
    if unique:
        descriptor["uniqueKeys"] = [unique]
    if foreign:
        descriptor["foreignKeys"] = [foreign]
    missing = draw(st.sampled_from(MISSING))
    if missing is not None:
        descriptor["missingValues"] = missing
    descriptor["fields"] = [column.field for column in columns]
    if any(
        name.startswith("exclusive") for column in columns for name in column.field.get("constraints", ())
    ):
        descriptor["$schema"] = SECOND
        if missing and draw(st.booleans()):
            descriptor["missingValues"] = [
                {"value": text, "label": f"无{at}"} for at, text in enumerate(missing)
            ]
    return descriptor, columns

"""A Table Schema that may judge: read, checked as a whole, and fingerprinted."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import frictionless

from catalog.errors import InvalidInput
from catalog.records import Finding, Text
from opendata.tables.dialect import Dialect, dialect_faults, dialect_of
from opendata.tables.masking import is_masked, mask_faults
from opendata.validation.patterns import runs_away
from opendata.validation.references import reference_faults
from opendata.validation.regions import REGIONS

Origin = Literal["named", "derived", "inferred"]
CELL_CHECKS = ("uscc", "org-code", "division-code")
_ORDERED = ("date", "datetime", "year")


@dataclass(frozen=True, slots=True)
class Schema:
    """A Table Schema descriptor with its name, where it comes from, and the hash of its canonical JSON."""

    name: str
    origin: Origin
    descriptor: Mapping[str, Any]
    sha256: str

    @property
    def fields(self) -> Sequence[Mapping[str, Any]]:
        """The field descriptors, in order."""
        fields: Sequence[Mapping[str, Any]] = self.descriptor["fields"]
        return fields

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The names of the fields of the primary key; Table Schema lets a single one stand alone."""
        key = self.descriptor.get("primaryKey", [])
        return (key,) if isinstance(key, str) else tuple(key)

    @property
    def dialect(self) -> Dialect:
        """How the files that the schema describes are laid out; without a header its fields name the columns.

        :raises InvalidInput: it is not sound.
        """
        return dialect_of(self.descriptor)

    @property
    def checks(self) -> Sequence[Mapping[str, Any]]:
        """The table checks."""
        checks: Sequence[Mapping[str, Any]] = self.descriptor.get("checks", [])
        return checks


def canonical_sha256(descriptor: Mapping[str, Any]) -> str:
    """The SHA-256 of *descriptor* as JSON with sorted keys: layout and key order do not matter."""
    text = json.dumps(descriptor, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def make_schema(descriptor: Mapping[str, Any], name: str, origin: Origin) -> Schema:
    """A schema that is known to be sound.

    :raises InvalidInput: with one finding per fault: not a Table Schema, an unknown check, a check,
        key or ``public`` that names a field which is not there.
    """
    faults = list(_faults(descriptor))
    if faults:
        findings = [Finding("bad-schema", fault) for fault in faults]
        raise InvalidInput(
            f"模式 {name} 有误：{faults[0].zh}", f"The schema {name} is wrong: {faults[0].en}", findings
        )
    return Schema(name, origin, descriptor, canonical_sha256(descriptor))


def _faults(descriptor: Mapping[str, Any]) -> Iterator[Text]:
    outside = list(reference_faults(descriptor))
    if outside:
        yield from outside
        return
    try:
        frictionless.Schema.from_descriptor(dict(descriptor))
    except frictionless.FrictionlessException as error:
        reasons = [str(reason.note) for reason in error.reasons] or [str(error.error.note)]
        yield from (
            Text(f"不是合法的 Table Schema：{reason}", f"no Table Schema: {reason}") for reason in reasons
        )
        return
    types = {field["name"]: field.get("type", "string") for field in descriptor["fields"]}
    yield from _unknown_names(descriptor, types)
    yield from dialect_faults(descriptor.get("dialect") or {})
    for field in descriptor["fields"]:
        if field.get("check") not in {None, *CELL_CHECKS}:
            yield _unknown("检查", "check", field["check"], CELL_CHECKS)
        yield from _pattern_faults(field)
        if is_masked(field):
            yield from mask_faults(field, list(types))
    for check in descriptor.get("checks", []):
        yield from _check_faults(check, types)


def _pattern_faults(field: Mapping[str, Any]) -> Iterator[Text]:
    """frictionless compiles ``^PATTERN$`` only when it judges: a pattern that breaks there breaks the run."""
    pattern = field.get("constraints", {}).get("pattern")
    try:
        re.compile(f"^{pattern}$")
    except re.error as error:
        name = field["name"]
        yield Text(
            f"字段 {name} 的正则表达式无法编译：{error}。",
            f"the pattern of the field {name} cannot be compiled: {error}.",
        )
        return
    if pattern is not None and runs_away(pattern):
        name = field["name"]
        yield Text(
            f"字段 {name} 的正则表达式 {pattern[:80]} 可能使校验停不下来：同一段文本有多种匹配方式；"
            "请避免嵌套或相邻的重复，例如把 .*区.* 写成 [^区]*区.*。",
            f"the pattern of the field {name}, {pattern[:80]}, may never come to an end: it can match one text in "
            "many ways; avoid repeats inside or next to repeats, as [^x]*x.* instead of .*x.*.",
        )


def _unknown(zh: str, en: str, value: object, known: Sequence[str]) -> Text:
    names = "、".join(known), ", ".join(known)
    return Text(f"未知的{zh} {value}；可用：{names[0]}。", f"unknown {en} {value}; known: {names[1]}.")


def _unknown_names(descriptor: Mapping[str, Any], types: Mapping[str, str]) -> Iterator[Text]:
    named = [
        *descriptor.get("public", {}),
        *(name for key in descriptor.get("uniqueKeys", []) for name in key),
    ]
    named += [name for check in descriptor.get("checks", []) for name in check.get("fields", [])]
    named += [
        check[axis] for check in descriptor.get("checks", []) for axis in ("lon", "lat") if axis in check
    ]
    for name in named:
        if name not in types:
            yield _unknown("字段", "field", name, list(types))


def _check_faults(check: Mapping[str, Any], types: Mapping[str, str]) -> Iterator[Text]:
    match check:
        case {"type": "date-order", "fields": [str(first), str(second)]}:
            kinds = types.get(first, "date"), types.get(second, "date")
            if kinds[0] not in _ORDERED or kinds[0] != kinds[1]:
                yield Text(
                    f"date-order 的两个字段须同为日期类型：{first}, {second}。",
                    f"date-order needs two fields of one date type: {first}, {second}.",
                )
        case {"type": "inside-region", "lon": str(), "lat": str(), "region": region}:
            if region not in REGIONS:
                yield _unknown("区域", "region", region, list(REGIONS))
        case {"type": "minimum-rows", "rows": int()}:
            pass
        case _:
            kind = check.get("type")
            yield Text(f"检查 {kind} 未知或缺少参数。", f"the check {kind} is unknown or lacks a parameter.")

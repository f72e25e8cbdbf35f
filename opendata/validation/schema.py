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
from opendata.validation.foreign_key_faults import foreign_key_faults
from opendata.validation.patterns import runs_away
from opendata.validation.references import reference_faults
from opendata.validation.schema_faults import (
    check_faults,
    field_faults,
    quasi_faults,
    unknown_names,
    value_faults,
)

Origin = Literal["named", "derived", "inferred"]


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
    yield from unknown_names(descriptor, types)
    yield from dialect_faults(descriptor.get("dialect") or {})
    yield from foreign_key_faults(descriptor, types)
    yield from quasi_faults(descriptor, types)
    for field in descriptor["fields"]:
        yield from field_faults(field)
        yield from value_faults(field)
        yield from _pattern_faults(field)
        if is_masked(field):
            yield from mask_faults(field, list(types))
    for check in descriptor.get("checks", []):
        yield from check_faults(check, types)


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

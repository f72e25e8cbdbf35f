"""What each masking rule makes of one text, and of the description of its column.

A rule is a mapping with ``rule`` and its parameters, as it stands in a schema's ``field["mask"]``.
Whatever a rule cannot read becomes null or is starred whole: no value slips through as it was.
"""

import hashlib
import hmac
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from catalog.codes import PROVINCES, identity_parts, is_division_code
from catalog.errors import SettingError
from catalog.sheets import normal
from opendata.tables.cells import value_reader

Rule = Mapping[str, Any]
Field = Mapping[str, Any]
#: Given a text that is a value, the masked text, or None.
Masker = Callable[[str], str | None]
KEY_SETTING = "OPENDATA_MASK_KEY"
#: Fewer characters can be tried out.
SHORTEST_KEY = 16
_DIVISION_LENGTHS = {6, 9, 12}
_HASH_LENGTHS = range(16, 65)


def _keep(rule: Rule, _field: Field, _key: str) -> Masker:
    first, last = rule.get("first", 0), rule.get("last", 0)

    def masked(text: str) -> str | None:
        text = text.strip()
        hidden = len(text) - first - last
        if hidden <= 0:
            return "*" * len(text) or None
        return f"{text[:first]}{'*' * hidden}{text[len(text) - last :]}"

    return masked


def _hash(rule: Rule, field: Field, key: str) -> Masker:
    if len(key) < SHORTEST_KEY:
        raise SettingError(
            f"字段 {field['name']} 的脱敏规则是 hash，须设置 {KEY_SETTING}（至少 {SHORTEST_KEY} 个字符）。",
            f"the field {field['name']} is masked by hash, which needs {KEY_SETTING} ({SHORTEST_KEY} characters or more).",
        )
    secret, scope = key.encode(), str(rule.get("scope", field["name"]))
    length = rule.get("length", 64)

    def masked(text: str) -> str:
        message = f"{scope}\0{normal(text)}".encode()
        return hmac.digest(secret, message, hashlib.sha256).hex()[:length]

    return masked


def _date(rule: Rule, field: Field, _key: str) -> Masker:
    read = value_reader(field)
    to_month = rule["to"] == "month"

    def masked(text: str) -> str | None:
        value = read(text)
        if not isinstance(value, date | datetime):
            return None
        return f"{value.year:04}-{value.month:02}" if to_month else f"{value.year:04}"

    return masked


def _bands(rule: Rule, field: Field, _key: str) -> Masker:
    read = value_reader(field)
    edges = [Decimal(str(edge)) for edge in rule["edges"]]
    shown = [str(edge) for edge in rule["edges"]]
    labels = [
        f"<{shown[0]}",
        *(f"[{a},{b})" for a, b in pairwise(shown)),
        f"≥{shown[-1]}",
    ]

    def masked(text: str) -> str | None:
        value = read(text)
        if not isinstance(value, int | Decimal) or (isinstance(value, Decimal) and value.is_nan()):
            return None
        return labels[bisect_right(edges, value)]

    return masked


def _division(rule: Rule, _field: Field, _key: str) -> Masker:
    kept = 2 if rule["to"] == "province" else 4

    def masked(text: str) -> str | None:
        code = normal(text)
        known = len(code) in _DIVISION_LENGTHS and code.isascii() and code.isdigit()
        if not known or not is_division_code(code[:6]) or code[:2] not in PROVINCES:
            return None
        return code[:kept].ljust(6, "0")

    return masked


def _category(rule: Rule, _field: Field, _key: str) -> Masker:
    chosen: Mapping[str, str] = rule["map"]
    other: str | None = rule.get("other")
    return lambda text: chosen.get(text.strip(), other)


def _identity(rule: Rule, _field: Field, _key: str) -> Masker:
    to = rule["to"]

    def masked(text: str) -> str | None:
        parts = identity_parts("".join(normal(text).split()))
        if parts is None:
            return None
        return {
            "birth-year": f"{parts.birth_year:04}",
            "region": f"{parts.division[:4]}00",
            "sex": parts.sex,
        }[to]

    return masked


def _is_count(value: object, least: int = 0) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _are_edges(edges: object) -> bool:
    numbers = isinstance(edges, list) and all(
        isinstance(edge, int | float) and not isinstance(edge, bool) for edge in edges
    )
    return numbers and bool(edges) and edges == sorted(set(edges))  # type: ignore[call-overload]  # a list of numbers


@dataclass(frozen=True, slots=True)
class RuleKind:
    """One kind of rule.

    ``make`` builds its function, ``sound`` judges its parameters, ``type`` gives the type of what it
    makes. ``gives``: a value always becomes a value. ``one_to_one``: two values never become one.
    ``types``: the field types it can read; empty: every one.
    """

    make: Callable[[Rule, Field, str], Masker]
    sound: Callable[[Rule], bool]
    type: Callable[[Rule], str] = lambda _: "string"
    parameters: frozenset[str] = frozenset()
    gives: bool = False
    one_to_one: bool = False
    types: frozenset[str] = frozenset()


KINDS: Mapping[str, RuleKind] = {
    "drop": RuleKind(lambda *_: lambda _: None, lambda _: True),
    "keep": RuleKind(
        _keep,
        lambda rule: _is_count(rule.get("first", 0)) and _is_count(rule.get("last", 0)),
        parameters=frozenset({"first", "last"}),
        gives=True,
    ),
    "hash": RuleKind(
        _hash,
        lambda rule: rule.get("length", 64) in _HASH_LENGTHS and isinstance(rule.get("scope", ""), str),
        parameters=frozenset({"length", "scope"}),
        gives=True,
        one_to_one=True,
    ),
    "date": RuleKind(
        _date,
        lambda rule: rule.get("to") in {"year", "month"},
        lambda rule: "year" if rule["to"] == "year" else "yearmonth",
        frozenset({"to"}),
        types=frozenset({"date", "datetime"}),
    ),
    "bands": RuleKind(
        _bands,
        lambda rule: _are_edges(rule.get("edges")),
        parameters=frozenset({"edges"}),
        types=frozenset({"integer", "number"}),
    ),
    "division": RuleKind(
        _division, lambda rule: rule.get("to") in {"province", "city"}, parameters=frozenset({"to"})
    ),
    "category": RuleKind(
        _category,
        lambda rule: (
            isinstance(rule.get("map"), dict)
            and all(isinstance(value, str) for value in rule["map"].values())
            and isinstance(rule.get("other", ""), str)
        ),
        parameters=frozenset({"map", "other"}),
    ),
    "identity": RuleKind(
        _identity,
        lambda rule: rule.get("to") in {"birth-year", "region", "sex"},
        lambda rule: "year" if rule["to"] == "birth-year" else "string",
        frozenset({"to"}),
    ),
}

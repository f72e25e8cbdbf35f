"""Texts that surely are right: for each field one expression that accepts only what the judge surely accepts.

Whatever an expression does not accept is not wrong yet; the judge's own reader then looks at it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from opendata.tables.cells import value_reader

_INTEGER = r"^(?:0|-?[1-9][0-9]{0,17})$"
_NUMBER = r"^(?:-?[1-9][0-9]{0,14}(?:\.[0-9]{1,12})?|0(?:\.[0-9]{1,12})?|-0\.[0-9]{0,11}[1-9])$"
#: Days that every year has; the 29th of February is left to the judge.
_OF_YEAR = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_DAY = f"^[12][0-9]{{3}}-{_OF_YEAR}$"
_MOMENT = f"^[12][0-9]{{3}}-{_OF_YEAR}%s(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"
#: No integer, number, date holds such a character, whatever digits Python takes for digits.
_NO_INTEGER = "[A-Za-z.\u4e00-\u9fff]"
_NO_NUMBER = "[B-DGHJ-MOPRU-XZb-dghj-moprzu-x\u4e00-\u9fff]"
_NO_DAY = "[A-Za-z/.\u4e00-\u9fff]"
_NO_MOMENT = "^[A-Za-z\u4e00-\u9fff]"
_YEAR = r"^[12][0-9]{3}$"
_BOUNDS = ("minimum", "maximum")
_LENGTHS = ("minLength", "maxLength")
#: A float is nearer to its decimal than this; values so near to a bound are left to the judge.
_NEAR = 1e-6
#: Digits beyond which a number is not written out.
_LONG = 1000
#: The parts of a pattern that mean the same, or less, to polars as to Python.
_SAFE_PATTERN = re.compile(
    r"(?:\\d|\(\?:|[()|*+?^$]|\{\d+(?:,\d*)?\}|\[\^?[^\[\]\\&~^]+\]|[^\\\[\](){}|*+?^$.#\s])*"
)
_UNSAFE_PATTERN = re.compile(r"\(\?(?!:)|[*+?}][*+?{]|--")


@dataclass(frozen=True, slots=True)
class Shape:
    """``typed``: the text is surely of the field's type, written in its plain form.
    ``allowed``: a typed text surely keeps the field's constraints.
    ``normal``: a typed text so written that equal values are equal texts; None: values of the type have no such text.
    ``wrong``: the text is surely not of the type.
    """

    typed: pl.Expr
    allowed: pl.Expr
    normal: pl.Expr | None
    wrong: pl.Expr = field(default_factory=lambda: pl.lit(value=False))


def _all(tests: list[pl.Expr]) -> pl.Expr:
    return pl.all_horizontal(tests) if tests else pl.lit(value=True)


def safe_pattern(pattern: str) -> str | None:
    """*pattern* for polars, if whatever polars matches with it is surely matched by Python, else None."""
    if not _SAFE_PATTERN.fullmatch(pattern) or _UNSAFE_PATTERN.search(pattern):
        return None
    found = f"^{pattern.replace(chr(92) + 'd', '[0-9]')}$"
    try:
        pl.Series([""]).str.contains(found)
    except pl.exceptions.ComputeError:
        return None
    return found


def _string(descriptor: Mapping[str, Any], text: pl.Expr) -> Shape | None:
    if descriptor.get("format", "default") != "default":
        return None
    rules = descriptor.get("constraints", {})
    tests: list[pl.Expr] = []
    if "minLength" in rules:
        tests.append(text.str.len_chars() >= rules["minLength"])
    if "maxLength" in rules:
        tests.append(text.str.len_chars() <= rules["maxLength"])
    if "pattern" in rules:
        pattern = safe_pattern(rules["pattern"])
        if pattern is None:
            return None
        tests.append(text.str.contains(pattern))
    if "enum" in rules:
        tests.append(text.is_in([value for value in rules["enum"] if isinstance(value, str)]))
    return Shape(pl.lit(value=True), _all(tests), text)


def _bounds(
    descriptor: Mapping[str, Any], value: pl.Expr, of: Callable[[Any], Any], margin: float = 0
) -> pl.Expr | None:
    """That *value* keeps the bounds; None if a bound is no value of the type."""
    read = value_reader(descriptor)
    tests = []
    for name in _BOUNDS:
        if name not in descriptor.get("constraints", {}):
            continue
        bound = read(descriptor["constraints"][name])
        if bound is None or bound != bound:  # noqa: PLR0124 - only NaN differs from itself
            return None
        limit = of(bound)
        if margin:
            room = margin * (1 + abs(limit))
            limit = limit + room if name == "minimum" else limit - room
        tests.append(value >= limit if name == "minimum" else value <= limit)
    return _all(tests)


def _integer(descriptor: Mapping[str, Any], text: pl.Expr) -> Shape | None:
    if "bareNumber" in descriptor:
        return None
    kept = _bounds(descriptor, text.cast(pl.Int64, strict=False), int)
    return (
        kept
        if kept is None
        else Shape(text.str.contains(_INTEGER), kept, text, text.str.contains(_NO_INTEGER))
    )


def _number(descriptor: Mapping[str, Any], text: pl.Expr) -> Shape | None:
    if {"groupChar", "decimalChar", "bareNumber", "floatNumber"} & descriptor.keys():
        return None
    read = value_reader(descriptor)
    bounds = [read(value) for name, value in descriptor.get("constraints", {}).items() if name in _BOUNDS]
    if not all(isinstance(bound, Decimal | int) and Decimal(bound).is_finite() for bound in bounds):
        return None
    kept = _bounds(descriptor, text.cast(pl.Float64, strict=False), float, _NEAR)
    normal = pl.when(text.str.contains(".", literal=True)).then(
        text.str.strip_chars_end("0").str.strip_chars_end(".")
    )
    return (
        kept
        if kept is None
        else Shape(text.str.contains(_NUMBER), kept, normal.otherwise(text), text.str.contains(_NO_NUMBER))
    )


def _date(descriptor: Mapping[str, Any], text: pl.Expr) -> Shape | None:
    if descriptor.get("format", "default") not in {"default", "%Y-%m-%d"}:
        return None
    kept = _bounds(descriptor, text, date.isoformat)
    return kept if kept is None else Shape(text.str.contains(_DAY), kept, text, text.str.contains(_NO_DAY))


def _datetime(descriptor: Mapping[str, Any], text: pl.Expr) -> Shape | None:
    separators = {"default": "[T ]", "%Y-%m-%d %H:%M:%S": " ", "%Y-%m-%dT%H:%M:%S": "T"}
    separator = separators.get(descriptor.get("format", "default"))
    if separator is None or any(name in descriptor.get("constraints", {}) for name in _BOUNDS):
        return None
    normal = text.str.replace("T", " ", literal=True)
    wrong = text.str.contains(_NO_MOMENT)
    return Shape(text.str.contains(_MOMENT % separator), pl.lit(value=True), normal, wrong)


def _boolean(descriptor: Mapping[str, Any], text: pl.Expr) -> Shape | None:
    defaults = ["true", "True", "TRUE", "1"], ["false", "False", "FALSE", "0"]
    known = [*descriptor.get("trueValues", defaults[0]), *descriptor.get("falseValues", defaults[1])]
    if not all(isinstance(value, str) for value in known):
        return None
    # Two texts of one value would be one key.
    return Shape(text.is_in(known), pl.lit(value=True), None, ~text.is_in(known))


def _year(descriptor: Mapping[str, Any], text: pl.Expr) -> Shape | None:
    kept = _bounds(descriptor, text.cast(pl.Int64, strict=False), int)
    return kept if kept is None else Shape(text.str.contains(_YEAR), kept, text)


def _any(_: Mapping[str, Any], text: pl.Expr) -> Shape | None:
    return Shape(pl.lit(value=True), pl.lit(value=True), text)


_SHAPES: Mapping[str, tuple[Callable[[Mapping[str, Any], pl.Expr], Shape | None], frozenset[str]]] = {
    "string": (_string, frozenset({"required", "unique", "pattern", "enum", *_LENGTHS})),
    "integer": (_integer, frozenset({"required", "unique", *_BOUNDS})),
    "number": (_number, frozenset({"required", "unique", *_BOUNDS})),
    "date": (_date, frozenset({"required", "unique", *_BOUNDS})),
    "datetime": (_datetime, frozenset({"required", "unique"})),
    "year": (_year, frozenset({"required", "unique", *_BOUNDS})),
    "boolean": (_boolean, frozenset({"required"})),
    "any": (_any, frozenset({"required", "unique"})),
}


def shape_of(descriptor: Mapping[str, Any], column: str) -> Shape | None:
    """The shape of a field's texts in the batch's *column*; None if every text must go to the judge's reader."""
    make, known = _SHAPES.get(descriptor.get("type", "string"), (None, frozenset()))
    if make is None or not known.issuperset(descriptor.get("constraints", {})):
        return None
    return make(descriptor, pl.col(column))


def _plain_decimal(value: Decimal) -> str | None:
    if not value.is_finite() or abs(value.adjusted()) > _LONG or len(value.as_tuple().digits) > _LONG:
        return None
    plain = format(value, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain


def normal_text(value: object) -> str | None:
    """*value* as :attr:`Shape.normal` writes it, so that equal values are equal texts; None if there is no such text."""
    match value:
        case str():
            found: str | None = value
        case int() if not isinstance(value, bool):
            found = str(value)
        case Decimal():
            found = _plain_decimal(value)
        case datetime():
            exact = value.tzinfo is None and not value.microsecond
            found = value.isoformat(sep=" ") if exact else None
        case date():
            found = value.isoformat()
        case _:
            found = None
    return found

"""Texts that surely are right: for each field one expression that accepts only what the judge surely accepts.

Whatever an expression does not accept is not wrong yet; the judge's own reader then looks at it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

_INTEGER = r"^(?:0|-?[1-9][0-9]{0,17})$"
_NUMBER = r"^(?:-?[1-9][0-9]{0,14}(?:\.[0-9]{1,12})?|0(?:\.[0-9]{1,12})?|-0\.[0-9]{0,11}[1-9])$"
#: Days that every year has; the 29th of February is left to the judge.
_OF_YEAR = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_DAY = f"^[12][0-9]{{3}}-{_OF_YEAR}$"
_MOMENT = f"^[12][0-9]{{3}}-{_OF_YEAR}%s(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"
_YEAR = r"^[12][0-9]{3}$"
_BOUNDS = ("minimum", "maximum")
_LENGTHS = ("minLength", "maxLength")
#: Digits beyond which a number is not written out.
_LONG = 1000


@dataclass(frozen=True, slots=True)
class Shape:
    """``typed``: the text is surely of the field's type, written in its plain form.
    ``normal``: a typed text so written that equal values are equal texts; None: values of the type have no such text.
    """

    typed: pl.Expr
    normal: pl.Expr | None


def _string(descriptor: Mapping[str, Any], text: pl.Expr) -> Shape | None:
    return Shape(pl.lit(value=True), text) if descriptor.get("format", "default") == "default" else None


def _integer(descriptor: Mapping[str, Any], text: pl.Expr) -> Shape | None:
    return None if "bareNumber" in descriptor else Shape(text.str.contains(_INTEGER), text)


def _number(descriptor: Mapping[str, Any], text: pl.Expr) -> Shape | None:
    if {"groupChar", "decimalChar", "bareNumber", "floatNumber"} & descriptor.keys():
        return None
    normal = pl.when(text.str.contains(".", literal=True)).then(
        text.str.strip_chars_end("0").str.strip_chars_end(".")
    )
    return Shape(text.str.contains(_NUMBER), normal.otherwise(text))


def _date(descriptor: Mapping[str, Any], text: pl.Expr) -> Shape | None:
    plain = descriptor.get("format", "default") in {"default", "%Y-%m-%d"}
    return Shape(text.str.contains(_DAY), text) if plain else None


def _datetime(descriptor: Mapping[str, Any], text: pl.Expr) -> Shape | None:
    separators = {"default": "[T ]", "%Y-%m-%d %H:%M:%S": " ", "%Y-%m-%dT%H:%M:%S": "T"}
    separator = separators.get(descriptor.get("format", "default"))
    if separator is None:
        return None
    return Shape(text.str.contains(_MOMENT % separator), text.str.replace("T", " ", literal=True))


def _boolean(descriptor: Mapping[str, Any], text: pl.Expr) -> Shape | None:
    defaults = ["true", "True", "TRUE", "1"], ["false", "False", "FALSE", "0"]
    known = [*descriptor.get("trueValues", defaults[0]), *descriptor.get("falseValues", defaults[1])]
    if not all(isinstance(value, str) for value in known):
        return None
    # Two texts of one value would be one key.
    return Shape(text.is_in(known), None)


def _year(_: Mapping[str, Any], text: pl.Expr) -> Shape | None:
    return Shape(text.str.contains(_YEAR), text)


def _any(_: Mapping[str, Any], text: pl.Expr) -> Shape | None:
    return Shape(pl.lit(value=True), text)


_SHAPES: Mapping[str, tuple[Callable[[Mapping[str, Any], pl.Expr], Shape | None], frozenset[str]]] = {
    "string": (_string, frozenset({"required", "unique", "pattern", "enum", *_LENGTHS})),
    "integer": (_integer, frozenset({"required", "unique", *_BOUNDS})),
    "number": (_number, frozenset({"required", "unique", *_BOUNDS})),
    "date": (_date, frozenset({"required", "unique", *_BOUNDS})),
    "datetime": (_datetime, frozenset({"required", "unique", *_BOUNDS})),
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

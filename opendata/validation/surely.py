"""What can surely be told of a column's texts from their bytes: which are right, and which break how many constraints.

A check is conservative: what it calls right the judge surely accepts, and what it counts as broken the judge
surely counts so. Of the texts of which it says neither, nothing is known yet.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from opendata.tables.cells import value_reader
from opendata.validation.moments import DAY, Form, fits, moment
from opendata.validation.shapes import safe_pattern
from opendata.validation.texts import Counts, Flags, Texts

#: Digits that an int64 surely holds.
_LONG = 18
#: Characters of a number that is weighed as a float.
_WRITTEN = 30
#: A float is nearer to its decimal than this; values so near to a bound are not told.
_NEAR = 1e-6
_BOUNDS = frozenset({"minimum", "maximum"})
_ALWAYS = frozenset({"required", "unique"})
_DIGITS = re.compile(r"(?:\\d|\[0-9\])(?:\{(\d+)\}|\{(\d+),(\d+)\}|([+*]?))")
_ASCII = 128
_ENDLESS = 2**31
#: Digits of a year.
_YEAR = 4


@dataclass(frozen=True, slots=True)
class Told:
    """``right``: the texts that are of the type and keep every constraint (None: all are).
    ``broken``: how many constraints a text of the type breaks (None: no text is told to break any).
    """

    right: Flags | None = None
    broken: Counts | None = None


Check = Callable[[Texts], Told]
Descriptor = Mapping[str, Any]


def _kept(typed: Flags | None, count: int, broken: Sequence[Flags], unsure: Flags | None = None) -> Told:
    """From which texts are *typed* (None: all) and the constraints that each breaks, the whole."""
    counts = np.sum([one.astype(np.int64) for one in broken if one.any()], axis=0) if broken else 0
    right = np.ones(count, dtype=np.bool_) if typed is None else typed
    if unsure is not None:
        right = right & ~unsure
    if np.ndim(counts) == 0:
        return Told(None if right.all() else right)
    counts = np.where(right, counts, 0)
    return Told(right & (counts == 0), counts)


def _limits(descriptor: Descriptor) -> tuple[Any, Any] | None:
    """The field's minimum and maximum, None where it has none; None if one is no finite value."""
    read = value_reader(descriptor)
    rules = descriptor.get("constraints", {})
    found = []
    for name in ("minimum", "maximum"):
        value = read(rules[name]) if name in rules else None
        if name in rules and (value is None or (isinstance(value, Decimal) and not value.is_finite())):
            return None
        found.append(value)
    return found[0], found[1]


def _values(texts: Texts, typed: Flags | None, of: pa.DataType, unit: str) -> npt.NDArray[Any]:
    """The values of the *typed* texts, of the numpy type *unit*, 0 for the others."""
    chosen = texts.array if typed is None else texts.array.filter(pa.array(typed))
    values: npt.NDArray[Any] = chosen.cast(of).to_numpy(zero_copy_only=False).astype(unit)
    if typed is None:
        return values
    found = np.zeros(len(texts), dtype=unit)
    found[typed] = values
    return found


def _integers(texts: Texts) -> Flags | None:
    """Which are a sign or none and at most 18 ASCII digits; None: all, and none has a sign."""
    if texts.shortest >= 1 and texts.longest <= _LONG and texts.digits.all():
        return None
    others = texts.count(~texts.digits)
    signed = texts.first("-") & (others == 1)
    digits = texts.lengths - signed
    found: Flags = ((others == 0) | signed) & (digits >= 1) & (digits <= _LONG)
    return found


def _integer(descriptor: Descriptor) -> Check | None:
    limits = _limits(descriptor)
    if limits is None or "bareNumber" in descriptor or "groupChar" in descriptor:
        return None
    least, most = limits

    def check(texts: Texts) -> Told:
        typed = _integers(texts)
        widest = 10 ** min(texts.longest, _LONG + 1)
        lowest = 0 if typed is None else -widest
        if (least is None or least <= lowest) and (most is None or widest <= most):
            return Told(typed)
        values = _values(texts, typed, pa.int64(), "int64")
        broken = [values < least] if least is not None else []
        broken += [values > most] if most is not None else []
        return _kept(typed, len(texts), broken)

    return check


def _decimals(texts: Texts) -> tuple[Flags | None, int]:
    """Which are decimals in ASCII (None: all, and none has a sign), and how many digits the longest has
    before its point."""
    points = texts.values == ord(".")
    places = np.flatnonzero(points)
    plain = texts.longest <= _WRITTEN and np.count_nonzero(texts.digits) + len(places) == len(texts.values)
    # The usual case: every text has its point, and something before it.
    if plain and len(places) == len(texts):
        before = places - texts.starts
        if (before >= 1).all() and (before < texts.lengths).all():
            return None, int(before.max(initial=0))
    dots = texts.count(points)
    others = texts.count(~(texts.digits | points))
    signed = texts.first("-") & (others == 1)
    digits = texts.lengths - dots - signed
    found: Flags = ((others == 0) | signed) & (dots <= 1) & (digits >= 1) & (texts.lengths <= _WRITTEN)
    return (None if plain and found.all() else found), texts.longest


def _number(descriptor: Descriptor) -> Check | None:
    limits = _limits(descriptor)
    if limits is None or {"groupChar", "decimalChar", "bareNumber", "floatNumber"} & descriptor.keys():
        return None
    least, most = limits

    def check(texts: Texts) -> Told:
        typed, before = _decimals(texts)
        widest = 10**before
        lowest = 0 if typed is None else -widest
        if (least is None or least <= lowest) and (most is None or widest <= most):
            return Told(typed)
        values = _values(texts, typed, pa.float64(), "float64")
        unsure = np.zeros(len(texts), dtype=np.bool_)
        broken = []
        for limit, sign in ((least, 1.0), (most, -1.0)):
            if limit is not None:
                room = sign * (values - float(limit))
                near = _NEAR * (1 + abs(float(limit)))
                unsure |= np.abs(room) <= near
                broken.append(room < -near)
        return _kept(typed, len(texts), broken, unsure)

    return check


def _dated(descriptor: Descriptor, form: Form) -> Check | None:
    limits = _limits(descriptor)
    if limits is None or any(getattr(limit, "tzinfo", None) for limit in limits):
        return None
    least, most = limits

    def check(texts: Texts) -> Told:
        typed = fits(texts, form)
        if least is None and most is None:
            return Told(typed)
        values = _values(texts, typed, form.type, form.unit)
        broken = [values < np.datetime64(least)] if least is not None else []
        broken += [values > np.datetime64(most)] if most is not None else []
        return _kept(typed, len(texts), broken)

    return check


def _date(descriptor: Descriptor) -> Check | None:
    plain = descriptor.get("format", "default") in {"default", "%Y-%m-%d"}
    return _dated(descriptor, DAY) if plain else None


def _datetime(descriptor: Descriptor) -> Check | None:
    separators = {"default": "T ", "%Y-%m-%d %H:%M:%S": " ", "%Y-%m-%dT%H:%M:%S": "T"}
    separator = separators.get(descriptor.get("format", "default"))
    return _dated(descriptor, moment(separator)) if separator else None


def _year(descriptor: Descriptor) -> Check | None:
    limits = _limits(descriptor)
    if limits is None:
        return None
    least, most = limits

    def check(texts: Texts) -> Told:
        typed: Flags = (texts.lengths == _YEAR) & (texts.count(texts.digits) == _YEAR)
        typed &= texts.first("1") | texts.first("2")
        if least is None and most is None:
            return Told(None if typed.all() else typed)
        values = _values(texts, typed, pa.int64(), "int64")
        broken = [values < least] if least is not None else []
        broken += [values > most] if most is not None else []
        return _kept(typed, len(texts), broken)

    return check


def _boolean(descriptor: Descriptor) -> Check | None:
    defaults = ["true", "True", "TRUE", "1"], ["false", "False", "FALSE", "0"]
    values = *descriptor.get("trueValues", defaults[0]), *descriptor.get("falseValues", defaults[1])
    known = {value for value in values if isinstance(value, str)}

    def check(texts: Texts) -> Told:
        found = texts.among(known)
        return Told(np.zeros(len(texts), dtype=np.bool_) if found is None else None if found.all() else found)

    return check


def _lengths(rules: Mapping[str, Any], texts: Texts) -> list[Flags]:
    """Which texts are too short and which too long; a character has one to four bytes."""
    least, most = rules.get("minLength", 0), rules.get("maxLength", _ENDLESS)
    if texts.longest <= most and (
        least == 0 or (least == 1 and texts.shortest) or texts.shortest >= 4 * least
    ):
        return []
    chars = pc.utf8_length(texts.array).to_numpy()
    return [chars < least, chars > most]


def _digit_run(pattern: str) -> tuple[int, int] | None:
    """The least and the most digits of a pattern that wants digits alone."""
    found = _DIGITS.fullmatch(pattern)
    if not found:
        return None
    exactly, least, most, sign = found.groups()
    if exactly or least:
        return int(exactly or least), int(exactly or most)
    return {"+": (1, _ENDLESS), "*": (0, _ENDLESS)}.get(sign, (1, 1))


def _patterned(pattern: str) -> Callable[[Texts], tuple[Flags | None, Flags | None]] | None:
    """Which texts match (None: all), and of which of the others it is not told (None: of none)."""
    run, safe = _digit_run(pattern), safe_pattern(pattern)

    def digits(texts: Texts, least: int, most: int) -> tuple[Flags | None, Flags | None]:
        if texts.shortest >= least and texts.longest <= most and texts.digits.all():
            return None, None
        right = (texts.count(~texts.digits) == 0) & (texts.lengths >= least) & (texts.lengths <= most)
        # Python's \d takes the digits of every script, and its $ stands before a last line feed.
        odd = texts.count((texts.values >= _ASCII) | (texts.values == ord("\n"))) > 0
        return right, odd & ~right

    def matched(texts: Texts) -> tuple[Flags | None, Flags | None]:
        right = pc.match_substring_regex(texts.array, safe).to_numpy(zero_copy_only=False)
        return (None, None) if right.all() else (right, ~right)

    if run is not None:
        return lambda texts: digits(texts, *run)
    if safe is None:
        return None
    try:
        pc.match_substring_regex(pa.array([""]), safe)
    except pa.ArrowInvalid:
        return None
    return matched


def _string(descriptor: Descriptor) -> Check | None:
    if descriptor.get("format", "default") != "default":
        return None
    rules = descriptor.get("constraints", {})
    known = [value for value in rules.get("enum", ()) if isinstance(value, str)]
    pattern = _patterned(rules["pattern"]) if "pattern" in rules else None
    if "pattern" in rules and pattern is None:
        return None

    def check(texts: Texts) -> Told:
        broken = _lengths(rules, texts)
        unsure = None
        if pattern:
            right, unsure = pattern(texts)
            broken += [] if right is None else [~right]
        if "enum" in rules:
            found = texts.among(known)
            strange = np.ones(len(texts), dtype=np.bool_) if found is None else ~found
            # What is no text the judge reads first.
            if len(known) < len(rules["enum"]):
                unsure = strange if unsure is None else unsure | strange
            broken.append(strange)
        return _kept(None, len(texts), broken, unsure)

    return check


_CHECKS: Mapping[str, tuple[Callable[[Descriptor], Check | None], frozenset[str]]] = {
    "string": (_string, _ALWAYS | {"minLength", "maxLength", "pattern", "enum"}),
    "integer": (_integer, _ALWAYS | _BOUNDS),
    "number": (_number, _ALWAYS | _BOUNDS),
    "date": (_date, _ALWAYS | _BOUNDS),
    "datetime": (_datetime, _ALWAYS | _BOUNDS),
    "year": (_year, _ALWAYS | _BOUNDS),
    "boolean": (_boolean, _ALWAYS),
    "any": (lambda _: lambda _: Told(), _ALWAYS),
}


def check_of(descriptor: Descriptor) -> Check | None:
    """The check of a field's texts that are no missing values; None if there is none."""
    make, known = _CHECKS.get(descriptor.get("type", "string"), (None, frozenset()))
    if make is None or not known.issuperset(descriptor.get("constraints", {})):
        return None
    return make(descriptor)

"""Days, moments and times of fixed forms, told from their bytes; a form is one of ``strptime`` formats, or a few more."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from opendata.validation.texts import Bytes, Counts, Flags, Texts, tiled

#: By month and day: the days that every year has.
_CALENDAR = np.zeros((32, 64), dtype=np.bool_)
for _month, _last in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1):
    _CALENDAR[_month, 1 : _last + 1] = True
_DAYS = _CALENDAR.ravel()
_LEAP_DAY = 2 << 6 | 29
_MONTHS, _HOURS = 12, 24
#: Two digits d, e as bytes of one little-endian number x: (x * this) >> 8 is 10 d + e.
_PAIR = np.uint16(2561)
#: The least and the greatest text of a part, all digits; other rules are looked at where these hold.
_PARTS: Mapping[str, tuple[bytes, bytes]] = {
    "Y": (b"1000", b"2999"),
    "m": (b"00", b"19"),
    "d": (b"00", b"39"),
    "H": (b"00", b"29"),
    "M": (b"00", b"59"),
    "S": (b"00", b"59"),
}
#: How many values a part has, in the order in which moments are compared; by whom that is looked up.
_ORDER: Mapping[str, tuple[int, str]] = {
    "Y": (10_000, "year"),
    "m": (16, "month"),
    "d": (32, "day"),
    "H": (32, "hour"),
    "M": (64, "minute"),
    "S": (64, "second"),
}
#: The parts without which a text is no value of the type.
_NEEDED: Mapping[str, str] = {"date": "Ym", "datetime": "Ym", "time": "H"}
_KNOWN: Mapping[str, str] = {"date": "YmdHMS", "datetime": "YmdHMS", "time": "HMS"}
_TOKEN = re.compile(r"%([YmdHMS])|([-/.:,_年月日时分秒 TZ])")
#: Stands in a form for a space or the letter T.
_BETWEEN = "?"
_DAY, _CLOCK = "%Y-%m-%d", "%H:%M:%S"
_ISO = f"{_DAY}{_BETWEEN}{_CLOCK}"


@dataclass(frozen=True, slots=True)
class Form:
    """``low`` and ``high``: the least and the greatest byte at each place. ``parts``: where each part stands.
    ``between``: the place of a space or a T; None: there is none. ``exact``: what bounds are compared with
    is all that the text says (else it says fractions of a second too, or a zone)."""

    low: bytes
    high: bytes
    parts: Mapping[str, int]
    between: int | None = None
    exact: bool = True

    @property
    def width(self) -> int:
        """How many bytes each text has."""
        return len(self.low)


def form_of(pattern: str, kind: str, *, tail: str = "") -> Form | None:
    """The form of the texts that ``strptime`` surely reads by *pattern*; None if it has other parts than numbers.

    :param kind: a type of Table Schema: date, datetime or time.
    :param tail: what follows *pattern* in every text: # stands for any digit, another sign for itself.
    """
    low = high = b""
    parts: dict[str, int] = {}
    between = None
    at = 0
    while at < len(pattern):
        found = _TOKEN.match(pattern, at)
        if pattern[at] == _BETWEEN and between is None:
            between, low, high = len(low), low + b"\0", high + b"\xff"
            at += 1
            continue
        if not found or found[1] in parts:
            return None
        least, most = _PARTS[found[1]] if found[1] else (found[2].encode(), found[2].encode())
        if found[1]:
            parts[found[1]] = len(low)
        low, high, at = low + least, high + most, found.end()
    if not parts.keys() >= set(_NEEDED[kind]) or not set(_KNOWN[kind]).issuperset(parts):
        return None
    low, high = low + tail.replace("#", "0").encode(), high + tail.replace("#", "9").encode()
    return Form(low, high, parts, between, exact=not tail)


#: What the formats that have no pattern mean, each with what may follow it.
_PATTERNS: Mapping[tuple[str, str], Sequence[str]] = {
    ("date", "default"): [_DAY],
    ("date", "any"): [_DAY, "%Y/%m/%d", "%Y%m%d", _ISO, f"{_DAY}{_BETWEEN}%H:%M"],
    ("datetime", "default"): [_ISO],
    ("datetime", "any"): [
        f"{day}{clock}"
        for day in (_DAY, "%Y/%m/%d")
        for clock in ("", f"{_BETWEEN}%H:%M", f"{_BETWEEN}{_CLOCK}")
    ],
    ("time", "default"): [_CLOCK],
    ("time", "any"): [_CLOCK, "%H:%M"],
}
_TAILS: Mapping[tuple[str, str], Sequence[str]] = {
    ("datetime", "default"): ["", "Z", "+08:00", ".#", ".###", ".######", ".###Z", ".######Z", ".###+08:00"],
}


def forms_of(kind: str, pattern: str) -> Sequence[Form]:
    """The forms of *kind* whose texts a field of the format *pattern* surely reads; none if it is too odd."""
    tails = _TAILS.get((kind, pattern), [""])
    patterns = _PATTERNS.get((kind, pattern), [pattern])
    forms = [form_of(one, kind, tail=tail) for one in patterns for tail in tails]
    return [form for form in forms if form is not None]


def _pairs(values: Bytes, width: int, at: int) -> npt.NDArray[np.uint16]:
    """The two digits at the place *at* of each text, as a number."""
    count = len(values) // width
    pairs: npt.NDArray[np.uint16] = np.ndarray((count,), "<u2", values.data, at, (width,))
    return (pairs * _PAIR) >> np.uint16(8)


def _real_days(values: Bytes, digits: Bytes, form: Form) -> Flags:
    """Which texts have a month and a day that their year has; *digits* are *values* less the least of their place."""
    width, parts = form.width, form.parts
    months = _pairs(digits, width, parts["m"])
    if "d" not in parts:
        return (months >= 1) & (months <= _MONTHS)
    days = months << np.uint16(6) | _pairs(digits, width, parts["d"])
    real: Flags = _DAYS[days & np.uint16(len(_DAYS) - 1)]
    leap = np.flatnonzero(days == _LEAP_DAY) if not real.all() else np.zeros(0, np.int64)
    if len(leap):
        years = _years(values.reshape(-1, width)[leap].ravel() - np.uint8(ord("0")), form)
        real[leap] = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    return real


def _years(digits: Bytes, form: Form) -> npt.NDArray[np.uint16]:
    at = form.parts["Y"]
    return _pairs(digits, form.width, at) * np.uint16(100) + _pairs(digits, form.width, at + 2)


def _digits(values: Bytes, form: Form) -> tuple[Bytes, Flags]:
    """The bytes, each less the least of its place; and which are within their place's bounds."""
    rows = len(values) // form.width
    low, reach = tiled(form.low, form.high, 1 << max(rows - 1, 1).bit_length())
    digits = values - low[: len(values)]
    return digits, digits <= reach[: len(values)]


def _fitting(values: Bytes, form: Form) -> Flags:
    """Which of the texts, all of the form's width, are of the form."""
    width = form.width
    digits, within = _digits(values, form)
    found: Flags = np.ones(len(values) // width, dtype=np.bool_)
    if not within.all():
        found &= within.reshape(-1, width).all(axis=1)
    if "m" in form.parts:
        found &= _real_days(values, digits, form)
    if "H" in form.parts:
        found &= _pairs(digits, width, form.parts["H"]) < _HOURS
    if form.between is not None:
        between = values[form.between :: width]
        found &= (between == ord(" ")) | (between == ord("T"))
    return found


def fits(texts: Texts, form: Form) -> Flags | None:
    """Which of *texts* surely are of *form* and in the calendar; None: all."""
    if not len(texts):
        return None
    if texts.width == form.width:
        found = _fitting(texts.values, form)
        return None if found.all() else found
    right: Flags = texts.lengths == form.width
    if right.any():
        right[right] = _fitting(texts.some(right).values, form)
    return right


def _number(of: Any) -> int:  # noqa: ANN401 - a date, a moment or a time
    """Its place in time, as :func:`_numbers` counts it."""
    number = 0
    for size, name in _ORDER.values():
        number = number * size + getattr(of, name, 0)
    return number


def _numbers(texts: Texts, form: Form, kind: str) -> Counts:
    """The places in time of *texts*, all of *form*; of a date's hour nothing is said."""
    values = texts.values - np.uint8(ord("0"))
    number = np.zeros(len(texts), dtype=np.int64)
    for part, (size, _) in _ORDER.items():
        number *= size
        if part in form.parts and not (kind == "date" and part in "HMS"):
            number += _years(values, form) if part == "Y" else _pairs(values, form.width, form.parts[part])
        elif part == "d" and "Y" in form.parts:
            number += 1  # of a month without a day it is the first
    return number


def beyond(texts: Texts, form: Form, kind: str, limits: Sequence[tuple[Any, bool]]) -> Counts:
    """How many of *limits*, each with whether it is the least, every one of *texts* breaks; all are of *form*."""
    numbers = _numbers(texts, form, kind)
    broken = np.zeros(len(texts), dtype=np.int64)
    for limit, least in limits:
        broken += numbers < _number(limit) if least else numbers > _number(limit)
    return broken

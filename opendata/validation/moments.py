"""Days and moments of a fixed form, told from their bytes."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from opendata.validation.texts import Bytes, Flags, Texts

#: By month and day: the days that every year has; the 29th of February is left to the judge.
_CALENDAR = np.zeros((32, 64), dtype=np.bool_)
for _month, _last in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1):
    _CALENDAR[_month, 1 : _last + 1] = True
_DAYS = _CALENDAR.ravel()
_HOURS = 24
#: Two digits d, e as bytes of one little-endian number x: (x * this) >> 8 is 10 d + e.
_PAIR = np.uint16(2561)


@dataclass(frozen=True, slots=True)
class Form:
    """``low`` and ``high``: the least and the greatest byte at each place. ``separators``: what may stand
    between day and hour; empty where there is no hour. ``type`` and ``unit``: of the values."""

    low: bytes
    high: bytes
    separators: str
    type: pa.DataType
    unit: str


DAY = Form(b"1000-00-00", b"2999-19-39", "", pa.date32(), "datetime64[D]")


def moment(separators: str) -> Form:
    """A day, one of *separators*, and the time to the second."""
    low, high = DAY.low + b"\x0000:00:00", DAY.high + b"\xff29:59:59"
    return Form(low, high, separators, pa.timestamp("s"), "datetime64[s]")


@lru_cache(maxsize=8)
def _tiled(form: Form, rows: int) -> tuple[Bytes, Bytes]:
    """For *rows* texts on end: the least byte of each place, and how far it may go."""
    low, high = np.frombuffer(form.low, np.uint8), np.frombuffer(form.high, np.uint8)
    return np.tile(low, rows), np.tile(high - low, rows)


def _pairs(digits: Bytes, width: int, at: int) -> npt.NDArray[np.uint16]:
    """The two digits at the place *at* of each text, as a number."""
    count = len(digits) // width
    pairs: npt.NDArray[np.uint16] = np.ndarray((count,), "<u2", digits.data, at, (width,))
    return (pairs * _PAIR) >> np.uint16(8)


def _fitting(values: Bytes, form: Form) -> Flags:
    """Which of the texts, all of the form's width, are of the form."""
    width = len(form.low)
    rows = len(values) // width
    capacity = 1 << max(rows - 1, 1).bit_length()
    low, reach = _tiled(form, capacity)
    digits = values - low[: len(values)]
    within = digits <= reach[: len(values)]
    found: Flags = np.ones(rows, dtype=np.bool_)
    if not within.all():
        found &= within.reshape(rows, width).all(axis=1)
    days = _pairs(digits, width, 5) << 6 | _pairs(digits, width, 8)
    found &= _DAYS[days & np.uint16(len(_DAYS) - 1)]
    if form.separators:
        found &= _pairs(digits, width, 11) < _HOURS
        between = values[10::width]
        found &= np.isin(between, [ord(one) for one in form.separators])
    return found


def fits(texts: Texts, form: Form) -> Flags | None:
    """Which of *texts* surely are of *form* and in the calendar; None: all."""
    if not len(texts):
        return None
    width = len(form.low)
    if texts.shortest == texts.longest == width:
        found = _fitting(texts.values, form)
        return None if found.all() else found
    right: Flags = texts.lengths == width
    if right.any():
        right[right] = _fitting(texts.some(right).values, form)
    return right

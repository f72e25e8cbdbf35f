"""Whole numbers, decimals and years told from their bytes, and which of them surely keep their bounds."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from opendata.validation.texts import WORD, Counts, Flags, Texts, Words, words_at
from opendata.validation.told import Check, Descriptor, Told, counted, limits_of, told

Floats = npt.NDArray[np.float64]
#: Digits that an int64 surely holds.
_LONG = 18
#: Characters of a number that is weighed as a float.
_WRITTEN = 30
#: A float is nearer to its decimal than this; values so near to a bound are not told.
_NEAR = 1e-6
#: Digits of a year.
_YEAR = 4
#: A number between other signs, none of which is a digit of any script; a hyphen before it is its sign.
_BARE = (
    r"^[\x00-\x2c\x2e\x2f\x3a-\x7e¥￥€‰℃²³\x{4e00}-\x{9fff}]*(-?[0-9](?:[0-9.,' ]*[0-9])?)"
    r"[\x00-\x2f\x3a-\x7e¥￥€‰℃²³\x{4e00}-\x{9fff}]*$"
)
#: What may stand between digits in groups, or before the decimals: no number is made of it.
_MARKS = frozenset(",.'_ ;:|/")
#: Eight digits to two, to four, to one number: of neighbours, the first so many times as much as the second.
_STEPS = [
    (np.uint64(1 + (10 << 8)), np.uint64(8), np.uint64(0x00FF00FF00FF00FF)),
    (np.uint64(1 + (100 << 16)), np.uint64(16), np.uint64(0x0000FFFF0000FFFF)),
    (np.uint64(1 + (10_000 << 32)), np.uint64(32), np.uint64(0x00000000FFFFFFFF)),
]
_DIGIT_BITS = np.uint64(0x0F0F0F0F0F0F0F0F)


def leading(words: Words, digits: npt.NDArray[np.int32] | int) -> Counts:
    """The numbers that the first *digits* (none to eight) characters of *words* are; all of them are digits."""
    empty = np.asarray(8 * (WORD - np.asarray(digits)), dtype=np.uint64)
    # A shift by all the bits is none to some processors.
    value = (words << (empty & np.uint64(63))) & _DIGIT_BITS
    value = np.where(empty < 64, value, np.uint64(0)) if empty.max(initial=0) == 64 else value  # noqa: PLR2004 - bits
    for times, bits, kept in _STEPS:
        value = (value * times) >> bits & kept
    return value.astype(np.int64)


def _values(texts: Texts, typed: Flags | None, of: pa.DataType) -> Counts | Floats:
    """The values of the *typed* texts (None: all), 0 for the others."""
    chosen = texts.array if typed is None else texts.array.filter(pa.array(typed))
    values: npt.NDArray[Any] = chosen.cast(of).to_numpy(zero_copy_only=False)
    if typed is None:
        return values
    found: npt.NDArray[Any] = np.zeros(len(texts), dtype=values.dtype)
    found[typed] = values
    return found


def _integers(texts: Texts) -> Flags | None:
    """Which are a sign or none and at most 18 ASCII digits; None: all, and none has a sign."""
    if texts.shortest >= 1 and texts.longest <= _LONG and _all_digits(texts):
        return None
    others = texts.count(~texts.digits)
    signed = texts.first("-") & (others == 1)
    digits = texts.lengths - signed
    found: Flags = ((others == 0) | signed) & (digits >= 1) & (digits <= _LONG)
    return found


def _all_digits(texts: Texts) -> bool:
    return texts.low >= ord("0") and texts.high <= ord("9")


def integers(descriptor: Descriptor) -> Check | None:
    """Whole numbers, between bounds."""
    limits = limits_of(descriptor)
    if limits is None or "groupChar" in descriptor:
        return None
    least, most = limits

    def check(texts: Texts) -> Told:
        typed = _integers(texts)
        widest = 10 ** min(texts.longest, _LONG + 1)
        lowest = 0 if typed is None else -widest
        if (least is None or least <= lowest) and (most is None or widest <= most):
            return told(typed, None)
        if typed is None and texts.longest <= WORD:
            values: Counts | Floats = leading(texts.words(), texts.width or texts.lengths)
        else:
            values = _values(texts, typed, pa.int64())
        broken = [values < least] if least is not None else []
        broken += [values > most] if most is not None else []
        return told(typed, counted(broken))

    return _bared(check) if descriptor.get("bareNumber") is False else check


class _Decimals:
    """Which texts are decimals in ASCII (``typed``; None: all, and none has a sign), and how many digits each has
    before its point (``before``); ``widest`` is the most of them."""

    def __init__(self, texts: Texts) -> None:
        points = texts.values == ord(".")
        places = np.flatnonzero(points).astype(np.int32)
        plain = texts.longest <= _WRITTEN and np.count_nonzero(texts.digits) + len(places) == len(
            texts.values
        )
        self.signed: Flags | None = None
        # The usual case: every text has its point, and something before it.
        if plain and len(places) == len(texts):
            self.before: npt.NDArray[np.int32] = places - texts.starts
            if (self.before >= 1).all() and (self.before < texts.lengths).all():
                self.typed: Flags | None = None
                self.widest = int(self.before.max(initial=0))
                return
        dots = texts.count(points)
        others = texts.count(~(texts.digits | points))
        self.signed = texts.first("-") & (others == 1)
        digits = texts.lengths - dots - self.signed
        found = ((others == 0) | self.signed) & (dots <= 1) & (digits >= 1) & (texts.lengths <= _WRITTEN)
        self.typed = None if plain and found.all() else found
        holding = np.repeat(np.arange(len(texts)), dots)
        self.before = texts.lengths - self.signed
        self.before[holding] = places - texts.starts[holding] - self.signed[holding]
        self.widest = texts.longest

    def between(self, texts: Texts, least: float | None, most: float | None) -> Flags:
        """Which of the typed texts surely keep the bounds, by their digits before the point."""
        few = (self.before >= 0) & (self.before <= WORD)
        before = np.where(few, self.before, 0)
        if self.signed is None:
            low = leading(texts.words(), before)
            high = low + 1
        else:
            size = leading(words_at(texts.values, texts.starts + self.signed), before)
            low, high = np.where(self.signed, -size - 1, size), np.where(self.signed, -size, size + 1)
        keeps = few if self.typed is None else few & self.typed
        keeps = keeps if least is None else keeps & (low >= least)
        return keeps if most is None else keeps & (high <= most)


def _plain_numbers(descriptor: Descriptor) -> Check | None:
    limits = limits_of(descriptor)
    if limits is None:
        return None
    least, most = (None if one is None else float(one) for one in limits)

    def check(texts: Texts) -> Told:
        found = _Decimals(texts)
        typed, widest = found.typed, 10.0 ** min(found.widest, _WRITTEN)
        lowest = 0 if typed is None else -widest
        if (least is None or least <= lowest) and (most is None or widest <= most):
            return told(typed, None)
        rest = ~found.between(texts, least, most)
        if typed is not None:
            rest &= typed
        if not rest.any():
            return told(typed, None)
        values = _values(texts, rest, pa.float64())
        unsure = np.zeros(len(texts), dtype=np.bool_)
        broken = []
        for limit, sign in ((least, 1.0), (most, -1.0)):
            if limit is not None:
                room = sign * (values - limit)
                near = _NEAR * (1 + abs(limit))
                unsure |= rest & (np.abs(room) <= near)
                broken.append(rest & (room < -near))
        return told(typed, counted(broken), unsure)

    return check


def _bared(check: Check) -> Check:
    """*check* of what is left of each text when the signs around its number are gone."""

    def bare(texts: Texts) -> Told:
        return check(Texts(pc.replace_substring_regex(texts.array, pattern=_BARE, replacement=r"\1")))

    return bare


def _grouped(check: Check, group: str, point: str) -> Check:
    """*check* of each text once its *group* marks are gone and its *point* is a full stop."""

    def cleaned(texts: Texts) -> Told:
        found = pc.replace_substring(texts.array, pattern=group, replacement="") if group else texts.array
        if point == ".":
            return check(Texts(found))
        stops = pc.match_substring(found, ".").to_numpy(zero_copy_only=False)
        seen = check(Texts(pc.replace_substring(found, pattern=point, replacement=".")))
        return told(seen.right if seen.broken is None else _typed(seen), seen.broken, stops)

    return cleaned


def _typed(seen: Told) -> Flags | None:
    return None if seen.right is None or seen.broken is None else seen.right | (seen.broken > 0)


def numbers(descriptor: Descriptor) -> Check | None:
    """Numbers, between bounds; their groups and decimals marked, and words around them, as the field says."""
    check = _plain_numbers(descriptor)
    group, point = descriptor.get("groupChar", ""), descriptor.get("decimalChar", ".")
    if check is None or group == point or not {point, *([group] if group else [])} <= _MARKS:
        return None
    if group or point != ".":
        check = _grouped(check, group, point)
    return _bared(check) if descriptor.get("bareNumber") is False else check


def years(descriptor: Descriptor) -> Check | None:
    """Years of four digits."""
    limits = limits_of(descriptor)
    if limits is None:
        return None
    least, most = limits

    def check(texts: Texts) -> Told:
        typed: Flags | None = None
        if texts.width != _YEAR or not _all_digits(texts):
            typed = (texts.lengths == _YEAR) & (texts.count(texts.digits) == _YEAR)
        begun = texts.first("1") | texts.first("2")
        if not begun.all():
            typed = begun if typed is None else typed & begun
        if least is None and most is None:
            return told(typed, None)
        values = leading(texts.words(), np.minimum(texts.lengths, _YEAR))
        broken = [values < least] if least is not None else []
        broken += [values > most] if most is not None else []
        return told(typed, counted(broken))

    return check

"""Which cells of a column may tell on persons, told from its bytes: fast where, as nearly always, none does.

Nothing is lost: whatever :func:`~opendata.validation.personal.personal_kind` finds, lies in a cell that is
named here, or is counted here at once because the cell is nothing but letters and digits.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catalog.codes import PROVINCES
from opendata.validation.personal import KINDS, LONGEST
from opendata.validation.texts import Texts

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
#: Bytes looked at together: they, and what is made of them, stay in the processor's cache.
_CHUNK = 1 << 16
#: An e-mail address, a plate or passport, a mobile number: no shorter text holds one.
_SHORTEST, _SHORTEST_CODE, _SHORTEST_NUMBER = 6, 9, 11
_WIDEST = 40
#: Of eleven bytes in a row, at least two have a number that this divides.
_STRIDE = 5
_KIND = {kind.en: index for index, kind in enumerate(KINDS)}
_IDENTITY = _KIND["citizen identity numbers"]
_MOBILE = _KIND["mobile telephone numbers"]
_OLD = _KIND["15-digit identity numbers"]
_CARD = _KIND["bank card numbers"]
_PASSPORT = _KIND["passport numbers"]
NONE = -1
_OLD_LENGTH, _IDENTITY_LENGTH, _PASSPORT_LENGTH = 15, 18, 9
_CARD_LENGTHS = range(15, 20)
_ZERO, _NINE, _A, _Z, _SMALL_A, _ASCII = 48, 57, 65, 90, 97, 128
_WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), dtype=np.int32)
_PASSPORT_LETTERS = np.frombuffer(b"EGDSPegdsp", dtype=np.uint8)
_DIGITS = np.frombuffer(b"10X98765432", dtype=np.uint8)
_PROVINCE = np.zeros(100, dtype=np.bool_)
_PROVINCE[[int(code) for code in PROVINCES]] = True
#: By digit, the sum of the digits of its double; by any other byte, nothing of use.
_DOUBLED = np.array([sum(divmod(2 * digit, 10)) if digit < 10 else 0 for digit in range(256)], dtype=np.uint8)  # noqa: PLR2004 - digits
_MONTH_DAYS = np.array((0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31))
#: What a text that holds a personal number surely matches, in the words that polars knows: no look-around.
#: For texts in ASCII a part of it is enough, which is found twice as fast.
_LIKELY_ASCII = "|".join(
    (
        r"1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}",
        r"[0-9](?:[ -]?[0-9]){14}",
        "@",
        r"^[ \t\r\n]*[EGDSPegdsp][A-Za-z0-9][0-9]{7}",
    )
)
_LIKELY = "|".join(
    (
        _LIKELY_ASCII,
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][· ]?[A-HJ-NP-Z0-9]{5}",
        r"[０-９－＠．Ｘｘ]",
    )
)


@dataclass(frozen=True, slots=True)
class Scan:
    """``kinds``: per cell, the index in ``KINDS`` of what it surely is, or :data:`NONE`; None if no cell is
    anything. ``unsure``: the positions of the cells that have to be read if they match ``likely``.
    """

    kinds: npt.NDArray[np.int8] | None
    unsure: Numbers
    likely: str = _LIKELY


@dataclass(frozen=True, slots=True)
class _Cells:
    """A column as Arrow has it: all bytes in a row, and where each cell begins."""

    bytes: Bytes
    offsets: Numbers

    @property
    def lengths(self) -> Numbers:
        return np.diff(self.offsets)

    def holding(self, positions: Numbers) -> Numbers:
        """The cells in which the bytes at *positions* lie."""
        return np.searchsorted(self.offsets, positions, side="right") - 1

    def matrix(self, cells: Numbers, length: int) -> Bytes:
        """The bytes of *cells*, all of them *length* long."""
        if len(cells) * length == len(self.bytes):
            return self.bytes.reshape(-1, length)
        found: Bytes = self.bytes[self.offsets[cells][:, None] + np.arange(length)]
        return found


def _runs(text: Bytes) -> Flags:
    """Where eleven digits, spaces and hyphens in a row begin."""
    run = _run_bytes(text)
    for step in (1, 2, 4, 3):
        run = run[..., :-step] & run[..., step:]
    return run


def _run_bytes(text: Bytes) -> Flags:
    run: Flags = (text - _ZERO) <= _NINE - _ZERO
    run |= text == ord(" ")
    run |= text == ord("-")
    return run


def _digit_runs(text: Bytes) -> Numbers | None:
    """Where eleven digits, spaces and hyphens in a row lie; None if that is at too many places to tell.

    Any such run holds two of every fifth byte: only around those is it looked for in full.
    """
    fifth = _run_bytes(np.ascontiguousarray(text[::_STRIDE]))
    pairs = fifth[1:] & fifth[:-1]
    many = len(pairs) // 20
    if int(np.count_nonzero(pairs)) > many:
        return _all_digit_runs(text)
    near = np.flatnonzero(pairs) * _STRIDE
    if not len(near):
        return near
    around = near[:, None] + np.arange(-_SHORTEST_NUMBER, _SHORTEST_NUMBER + _STRIDE)
    window = np.where((around >= 0) & (around < len(text)), text[np.clip(around, 0, len(text) - 1)], 0)
    return near[_runs(window).any(axis=1)]


def _all_digit_runs(text: Bytes) -> Numbers | None:
    found: list[Numbers] = []
    many, count = len(text) // 100 + 1000, 0
    for start in range(0, len(text), _CHUNK):
        run = _runs(text[start : start + _CHUNK + _SHORTEST_NUMBER - 1])
        here = int(np.count_nonzero(run))
        count += here
        if count > many:
            return None
        if here:
            found.append(np.flatnonzero(run) + start)
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _at_signs(text: Bytes) -> Numbers:
    found = [np.zeros(0, np.int64)]
    for start in range(0, len(text), _CHUNK):
        sign = text[start : start + _CHUNK] == ord("@")
        if sign.any():
            found.append(np.flatnonzero(sign) + start)
    return np.concatenate(found)


def _beyond_ascii(text: Bytes) -> Numbers:
    """Where a capital follows a character beyond ASCII, as on a plate; where a full-width digit or sign is."""
    found = [np.zeros(0, np.int64)]
    for start in range(0, len(text), _CHUNK):
        chunk = text[start : start + _CHUNK + 2]
        capital = (chunk[1:] - _A) <= _Z - _A
        if capital.any():
            found.append(np.flatnonzero(capital & (chunk[:-1] >= _ASCII)) + start)
        wide = chunk[:-2] == 0xEF  # noqa: PLR2004 - the first byte of full-width forms in UTF-8
        if wide.any():
            at = np.flatnonzero(wide)
            second, third = chunk[at + 1], chunk[at + 2]
            digit = ((third >= 0x90) & (third <= 0x99)) | (third == 0x8D) | (third == 0xA0)  # noqa: PLR2004 - ０ to ９, －, ＠
            found.append(at[(second == 0xBC) & digit] + start)  # noqa: PLR2004 - their second byte
    return np.concatenate(found)


def _number(digits: Bytes, *columns: int) -> npt.NDArray[np.int32]:
    value = np.zeros(len(digits), dtype=np.int32)
    for column in columns:
        value = value * 10 + digits[:, column]
    return value


def _birth(year: npt.NDArray[np.int32], month: npt.NDArray[np.int32], day: npt.NDArray[np.int32]) -> Flags:
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    real = (month >= 1) & (month <= 12)  # noqa: PLR2004 - months
    days = _MONTH_DAYS[np.where(real, month, 0)] - ((month == 2) & ~leap)  # noqa: PLR2004 - February
    right: Flags = real & (day >= 1) & (day <= days)
    return right


def _identities(text: Bytes) -> Flags:
    """Which rows of 18 letters or digits are identity numbers."""
    digits = text - np.uint8(_ZERO)
    right: Flags = np.logical_and.reduce(digits[:, :17] <= 9, axis=1)  # noqa: PLR2004 - the number before its check digit
    if not right.any():
        return right
    year = _number(digits, 6, 7, 8, 9)
    right &= _PROVINCE[np.where(right, _number(digits, 0, 1), 0)] & (digits[:, 0] <= 8)  # noqa: PLR2004 - 1 to 8
    right &= (year >= 1900) & (year < 2100) & _birth(year, _number(digits, 10, 11), _number(digits, 12, 13))  # noqa: PLR2004 - centuries
    last = np.where(text[:, 17] == ord("x"), ord("X"), text[:, 17])
    right &= _DIGITS[digits[:, :17].astype(np.int32) @ _WEIGHTS % 11] == last
    return right


def _old_identities(text: Bytes) -> Flags:
    number = _are_digits(text)
    digits = np.where(number[:, None], text - np.uint8(_ZERO), 0)
    born = _birth(1900 + _number(digits, 6, 7), _number(digits, 8, 9), _number(digits, 10, 11))
    known: Flags = _PROVINCE[_number(digits, 0, 1)]
    return number & known & born


def _mobiles(text: Bytes) -> Flags:
    """Which rows of eleven bytes are mobile numbers."""
    right: Flags = _are_digits(text) & (text[:, 0] == ord("1")) & (text[:, 1] >= ord("3"))
    return right


def _cards(text: Bytes) -> Flags:
    """Which rows that begin as a card's number does are digits with a right check digit."""
    total = np.zeros(len(text), dtype=np.uint8)  # at most 19 times 9
    for place in range(text.shape[1]):
        digit = text[:, -1 - place] - np.uint8(_ZERO)
        total += _DOUBLED[digit] if place % 2 else digit
    right: Flags = _are_digits(text) & (total % 10 == 0)
    return right


def _passports(text: Bytes) -> Flags:
    text = np.where(text >= ord("a"), text - np.uint8(32), text)
    first, second = text[:, 0], text[:, 1]
    digit = (text - np.uint8(_ZERO)) <= 9  # noqa: PLR2004 - digits
    letter = (second >= _A) & (second <= _Z) & (second != ord("I")) & (second != ord("O"))
    one = np.isin(first, np.frombuffer(b"EGDSP", np.uint8)) & digit[:, 1]
    two = ((first == ord("E")) & letter) | (
        np.isin(first, np.frombuffer(b"DSP", np.uint8)) & (second == ord("E"))
    )
    right: Flags = digit[:, 2:].all(axis=1) & (one | two)
    return right


def _are_digits(text: Bytes) -> Flags:
    found: Flags = np.logical_and.reduce((text - np.uint8(_ZERO)) <= _NINE - _ZERO, axis=1)
    return found


def _plain(text: Bytes) -> Flags:
    """Which rows are letters and digits alone."""
    found = np.ones(len(text), np.bool_)
    rows = max(1, _CHUNK // text.shape[1])
    for start in range(0, len(text), rows):
        some = text[start : start + rows]
        small = some | np.uint8(32)
        each = ((some - np.uint8(_ZERO)) <= _NINE - _ZERO) | ((small - np.uint8(_SMALL_A)) <= _Z - _A)
        # Nearly always all are; a verdict on every row would take longer than all the rest.
        if not each.all():
            found[start : start + rows] = np.logical_and.reduce(each, axis=1)
    return found


def _may_be_card(text: Bytes) -> Flags:
    first, second = text[:, 0], text[:, 1]
    sixty = (first == ord("6")) & ((second == ord("0")) | (second == ord("2")))
    thirty = (first == ord("3")) & ((second == ord("5")) | (second == ord("7")))
    old = (first == ord("9")) & (second == ord("5")) & (text[:, 2] == ord("5")) & (text[:, 3] == ord("8"))
    may: Flags = sixty | thirty | old | (first == ord("4")) | (first == ord("5"))
    return may


def _may_be_identity(text: Bytes) -> Flags:
    """Born in 19xx or 20xx, in a month from 00 to 19, on a day from 00 to 39."""
    nineteen = (text[:, 6] == ord("1")) & (text[:, 7] == ord("9"))
    twenty = (text[:, 6] == ord("2")) & (text[:, 7] == ord("0"))
    may: Flags = (nineteen | twenty) & (text[:, 10] <= ord("1")) & (text[:, 12] <= ord("3"))
    return may


def _told(
    kinds: npt.NDArray[np.int8], text: Bytes, may: Flags, proof: Callable[[Bytes], Flags], kind: int
) -> None:
    """Set *kind* for the rows of *text* that *may* be it and that *proof* says are."""
    at = np.flatnonzero(may)
    if len(at):
        kinds[at[proof(text[at])]] = kind


def _plain_kinds(text: Bytes) -> tuple[npt.NDArray[np.int8], Flags]:
    """Of cells of one length: the kind of each that is letters and digits alone; and which are not."""
    length = text.shape[1]
    plain = _plain(text)
    kinds = np.full(len(text), NONE, dtype=np.int8)
    if length == _PASSPORT_LENGTH:
        _told(kinds, text, plain & np.isin(text[:, 0], _PASSPORT_LETTERS), _passports, _PASSPORT)
    if length in _CARD_LENGTHS:
        _told(kinds, text, plain & _may_be_card(text), _cards, _CARD)
    if length == _OLD_LENGTH:
        _told(kinds, text, plain & (text[:, 8] <= ord("1")), _old_identities, _OLD)
    if length == _SHORTEST_NUMBER:
        _told(kinds, text, plain & (text[:, 0] == ord("1")), _mobiles, _MOBILE)
    if length == _SHORTEST_NUMBER + 2:
        prefixed = plain & (text[:, 0] == ord("8")) & (text[:, 1] == ord("6"))
        _told(kinds, text, prefixed, lambda found: _mobiles(found[:, 2:]), _MOBILE)
    if length == _IDENTITY_LENGTH:
        _told(kinds, text, plain & _may_be_identity(text), _identities, _IDENTITY)
    return kinds, ~plain


def scan(texts: Texts) -> Scan:
    """Look at the cells of a column."""
    nothing = np.zeros(0, np.int64)
    longest = texts.longest
    if longest < _SHORTEST:
        return Scan(None, nothing)
    cells = _Cells(texts.values, texts.offsets.astype(np.int64))
    text, lengths = cells.bytes, cells.lengths
    chosen = np.zeros(len(texts), dtype=np.bool_)
    chosen[cells.holding(_at_signs(text))] = True
    if longest > LONGEST:
        chosen |= lengths > LONGEST
    if longest >= _SHORTEST_CODE:
        if text.max() >= _ASCII:
            chosen[cells.holding(_beyond_ascii(text))] = True
        code = np.flatnonzero(lengths >= _PASSPORT_LENGTH)
        chosen[code[_may_begin_passport(text[cells.offsets[code]], lengths[code])]] = True
    if longest >= _SHORTEST_NUMBER:
        runs = _digit_runs(text)
        if runs is None:
            chosen |= lengths >= _SHORTEST_NUMBER
        else:
            chosen[cells.holding(runs)] = True
    return _sorted_out(cells, np.flatnonzero(chosen)) if chosen.any() else Scan(None, nothing)


def _may_begin_passport(first: Bytes, lengths: Numbers) -> Flags:
    """Whether a cell may be a passport's number, perhaps with white space around it."""
    letter = np.isin(first, _PASSPORT_LETTERS) & (lengths <= _WIDEST)
    may: Flags = letter | (first <= ord(" "))
    return may


def _sorted_out(cells: _Cells, candidates: Numbers) -> Scan:
    """The candidates that are letters and digits told at once, the others left to be read."""
    kinds = np.full(len(cells.offsets) - 1, NONE, dtype=np.int8)
    unsure = np.zeros(len(kinds), dtype=np.bool_)
    lengths = cells.lengths[candidates]
    unsure[candidates[lengths > _WIDEST]] = True
    for length in np.flatnonzero(np.bincount(np.minimum(lengths, _WIDEST + 1))[: _WIDEST + 1]).tolist():
        same = candidates[lengths == length]
        kinds[same], unsure[same] = _plain_kinds(cells.matrix(same, length))
    likely = _LIKELY_ASCII if cells.bytes.max() < _ASCII else _LIKELY
    return Scan(kinds if (kinds != NONE).any() else None, np.flatnonzero(unsure), likely)

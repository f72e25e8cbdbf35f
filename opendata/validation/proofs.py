"""Texts of one length that are letters and digits alone: which are personal numbers, proved by their digits."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from catalog.codes import PROVINCES
from opendata.validation.personal import CARD_LENGTHS, KINDS
from opendata.validation.texts import FILLED, WORD, Bytes, Flags, row_words

#: Bytes looked at together: they, and what is made of them, stay in the processor's cache.
_CHUNK = 1 << 16
_KIND = {kind.en: index for index, kind in enumerate(KINDS)}
_IDENTITY = _KIND["citizen identity numbers"]
_MOBILE = _KIND["mobile telephone numbers"]
_OLD = _KIND["15-digit identity numbers"]
_CARD = _KIND["bank card numbers"]
_PASSPORT = _KIND["passport numbers"]
NONE = -1
_MOBILE_LENGTH, _OLD_LENGTH, _IDENTITY_LENGTH, PASSPORT_LENGTH = 11, 15, 18, 9
#: Lengths of a mobile number, without and with its country, and of cards and identity numbers.
NUMBER_LENGTHS = (_MOBILE_LENGTH, _MOBILE_LENGTH + 2, *CARD_LENGTHS)
_ZERO, _NINE, _A, _Z, _SMALL_A = 48, 57, 65, 90, 97
_WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), dtype=np.int32)
PASSPORT_LETTERS = np.frombuffer(b"EGDSPegdsp", dtype=np.uint8)
_DIGITS = np.frombuffer(b"10X98765432", dtype=np.uint8)
_PROVINCE = np.zeros(100, dtype=np.bool_)
_PROVINCE[[int(code) for code in PROVINCES]] = True
#: The same byte eight times, to look at eight bytes at once.
_EACH = 0x0101010101010101
_ZEROS, _TO_ASCII, _TOP = (np.uint64(byte * _EACH) for byte in (_ZERO, 0x80 - 10, 0x80))
#: Every second byte, from the first or from the second on.
_SECOND = (np.uint64(0x00FF00FF00FF00FF), np.uint64(0xFF00FF00FF00FF00))
_TO_FIVE = np.uint64((0x80 - 5) * _EACH)
_TENFOLD = np.arange(256) % 10 == 0
#: By its first two bytes, the first lower: whether a number may be a card's.
_CARDS = np.zeros(1 << 16, dtype=np.bool_)
for _first, _seconds in {"4": "0123456789", "5": "0123456789", "6": "02", "3": "57", "9": "5"}.items():
    _CARDS[[ord(_first) | ord(second) << 8 for second in _seconds]] = True
_OLDER = int.from_bytes(b"9558", "little")
_MONTH_DAYS = np.array((0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31))


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
    length = text.shape[1]
    total, odd = np.zeros(len(text), dtype=np.uint64), np.zeros(len(text), dtype=np.uint64)
    for at in range(0, length, WORD):
        filled = FILLED[min(length - at, WORD)]
        digits = row_words(text, at) ^ (_ZEROS & filled)
        odd |= (digits + _TO_ASCII) | digits
        # From the last digit, which stays, back: every second one is doubled, and the digits of that added.
        doubled = digits & _SECOND[length % 2]
        above = (doubled + (_TO_FIVE & _SECOND[length % 2])) & _TOP
        digits += doubled - (above >> np.uint64(7)) * np.uint64(9)
        total += (digits * np.uint64(_EACH)) >> np.uint64(8 * (WORD - 1))
    right: Flags = (odd & _TOP == 0) & _TENFOLD[total & np.uint64(0xFF)]
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
    """By the first two digits, as :data:`_CARDS` has them; of the older domestic ones, by four."""
    begun = row_words(text, 0)
    may: Flags = _CARDS[begun & np.uint64(0xFFFF)]
    older = (begun & np.uint64(0xFFFF)) == (_OLDER & 0xFFFF)
    if older.any():
        may &= ~older | ((begun & np.uint64(0xFFFFFFFF)) == _OLDER)
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
    if may.all():
        kinds[proof(text)] = kind
    elif may.any():
        at = np.flatnonzero(may)
        kinds[at[proof(text[at])]] = kind


def plain_kinds(text: Bytes, *, digits: bool = False) -> tuple[npt.NDArray[np.int8], Flags]:
    """Of cells of one length: the kind of each that is letters and digits alone; and which are not.

    :param digits: all are digits alone.
    """
    length = text.shape[1]
    plain = np.ones(len(text), dtype=np.bool_) if digits else _plain(text)
    kinds = np.full(len(text), NONE, dtype=np.int8)
    if length == PASSPORT_LENGTH:
        _told(kinds, text, plain & np.isin(text[:, 0], PASSPORT_LETTERS), _passports, _PASSPORT)
    if length in CARD_LENGTHS:
        _told(kinds, text, plain & _may_be_card(text), _cards, _CARD)
    if length == _OLD_LENGTH:
        _told(kinds, text, plain & (text[:, 8] <= ord("1")), _old_identities, _OLD)
    if length == _MOBILE_LENGTH:
        _told(kinds, text, plain & (text[:, 0] == ord("1")), _mobiles, _MOBILE)
    if length == _MOBILE_LENGTH + 2:
        prefixed = plain & (text[:, 0] == ord("8")) & (text[:, 1] == ord("6"))
        _told(kinds, text, prefixed, lambda found: _mobiles(found[:, 2:]), _MOBILE)
    if length == _IDENTITY_LENGTH:
        _told(kinds, text, plain & _may_be_identity(text), _identities, _IDENTITY)
    return kinds, ~plain

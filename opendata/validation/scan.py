"""Which cells of a column may tell on persons, told from its bytes: fast where, as nearly always, none does.

Nothing is lost: whatever :func:`~opendata.validation.personal.personal_kind` finds, lies in a cell that is
named here, or is counted here at once because the cell is nothing but letters and digits.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from opendata.validation.personal import LONGEST
from opendata.validation.proofs import NONE, NUMBER_LENGTHS, PASSPORT_LENGTH, PASSPORT_LETTERS, plain_kinds
from opendata.validation.texts import Bytes, Flags, Texts

__all__ = ["NONE", "Scan", "scan"]

Numbers = npt.NDArray[np.int64]
#: Bytes looked at together: they, and what is made of them, stay in the processor's cache.
_CHUNK = 1 << 16
#: An e-mail address, a plate or passport, a mobile number: no shorter text holds one.
_SHORTEST, _SHORTEST_CODE, _SHORTEST_NUMBER = 6, 9, 11
_WIDEST = 40
#: Of eleven bytes in a row, at least two have a number that this divides.
_STRIDE = 5
_ZERO, _NINE, _A, _Z, _ASCII = 48, 57, 65, 90, 128
#: The first byte of full-width digits and signs in UTF-8.
_WIDE = 0xEF
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
    offsets: npt.NDArray[np.int32]

    @property
    def lengths(self) -> npt.NDArray[np.int32]:
        """How many bytes each cell has."""
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
        wide = chunk[:-2] == _WIDE
        if wide.any():
            at = np.flatnonzero(wide)
            second, third = chunk[at + 1], chunk[at + 2]
            digit = ((third >= 0x90) & (third <= 0x99)) | (third == 0x8D) | (third == 0xA0)  # noqa: PLR2004 - ０ to ９, －, ＠
            found.append(at[(second == 0xBC) & digit] + start)  # noqa: PLR2004 - their second byte
    return np.concatenate(found)


def scan(texts: Texts) -> Scan:
    """Look at the cells of a column."""
    nothing = np.zeros(0, np.int64)
    low, high, longest = texts.low, texts.high, texts.longest
    if longest < _SHORTEST or (low >= _ASCII and high < _WIDE):
        return Scan(None, nothing)
    cells = _Cells(texts.values, texts.offsets)
    if low >= _ZERO and high <= _NINE:
        return _of_digits(cells, texts.width)
    text, lengths = cells.bytes, texts.lengths
    chosen = np.zeros(len(texts), dtype=np.bool_)
    if high >= ord("@"):
        chosen[cells.holding(_at_signs(text))] = True
    if longest > LONGEST:
        chosen |= lengths > LONGEST
    if longest >= _SHORTEST_CODE:
        if high >= _ASCII:
            chosen[cells.holding(_beyond_ascii(text))] = True
        code = np.flatnonzero(lengths >= PASSPORT_LENGTH)
        chosen[code[_may_begin_passport(text[cells.offsets[code]], lengths[code])]] = True
    if longest >= _SHORTEST_NUMBER:
        runs = _digit_runs(text)
        if runs is None:
            chosen |= lengths >= _SHORTEST_NUMBER
        else:
            chosen[cells.holding(runs)] = True
    if not chosen.any():
        return Scan(None, nothing)
    return _sorted_out(cells, np.flatnonzero(chosen), _LIKELY if high >= _ASCII else _LIKELY_ASCII)


def _of_digits(cells: _Cells, width: int) -> Scan:
    """Where every byte is a digit, the length alone says what a cell may be, and nothing is left to be read.

    :param width: the length of all cells, if it is one.
    """
    nothing = np.zeros(0, np.int64)
    if width:
        may = width in NUMBER_LENGTHS
        kinds = plain_kinds(cells.bytes.reshape(-1, width), digits=True)[0] if may else None
        return Scan(kinds, nothing)
    lengths = cells.lengths
    kinds = np.full(len(lengths), NONE, dtype=np.int8)
    for length in NUMBER_LENGTHS:
        same = np.flatnonzero(lengths == length)
        if len(same):
            kinds[same] = plain_kinds(cells.matrix(same, length), digits=True)[0]
    return Scan(kinds, nothing)


def _may_begin_passport(first: Bytes, lengths: Numbers) -> Flags:
    """Whether a cell may be a passport's number, perhaps with white space around it."""
    letter = np.isin(first, PASSPORT_LETTERS) & (lengths <= _WIDEST)
    may: Flags = letter | (first <= ord(" "))
    return may


def _sorted_out(cells: _Cells, candidates: Numbers, likely: str) -> Scan:
    """The candidates that are letters and digits told at once, the others left to be read if they are *likely*."""
    kinds = np.full(len(cells.offsets) - 1, NONE, dtype=np.int8)
    unsure = np.zeros(len(kinds), dtype=np.bool_)
    lengths = cells.lengths[candidates]
    unsure[candidates[lengths > _WIDEST]] = True
    for length in np.flatnonzero(np.bincount(np.minimum(lengths, _WIDEST + 1))[: _WIDEST + 1]).tolist():
        same = candidates[lengths == length]
        kinds[same], unsure[same] = plain_kinds(cells.matrix(same, length))
    return Scan(kinds if (kinds != NONE).any() else None, np.flatnonzero(unsure), likely)

"""Regular expressions of fixed places, such as ``JY[123]\\d{13}``, and of one class, such as ``[0-9A-Z]{4,32}``,
looked at in the bytes of all texts at once; a class is the least and the greatest of its bytes, without gaps
if none of the bytes between that it leaves out occurs in the column.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import numpy as np

from opendata.validation.texts import Flags, Texts, tiled

#: Texts longer than this, and patterns with more ways to be written, are not looked at here.
_LONGEST, _WAYS, _LENGTHS = 64, 48, 4
_ASCII = 128
_DIGITS = frozenset(range(ord("0"), ord("9") + 1))
_ANY_LENGTH = 1 << 40

#: The bytes that may stand at a place.
_Class = frozenset[int]


class _Odd(Exception):
    """The pattern has a part that is not for here."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to write a text: at each place the least and the greatest byte; ``gaps``: the bytes that must
    not occur anywhere, as ranges, for these to be the whole truth."""

    low: bytes
    high: bytes
    gaps: frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class BytePattern:
    """``ways``: by length, how a text may be written; or ``one``: the class of all its bytes, and how many there are."""

    ways: dict[int, list[_Way]] = field(default_factory=dict)
    one: _Way | None = None
    least: int = 0
    most: int = 0
    never: frozenset[tuple[int, int]] | None = None

    def matched(self, texts: Texts) -> Flags | None:
        """Which of *texts* surely match; None: all."""
        if self.never is not None or self.one is not None:
            return None if self._whole(texts) else np.zeros(len(texts), dtype=np.bool_)
        if texts.width:
            return _written(texts, self.ways.get(texts.width, []))
        found = np.zeros(len(texts), dtype=np.bool_)
        for length, ways in self.ways.items():
            chosen = texts.lengths == length
            if chosen.any():
                right = _written(texts.some(chosen), ways)
                found[chosen] = True if right is None else right
        return None if found.all() else found

    def _whole(self, texts: Texts) -> bool:
        """Whether every byte of the column is of the one class."""
        if not self.least <= texts.shortest or not texts.longest <= self.most:
            return False
        if self.never is not None:
            return not any(_occurs(texts, gap) for gap in self.never)
        assert self.one is not None, "there is a class, or bytes that never are"
        inside = texts.low >= self.one.low[0] and texts.high <= self.one.high[0]
        return inside and not any(_occurs(texts, gap) for gap in self.one.gaps)


def _occurs(texts: Texts, gap: tuple[int, int]) -> bool:
    first, last = gap
    if last < texts.low or first > texts.high:
        return False
    return bool((texts.values - np.uint8(first) <= last - first).any())


def _written(texts: Texts, ways: Sequence[_Way]) -> Flags | None:
    """Which of *texts*, all of one length, are written in one of *ways*; None: all."""
    found = np.zeros(len(texts), dtype=np.bool_)
    for way in ways:
        if any(_occurs(texts, gap) for gap in way.gaps):
            continue
        low, reach = tiled(way.low, way.high, 1 << max(len(texts) - 1, 1).bit_length())
        within = texts.values - low[: len(texts.values)] <= reach[: len(texts.values)]
        if within.all():
            return None
        found |= within.reshape(-1, len(way.low)).all(axis=1)
    return None if len(found) and found.all() else found


def _ranges(marks: Iterable[int]) -> frozenset[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for mark in sorted(marks):
        if found and found[-1][1] == mark - 1:
            found[-1] = (found[-1][0], mark)
        else:
            found.append((mark, mark))
    return frozenset(found)


def _way(places: Sequence[_Class]) -> _Way:
    gaps: set[tuple[int, int]] = set()
    for place in set(places):
        gaps |= _ranges(set(range(min(place), max(place))) - place)
    return _Way(bytes(map(min, places)), bytes(map(max, places)), frozenset(gaps))


def _class(members: Iterable[Any]) -> _Class:
    """The bytes of a bracketed class of ASCII."""
    found: set[int] = set()
    for code, value in members:
        if code is codes.LITERAL:
            found.add(value)
        elif code is codes.RANGE:
            found.update(range(value[0], value[1] + 1))
        elif code is codes.CATEGORY and value is codes.CATEGORY_DIGIT:
            found |= _DIGITS
        else:
            raise _Odd
        if max(found) >= _ASCII:
            raise _Odd
    return frozenset(found)


def _joined(before: list[list[_Class]], after: list[list[_Class]]) -> list[list[_Class]]:
    if len(before) * len(after) > _WAYS:
        raise _Odd
    joined = [one + other for one in before for other in after]
    if any(len(one) > _LONGEST for one in joined):
        raise _Odd
    return joined


def _ways(items: Iterable[Any]) -> list[list[_Class]]:
    """All ways to write the parts of a pattern in a row, each as the classes of its places."""
    whole: list[list[_Class]] = [[]]
    for item in items:
        whole = _joined(whole, _ways_of(*item))
    return whole


def _ways_of(code: Any, value: Any) -> list[list[_Class]]:  # noqa: ANN401 - a part of the parser's tree
    if code is codes.LITERAL:
        return [[frozenset([byte]) for byte in chr(value).encode()]]
    if code is codes.IN:
        return [[_class(value)]]
    if code is codes.SUBPATTERN and not value[1] and not value[2]:
        return _ways(value[-1])
    if code is codes.BRANCH:
        return [way for branch in value[1] for way in _ways(branch)]
    if code is codes.MAX_REPEAT and value[1] <= _LONGEST:
        least, most, body = value
        return [way for count in range(least, most + 1) for way in _ways([*body] * count)]
    raise _Odd


def _of_one_class(tree: Sequence[Any]) -> BytePattern | None:
    """A class repeated, and nothing else."""
    if len(tree) != 1 or tree[0][0] is not codes.MAX_REPEAT:
        return None
    least, most, body = tree[0][1]
    if len(body) != 1 or body[0][0] is not codes.IN:
        return None
    endless = most is codes.MAXREPEAT
    members = list(body[0][1])
    if members[0][0] is codes.NEGATE:
        # How many characters they are, the bytes do not say.
        never = _class(members[1:]) if endless and least <= 1 else None
        return None if never is None else BytePattern(least=least, most=_ANY_LENGTH, never=_ranges(never))
    return BytePattern(
        one=_way([_class(members)]), least=int(least), most=_ANY_LENGTH if endless else int(most)
    )


def byte_pattern(pattern: str) -> BytePattern | None:
    """*pattern* as what its texts' bytes are; None if it says more than that."""
    tree = list(parser.parse(pattern))
    if tree and tree[0] == (codes.AT, codes.AT_BEGINNING):
        tree = tree[1:]
    if tree and tree[-1] == (codes.AT, codes.AT_END):
        tree = tree[:-1]
    # Alternatives at the top are not held together by what frictionless puts around them.
    if any(code is codes.BRANCH for code, _ in tree):
        return None
    try:
        found = _of_one_class(tree)
        ways = [] if found else _ways(tree)
    except _Odd:
        return None
    if found:
        return found
    lengths = {len(way) for way in ways}
    if not ways or 0 in lengths or len(lengths) > _LENGTHS:
        return None
    by_length = {length: [_way(way) for way in ways if len(way) == length] for length in sorted(lengths)}
    return BytePattern(ways=by_length)

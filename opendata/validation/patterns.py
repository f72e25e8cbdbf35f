"""Regular expressions that a cell can make run away, found before any cell is looked at.

Python tries every way in which a text may be matched. Where one text can be taken in two ways by the same
loop the ways double with every character, as in ``(a+)+``; where it can by two loops in a row, as in
``.*区.*``, they grow with its square. The pattern becomes an automaton of its characters (Glushkov's), with an
edge counted as often as there are ways to go it; both cases are then paths in the automaton beside itself.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

#: Characters that stand for all others: of each category one, besides those that the pattern names.
_SAMPLES = "0９aZé字_ \n\t-!/"
#: Repetitions that are written out copy by copy, of a part that varies in itself and of one that does not;
#: more of them count as a loop.
_FEW, _COPIES = 4, 40
#: Characters in a pattern, repetitions written out, that can be weighed in a moment.
_MOST = 160
_CATEGORIES = {
    codes.CATEGORY_DIGIT: lambda char: char.isdecimal(),
    codes.CATEGORY_SPACE: lambda char: char.isspace(),
    codes.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
}
_NEGATED = {
    codes.CATEGORY_NOT_DIGIT: codes.CATEGORY_DIGIT,
    codes.CATEGORY_NOT_SPACE: codes.CATEGORY_SPACE,
    codes.CATEGORY_NOT_WORD: codes.CATEGORY_WORD,
}
_REPEATS = frozenset({codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT})


class _Unweighable(Exception):
    """The pattern has a part whose cost nobody can bound, or is too long."""


@dataclass(slots=True)
class _Part:
    """A part of the pattern: by which positions it may begin and end, and in how many ways; in how many it is empty."""

    first: Counter[int] = field(default_factory=Counter)
    last: Counter[int] = field(default_factory=Counter)
    empty: int = 1


class _Automaton:
    """Positions are the characters of the pattern; ``edges`` say which may follow which, and in how many ways."""

    def __init__(self, tree: Any) -> None:  # noqa: ANN401 - the parser's own tree
        self._alphabet = "".join(sorted(set(_SAMPLES) | set(_named(tree))))
        self.sets: list[int] = []
        self.edges: Counter[tuple[int, int]] = Counter()
        self._sequence(tree)

    def _position(self, matched: Iterable[bool]) -> _Part:
        if len(self.sets) >= _MOST:
            raise _Unweighable
        self.sets.append(sum(1 << place for place, yes in enumerate(matched) if yes))
        here = len(self.sets) - 1
        return _Part(Counter({here: 1}), Counter({here: 1}), empty=0)

    def _link(self, before: _Part, after: _Part) -> None:
        for one, ways in before.last.items():
            for other, more in after.first.items():
                self.edges[one, other] += ways * more

    def _joined(self, before: _Part, after: _Part) -> _Part:
        self._link(before, after)
        first = before.first + _times(after.first, before.empty)
        last = after.last + _times(before.last, after.empty)
        return _Part(first, last, before.empty * after.empty)

    def _sequence(self, items: Iterable[Any]) -> _Part:
        whole = _Part()
        for item in items:
            whole = self._joined(whole, self._item(item))
        return whole

    def _item(self, item: Any) -> _Part:  # noqa: ANN401, PLR0911 - one line per kind of part
        code, value = item
        if code in {codes.LITERAL, codes.NOT_LITERAL, codes.ANY, codes.IN}:
            return self._position(_matches(code, value, char) for char in self._alphabet)
        if code is codes.SUBPATTERN:
            return self._sequence(value[-1])
        if code is codes.ATOMIC_GROUP:
            return self._sequence(value)
        if code is codes.BRANCH:
            return self._branches(value[1])
        if code in _REPEATS:
            return self._repeat(*value)
        if code is codes.AT:
            return _Part()
        if code in {codes.ASSERT, codes.ASSERT_NOT}:
            self._sequence(value[1])
            return _Part()
        raise _Unweighable

    def _branches(self, branches: Sequence[Any]) -> _Part:
        parts = [self._sequence(branch) for branch in branches]
        first: Counter[int] = Counter()
        last: Counter[int] = Counter()
        for part in parts:
            first += part.first
            last += part.last
        return _Part(first, last, sum(part.empty for part in parts))

    def _repeat(self, least: int, most: Any, body: Any) -> _Part:  # noqa: ANN401 - a number, or MAXREPEAT
        few = most <= _FEW or (most <= _COPIES and not _varies(body))
        if most is codes.MAXREPEAT or not few:
            part = self._sequence(body)
            self._link(part, part)
            return _Part(part.first, part.last, part.empty + (least == 0))
        whole = _Part()
        for number in range(most, 0, -1):
            copy = self._sequence(body)
            if number > least:
                # What may be left out is left out from the end: the later copies only after this one.
                copy = self._joined(copy, whole)
                whole = _Part(copy.first, copy.last, copy.empty + 1)
            else:
                whole = self._joined(copy, whole)
        return whole

    def loops(self) -> list[set[int]]:
        """The sets of positions each of which leads to each."""
        ahead = {place: self._reached(place) for place in range(len(self.sets))}
        found: list[set[int]] = []
        for place, reached in ahead.items():
            if place in reached and not any(place in loop for loop in found):
                found.append({other for other in reached if place in ahead[other]})
        return found

    def _reached(self, start: int, within: Sequence[bool] | None = None) -> set[int]:
        after: dict[int, list[int]] = {}
        for one, other in self.edges:
            after.setdefault(one, []).append(other)
        seen: set[int] = set()
        waiting = [start]
        while waiting:
            for other in after.get(waiting.pop(), ()):
                if other not in seen and (within is None or within[other]):
                    seen.add(other)
                    waiting.append(other)
        return seen

    def doubles(self) -> bool:
        """Whether one loop can take a text in two ways."""
        for loop in self.loops():
            inner = {edge: ways for edge, ways in self.edges.items() if set(edge) <= loop}
            if any(ways > 1 for ways in inner.values()) or self._parts_and_meets(inner):
                return True
        return False

    def _parts_and_meets(self, inner: dict[tuple[int, int], int]) -> bool:
        """Whether two ways through a loop part, take the same characters, and meet again."""
        after: dict[int, list[int]] = {}
        for one, other in inner:
            after.setdefault(one, []).append(other)
        parted = {
            (one, other)
            for following in after.values()
            for one in following
            for other in following
            if one < other and self.sets[one] & self.sets[other]
        }
        seen, waiting = set(parted), list(parted)
        while waiting:
            left, right = waiting.pop()
            for one in after.get(left, ()):
                for other in after.get(right, ()):
                    if not self.sets[one] & self.sets[other] or (one, other) in seen:
                        continue
                    if one == other:
                        return True
                    seen.add((one, other))
                    waiting.append((one, other))
        return False

    def squares(self) -> bool:
        """Whether two loops in a row can share a text between them in many ways."""
        loops = self.loops()
        alphabets = [self._union(loop) for loop in loops]
        for one, loop in enumerate(loops):
            for other, later in enumerate(loops):
                common = alphabets[one] & alphabets[other]
                if one == other or not common:
                    continue
                between = [bool(self.sets[place] & common) for place in range(len(self.sets))]
                if any(between[place] and self._reached(place, between) & later for place in loop):
                    return True
        return False

    def _union(self, places: Iterable[int]) -> int:
        whole = 0
        for place in places:
            whole |= self.sets[place]
        return whole


def _times(ways: Counter[int], factor: int) -> Counter[int]:
    return Counter({place: count * factor for place, count in ways.items() if factor})


def _varies(tree: Any) -> bool:  # noqa: ANN401 - the parser's own tree
    """Whether a part of the pattern can take texts of one kind in several ways: it repeats or branches."""
    if isinstance(tree, tuple) and len(tree) == 2 and tree[0] in {*_REPEATS, codes.BRANCH}:  # noqa: PLR2004
        return True
    return isinstance(tree, tuple | list | parser.SubPattern) and any(_varies(item) for item in tree)


def _matches(code: Any, value: Any, char: str) -> bool:  # noqa: ANN401 - the parser's own codes
    point = ord(char)
    if code is codes.LITERAL:
        return bool(point == value)
    if code is codes.NOT_LITERAL:
        return bool(point != value)
    if code is codes.ANY:
        return char != "\n"
    negated = value[0][0] is codes.NEGATE
    return any(_in_class(item, char) for item in value) != negated


def _in_class(item: Any, char: str) -> bool:  # noqa: ANN401 - the parser's own tree
    code, value = item
    if code is codes.LITERAL:
        return bool(ord(char) == value)
    if code is codes.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    if code is codes.CATEGORY:
        if value in _NEGATED:
            return not _CATEGORIES[_NEGATED[value]](char)
        return bool(_CATEGORIES[value](char))
    return False


def _named(tree: Any) -> Iterator[str]:  # noqa: ANN401 - the parser's own tree
    """The characters that the pattern names, with the neighbours of its ranges."""
    if isinstance(tree, tuple) and len(tree) == 2:  # noqa: PLR2004 - a code and its value
        code, value = tree
        if code in {codes.LITERAL, codes.NOT_LITERAL}:
            yield chr(value)
        elif code is codes.RANGE:
            yield from (
                chr(point)
                for point in (value[0], value[1], max(0, value[0] - 1), min(value[1] + 1, 0x10FFFF))
            )
        elif isinstance(value, tuple | list | parser.SubPattern):
            yield from _named(value)
    elif isinstance(tree, tuple | list | parser.SubPattern):
        for item in tree:
            yield from _named(item)


def runs_away(pattern: str) -> bool:
    """Whether some text may take *pattern*, which compiles, more than a time proportional to its length.

    Cautious: what cannot be weighed (a reference back, hundreds of characters) counts as running away.
    """
    try:
        automaton = _Automaton(parser.parse(f"^{pattern}$", re.UNICODE))
    except (_Unweighable, RecursionError):
        return True
    return automaton.doubles() or automaton.squares()

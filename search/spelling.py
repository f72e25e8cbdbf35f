"""Did you mean: another spelling for what nothing has.

A misspelled word tears apart in segmentation: 行政储罚 is cut into 行政, 储 and 罚. So what is doubted is a
stretch around characters that stand alone; titles that sound like it, or have most of its characters, are
asked for, and the stretch of theirs that comes closest is offered. Of other scripts whole words are compared.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from search import sounds, tokens, wordlists
from search.base import Document
from search.clauses import Clause, Near, Word, side_by_side, some
from search.small_words import SAYS_LITTLE

#: Of a shorter word, one other character makes too many other words.
_SHORTEST_HAN, _SHORTEST_OTHER = 3, 4
_SHORTEST_SOUND = 2
_LONGEST = 20
_MOST_STRETCHES = 6
#: From this length on a stretch may differ in two characters.
_LONG = 6


def resembling(word: str) -> Clause:
    """Return the clause for titles in which a doubted stretch may stand as it was meant."""
    if not tokens.is_han(word):
        return Near("title_words", word)
    alike = side_by_side("title_sounds", list(sounds.syllables(word)))
    slips = _slips(word)
    if not slips:
        return alike
    chars: list[Clause] = [Word("title_chars", char) for char in dict.fromkeys(word)]
    return some([alike, some(chars, max(1, len(chars) - slips))])


def other_spelling(word: str, documents: Iterable[Document]) -> str | None:
    """Return what a doubted stretch of what was typed was probably meant to be, or None.

    :param documents: what its :func:`resembling` finds, the likeliest first.
    """
    return _han(word, documents) if tokens.is_han(word) else _foreign(word, documents)


def doubtful(text: str) -> Iterator[str]:
    """Yield the stretches of what was typed that may be a misspelling, the likeliest first."""
    for run in tokens.cut(text):
        if other := run[1]:
            if _SHORTEST_OTHER <= len(other) <= _LONGEST:
                yield other
            continue
        found = dict.fromkeys(
            s for s in _stretches(tokens.pieces(run)) if _SHORTEST_SOUND <= len(s) <= _LONGEST
        )
        yield from list(found)[:_MOST_STRETCHES]


def closest(word: str, titles: Iterable[str]) -> str | None:
    """Return the word one slip away from ``word`` that most of ``titles`` have."""
    found = Counter(
        other for title in titles for other in set(tokens.words(tokens.cut(title))) if one_slip(word, other)
    )
    return min(found, key=lambda other: (-found[other], other)) if found else None


def one_slip(word: str, other: str) -> bool:
    """Tell whether one character inserted, lost, changed or swapped with the next makes the other word."""
    return word != other and distance(word, other, 1) == 1


def distance(one: str, other: str, most: int) -> int:
    """Return how many characters to insert, lose, change or swap with the next; more than ``most`` is one more.

    The textbook's optimal string alignment.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != against))
            if i > 1 and j > 1 and char == other[j - 2] and one[i - 2] == against:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most and (not before or min(before) > most):
            return most + 1
    return min(row[-1], most + 1)


def _stretches(pieces: list[str]) -> Iterator[str]:
    """Yield what lies around single characters, then all of it without the words that say little."""
    last = len(pieces)
    at = 0
    while at < last:
        if len(pieces[at]) > 1 and tokens.is_word(pieces[at]):
            at += 1
            continue
        end = at + 1
        while end < last and len(pieces[end]) == 1:
            end += 1
        for first, stop in ((at - 1, end + 1), (at - 1, end), (at, end + 1), (at, end)):
            if first >= 0 and stop <= last:
                yield "".join(pieces[first:stop])
        at = end
    if any(len(piece) == 1 or not tokens.is_word(piece) for piece in pieces):
        yield "".join(piece for piece in pieces if piece not in SAYS_LITTLE)
    if len(pieces) > 1:  # a word may be another one that sounds alike: 查讯 for 查询
        yield from (piece for piece in pieces if len(piece) > 1)


def _han(stretch: str, documents: Iterable[Document]) -> str | None:
    spoken = sounds.syllables(stretch)
    slips = _slips(stretch)
    found: Counter[tuple[bool, int, str]] = Counter()
    for document in documents:
        for han, _ in tokens.cut(document.title):
            if stretch in han:
                return None
            found.update(_near(stretch, spoken, slips, han))
    if not found:
        return None
    return min(found, key=lambda near: (*near[:2], -found[near], -len(near[2]), near[2]))[2]


def _near(stretch: str, spoken: tuple[str, ...], slips: int, han: str) -> Iterator[tuple[bool, int, str]]:
    """Yield the parts of ``han`` that are close: whether they sound different, how far they are, the part."""
    size = len(stretch)
    sizes = range(max(_SHORTEST_SOUND, size - 1), size + 2) if slips else (size,)
    for length in sizes:
        for start in range(len(han) - length + 1):
            part = han[start : start + length]
            away = distance(stretch, part, slips or size)
            if length == size and (away <= slips or away < size) and sounds.syllables(part) == spoken:
                yield False, away, part
            elif slips and away <= slips:
                yield True, away, part


def _slips(stretch: str) -> int:
    if len(stretch) < _SHORTEST_HAN or tokens.is_word(stretch):
        return 0
    return 2 if len(stretch) >= _LONG else 1


def _foreign(word: str, documents: Iterable[Document]) -> str | None:
    """A word of some title that is one slip away, else one of the glossary."""
    titles = [f"{document.title} {document.title_en}" for document in documents]
    return closest(word, titles) or closest(word, wordlists.glossary())

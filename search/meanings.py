"""What words that were typed may mean: the same for a synonym, an abbreviation, English and pinyin.

What was typed is cut into *pieces*: a dictionary word of Han characters, or one or several words of another
script that belong together (``air quality``, ``gong jiao``). Of each piece it is known what else would do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from search import sounds, tokens, wordlists
from search.small_words import SAYS_LITTLE

_MOST_ENGLISH = 4  # words in one entry of the glossary
_MOST_OTHERS = 12
_SHORTEST_INITIALS = 3
_SHORTEST_UNKNOWN_INITIALS = 4
_LONGEST_INITIALS = 10


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that was typed.

    ``text`` is as it was typed, ``others`` are texts that mean the same, ``sounds`` ways to read it as
    pinyin, ``initials`` its letters if they may be the first ones of syllables.
    """

    text: str
    others: tuple[str, ...] = ()
    sounds: tuple[tuple[str, ...], ...] = ()
    initials: str = ""


@lru_cache(maxsize=1024)
def pieces(text: str) -> tuple[Piece, ...]:
    """Cut what was typed into pieces."""
    found: list[Piece] = []
    foreign: list[str] = []
    for han, other in tokens.cut(text):
        if other:
            foreign.append(other)
            continue
        found += _foreign(foreign)
        foreign = []
        found += [Piece(word, _others(word)) for word in tokens.pieces((han, ""))]
    return (*found, *_foreign(foreign))


def says_little(piece: Piece) -> bool:
    """Tell whether a piece is one of those words that need not occur, also when typed in pinyin."""
    return piece.text in SAYS_LITTLE or (bool(piece.sounds) and piece.text in _little_sounds())


def _others(word: str) -> tuple[str, ...]:
    return wordlists.synonyms().get(word, ())[:_MOST_OTHERS]


def _foreign(words: list[str]) -> Iterator[Piece]:
    """Cut a row of words that are not Han into pieces, the longest entry of the glossary first."""
    at = 0
    while at < len(words):
        size, piece = _english(words[at:]) or _pinyin(words[at:]) or (1, _alone(words[at]))
        yield piece
        at += size


def _english(words: list[str]) -> tuple[int, Piece] | None:
    for size in range(min(_MOST_ENGLISH, len(words)), 0, -1):
        text = " ".join(words[:size])
        if chinese := _glossary().get(text):
            return size, Piece(text, _different((*_others(text), *_with_synonyms(chinese))))
    return None


def _pinyin(words: list[str]) -> tuple[int, Piece] | None:
    """Read words as pinyin: one of several syllables by itself, single syllables together."""
    ways = sounds.split(words[0])
    if not ways:
        return None
    if len(ways[0]) > 1:
        return 1, Piece(words[0], _others(words[0]), ways)
    together: list[str] = []
    for word in words:
        read = sounds.split(word)
        if not read or len(read[0]) > 1:
            break
        together.append(word)
    if len(together) == 1:
        return None
    return len(together), Piece(" ".join(together), (), (tuple(sounds.split(w)[0][0] for w in together),))


def _alone(word: str) -> Piece:
    """A word that is neither English that we know nor pinyin of two syllables: a code, or initials."""
    letters = word if word.isascii() and word.isalpha() and not sounds.split(word) else ""
    others = _others(word)
    if letters and _SHORTEST_INITIALS <= len(letters) <= _LONGEST_INITIALS:
        others = _different((*others, *_with_synonyms(_by_initials().get(letters, ()))))
        if not others and len(letters) >= _SHORTEST_UNKNOWN_INITIALS:
            return Piece(word, (), (), letters)
    return Piece(word, others)


def _with_synonyms(words: Iterable[str]) -> Iterator[str]:
    """Yield the words, then what means the same as the first of them."""
    first: str | None = None
    for word in words:
        first = first or word
        yield word
    if first is not None:
        yield from _others(first)


def _different(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))[:_MOST_OTHERS]


@lru_cache(maxsize=1)
def _glossary() -> dict[str, tuple[str, ...]]:
    return {
        " ".join(other for _, other in tokens.cut(english)): chinese
        for english, chinese in wordlists.glossary().items()
    }


@lru_cache(maxsize=1)
def _by_initials() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word in wordlists.words():
        if len(word) >= _SHORTEST_INITIALS and tokens.is_han(word):
            found.setdefault(sounds.initials(word), []).append(word)
    return {letters: tuple(words) for letters, words in found.items()}


@lru_cache(maxsize=1)
def _little_sounds() -> frozenset[str]:
    return frozenset(
        "".join(sounds.syllables(word)) for word in SAYS_LITTLE if len(word) > 1 and tokens.is_han(word)
    )

"""Segmentation, once, for both engines, for documents and for what a person typed.

Text is folded (NFKC, case, control characters) and cut into *runs*: a stretch of Han characters, or one
word of any other script. From the runs come three views, each a list of tokens that an engine indexes by
splitting at spaces, so that no engine needs an analysis plugin:

``words``  dictionary words with the shorter words inside them: what ranks best
``grams``  a Han character with the one after it (政处罚: 政处, 处罚, 罚): what finds text across word borders,
           since a phrase of them is a stretch of the text, and what begins with 罚 is every 罚
``chars``  single Han characters: what ranks short titles
``held``   every dictionary word whose characters stand side by side anywhere, across the borders of other words
           too: what finds a dictionary word by one look instead of a phrase of grams

A word that is not Han is the same single token in every view.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from operator import add

import rjieba

from search import wordlists

HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"

#: A stretch of Han characters, or one word of any other script: the other of the two is empty.
Run = tuple[str, str]

#: No token is longer, in documents or in queries; what is longer is noise such as embedded base64.
LONGEST_TOKEN = 64

#: A word that is not Han; a point inside a number belongs to it (PM2.5).
OTHER = rf"[^\W_{HAN}]+(?:(?<=\d)\.\d+)*"
_RUN = re.compile(rf"([{HAN}]+)|({OTHER})")
_ALL_HAN = re.compile(rf"[{HAN}]+")
_SPACE_IN_HAN = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
_PLACE = "ns"  # as the dictionary marks it
_SHORTEST_PLURAL = 4
_SHORTEST_COMPOUND = 4

# Controls and half surrogate pairs end a word; invisible format characters are as if they were not there.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_CLEAN: dict[int, str | None] = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")
_CLEAN.update({ord(char): None for char in _INVISIBLE})
_SURROGATE = re.compile("[\ud800-\udfff]")


def fold(text: str) -> str:
    """Return ``text`` as it is compared: NFKC, no case, no controls, no spaces between Han characters."""
    if not text.isprintable():
        text = _SURROGATE.sub(" ", text.translate(_CLEAN))
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = text.casefold()
    return _SPACE_IN_HAN.sub("", text) if " " in text else text


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Return an English noun without its plural ending, after Harman's S-stemmer (1991), cut if too long."""
    word = word[:LONGEST_TOKEN]
    if len(word) < _SHORTEST_PLURAL or word[-1] != "s" or not (word.isascii() and word.isalpha()):
        return word
    if word.endswith("ies") and word[-4] not in "ae":
        return word[:-3] + "y"
    if word.endswith("es") and word[-3] not in "aeo":
        return word[:-1]
    return word if word[-2] in "us" else word[:-1]


def cut(text: str) -> list[Run]:
    """Fold ``text`` and cut it into runs, in order."""
    return [(han, other and stem(other)) for han, other in _RUN.findall(fold(text))]


def is_han(text: str) -> bool:
    """Tell whether a text is nothing but Han characters."""
    return _ALL_HAN.fullmatch(text) is not None


def is_word(text: str) -> bool:
    """Tell whether the dictionary knows a Han word."""
    return bool(_dictionary().has_word(text))


def is_place(word: str) -> bool:
    """Tell whether a Han word is the name of a place."""
    return [str(kind) for _, kind in _dictionary().tag(word)] == [_PLACE]


@lru_cache(maxsize=1)
def _dictionary() -> rjieba.Jieba:
    """The general dictionary with the words of government added."""
    dictionary = rjieba.Jieba()
    for word in wordlists.words():
        if len(word) > 1 and is_han(word) and not dictionary.has_word(word):
            dictionary.add_word(word, None, None)
    return dictionary


def words(runs: Iterable[Run]) -> list[str]:
    """Return the dictionary words and the shorter words inside them."""
    found: list[str] = []
    for han, other in runs:
        found += _dictionary().cut_for_search(han) if han else (other,)
    return found


def held(runs: Iterable[Run]) -> list[str]:
    """Return every dictionary word of two characters or more that stands anywhere in the runs.

    A word for which :func:`is_word` is true stands in a text exactly if it is among these.
    """
    found: list[str] = []
    for han, other in runs:
        found += [word for word in _dictionary().cut_all(han) if word[1:]] if han else (other,)
    return found


def grams(runs: Iterable[Run]) -> list[str]:
    """Return every Han character with the one after it in its run, the last one by itself."""
    found: list[str] = []
    for han, other in runs:
        found += map(add, han, han[1:])
        found.append(han[-1] if han else other)
    return found


def stretch(runs: list[Run]) -> tuple[list[str], bool]:
    """Return the grams that stand side by side wherever this text does, and whether the last is only begun.

    The text may go on in the middle of its last run: of two or more characters the pairs say all, of a
    single one any pair will do that begins with it.
    """
    found = grams(runs)
    last = runs[-1][0] if runs else ""
    return (found[:-1] if len(last) > 1 else found), len(last) == 1


def chars(runs: Iterable[Run]) -> list[str]:
    """Return every Han character by itself."""
    found: list[str] = []
    for han, other in runs:
        found += han or (other,)
    return found


def pieces(run: Run) -> list[str]:
    """Cut a run into dictionary words that do not overlap.

    A run of which the dictionary knows no word is a name or nonsense, and stays as it stands.
    """
    han, other = run
    if not han:
        return [other]
    found = _dictionary().cut(han)
    return found if any(len(piece) > 1 for piece in found) else [han]


def parts(word: str) -> list[str]:
    """Cut a dictionary word into shorter ones that make it up (公交线路: 公交, 线路), or return it whole."""
    if len(word) < _SHORTEST_COMPOUND:
        return [word]
    shorter = {part for part in _dictionary().cut_for_search(word) if 1 < len(part) < len(word)}
    return _tiled(word, shorter) or [word]


def _tiled(word: str, tiles: set[str]) -> list[str]:
    """Lay ``word`` out in tiles, the shorter first; an empty list if they do not fit."""
    for tile in sorted((tile for tile in tiles if word.startswith(tile)), key=len):
        if tile == word:
            return [tile]
        if rest := _tiled(word[len(tile) :], tiles):
            return [tile, *rest]
    return []

"""Segmentation, once, for both engines, for documents and for what a person typed.

Text is folded (NFKC, case, control characters) and cut into *runs*: a stretch of Han characters, or one
word of any other script. From the runs come three views, each a list of tokens that an engine indexes by
splitting at spaces, so that no engine needs an analysis plugin:

``words``  dictionary words with the shorter words inside them: what ranks best
``grams``  overlapping pairs of Han characters: what finds text across word borders (政处罚)
``chars``  single Han characters: what finds phrases of any length, and ranks short titles

A word that is not Han is the same single token in every view.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import rjieba

HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"

#: No token is longer, in documents or in queries; what is longer is noise such as embedded base64.
LONGEST_TOKEN = 64

_RUN = re.compile(rf"(?P<han>[{HAN}]+)|[^\W_{HAN}]+(?:(?<=\d)\.\d+)*")
_SPACE_IN_HAN = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
_SHORTEST_PLURAL = 4
_SHORTEST_COMPOUND = 4

# C0 and C1 controls and surrogates end a word; invisible format characters are as if they were not there.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_CLEAN: dict[int, str | None] = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")
_CLEAN.update({ord(char): None for char in _INVISIBLE})
_SURROGATE = re.compile("[\ud800-\udfff]")


class Run(NamedTuple):
    """A stretch of Han characters, or one folded and stemmed word of any other script."""

    text: str
    han: bool


def fold(text: str) -> str:
    """Return ``text`` as it is compared: NFKC, no case, no controls, no spaces between Han characters."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _SURROGATE.sub(" ", text))
    return _SPACE_IN_HAN.sub("", text.translate(_CLEAN).casefold())


def stem(word: str) -> str:
    """Return an English noun without its plural ending, after Harman's S-stemmer (1991)."""
    if len(word) < _SHORTEST_PLURAL or word[-1] != "s" or not word.isascii() or not word.isalpha():
        return word
    if word.endswith("ies") and word[-4] not in "ae":
        return word[:-3] + "y"
    if word.endswith("es") and word[-3] not in "aeo":
        return word[:-1]
    return word if word[-2] in "us" else word[:-1]


def runs(text: str) -> Iterator[Run]:
    """Cut folded ``text`` into runs, in order."""
    for found in _RUN.finditer(text):
        if found["han"]:
            yield Run(found[0], han=True)
        else:
            yield Run(stem(found[0][:LONGEST_TOKEN]), han=False)


def segments(han: str) -> list[str]:
    """Cut a run of Han characters into dictionary words that do not overlap."""
    return list(rjieba.cut(han))


def parts(word: str) -> list[str]:
    """Cut a dictionary word into shorter ones that make it up (公交线路: 公交, 线路), or return it whole."""
    if len(word) < _SHORTEST_COMPOUND:
        return [word]
    shorter = {part for part in rjieba.cut_for_search(word) if 1 < len(part) < len(word)}
    return _tiled(word, shorter) or [word]


def _tiled(word: str, tiles: set[str]) -> list[str]:
    """Lay ``word`` out in tiles, the shorter first; an empty list if they do not fit."""
    for tile in sorted((tile for tile in tiles if word.startswith(tile)), key=len):
        if tile == word:
            return [tile]
        if rest := _tiled(word[len(tile) :], tiles):
            return [tile, *rest]
    return []


def words(text: str) -> list[str]:
    """Return the dictionary words of folded ``text`` and the shorter words inside them."""
    found: list[str] = []
    for run in runs(text):
        if run.han:
            found += rjieba.cut_for_search(run.text)
        else:
            found.append(run.text)
    return found


def grams(text: str) -> list[str]:
    """Return every pair of neighbouring Han characters of folded ``text``; a lone one stands for itself."""
    found: list[str] = []
    for run in runs(text):
        if run.han and len(run.text) > 1:
            found += map("".join, zip(run.text, run.text[1:], strict=False))
        else:
            found.append(run.text)
    return found


def chars(text: str) -> list[str]:
    """Return every Han character of folded ``text`` by itself."""
    found: list[str] = []
    for run in runs(text):
        if run.han:
            found += run.text
        else:
            found.append(run.text)
    return found

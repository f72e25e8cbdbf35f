"""Pinyin: how Han text sounds, and whether what was typed in Latin letters is such a sound."""

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

#: The 3,755 commonest characters (GB 2312, level 1): their syllables are all that people type.
_ROWS, _CELLS = range(0xB0, 0xD8), range(0xA1, 0xFF)
_LONGEST_SYLLABLE = 6
_LONGEST = 48
#: A row of letters can often be cut in several ways (xian: xian, xi an); so many are looked for.
_MOST_WAYS = 3
_LETTERS = re.compile(r"[a-zü]+")
_VOWELS = frozenset("aeo")


@lru_cache(maxsize=65_536)
def syllables(word: str) -> tuple[str, ...]:
    """Return the syllables of a Han word, without tones, ü as v; one for each character."""
    unread = list  # characters without a reading stand for themselves, each by itself
    return tuple(lazy_pinyin(word, style=Style.NORMAL, errors=unread))  # type: ignore[arg-type]  # takes lists too


def initials(word: str) -> str:
    """Return the first letters of a Han word's syllables (公积金: gjj)."""
    return "".join(syllable[0] for syllable in syllables(word))


@lru_cache(maxsize=4096)
def split(typed: str) -> tuple[tuple[str, ...], ...]:
    """Cut letters into syllables, the ways with the fewest first; empty if they are no pinyin."""
    if len(typed) > _LONGEST or not _LETTERS.fullmatch(typed):
        return ()
    text = typed.replace("ü", "v")
    ways: list[list[tuple[str, ...]]] = [[()], *([] for _ in text)]
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - _LONGEST_SYLLABLE), end):
            if ways[start] and text[start:end] in _known():
                ways[end] += [(*way, text[start:end]) for way in ways[start]]
        ways[end] = sorted(ways[end], key=len)[:_MOST_WAYS]
    return tuple(ways[-1])


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    common = (bytes((row, cell)).decode("gb2312", "ignore") for row in _ROWS for cell in _CELLS)
    found = {syllable for char in common if char for syllable in syllables(char)}
    return frozenset(s for s in found if len(s) > 1 or s in _VOWELS)

"""The curated words of search: three text files beside this module, read at first use.

``synonyms.txt``  groups of words that find each other
``glossary.txt``  English words and what they are called in Chinese
``words.txt``     words that a general dictionary lacks
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources

_ONE_WAY = ">"
_MEANS = "="


@lru_cache(maxsize=1)
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """Return for each word the words that are looked for beside it, in the order of the file."""
    found: dict[str, dict[str, None]] = {}
    for line in _lines("synonyms.txt"):
        left, one_way, right = line.partition(_ONE_WAY)
        members, others = left.split(), right.split()
        for member in members:
            beside = found.setdefault(member, {})
            beside.update(dict.fromkeys(others if one_way else members))
    return {
        word: tuple(other for other in beside if other != word) for word, beside in found.items() if beside
    }


@lru_cache(maxsize=1)
def glossary() -> Mapping[str, tuple[str, ...]]:
    """Return the Chinese words for English ones: one word, or several with a space between."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _lines("glossary.txt"):
        english, _, chinese = line.partition(_MEANS)
        found[english.strip()] = tuple(chinese.split())
    return found


@lru_cache(maxsize=1)
def words() -> tuple[str, ...]:
    """Return every word that segmentation should know: those of ``words.txt`` and all synonyms."""
    grouped = [word for line in _lines("synonyms.txt") for word in line.split() if word != _ONE_WAY]
    listed = [word for line in _lines("words.txt") for word in line.split()]
    return tuple(dict.fromkeys((*grouped, *listed)))


def _lines(name: str) -> Iterator[str]:
    for line in resources.files("search").joinpath(name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line

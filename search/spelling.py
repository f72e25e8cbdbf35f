"""Did you mean: another spelling for words that nothing has, one slip away from a word of some title."""

from collections import Counter
from collections.abc import Iterator

from search import tokens

#: Of a shorter word, one other character makes too many other words.
_SHORTEST_HAN, _SHORTEST_OTHER = 3, 4
_LONGEST = 20


def doubtful(text: str) -> Iterator[str]:
    """Yield the words of what was typed that are long enough to be a misspelling."""
    for run in tokens.cut(text):
        han, other = run
        for piece in dict.fromkeys((han or other, *tokens.pieces(run))):
            if (_SHORTEST_HAN if han else _SHORTEST_OTHER) <= len(piece) <= _LONGEST:
                yield piece


def closest(word: str, titles: list[str]) -> str | None:
    """Return the word one slip away from ``word`` that most of ``titles`` have."""
    found = Counter(
        other for title in titles for other in set(tokens.words(tokens.cut(title))) if one_slip(word, other)
    )
    return min(found, key=lambda other: (-found[other], other)) if found else None


def one_slip(word: str, other: str) -> bool:
    """Tell whether one character inserted, lost, changed or swapped with the next makes the other word."""
    if word == other or abs(len(word) - len(other)) > 1:
        return False
    at = next((i for i, pair in enumerate(zip(word, other, strict=False)) if pair[0] != pair[1]), None)
    if at is None:
        return True
    changed = word[at + 1 :] == other[at + 1 :]
    swapped = word[at : at + 2] == other[at : at + 2][::-1] and word[at + 2 :] == other[at + 2 :]
    return changed or swapped or word[at + 1 :] == other[at:] or word[at:] == other[at + 1 :]

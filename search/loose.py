"""Where no document has all that was typed: what has most of it, or its rare words.

First more than half of three or more words. Then any word that is rare here: it says what is looked for, as the
other words that nobody has do not (考试 of 考试作弊), while a frequent one would find anything. Of a word that
nobody has, the words inside it are tried (消毒 of 消毒液). A phrase, a field or an exclusion must hold as ever, and a
query of which no word is rare finds nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

from search import tokens
from search.clauses import Clause, every, some
from search.meanings import Piece, pieces
from search.plan import Ask, loosened, means, plan
from search.query import Query
from search.small_words import SAYS_LITTLE, TELL_NOTHING_ALONE

#: Rare is what stands in one of so many documents, or in so few.
_RARE, _FEW = 40, 5
_MOST_PIECES = 8
_SEVERAL = 3  # of two, more than half is both


class Counted(Protocol):
    """The part of an answer that matters here."""

    @property
    def total(self) -> int:
        """How many documents were found."""


def looser(count: Callable[[Ask], Counted], query: Query) -> Iterator[Ask]:
    """Yield what to ask instead of a query that found nothing, the nearer first.

    :param count: answers an ask; of what it answers only the total is looked at.
    """
    telling, others = loosened(query)
    telling = telling[:_MOST_PIECES]
    if not telling:
        return
    strict = plan(query)
    if len(telling) >= _SEVERAL:
        most = some([means(piece) for piece in telling], len(telling) // 2 + 1)
        yield replace(strict, found=every([most, *others]))
    limit = max(_FEW, count(Ask(limit=0)).total // _RARE)
    if rare := [clause for piece in telling for clause in _rare(count, piece, limit)]:
        yield replace(strict, found=every([some(rare), *others]))


def _rare(count: Callable[[Ask], Counted], piece: Piece, limit: int) -> Iterator[Clause]:
    """Yield the clause of a word if it is rare, or those of the words inside a word that nobody has."""
    if not _tells_alone(piece.text):
        return
    there = count(Ask(means(piece), limit=0)).total
    if 0 < there <= limit:
        yield means(piece)
    elif not there:
        for inner in filter(_tells_alone, tokens.held([(piece.text, "")])):
            clause = every([means(part) for part in pieces(inner)])
            if 0 < count(Ask(clause, limit=0)).total <= limit:
                yield clause


def _tells_alone(word: str) -> bool:
    return (
        tokens.is_han(word)
        and word not in SAYS_LITTLE
        and word not in TELL_NOTHING_ALONE
        and not tokens.is_place(word)
    )

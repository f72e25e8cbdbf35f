"""From a parsed query to what an engine is asked: which documents, in which order, counted how.

A document is found when every group of the query holds. A word holds where its characters stand together
anywhere in the document, across word borders too. What is typed without spaces is cut into dictionary
words: up to three must all be there, of more a quarter may lack; of a compound (行政处罚) its parts must be
there, side by side or not; words that say little in a catalogue of data (信息, 数据) only rank. Nothing else
finds: a query that means nothing returns nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search import tokens
from search.clauses import (
    EVERYTHING,
    NOTHING,
    Beginning,
    Clause,
    Near,
    Values,
    Without,
    Word,
    every,
    some,
)
from search.fields import in_field, standing
from search.layout import title_key
from search.query import DEEPEST_HIT, FACETS, Query, Sort, Term
from search.small_words import SAYS_LITTLE

#: Every facet value beyond the most frequent ones is left out of an answer.
MOST_FACET_VALUES = 500

#: How much a word weighs in each field, beside how rare it is there (BM25).
WEIGHTS = {
    "title_words": 3.0,
    "title_chars": 1.0,
    "label_words": 1.5,
    "body_words": 0.7,
}
_PHRASE_IN_TITLE = 2.0
_WHOLE_TITLE = 30.0

_FEW_WORDS = 3
#: Of a longer text the first different words and characters are looked for: a paragraph, pasted.
_MOST_WORDS = 64


@dataclass(frozen=True, slots=True)
class Ask:
    """What an engine is asked.

    ``found`` decides which documents, ``filters`` narrows them by facet, ``ranking`` gives each a score: the
    sum of its clauses' weighted scores. Datasets stand before what is not open, in every order.
    """

    found: Clause = EVERYTHING
    ranking: tuple[tuple[Clause, float], ...] = ()
    filters: tuple[Values, ...] = ()
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 20
    facets: tuple[str, ...] = ()

    def others(self, facet: str) -> tuple[Values, ...]:
        """The filters of all facets but this one."""
        return tuple(values for values in self.filters if values.field != facet)


def plan(query: Query) -> Ask:
    """Turn a query into what an engine is asked."""
    ranking = _ranking(query.wanted)
    telling = [group for group in query.groups if any(map(_tells, group))] or query.groups
    sort: Sort = "newest" if query.sort == "relevance" and not ranking else query.sort
    return Ask(
        found=every([some([_holds(term) for term in group]) for group in telling]),
        ranking=ranking,
        filters=tuple(Values(facet, values) for facet, values in query.filters),
        sort=sort,
        offset=query.offset,
        limit=max(0, min(query.size, DEEPEST_HIT - query.offset)),
        facets=FACETS,
    )


def typed(field: str, text: str) -> Clause:
    """Return the clause for text that is still being typed: its last word may be half a word."""
    runs = tokens.cut(text)
    clauses = [standing(field, [run]) for run in runs]
    if runs and runs[-1][1]:
        clauses[-1] = Beginning(field, runs[-1][1])
    return every(clauses) if clauses else NOTHING


def near_title(token: str) -> Ask:
    """Ask for titles with a word that is one slip away from ``token``."""
    near = Near("title_words", token)
    return Ask(found=near, ranking=((near, 1.0),), limit=10)


def _tells(term: Term) -> bool:
    """Tell whether a term is more than words that say little."""
    if term.negated or term.phrase or term.field:
        return True
    return any(piece not in SAYS_LITTLE for run in tokens.cut(term.text) for piece in tokens.pieces(run))


def _holds(term: Term) -> Clause:
    if term.field is not None:
        clause = in_field(term.field, term.text)
    elif term.phrase:
        clause = standing("grams", tokens.cut(term.text))
    else:
        clause = _some_words(term.text)
    return Without(clause) if term.negated else clause


def _some_words(text: str) -> Clause:
    words = [piece for run in tokens.cut(text) for piece in tokens.pieces(run)]
    telling = [word for word in words if word not in SAYS_LITTLE] or words
    clauses = [_anywhere(word) for word in _different(telling)]
    lacking = len(clauses) // 4 if len(clauses) > _FEW_WORDS else 0
    return some(clauses, len(clauses) - lacking) if clauses else NOTHING


def _anywhere(word: str) -> Clause:
    return every([standing("grams", tokens.cut(part)) for part in tokens.parts(word)])


def _ranking(terms: Sequence[Term]) -> tuple[tuple[Clause, float], ...]:
    cut = [tokens.cut(term.text) for term in terms]
    words = _different(word for runs in cut for word in tokens.words(runs))
    singles = _different(char for runs in cut for char in tokens.chars(runs))
    clauses: list[tuple[Clause, float]] = [
        (Word(field, token), weight)
        for field, weight in WEIGHTS.items()
        for token in (singles if field == "title_chars" else words)
    ]
    longer = [runs[:_MOST_WORDS] for runs in cut if len(tokens.chars(runs)) > 1]
    clauses += [(standing("title_grams", runs), _PHRASE_IN_TITLE) for runs in longer]
    if terms:
        whole = title_key(" ".join(term.text for term in terms))
        clauses.append((Values("title_key", (whole,)), _WHOLE_TITLE))
    return tuple(clauses)


def _different(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))[:_MOST_WORDS]

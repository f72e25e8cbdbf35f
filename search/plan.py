"""From a parsed query to what an engine is asked: which documents, in which order, counted how.

A document is found when every group of the query holds. A word holds where its characters stand together
anywhere in the document, across word borders too, or where something stands that means the same
(:mod:`search.meanings`). What is typed without spaces is cut into dictionary words: up to three must all be
there, of more a quarter may lack; of a compound (行政处罚) its parts must be there, side by side or not; words
that say little in a catalogue of data (信息, 数据) only rank. Nothing else finds: a query that means nothing
returns nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from search import tokens
from search.clauses import (
    EVERYTHING,
    NOTHING,
    Beginning,
    Clause,
    Values,
    Without,
    Word,
    every,
    side_by_side,
    some,
)
from search.fields import anywhere, in_field, standing
from search.layout import title_key
from search.meanings import Piece, pieces, says_little
from search.query import DEEPEST_HIT, FACETS, Query, Sort, Term
from search.scripts import simplified

_T = TypeVar("_T")

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
_SOUND_IN_TITLE = 3.0
#: What was not typed but means the same counts less.
_AS_OTHER = 0.6
_WHOLE_TITLE = 30.0

_FEW_WORDS = 3
_SHORT = 4  # characters that must stand together
#: Of a longer text the first different words and characters are looked for: a paragraph, pasted.
_MOST_WORDS = 32


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
    groups = _joined(query.groups)
    ranking = _ranking(query.wanted, [t for group in groups for t in group if not t.negated and not t.field])
    sort: Sort = "newest" if query.sort == "relevance" and not ranking else query.sort
    return Ask(
        found=every([clause for _, clause in conditions(query)]),
        ranking=ranking,
        filters=tuple(Values(facet, values) for facet, values in query.filters),
        sort=sort,
        offset=query.offset,
        limit=max(0, min(query.size, DEEPEST_HIT - query.offset)),
        facets=FACETS,
    )


def conditions(query: Query) -> list[tuple[str, Clause]]:
    """Return what must hold for a document to be found: each as it was typed, and as a clause."""
    groups = _joined(query.groups)
    telling = [group for group in groups if any(map(_tells, group))] or groups
    return [(" OR ".join(map(str, group)), some([_holds(term) for term in group])) for group in telling]


def loosened(query: Query) -> tuple[list[Piece], list[Clause]]:
    """Return the pieces of all plain words that tell something, and the clauses of what else was asked.

    A piece of one Han character tells nothing beside others.
    """
    groups = _joined(query.groups)
    plain = [group[0] for group in groups if len(group) == 1 and _is_plain(group[0])]
    found = _different(piece for term in plain for piece in pieces(simplified(term.text)))
    telling = [piece for piece in found if len(piece.text) > 1 and not says_little(piece)]
    others = [group for group in groups if not (len(group) == 1 and _is_plain(group[0]))]
    return telling, [some([_holds(term) for term in group]) for group in others]


def typed(field: str, text: str) -> Clause:
    """Return the clause for text that is still being typed: its last word may be half a word."""
    runs = tokens.cut(text)
    clauses = [standing(field, [run]) for run in runs]
    if runs and runs[-1][1]:
        clauses[-1] = Beginning(field, runs[-1][1])
    return every(clauses) if clauses else NOTHING


def _joined(groups: Sequence[tuple[Term, ...]]) -> list[tuple[Term, ...]]:
    """Put neighbouring words that are not Han into one term, since together they may mean one thing."""
    found: list[tuple[Term, ...]] = []
    open_ = False
    for group in groups:
        foreign = (
            len(group) == 1 and _is_plain(group[0]) and not any(han for han, _ in tokens.cut(group[0].text))
        )
        if foreign and open_:
            found[-1] = (Term(f"{found[-1][0].text} {group[0].text}"),)
        else:
            found.append(group)
        open_ = foreign
    return found


def _is_plain(term: Term) -> bool:
    return not (term.negated or term.phrase or term.field)


def _tells(term: Term) -> bool:
    """Tell whether a term is more than words that say little."""
    return not _is_plain(term) or not all(map(says_little, pieces(term.text)))


def _holds(term: Term) -> Clause:
    clause = some([_reads(term, text) for text in _readings(term.text)])
    return Without(clause) if term.negated else clause


def _readings(text: str) -> tuple[str, ...]:
    """Return a text as it was typed and, if it has traditional characters, in simplified ones."""
    plain = simplified(text)
    return (text,) if plain == text else (plain, text)


def _reads(term: Term, text: str) -> Clause:
    if term.field is not None:
        return in_field(term.field, text)
    if term.phrase:
        return anywhere(tokens.cut(text))
    return _some_words(text, literally=term.negated)


def _some_words(text: str, *, literally: bool) -> Clause:
    typed_pieces = pieces(text)
    telling = [piece for piece in typed_pieces if not says_little(piece)] or typed_pieces
    clauses = [_anywhere(piece.text) if literally else means(piece) for piece in _different(telling)]
    lacking = len(clauses) // 4 if len(clauses) > _FEW_WORDS else 0
    return some(clauses, len(clauses) - lacking) if clauses else NOTHING


def means(piece: Piece) -> Clause:
    """Return the clause for a piece or anything that means the same."""
    return some([_anywhere(piece.text), *map(_same, piece.others), *_sounding(piece)])


def _anywhere(text: str) -> Clause:
    """Every word of the text and every part of a word stands somewhere."""
    runs = tokens.cut(text)
    return every([anywhere([cut]) for run in runs for cut in _parts(run)]) if runs else NOTHING


def _parts(run: tokens.Run) -> list[tokens.Run]:
    return [(part, "") for part in tokens.parts(run[0])] if run[0] else [run]


def _same(text: str) -> Clause:
    """A text that was not typed must stand there more strictly than one that was."""
    stretch = len(text) <= _SHORT or not tokens.is_han(text)
    return anywhere(tokens.cut(text)) if stretch else _anywhere(text)


def _sounding(piece: Piece) -> list[Clause]:
    spoken = [side_by_side("title_sounds", list(way)) for way in piece.sounds]
    return [*spoken, side_by_side("title_initials", list(piece.initials))] if piece.initials else spoken


def _ranking(typed_terms: Sequence[Term], terms: Sequence[Term]) -> tuple[tuple[Clause, float], ...]:
    """Score what was typed, and less what means the same."""
    cut = [tokens.cut(text) for term in terms for text in _readings(term.text)]
    clauses = _scores(cut, 1.0, chars=True)
    others = [piece for term in terms if not term.phrase for piece in pieces(simplified(term.text))]
    clauses += _scores(
        [tokens.cut(text) for piece in others for text in piece.others], _AS_OTHER, chars=False
    )
    clauses += [(clause, _SOUND_IN_TITLE) for piece in others for clause in _sounding(piece)]
    for whole in _readings(" ".join(term.text for term in typed_terms)) if typed_terms else ():
        clauses.append((Values("title_key", (title_key(whole),)), _WHOLE_TITLE))
    return tuple(dict(reversed(clauses)).items())[::-1]  # of what is scored twice, the first


def _scores(cut: list[list[tokens.Run]], share: float, *, chars: bool) -> list[tuple[Clause, float]]:
    words = _different(word for runs in cut for word in tokens.words(runs))
    singles = _different(char for runs in cut for char in tokens.chars(runs)) if chars else []
    clauses: list[tuple[Clause, float]] = [
        (Word(field, token), weight * share)
        for field, weight in WEIGHTS.items()
        for token in (singles if field == "title_chars" else words)
    ]
    longer = [runs[:_MOST_WORDS] for runs in cut[:_MOST_WORDS] if _is_stretch(runs)]
    return clauses + [(standing("title_grams", runs), _PHRASE_IN_TITLE * share) for runs in longer]


def _is_stretch(runs: list[tokens.Run]) -> bool:
    """Tell whether runs say more than one token of the title's words says already."""
    return len(tokens.chars(runs)) > 1 and not (len(runs) == 1 and tokens.is_word(runs[0][0]))


def _different(found: Iterable[_T]) -> list[_T]:
    return list(dict.fromkeys(found))[:_MOST_WORDS]

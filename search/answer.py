"""From what an engine found to what a reader sees: the part of answering that both engines share."""

import re
import time
from collections.abc import Callable, Sequence
from itertools import islice
from typing import NamedTuple

from search import tokens
from search.base import Document, Hit, Page, Suggestion
from search.clauses import Clause
from search.highlight import Needles, excerpt, mark, needles
from search.loose import looser
from search.plan import Ask, plan, typed
from search.query import Query, parse
from search.scripts import simplified
from search.spelling import doubtful, other_spelling, resembling

#: So many titles are looked at for those that begin as typed.
_CONSIDERED = 40
#: And so many documents for the few columns that are shown.
_CONSIDERED_FOR_COLUMNS = 12
_MOST_DOUBTED = 10  # stretches, each of which asks the engine
_MOST_SPELLINGS = 6
_LONGEST_TYPED = 100
#: What is longer was pasted, and is neither misspelled nor a question.
_LONGEST_DOUBTED = 60
_MOST_UNITS = 3
_MOST_COLUMNS = 2


class Found(NamedTuple):
    """What an engine answers to an :class:`search.plan.Ask`: facet values with counts, most first."""

    total: int
    hits: list[tuple[float, Document]]
    facets: dict[str, tuple[tuple[str, int], ...]]


Find = Callable[[Ask], Found]
#: Answers several asks together, each as if it were alone.
FindAll = Callable[[Sequence[Ask]], list[Found]]


def answer(find_all: FindAll, query: Query) -> Page:
    """Answer a parsed query; where nothing is found, in another spelling, else with most of its words."""

    def find(ask: Ask) -> Found:
        return find_all([ask])[0]

    started = time.perf_counter()
    found, other, partly = find(plan(query)), None, False
    doubted = not found.total and len(query.text) <= _LONGEST_DOUBTED
    if doubted and (corrected := _corrected(find_all, query)):
        query, found = corrected
        other = query.text
    elif doubted:
        found, partly = _most(find, query, found)
    wanted = needles(query)
    return Page(
        total=found.total,
        hits=tuple(_hit(score, document, wanted) for score, document in found.hits),
        facets={facet: _with_chosen(query, facet, counts) for facet, counts in found.facets.items()},
        took_ms=(time.perf_counter() - started) * 1000,
        did_you_mean=other,
        partly=partly,
    )


def complete(find_all: FindAll, text: str, limit: int) -> tuple[Suggestion, ...]:
    """Complete what is being typed: titles, then units, then columns, each only once."""
    folded = tokens.fold(text[:_LONGEST_TYPED]).strip()[:_LONGEST_TYPED]
    if not tokens.cut(folded) or limit < 1:
        return ()
    unit = Ask(found=typed("unit_grams", folded), limit=0, facets=("unit_key",))
    column = _likeliest(typed("column_grams", folded), _CONSIDERED_FOR_COLUMNS)
    asked = unit, column, _likeliest(typed("title_grams", folded))
    found = find_all(asked)
    units = _units(found[0])[:_MOST_UNITS]
    columns = _columns(found[1], folded)[:_MOST_COLUMNS]
    titles = _titles(found[2], folded)
    room = max(limit - len(units) - len(columns), limit - limit // 2)
    return (*titles[:room], *units, *columns)[:limit]


def ordered(counts: dict[str, int]) -> tuple[tuple[str, int], ...]:
    """Sort facet counts: most first, then by value."""
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _hit(score: float, document: Document, wanted: Needles) -> Hit:
    title, abstract = mark(document.title, wanted), excerpt(document.abstract, wanted)
    return Hit(document.id, score, document, title, abstract)


def _with_chosen(
    query: Query, facet: str, counts: tuple[tuple[str, int], ...]
) -> tuple[tuple[str, int], ...]:
    """Add the values that were chosen but now count nothing, so that a page can offer to unchoose them."""
    chosen = dict(query.filters).get(facet, ())
    there = {value for value, _ in counts}
    return counts + tuple((value, 0) for value in chosen if value not in there)


def _titles(found: Found, folded: str) -> list[Suggestion]:
    documents = [document for _, document in found.hits]
    documents.sort(key=lambda document: not tokens.fold(document.title).startswith(folded))
    first = {document.title: document.id for document in reversed(documents)}
    return [Suggestion("title", title, first[title]) for title in dict.fromkeys(d.title for d in documents)]


def _units(found: Found) -> list[Suggestion]:
    pairs = [value.partition("\n") for value, _ in found.facets["unit_key"]]
    return [Suggestion("unit", name, code) for code, _, name in pairs]


def _columns(found: Found, folded: str) -> list[Suggestion]:
    titles = [
        title
        for _, document in found.hits
        for title in (*document.column_titles, *document.column_names)
        if folded in tokens.fold(title)
    ]
    return [Suggestion("column", title) for title in dict.fromkeys(titles)]


def _likeliest(found: Clause, limit: int = _CONSIDERED) -> Ask:
    return Ask(found=found, ranking=((found, 1.0),), limit=limit)


def _most(find: Find, query: Query, nothing: Found) -> tuple[Found, bool]:
    """Return what has most of what was typed, and whether there is any."""
    for ask in looser(find, query):
        found = find(ask)
        if found.total:
            return found, True
    return nothing, False


def _corrected(find_all: FindAll, query: Query) -> tuple[Query, Found] | None:
    """Return the query in another spelling, with what is then found; None if there is none that helps."""
    for text in _other_texts(find_all, query):
        other = parse(text, dict(query.filters), query.sort, query.page, query.size)
        [found] = find_all([plan(other)])
        if found.total:
            return other, found
    return None


def _other_texts(find_all: FindAll, query: Query) -> list[str]:
    """Return the text of a query with all its terms in their likeliest other spelling, then one by one."""
    plain = [simplified(term.text) for term in query.wanted]
    doubted = list(
        islice(((at, word) for at, text in enumerate(plain) for word in doubtful(text)), _MOST_DOUBTED)
    )
    looked_at = find_all([_likeliest(resembling(word)) for _, word in doubted]) if doubted else []
    others: list[list[str]] = [[] for _ in plain]
    for (at, word), found in zip(doubted, looked_at, strict=True):
        right = other_spelling(word, [document for _, document in found.hits])
        if right is not None:
            others[at].append(re.sub(re.escape(word), right, plain[at], flags=re.IGNORECASE))
    respelled = [(term.text, other) for term, other in zip(query.wanted, others, strict=True)]
    together = query.text
    for was, other in respelled:
        together = together.replace(was, other[0]) if other else together
    alone = [query.text.replace(was, one) for was, other in respelled for one in other]
    different = dict.fromkeys([together, *alone])
    return [text for text in different if text != query.text][:_MOST_SPELLINGS]

"""From what an engine found to what a reader sees: the part of answering that both engines share."""

import re
import time
from collections.abc import Callable
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
from search.spelling import Look, doubtful, other_spelling

#: So many titles are looked at for those that begin as typed.
_CONSIDERED = 40
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


def answer(find: Find, query: Query) -> Page:
    """Answer a parsed query; where nothing is found, in another spelling, else with most of its words."""
    started = time.perf_counter()
    found, other, partly = find(plan(query)), None, False
    doubted = not found.total and len(query.text) <= _LONGEST_DOUBTED
    if doubted and (corrected := _corrected(find, query)):
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


def complete(find: Find, text: str, limit: int) -> tuple[Suggestion, ...]:
    """Complete what is being typed: titles, then units, then columns, each only once."""
    folded = tokens.fold(text[:_LONGEST_TYPED]).strip()[:_LONGEST_TYPED]
    if not tokens.cut(folded) or limit < 1:
        return ()
    units = _units(find, typed("unit_grams", folded))[:_MOST_UNITS]
    columns = _columns(find, typed("column_grams", folded), folded)[:_MOST_COLUMNS]
    titles = _titles(find, typed("title_grams", folded), folded)
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


def _titles(find: Find, found: Clause, folded: str) -> list[Suggestion]:
    documents = _documents(find, found)
    documents.sort(key=lambda document: not tokens.fold(document.title).startswith(folded))
    first = {document.title: document.id for document in reversed(documents)}
    return [Suggestion("title", title, first[title]) for title in dict.fromkeys(d.title for d in documents)]


def _units(find: Find, found: Clause) -> list[Suggestion]:
    counts = find(Ask(found=found, limit=0, facets=("unit_key",))).facets["unit_key"]
    pairs = [value.partition("\n") for value, _ in counts]
    return [Suggestion("unit", name, code) for code, _, name in pairs]


def _columns(find: Find, found: Clause, folded: str) -> list[Suggestion]:
    titles = [
        title
        for document in _documents(find, found)
        for title in (*document.column_titles, *document.column_names)
        if folded in tokens.fold(title)
    ]
    return [Suggestion("column", title) for title in dict.fromkeys(titles)]


def _documents(find: Find, found: Clause) -> list[Document]:
    ask = Ask(found=found, ranking=((found, 1.0),), limit=_CONSIDERED)
    return [document for _, document in find(ask).hits]


def _most(find: Find, query: Query, nothing: Found) -> tuple[Found, bool]:
    """Return what has most of what was typed, and whether there is any."""
    for ask in looser(find, query):
        found = find(ask)
        if found.total:
            return found, True
    return nothing, False


def _corrected(find: Find, query: Query) -> tuple[Query, Found] | None:
    """Return the query in another spelling, with what is then found; None if there is none that helps."""

    def look(clause: Clause) -> list[Document]:
        return _documents(find, clause)

    for text in _other_texts(look, query):
        other = parse(text, dict(query.filters), query.sort, query.page, query.size)
        found = find(plan(other))
        if found.total:
            return other, found
    return None


def _other_texts(look: Look, query: Query) -> list[str]:
    """Return the text of a query with all its terms in their likeliest other spelling, then one by one."""
    respelled = []
    doubts = _MOST_DOUBTED
    for term in query.wanted:
        plain = simplified(term.text)
        doubted = list(islice(doubtful(plain), doubts))
        doubts -= len(doubted)
        pairs = [(word, right) for word in doubted if (right := other_spelling(look, word)) is not None]
        others = [re.sub(re.escape(wrong), right, plain, flags=re.IGNORECASE) for wrong, right in pairs]
        respelled.append((term.text, others))
    together = query.text
    for was, others in respelled:
        together = together.replace(was, others[0]) if others else together
    alone = [query.text.replace(was, other) for was, others in respelled for other in others]
    different = dict.fromkeys([together, *alone])
    return [text for text in different if text != query.text][:_MOST_SPELLINGS]

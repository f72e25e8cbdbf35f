"""Counting what an ask finds in the embedded index: by kind, and by the values of facets."""

from typing import Any

import tantivy

from search.answer import ordered
from search.clauses import Clause, Every
from search.embedded_clauses import translate
from search.plan import MOST_FACET_VALUES, Ask

#: Facets with their values and counts, most first.
Counts = dict[str, tuple[tuple[str, int], ...]]
_Plain = dict[str, dict[str, int]]
_UNDER = "chosen"


def count_all(searcher: tantivy.Searcher, ask: Ask) -> tuple[dict[str, int], Counts]:
    """Return how many of each kind were found, and the counts of the facets asked for.

    A facet in which something was chosen is counted by itself, without its own choice.
    """
    chosen = {values.field for values in ask.filters}
    together = {"kind", *(facet for facet in ask.facets if facet not in chosen)}
    counts, alone = _under_all(searcher, ask, together)
    by_kind = counts["kind"]
    for facet in ask.facets:
        if facet == alone[0]:
            counts[facet] = alone[1]
        elif facet in chosen:
            counts |= _count(searcher, Every((ask.found, *ask.others(facet))), {facet})
    return by_kind, {facet: ordered(counts[facet]) for facet in ask.facets}


def _under_all(
    searcher: tantivy.Searcher, ask: Ask, together: set[str]
) -> tuple[_Plain, tuple[str, dict[str, int]]]:
    """Count under all choices and, by the way, the facet of the last without its own.

    Of one chosen value the documents are a bucket of its facet; of several they may be in several buckets.
    """
    last = next((one for one in reversed(ask.filters) if len(one.values) == 1), None)
    if last is None:
        return _count(searcher, Every((ask.found, *ask.filters)), together), ("", {})
    request = _terms({last.field})
    request[_UNDER] = {
        "terms": {"field": last.field, "include": list(last.values)},
        "aggs": _terms(together),
    }
    answered = searcher.aggregate(translate(Every((ask.found, *ask.others(last.field)))), request)
    under: dict[str, Any] = next(iter(answered[_UNDER]["buckets"]), {})
    return {field: _read(under, field) for field in together}, (last.field, _read(answered, last.field))


def _count(searcher: tantivy.Searcher, found: Clause, wanted: set[str]) -> _Plain:
    """Count the values of fields."""
    answered = searcher.aggregate(translate(found), _terms(wanted))
    return {field: _read(answered, field) for field in wanted}


def _terms(fields: set[str]) -> dict[str, Any]:
    return {field: {"terms": {"field": field, "size": MOST_FACET_VALUES}} for field in fields}


def _read(answered: dict[str, Any], field: str) -> dict[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in answered.get(field, {}).get("buckets", ())}

"""The layout as an Elasticsearch mapping, and asks as its query language."""

from collections.abc import Mapping
from typing import Any

from search.base import FORMAT
from search.clauses import (
    Beginning,
    Between,
    Clause,
    Every,
    Near,
    Phrase,
    Some,
    Values,
    Without,
    Word,
)
from search.layout import COUNTED, KEYS, LISTED, LOOKED_UP, NUMBERS, ORDERS, PLACED, Entry
from search.plan import MOST_FACET_VALUES, Ask
from search.query import FACETS, Sort

Json = dict[str, Any]

#: "dataset" sorts before "inventory-item": what is open stands before what is not.
_SORTS: Mapping[Sort, list[Json]] = {
    "relevance": [{"kind": "asc"}, {"_score": "desc"}, {"id": "asc"}],
    "newest": [{"kind": "asc"}, {"by_newest": "asc"}],
    "used": [{"kind": "asc"}, {"by_used": "asc"}],
    "title": [{"kind": "asc"}, {"by_title": "asc"}],
}
#: So many tokens there are not that begin with one character.
_MOST_ENDINGS = 20_000

#: One shard counts facets exactly, and holds a nation's catalogue with ease.
SETTINGS: Json = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}


def mappings() -> Json:
    """Return the fields of the index: strict, and without analysis but splitting at spaces."""
    kept = {"type": "keyword", "index": False, "doc_values": False}
    text = {"type": "text", "analyzer": "whitespace"}
    fields: Json = {"id": {"type": "keyword"}, "digest": kept, "stored": kept}
    fields |= {name: {**text, "index_options": "positions"} for name in PLACED}
    fields |= {name: {**text, "index_options": "freqs"} for name in COUNTED}
    fields |= {name: {**text, "index_options": "docs", "norms": False} for name in LISTED}
    fields |= {name: {"type": "keyword"} for name in (*FACETS, *KEYS)}
    fields |= {name: {"type": "keyword", "doc_values": False} for name in LOOKED_UP}
    fields |= {name: {"type": "integer"} for name in NUMBERS}
    fields |= {name: {"type": "long", "index": False} for name in ORDERS}
    return {
        "dynamic": "strict",
        "_meta": {"format": FORMAT},
        # The tokens are made from the document again when needed; only the document itself is kept.
        "_source": {"includes": ["id", "digest", "stored"]},
        "properties": fields,
    }


def source(entry: Entry) -> Json:
    """Return an analysed document as Elasticsearch takes it."""
    return {
        "id": entry.id,
        "digest": entry.digest,
        "stored": entry.stored,
        **entry.texts,
        **entry.keywords,
        **entry.numbers,
    }


def requests(ask: Ask) -> list[Json]:
    """Return the bodies of the searches that answer an ask: its hits, then its counts.

    They are separate so that the server runs them side by side and remembers the counts until the next change.
    A facet in which something was chosen is counted by itself, without its own choice.
    """
    chosen = {values.field for values in ask.filters}
    together = [facet for facet in ask.facets if facet not in chosen]
    bodies = [_hits(ask)] if ask.limit else []
    if together or not bodies:
        bodies.append(_counting(ask.found, ask.filters, together))
    return bodies + [_counting(ask.found, ask.others(f), [f]) for f in ask.facets if f in chosen]


def counts(ask: Ask, answers: list[Json]) -> dict[str, dict[str, int]]:
    """Return the facet counts in the answers to :func:`requests`."""
    found: Json = {}
    for answered in answers:
        found |= answered.get("aggregations", {})
    return {
        facet: {bucket["key"]: bucket["doc_count"] for bucket in found.get(facet, {}).get("buckets", ())}
        for facet in ask.facets
    }


def _hits(ask: Ask) -> Json:
    scores = [_scored(clause, weight) for clause, weight in ask.ranking]
    return {
        "query": {"bool": {"filter": _filters(ask.found, ask.filters), "should": scores}},
        "from": ask.offset,
        "size": ask.limit,
        "sort": _SORTS[ask.sort],
        "_source": ["stored"],
        "track_total_hits": True,
    }


def _scored(clause: Clause, weight: float) -> Json:
    if isinstance(clause, Word):
        return {"term": {clause.field: {"value": clause.token, "boost": weight}}}
    return {"bool": {"must": translate(clause), "boost": weight}}


def _counting(found: Clause, filters: tuple[Values, ...], facets: list[str]) -> Json:
    terms = {facet: {"terms": {"field": facet, "size": MOST_FACET_VALUES}} for facet in facets}
    return {
        "query": {"bool": {"filter": _filters(found, filters)}},
        "size": 0,
        "track_total_hits": True,
        **({"aggregations": terms} if terms else {}),
    }


def _filters(found: Clause, filters: tuple[Values, ...]) -> list[Json]:
    return [translate(part) for part in (found, *filters)]


def translate(clause: Clause) -> Json:  # noqa: PLR0911 - one for each kind of clause
    """Return the query that finds what ``clause`` says."""
    match clause:
        case Word(field, token):
            return {"term": {field: token}}
        case Phrase(field, found, begun):
            return _phrase(field, " ".join(found), begun=begun)
        case Beginning(field, prefix):
            return {"prefix": {field: prefix}}
        case Near(field, token):
            return {"fuzzy": {field: {"value": token, "fuzziness": 1, "transpositions": True}}}
        case Values(field, values):
            return {"terms": {field: list(values)}}
        case Between(field, low, high):
            return {"range": {field: {"gte": low, "lte": high}}}
        case Every(clauses):
            return _all(clauses)
        case Some(clauses, least):
            parts = [translate(part) for part in clauses]
            return {"bool": {"should": parts, "minimum_should_match": least}} if parts else {"match_none": {}}
        case Without(inner):
            return {"bool": {"must_not": translate(inner)}}


def _phrase(field: str, text: str, *, begun: bool) -> Json:
    if not begun:
        return {"match_phrase": {field: text}}
    return {"match_phrase_prefix": {field: {"query": text, "max_expansions": _MOST_ENDINGS}}}


def _all(clauses: tuple[Clause, ...]) -> Json:
    return {"bool": {"filter": [translate(part) for part in clauses]}}

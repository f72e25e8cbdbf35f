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
_TOGETHER = "together"
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


def request(ask: Ask) -> Json:
    """Return the body of a search.

    The filters come after the counting, so that each facet can be counted under all filters but its own.
    """
    scores = [{"bool": {"must": translate(clause), "boost": weight}} for clause, weight in ask.ranking]
    body: Json = {
        "query": {"bool": {"filter": translate(ask.found), "should": scores}},
        "from": ask.offset if ask.limit else 0,
        "size": ask.limit,
        "sort": _SORTS[ask.sort],
        "source_includes": ["stored"],
        "track_total_hits": True,
    }
    if ask.filters:
        body["post_filter"] = _all(ask.filters)
    if ask.facets:
        body["aggregations"] = _aggregations(ask)
    return body


def counts(ask: Ask, answered: Json) -> dict[str, dict[str, int]]:
    """Return the facet counts in an answer to :func:`request`."""
    found: Json = {}
    for group in answered.values():
        found |= group
    return {
        facet: {bucket["key"]: bucket["doc_count"] for bucket in found.get(facet, {}).get("buckets", [])}
        for facet in ask.facets
    }


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


def _aggregations(ask: Ask) -> Json:
    """Count a facet in which something was chosen without its own choice, all others together."""
    chosen = {values.field for values in ask.filters}
    groups = {facet: [facet] for facet in ask.facets if facet in chosen}
    groups[_TOGETHER] = [facet for facet in ask.facets if facet not in chosen]
    return {
        group: {
            "filter": _all(ask.others(group)),
            "aggregations": {
                facet: {"terms": {"field": facet, "size": MOST_FACET_VALUES}} for facet in facets
            },
        }
        for group, facets in groups.items()
        if facets
    }

"""Search with facets; when the engine does not answer, the same list from the database, and a word about it."""

from dataclasses import dataclass

from flask import Response, jsonify, render_template, request, url_for

from catalog.errors import OpenDataError
from catalog.queries import datasets, inventory, units
from catalog.vocabularies import DOMAIN, LEVEL, OPENNESS, UPDATE_CYCLE
from opendata.web.blueprint import pages
from opendata.web.door import choice, page_number, services, session, today, words
from opendata.web.filters import label as called
from opendata.web.filters import say
from search.base import Document, Page
from search.query import FACETS, Query, parse

SIZE = 20
_VOCABULARIES = {
    "level": "level",
    "domain": "domain",
    "theme": "theme",
    "openness": "openness",
    "update_cycle": "update_cycle",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: what it is called, how many it would add, whether it was chosen."""

    value: str
    label: str
    count: int
    chosen: bool


@pages.get("/search")
def search() -> str:
    """What was found, with facets; without words, everything."""
    chosen = {facet: request.args.getlist(facet) for facet in FACETS}
    query = parse(
        words("q"),
        {facet: values for facet, values in chosen.items() if values},
        sort=request.args.get("sort", "relevance"),
        page=page_number(),
        size=SIZE,
    )
    try:
        page = services().index.search(query)
    except OpenDataError as error:
        return _from_database(error, query)
    labels = _labels(page)
    closed = [hit.document.id for hit in page.hits if hit.document.kind == "inventory-item"]
    codes = inventory.codes(session(), closed)
    pages_ = max(1, -(-page.total // query.size))
    return render_template(
        "search.html",
        query=query,
        page=page,
        pages=pages_,
        facets=_facets(page, query, labels),
        labels=labels,
        addresses={hit.id: _address(hit.document, codes) for hit in page.hits},
    )


@pages.get("/search/suggest")
def suggest() -> Response:
    """Completions of ``q`` as JSON, for the script of the search box."""
    try:
        found = services().index.suggest(words("q"))
    except OpenDataError:  # a completion is a courtesy: its absence says enough
        found = ()
    return jsonify([{"kind": one.kind, "text": one.text} for one in found])


def _from_database(error: OpenDataError, query: Query) -> str:
    found = datasets.datasets(
        session(),
        today(),
        text=words("q"),
        domain=choice("domain", DOMAIN),
        level=choice("level", LEVEL),
        openness=choice("openness", OPENNESS),
        update_cycle=choice("update_cycle", UPDATE_CYCLE),
        unit=request.args.get("unit") or None,
        format=request.args.get("format") or None,
        page=page_number(),
        size=SIZE,
    )
    return render_template("search_unavailable.html", found=found, error=error.text, query=query)


def _address(document: Document, codes: dict[str, str]) -> str:
    if document.kind == "dataset":
        return url_for("web.dataset_page", slug=document.slug)
    return url_for("web.item_page", code=codes.get(document.id, document.id))


def _facets(page: Page, query: Query, labels: dict[tuple[str, str], str]) -> list[tuple[str, list[Choice]]]:
    chosen = dict(query.filters)
    return [
        (
            facet,
            [
                Choice(value, labels.get((facet, value), value), count, value in chosen.get(facet, ()))
                for value, count in page.facets.get(facet, ())
            ],
        )
        for facet in FACETS
        if page.facets.get(facet)
    ]


def _labels(page: Page) -> dict[tuple[str, str], str]:
    labels = {
        (facet, value): called(vocabulary, value)
        for facet, vocabulary in _VOCABULARIES.items()
        for value, _ in page.facets.get(facet, ())
    }
    labels |= {("kind", kind): say(f"kind.{kind}") for kind in ("dataset", "inventory-item")}
    labels |= {("format", value): value.upper() for value, _ in page.facets.get("format", ())}
    codes = [value for value, _ in page.facets.get("unit", ())]
    labels |= {("unit", one.code): one.name for one in units.called(session(), codes, today())}
    names = units.division_names(session(), today())
    labels |= {("region", value): names.get(value, value) for value, _ in page.facets.get("region", ())}
    return labels

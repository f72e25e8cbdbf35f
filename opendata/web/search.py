"""Search with facets; when the engine does not answer, the same list from the database, and a word about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, jsonify, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from catalog import questions
from catalog.errors import OpenDataError
from catalog.queries import datasets
from catalog.questions import Asked
from catalog.vocabularies import DOMAIN, LEVEL, OPENNESS, UPDATE_CYCLE, due_on
from opendata.pipeline.opening import searched
from opendata.web.archives import MOST_DATASETS
from opendata.web.asked import notebook
from opendata.web.blueprint import pages
from opendata.web.door import choice, page_number, services, session, today, words
from opendata.web.labels import facet_labels
from opendata.web.related import address_of
from search.base import Document, Page
from search.query import DEEPEST_HIT, FACETS, Query, parse

SIZE = 20
MOST_SUGGESTED = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: what it is called, how many it would add, whether it was chosen."""

    value: str
    label: str
    count: int
    chosen: bool


@pages.get("/search")
def search() -> Response:
    """What was found, with facets; without words, everything."""
    given = {facet: values for facet in FACETS if (values := request.args.getlist(facet))}
    query = parse(
        request.args.get("q", "").replace("\x00", " ").strip(),
        given,
        sort=request.args.get("sort", "relevance"),
        page=request.args.get("page", "1"),
        size=SIZE,
    )
    try:
        page = searched(services()).search(query)
    except OpenDataError as error:
        return make_response(_from_database(error, query))
    answer = make_response(_found(query, page))
    if query.page == 1 and not given and not page.did_you_mean:
        notebook().note(services(), Asked(query.text, page.total), answer)
    return answer


def _found(query: Query, page: Page) -> str:
    values = MultiDict((facet, value) for facet, counts in page.facets.items() for value, _ in counts)
    labels = facet_labels(values)
    shown = min(page.total, DEEPEST_HIT)
    return render_template(
        "search.html",
        query=query,
        page=page,
        pages=max(1, -(-shown // query.size)),
        deepest=DEEPEST_HIT if page.total > shown else None,
        most_archived=MOST_DATASETS,
        kept={hit.id: _keeps_its_cycle(hit.document) for hit in page.hits},
        facets=_facets(page, query, labels),
        labels=labels,
        addresses={hit.id: address_of(hit.document) for hit in page.hits},
    )


@pages.get("/search/suggest")
def suggest() -> Response:
    """Completions of ``q`` as JSON, for the script of the search box."""
    try:
        found = searched(services()).suggest(words("q"))
    except OpenDataError:  # a completion is a courtesy: its absence says enough
        found = ()
    asked = [{"kind": "query", "text": text} for text in questions.suggested(session(), words("q"))]
    return jsonify([*asked, *({"kind": one.kind, "text": one.text} for one in found)][:MOST_SUGGESTED])


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


def _keeps_its_cycle(document: Document) -> bool | None:
    """Whether an open dataset's data are as young as its update cycle and the grace ask; None: no date can be told."""
    if document.modified is None:
        return None
    due = due_on(document.update_cycle, document.modified, services().settings.grace_days)
    return None if due is None else today() <= due


def _facets(
    page: Page, query: Query, labels: Mapping[tuple[str, str], str]
) -> list[tuple[str, list[Choice]]]:
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

"""Search: what the portal's page finds, for machines."""

from dataclasses import dataclass
from datetime import date

from flask import Response, url_for

from catalog import questions
from opendata.api import answers, arguments
from opendata.api.blueprint import api, services, session
from opendata.pipeline.opening import searched
from search.base import Document, Hit, Page
from search.query import DEEPEST_HIT, FACETS, Query, parse

_FACET_ARGUMENTS = tuple((facet, arguments.FACETS[facet]) for facet in FACETS)


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One thing that was found; ``url`` leads to its page. ``slug`` of an item that is not open is its resource code."""

    kind: str
    slug: str
    title: str
    title_en: str
    abstract: str
    unit: str
    unit_name: str
    domain: str
    theme: str
    region: str
    openness: str
    update_cycle: str
    formats: tuple[str, ...]
    keywords: tuple[str, ...]
    year: int | None
    rows: int | None
    uses: int
    issued: date | None
    modified: date | None
    score: float
    url: str


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many would be found with this value of a facet chosen."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """A facet's values, the most frequent first."""

    facet: str
    values: tuple[FacetCount, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of an answer; ``did_you_mean`` is what was answered where nothing was found as typed;
    ``partly`` says that nothing has all of the words and this has most of them.

    ``ignored`` lists what of the query was not understood; hits beyond the deepest page are counted, not shown.
    """

    items: tuple[SearchHit, ...]
    total: int
    page: int
    size: int
    pages: int
    facets: tuple[FacetCounts, ...]
    did_you_mean: str | None
    partly: bool
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Completion:
    """What a person may be about to type: a title, unit, column, or what others searched for (``query``)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Completions:
    """Completions, the best first."""

    items: tuple[Completion, ...]


@api.get("/search")
def search() -> Response:
    """What was found, with the facets' counts; several values of one facet mean any of them."""
    query = parse(
        arguments.QUERY.read() or "",
        {facet: values for facet, argument in _FACET_ARGUMENTS if (values := argument.read_all())},
        sort=arguments.SORT.read(),
        page=arguments.PAGE.read(),
        size=arguments.SIZE.read(),
    )
    found = searched(services()).search(query)
    return answers.one(_page(query, found), {"page": url_for("web.search", _external=True)})


@api.get("/search/suggest")
def suggest() -> Response:
    """Completions of ``q``."""
    text = arguments.QUERY.read() or ""
    asked = [Completion("query", one) for one in questions.suggested(session(), text)]
    found = [Completion(one.kind, one.text) for one in searched(services()).suggest(text)]
    links = {"search": url_for("api.search", _external=True)}
    return answers.one(Completions((*asked, *found)), links)


def _page(query: Query, found: Page) -> SearchPage:
    return SearchPage(
        items=tuple(_hit(hit) for hit in found.hits),
        total=found.total,
        page=query.page,
        size=query.size,
        pages=max(1, -(-min(found.total, DEEPEST_HIT) // query.size)),
        facets=tuple(
            FacetCounts(facet, tuple(FacetCount(value, count) for value, count in counts))
            for facet, counts in found.facets.items()
        ),
        did_you_mean=found.did_you_mean,
        partly=found.partly,
        ignored=query.ignored,
    )


def _hit(hit: Hit) -> SearchHit:
    one = hit.document
    return SearchHit(
        kind=one.kind,
        slug=one.slug,
        title=one.title,
        title_en=one.title_en,
        abstract=one.abstract,
        unit=one.unit_code,
        unit_name=one.unit_name,
        domain=one.domain,
        theme=one.theme,
        region=one.region,
        openness=one.openness,
        update_cycle=one.update_cycle,
        formats=one.formats,
        keywords=one.keywords,
        year=one.year,
        rows=one.rows,
        uses=one.uses,
        issued=one.issued,
        modified=one.modified,
        score=round(hit.score, 4),
        url=_address(one),
    )


def _address(document: Document) -> str:
    if document.kind == "dataset":
        return url_for("web.dataset_page", slug=document.slug, _external=True)
    return url_for("web.item_page", code=document.slug, _external=True)

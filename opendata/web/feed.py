"""A search to be followed: what it finds, newest first, as an Atom feed (RFC 4287)."""

import re
from datetime import date

from flask import Response, make_response, render_template, request

from opendata.pipeline.opening import searched
from opendata.web.blueprint import pages
from opendata.web.door import services, words
from opendata.web.filters import permanent, turn
from search.base import Document
from search.query import FACETS, parse

ENTRIES = 50
_NEVER = date(1970, 1, 1)
#: What XML 1.0 cannot hold, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@pages.get("/search.atom")
def search_feed() -> Response:
    """The newest that a search finds; its words and facets are those of the page."""
    chosen = {facet: values for facet in FACETS if (values := request.args.getlist(facet))}
    query = parse(words("q"), chosen, sort="newest", size=ENTRIES)
    found = [hit.document for hit in searched(services()).search(query).hits]
    _, mark, asked = turn().partition("?")
    body = render_template(
        "search.atom.xml",
        query=query,
        entries=[(one, _address(one), _changed(one)) for one in found],
        updated=max(map(_changed, found), default=_at(_NEVER)),
        feed=permanent("web.search_feed") + mark + asked,
        page=permanent("web.search") + mark + asked,
    )
    answer = make_response(_ILLEGAL.sub("", body))
    answer.content_type = "application/atom+xml; charset=utf-8"
    return answer


def _address(document: Document) -> str:
    if document.kind == "dataset":
        return permanent("web.dataset_page", slug=document.slug)
    return permanent("web.item_page", code=document.slug)


def _changed(document: Document) -> str:
    return _at(max((day for day in (document.issued, document.modified) if day), default=_NEVER))


def _at(day: date) -> str:
    """The beginning of a day in China."""
    return f"{day.isoformat()}T00:00:00+08:00"

"""Saved searches: kept in the reader's own browser, so that no account is needed and nobody is known."""

import base64
import binascii
import json
import zlib
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs, urlencode

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from catalog.errors import OpenDataError
from opendata.pipeline.opening import searched
from opendata.web.blueprint import pages
from opendata.web.door import services, today
from opendata.web.labels import facet_labels
from search.query import FACETS, parse

COOKIE = "searches"
MOST = 20
#: Browsers keep cookies of 4,096 bytes; of the name and its attributes the rest.
_LONGEST_COOKIE = 3_600
_LONGEST_ANSWER = 1 << 16
_LONGEST_TEXT, _MOST_VALUES = 100, 30
_YEAR_SECONDS = 366 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Saved:
    """One saved search: the arguments of its page, and the day on which it was saved."""

    arguments: str
    since: date


@dataclass(frozen=True, slots=True)
class Shown:
    """A saved search as its page shows it; the counts are None while search does not answer."""

    saved: Saved
    text: str
    chosen: tuple[str, ...]
    hits: int | None
    news: int | None


@pages.get("/saved")
def saved_searches() -> Response:
    """The searches that this browser keeps, with what is new in each."""
    shown = [_shown(one) for one in _kept()]
    answer = Response(render_template("saved.html", searches=shown, most=MOST), mimetype="text/html")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.post("/saved")
def save_search() -> Response:
    """Keep a search; the newest stands first, the oldest beyond the most is let go."""
    arguments = _clean(request.form.get("search", ""))
    others = [one for one in _kept() if one.arguments != arguments]
    return _keep([Saved(arguments, today()), *others][:MOST])


@pages.post("/saved/remove")
def remove_search() -> Response:
    """Let go of a saved search."""
    arguments = _clean(request.form.get("search", ""))
    return _keep([one for one in _kept() if one.arguments != arguments])


def _clean(arguments: str) -> str:
    """Only what a search understands, in one order."""
    given = parse_qs(arguments.replace("\x00", "")[:_LONGEST_ANSWER])
    kept = [(name, value[:_LONGEST_TEXT]) for name in ("q", *FACETS) for value in given.get(name, ())]
    return urlencode(kept[:_MOST_VALUES])


def _kept() -> list[Saved]:
    """What the cookie holds; a cookie that is not ours holds nothing."""
    try:
        packed = base64.urlsafe_b64decode(request.cookies.get(COOKIE, ""))
        text = zlib.decompressobj().decompress(packed, _LONGEST_ANSWER) or b"[]"
        pairs = json.loads(text)
        return [Saved(_clean(arguments), date.fromisoformat(day)) for arguments, day in pairs][:MOST]
    except (binascii.Error, zlib.error, ValueError, TypeError, AttributeError, RecursionError):
        return []


def _packed(searches: list[Saved]) -> str:
    """The cookie of as many of *searches*, from the first, as it can hold."""
    pairs = [(one.arguments, one.since.isoformat()) for one in searches]
    while True:
        text = json.dumps(pairs).encode()
        cookie = base64.urlsafe_b64encode(zlib.compress(text, 9)).decode()
        if len(cookie) <= _LONGEST_COOKIE:
            return cookie
        pairs.pop()


def _keep(searches: list[Saved]) -> Response:
    answer = redirect(url_for("web.saved_searches"))
    answer.set_cookie(
        COOKIE,
        _packed(searches),
        max_age=_YEAR_SECONDS,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _shown(saved: Saved) -> Shown:
    given = parse_qs(saved.arguments)
    text = " ".join(given.get("q", ()))
    filters = {facet: given[facet] for facet in FACETS if facet in given}
    labels = facet_labels(MultiDict((facet, value) for facet in filters for value in filters[facet]))
    chosen = tuple(labels.get((facet, value), value) for facet in filters for value in filters[facet])
    hits = _count(text, filters)
    return Shown(saved, text, chosen, hits, _count(f"{text} modified:{saved.since.isoformat()}..", filters))


def _count(text: str, filters: dict[str, list[str]]) -> int | None:
    try:
        return searched(services()).search(parse(text, filters, size=1)).total
    except OpenDataError:  # the page says that search does not answer
        return None

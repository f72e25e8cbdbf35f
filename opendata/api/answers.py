"""The bodies of answers: one thing, a page of things, a problem."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from flask import Response, jsonify, request

from catalog.queries.slices import Slice
from catalog.records import Finding, Text
from opendata.api.shapes import plain

T = TypeVar("T")
Links = dict[str, str]


def one(value: object, links: Links) -> Response:
    """One thing, with the addresses of what stands beside it."""
    return jsonify({**plain(value), "links": links})


def many(found: Slice[T], links: Callable[[T], Links]) -> Response:
    """A page of things; the Link header leads to the other pages (RFC 8288)."""
    response = jsonify(
        items=[{**plain(item), "links": links(item)} for item in found.items],
        total=found.total,
        page=found.page,
        size=found.size,
        pages=found.pages,
    )
    response.headers["Link"] = ", ".join(
        f'<{address}>; rel="{rel}"' for rel, address in _pages(found).items()
    )
    return response


def problem(status: HTTPStatus, code: str, text: Text, findings: tuple[Finding, ...] = ()) -> Response:
    """What went wrong, in both languages (RFC 9457)."""
    body: dict[str, Any] = {
        "type": f"{request.root_path}/about#problem-{code.casefold().replace(' ', '-')}",
        "title": status.phrase,
        "status": int(status),
        "detail": text.zh,
        "detail_en": text.en,
        "instance": quote(request.path.encode("utf-8", "replace"), safe="/:@!$&'()*+,;=~-._"),
    }
    if findings:
        body["findings"] = [plain(finding) for finding in findings]
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    response.headers["Content-Language"] = "zh-CN, en"
    return response


def _pages(found: Slice[Any]) -> dict[str, str]:
    numbers = {"first": 1, "last": found.pages}
    if found.page > 1:
        numbers["prev"] = min(found.page - 1, found.pages)
    if found.page < found.pages:
        numbers["next"] = found.page + 1
    return {rel: _address(number) for rel, number in numbers.items()}


def _address(number: int) -> str:
    kept = [(key, value) for key, values in request.args.lists() for value in values if key != "page"]
    return f"{request.base_url}?{urlencode([*kept, ('page', number)])}"

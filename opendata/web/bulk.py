"""A list of every public file with size and hash, for those who keep a copy of all."""

import json
from http import HTTPStatus

from flask import Response, abort, jsonify, make_response, request, url_for

from catalog.queries import bulk
from catalog.queries.bulk import BulkFile, Cursor
from opendata.web.blueprint import pages
from opendata.web.door import session

#: Lines of a page, unless fewer are asked for.
PAGE = 5000


@pages.get("/bulk.json")
def bulk_index() -> Response:
    """How much there is, and where the lists begin: what the public sees now, and every release."""
    lists = {
        name: {
            "files": found.files,
            "bytes": found.size,
            "modified": found.modified.isoformat() if found.modified else None,
            "url": url_for("web.bulk_files", _external=True, **({"all": "1"} if every else {})),
        }
        for name, every in (("current", False), ("all", True))
        for found in [bulk.measure(session(), every=every)]
    }
    return _revalidated(jsonify(lists))


@pages.get("/bulk/files.jsonl")
def bulk_files() -> Response:
    """One file a line (JSON); the Link header leads to the next page. Withdrawn files are told without address."""
    every = request.args.get("all") == "1"
    size = _size(request.args.get("size", ""))
    found = bulk.files(session(), every=every, after=_cursor(request.args.get("after", "")), size=size)
    body = "".join(json.dumps(_line(file), ensure_ascii=False) + "\n" for file in found)
    response = make_response(body)
    response.content_type = "application/jsonl; charset=utf-8"
    if len(found) == size:
        last = found[-1]
        after = f"{last.dataset}/{last.release}/{last.name}"
        asked = {"all": "1"} if every else {}
        address = url_for("web.bulk_files", after=after, size=size, _external=True, **asked)
        response.headers["Link"] = f'<{address}>; rel="next"'
    return _revalidated(response)


def _line(file: BulkFile) -> dict[str, object]:
    address = url_for(
        "web.release_file", slug=file.dataset, number=file.release, name=file.name, _external=True
    )
    return {
        "dataset": file.dataset,
        "release": file.release,
        "state": file.state,
        "name": file.name,
        "format": file.format,
        "media_type": file.media_type,
        "bytes": file.size,
        "sha256": file.sha256,
        "modified": file.modified.isoformat() if file.modified else None,
        "url": None if file.state == "withdrawn" else address,
    }


def _cursor(text: str) -> Cursor | None:
    if not text:
        return None
    slug, _, rest = text.partition("/")
    number, _, name = rest.partition("/")
    if not (number.isascii() and number.isdigit() and len(number) <= 9 and name) or "\x00" in text:  # noqa: PLR2004 - digits of a 32-bit number
        abort(HTTPStatus.BAD_REQUEST)
    return slug, int(number), name


def _size(text: str) -> int:
    return max(1, min(PAGE, int(text))) if text.isascii() and text.isdigit() and len(text) <= 6 else PAGE  # noqa: PLR2004 - digits


def _revalidated(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response

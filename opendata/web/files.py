"""Published files: whole, in part, or only if they changed."""

from http import HTTPStatus
from pathlib import PurePosixPath
from urllib.parse import quote

from flask import Response, make_response, redirect, request, url_for
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import wrap_file

from catalog.queries import releases
from opendata.web.blueprint import pages
from opendata.web.datasets import release_page
from opendata.web.door import services, session, today


@pages.get("/datasets/<slug>/releases/<int:number>/files/<name>")
def release_file(slug: str, number: int, name: str) -> AnyResponse:
    """One file of a release; its ETag is its sha256, since its bytes never change."""
    file = releases.stored_file(session(), slug, number, name, today())
    if file.withdrawn:
        return make_response(release_page(slug, number), HTTPStatus.GONE)
    stream = services().storage.open(file.key)
    response = Response(wrap_file(request.environ, stream), direct_passthrough=True)
    response.call_on_close(stream.close)
    response.content_length = file.size
    response.content_type = _content_type(file.media_type)
    response.headers["Content-Disposition"] = _disposition(file, number)
    response.set_etag(file.sha256)
    response.last_modified = file.published_at
    # A withdrawn file must vanish from caches at once: they ask each time, and are answered 304.
    response.headers["Cache-Control"] = "public, no-cache"
    try:
        return response.make_conditional(request, accept_ranges=True, complete_length=file.size)
    except RequestedRangeNotSatisfiable:
        stream.close()
        raise


@pages.get("/datasets/<slug>/latest/<name>")
def latest_file(slug: str, name: str) -> AnyResponse:
    """The address that stays: it leads to the file of the current release."""
    number = releases.current_number(session(), slug)
    return redirect(url_for("web.release_file", slug=slug, number=number, name=name))


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _disposition(file: releases.StoredFile, number: int) -> str:
    """RFC 6266: the plain name for old clients, the Chinese one for the others."""
    path = PurePosixPath(file.name)
    whole = file.name if path.stem == "datapackage" else f"{file.title}_v{number}{path.suffix}"
    return f"attachment; filename=\"{file.name}\"; filename*=UTF-8''{quote(whole, safe='')}"

"""Published files: whole, in parts, or only if they changed; compressed for those who take it."""

from http import HTTPStatus
from pathlib import PurePosixPath
from urllib.parse import quote

from flask import Response, abort, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from catalog.errors import NotFound
from catalog.keys import safe_name
from catalog.queries import releases
from catalog.queries.releases import StoredFile
from opendata.pipeline import on_request
from opendata.publishing.storage.base import Offer
from opendata.web.blueprint import pages
from opendata.web.counting import count
from opendata.web.datasets import release_page
from opendata.web.door import services, session, today
from opendata.web.making import making
from opendata.web.sending import Content, require_size, send

#: Bytes of a Chinese title in a file's name; systems allow 255 for all of it.
_LONGEST_TITLE = 150


@pages.get("/datasets/<slug>/releases/<int:number>/files/<name>")
def release_file(slug: str, number: int, name: str) -> AnyResponse:
    """One file of a release; its ETag is its sha256, since its bytes never change."""
    file = _file(slug, number, name)
    if file.withdrawn:
        if request.accept_mimetypes.accept_html and "text/html" in str(request.accept_mimetypes):
            return make_response(release_page(slug, number), HTTPStatus.GONE)  # a person reads why
        abort(HTTPStatus.GONE)
    gzipped = file.gzipped if _takes_gzip() else None
    sent = gzipped or file
    named = (content_type(file), disposition(file, number), file.published_at)
    content = Content(sent.key, sent.size, sent.sha256, *named)
    response = _elsewhere(content, compressed=bool(gzipped)) or send(services().storage, content)
    if gzipped:
        response.headers["Content-Encoding"] = "gzip"
    if file.gzipped:
        response.headers["Vary"] = "Accept-Encoding"
    if _begins(response):
        count(file.release_id, file.format)
    return response


@pages.get("/datasets/<slug>/latest/<name>")
def latest_file(slug: str, name: str) -> AnyResponse:
    """The address that stays: it leads to the file of the current release."""
    number = releases.current_number(session(), slug)
    response = redirect(url_for("web.release_file", slug=slug, number=number, name=name))
    response.headers["Cache-Control"] = "no-cache"
    return response


@pages.get("/datasets/<slug>/latest")
def latest_release(slug: str) -> AnyResponse:
    """The address of whatever release is current."""
    number = releases.current_number(session(), slug)
    response = redirect(url_for("web.release_page", slug=slug, number=number))
    response.headers["Cache-Control"] = "no-cache"
    return response


def _file(slug: str, number: int, name: str) -> StoredFile:
    """The file, made now if it is one of those that are made when they are first asked for."""
    try:
        return releases.stored_file(session(), slug, number, name, today())
    except NotFound:
        offers = on_request.offered(session(), slug, number, services().settings.eager_rows)
        offer = next((one for one in offers if one.name == name), None)
        if offer is None:
            raise
    session().rollback()  # what is read from now on must know of the file
    making().wait(services(), slug, number, offer.format)
    return releases.stored_file(session(), slug, number, name, today())


def content_type(file: StoredFile) -> str:
    """The media type with the encoding of what is text; that of a text which came to us nobody knows for certain."""
    if file.is_original:
        return file.media_type
    return f"{file.media_type}; charset=utf-8" if file.media_type.startswith("text/") else file.media_type


def disposition(file: StoredFile, number: int) -> str:
    """RFC 6266: the plain name for old clients, the Chinese one for the others."""
    path = PurePosixPath(file.name)
    suffix = "".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix
    is_table = file.name.removesuffix(suffix) not in ("datapackage", "profile")
    whole = f"{safe_name(file.title, _LONGEST_TITLE)}_v{number}{suffix}" if is_table else file.name
    return attachment(file.name, whole)


def attachment(plain: str, whole: str) -> str:
    """The header that has a browser save a file as *whole*, or as *plain* if it knows only ASCII."""
    ascii_name = plain.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(whole, safe='')}"


def _elsewhere(content: Content, *, compressed: bool) -> Response | None:
    """A way to the storage's own server, if the settings want readers there and it has one."""
    seconds = services().settings.presigned_seconds
    if not seconds or compressed or request.method != "GET" or "If-None-Match" in request.headers:
        return None
    storage = services().storage
    address = storage.address(content.key, Offer(content.media_type, content.disposition), seconds)
    if address is None:
        return None
    require_size(storage, content.key, content.size)
    response = Response(status=HTTPStatus.FOUND)
    response.headers["Location"] = address
    response.headers["Cache-Control"] = "no-store"
    return response


def _takes_gzip() -> bool:
    return request.accept_encodings.quality("gzip") > 0 and "gzip" in request.headers.get(
        "Accept-Encoding", ""
    )


def _begins(response: Response) -> bool:
    """Whether the answer holds the file's first byte: what comes later goes on with a download that was counted."""
    if response.status_code == HTTPStatus.FOUND:
        return request.headers.get("Range", "bytes=0-").startswith("bytes=0-")
    if response.status_code == HTTPStatus.PARTIAL_CONTENT:
        return response.headers.get("Content-Range", "").startswith("bytes 0-")
    return response.status_code == HTTPStatus.OK

"""A stored file as an answer: whole or in parts, from the storage straight to the reader, in flat memory."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple

from flask import Response, request

from catalog.errors import Tampered
from opendata.publishing.storage.base import Storage
from opendata.web.ranges import Span, holds, wanted

#: Bytes read and sent at once; larger pieces are no faster (half as many are slower by a fifth), and each open download holds one.
PIECE = 1 << 17


#: What a file may do in a browser: show its own styles and the pictures inside it, no script, no form, no address.
INERT = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"


class Content(NamedTuple):
    """The bytes that are to be sent, and what proves them; ``disposition`` names the file."""

    key: str
    size: int
    sha256: str
    media_type: str
    disposition: str
    modified: datetime | None


def send(storage: Storage, content: Content) -> Response:
    """Answer the present request with *content*: 200, 206, 304, 412 or 416.

    :raises Tampered: the storage holds something else under that key.
    :raises RangeRefused: no part of what was asked for can be served.
    """
    response = Response(status=HTTPStatus.OK, content_type=content.media_type)
    response.headers["Content-Disposition"] = content.disposition
    # Whatever it is, it runs nothing in the portal's name, even if a browser is made to open it.
    response.headers["Content-Security-Policy"] = INERT
    response.set_etag(content.sha256)
    response.last_modified = content.modified
    # A withdrawn file must vanish from caches at once: they ask each time, and are answered 304.
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Accept-Ranges"] = "bytes"
    response.make_conditional(request)
    if response.status_code != HTTPStatus.OK:
        return response
    spans = _spans(content)
    require_size(storage, content.key, content.size)
    if spans is not None:
        response.status_code = HTTPStatus.PARTIAL_CONTENT
    if spans is None or len(spans) == 1:
        span = spans[0] if spans else Span(0, content.size)
        response.response = bytes_of(storage, content.key, span)
        response.content_length = span.length
        if spans:
            response.headers["Content-Range"] = span.header(content.size)
    else:
        _send_parts(response, storage, content, spans)
    response.direct_passthrough = True
    return response


def require_size(storage: Storage, key: str, size: int) -> None:
    """Make sure, before a byte is sent, that the stored file is as long as its description says.

    :raises Tampered: it is not.
    """
    found = storage.stat(key).size
    if found != size:
        raise Tampered(
            f"存储中的文件 {key} 有 {found} 字节，登记为 {size} 字节，已停止提供",
            f"the stored file {key} has {found} bytes, not {size} as recorded; it is not served",
        )


def bytes_of(storage: Storage, key: str, span: Span) -> Iterator[bytes]:
    """The bytes of *span*, piece by piece; the file is opened with the first and closed with the last.

    :raises Tampered: the file ends before the span does; the reader's connection then breaks.
    """
    left = span.length
    with closing(storage.open(key, span.start, span.length)) as stream:
        while left:
            piece = stream.read(min(PIECE, left))
            if not piece:
                raise Tampered(
                    f"存储中的文件 {key} 短于登记的大小", f"the stored file {key} is shorter than recorded"
                )
            left -= len(piece)
            yield piece


def _spans(content: Content) -> tuple[Span, ...] | None:
    """What is to be sent of a GET; HEAD knows no ranges (RFC 9110, section 14.2)."""
    if request.method != "GET" or not holds(
        request.headers.get("If-Range"), content.sha256, content.modified
    ):
        return None
    return wanted(request.headers.get("Range"), content.size)


def _send_parts(response: Response, storage: Storage, content: Content, spans: Sequence[Span]) -> None:
    boundary = f"part-{content.sha256}"
    heads = [
        f"\r\n--{boundary}\r\nContent-Type: {content.media_type}\r\n"
        f"Content-Range: {span.header(content.size)}\r\n\r\n".encode()
        for span in spans
    ]
    end = f"\r\n--{boundary}--\r\n".encode()

    def parts() -> Iterator[bytes]:
        for head, span in zip(heads, spans, strict=True):
            yield head
            yield from bytes_of(storage, content.key, span)
        yield end

    response.response = parts()
    response.content_type = f"multipart/byteranges; boundary={boundary}"
    response.content_length = sum(map(len, heads)) + sum(span.length for span in spans) + len(end)

"""Sending many documents to Elasticsearch: as lines of bytes, several senders at once where there are many.

The client's own helpers turn every document into JSON twice over and hold it three times.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from json import JSONEncoder
from typing import Any

from elasticsearch import Elasticsearch

#: Documents in one request, in at most so many bytes.
AT_ONCE = 500
_BYTES = 8_000_000
#: What of its answers the server need not leave out.
_WRITTEN = "errors,items.*.status,items.*.error"

Json = dict[str, Any]
_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def line(action: str, id_: str, version: int | None = None, source: Json | None = None) -> bytes:
    """Return what the server is told of one document.

    :param action: ``index`` or ``delete``.
    :param version: the document is written only over an older version; without it, in any case.
    :param source: the document, none for what is deleted.
    """
    about: Json = {"_id": id_}
    if version is not None:
        about |= {"version": version, "version_type": "external"}
    text = _encode({action: about}) if source is None else f"{_encode({action: about})}\n{_encode(source)}"
    return f"{text}\n".encode("utf-8", "surrogatepass")


def send(
    client: Elasticsearch, alias: str, lines: Iterable[bytes], *, senders: int = 1, refresh: bool = False
) -> Iterator[Mapping[str, Any]]:
    """Send lines to the index behind an alias, and yield of the answers those that say what went wrong.

    :param senders: so many requests are under way at once while the next one is made.
    :param refresh: what was sent is found when the answer comes.
    """

    def ask(chunk: bytes) -> list[Mapping[str, Any]]:
        answered = client.bulk(
            operations=chunk,  # type: ignore[arg-type]  # bytes are sent as they are
            index=alias,
            require_alias=True,
            refresh=refresh,
            filter_path=_WRITTEN,
        )
        return list(answered["items"]) if answered["errors"] else []

    if senders == 1:
        for chunk in _chunks(lines):
            yield from ask(chunk)
    else:
        yield from _by_several(ask, _chunks(lines), senders)


def _by_several(
    ask: Callable[[bytes], list[Mapping[str, Any]]], chunks: Iterable[bytes], senders: int
) -> Iterator[Mapping[str, Any]]:
    under_way: deque[Future[list[Mapping[str, Any]]]] = deque()
    with ThreadPoolExecutor(senders, thread_name_prefix="bulk") as pool:
        for chunk in chunks:
            under_way.append(pool.submit(ask, chunk))
            if len(under_way) > senders:
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()


def _chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for one in lines:
        if held and (len(held) == AT_ONCE or size + len(one) > _BYTES):
            yield b"".join(held)
            held, size = [], 0
        held.append(one)
        size += len(one)
    if held:
        yield b"".join(held)

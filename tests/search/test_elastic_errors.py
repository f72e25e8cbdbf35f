"""What a server that is down, overloaded, full or locked says, in our own words; spoken over real HTTP."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from catalog.errors import (
    Busy,
    Conflict,
    OpenDataError,
    SettingError,
    StorageFull,
    TerminalError,
    TransientError,
    Unreachable,
)
from search import open_index
from search.base import Document
from search.query import parse

FLOOD = "index [data-0] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark]"


class Refusing(BaseHTTPRequestHandler):
    """Answers everything with one status, but several things asked at once with one answer that refuses."""

    status: int
    body: dict

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        together = {
            "_bulk": {"errors": True, "items": [{"index": {"_id": "a", **self.body}}]},
            "_msearch": {"responses": [self.body]},
        }.get(urlsplit(self.path).path.rpartition("/")[2])
        status = 200 if together else self.status
        text = json.dumps(together or (self.body if status >= 400 else {})).encode()
        self.send_response(status)
        for header, value in (
            ("X-Elastic-Product", "Elasticsearch"),
            ("Content-Type", "application/vnd.elasticsearch+json;compatible-with=9"),
            ("Content-Length", str(len(text))),
        ):
            self.send_header(header, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_HEAD = answer  # noqa: N815 - the names that http.server calls

    def log_message(self, *_) -> None:
        pass


@pytest.fixture
def refusing() -> Iterator[tuple[str, type[Refusing]]]:
    """The URL of a server, and where its answers are set."""

    class Answers(Refusing):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://user:secret@127.0.0.1:{server.server_port}/data", Answers
    server.shutdown()
    thread.join()
    server.server_close()


def reason(kind: str, text: str = "") -> dict:
    return {"error": {"type": kind, "reason": text}}


@pytest.mark.parametrize(
    ("status", "body", "raised"),
    [
        (401, reason("security_exception", "unable to authenticate user [user]"), SettingError),
        (403, reason("security_exception", "action is unauthorized"), SettingError),
        (429, reason("circuit_breaking_exception"), Busy),
        (429, reason("cluster_block_exception", FLOOD), StorageFull),
        (503, reason("cluster_block_exception", "no master"), Unreachable),
        (500, reason("exception"), Unreachable),
        (400, reason("parsing_exception", "[match] unknown token"), TerminalError),
    ],
)
def test_refusals(refusing: tuple[str, type[Refusing]], status: int, body: dict, raised: type[OpenDataError]):
    url, answers = refusing
    answers.status, answers.body = status, body
    index = open_index(url)
    for call in (lambda: index.search(parse("公交")), index.count, lambda: index.put([]) or index.count()):
        with pytest.raises(OpenDataError) as caught:
            call()
        assert type(caught.value) is raised
        assert body["error"]["type"] in caught.value.text.en
        assert "secret" not in str(caught.value)
    index.close()


@pytest.mark.parametrize(
    ("item", "raised"),
    [
        ({"status": 429, **reason("es_rejected_execution_exception")}, Busy),
        ({"status": 429, **reason("cluster_block_exception", FLOOD)}, StorageFull),
        ({"status": 400, **reason("strict_dynamic_mapping_exception")}, Conflict),
        ({"status": 400, **reason("document_parsing_exception")}, TerminalError),
    ],
)
def test_refused_lines_of_a_bulk_and_of_searches_asked_together(
    refusing: tuple[str, type[Refusing]], item: dict, raised: type[OpenDataError]
):
    url, answers = refusing
    answers.status, answers.body = 200, item
    index = open_index(url)
    for call in (
        lambda: index.put([Document(id="a", kind="dataset", title="公交")]),
        lambda: index.search(parse("公交")),
    ):
        with pytest.raises(OpenDataError) as caught:
            call()
        assert type(caught.value) is raised
        assert item["error"]["type"] in caught.value.text.en
    index.close()


def test_a_server_that_is_not_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    index = open_index(f"http://127.0.0.1:{port}/data")
    for call in (
        lambda: index.search(parse("公交")),
        lambda: index.suggest("公交"),
        lambda: index.put([Document(id="a", kind="dataset", title="公交")]),
        lambda: index.delete(["a"]),
        lambda: index.rebuild([]),
        lambda: list(index.digests()),
    ):
        with pytest.raises(Unreachable, match=str(port)) as caught:
            call()
        assert isinstance(caught.value, TransientError)
    index.close()

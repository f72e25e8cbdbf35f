"""Whatever gives way under a run (search, a source, the disk, patience): nothing is lost, and the next run repairs."""

import random
import resource
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.cli import county
from tests.cli.county import LOG
from tests.cli.office import Office, Said, office, settled

__all__ = ["office", "settled"]
#: Nothing listens on port 1.
DEAD = "127.0.0.1:1"


def test_search_that_cannot_be_reached_is_caught_up_later(settled: Office) -> None:
    dead = f"http://{DEAD}/opendata"
    said = settled("run", "--json", search_url=dead)
    assert said.code == 2
    assert DEAD in said.json["index_error"]["zh"]
    assert DEAD in said.json["index_error"]["en"]
    assert (said.json["published"], said.json["checked"]) == ({"published": 1}, {"intact": 1})
    spoken = settled("run", search_url=dead)
    assert spoken.code == 2
    assert f"错误 {said.json['index_error']['zh']}" in spoken.err
    for words in (("index",), ("search", "query", "公交"), ("search", "check"), ("search", "rebuild")):
        settled.refuses(*words, code="unreachable", says=(DEAD,), search_url=dead)
    assert settled("doctor", "--json", search_url=dead).code == 2
    assert settled("search", "check", "--json").code == 1
    again = settled("run", "--json")
    assert (again.code, again.json["indexed"], again.json["index_error"]) == (0, 3, None)
    assert settled("search", "check", "--json").json == {"missing": [], "stale": [], "extra": []}
    assert settled("search", "query", "公交", "--json").json["total"] == 1


def test_a_source_that_does_not_answer_does_not_stop_the_others(settled: Office) -> None:
    settled("source", "add", "portal", "--kind", "ckan", "--url", f"http://{DEAD}/")
    folder = settled.home.parent / "county" / "environment"
    folder.rename(folder.with_name("elsewhere"))
    said = settled("run", "--json")
    errors = {one["source"]: one["error"] for one in said.json["harvested"]}
    assert (said.code, said.json["published"]) == (2, {"published": 1})
    assert errors["transport"] is None
    assert DEAD in errors["portal"]["zh"]
    assert DEAD in errors["portal"]["en"]
    assert "environment" in errors["environment"]["zh"]
    assert "environment" in errors["environment"]["en"]
    folder.with_name("elsewhere").rename(folder)
    spoken = settled("harvest", "environment", "portal")
    assert spoken.code == 2
    assert "采集 | harvested environment: new 1\n" in spoken.out
    assert f"错误 {errors['portal']['zh']}" in spoken.err


def _grown(office: Office) -> tuple[int, int]:
    """Let the county's log grow to two megabytes, and say a lot of its dataset.

    :returns: the bytes of the log as it is, in GB 18030, which validation has to write anew, and as UTF-8.
    """
    folder = office.home.parent / "county"
    (path,) = (folder / "environment").iterdir()
    text = "序号,名称\n" + "".join(f"{number},{'示例' * 40}\n" for number in range(9_000))
    path.write_text(text, "gb18030")
    rows = [dict(row) for row in county.SHEETS["inventory"]]
    rows[2]["信息资源摘要"] = "".join(
        chr(0x4E00 + choice) for choice in random.Random(1).choices(range(20_000), k=30_000)
    )
    assert office("inventory", "load", county.write_sheet(folder / "inventory.csv", rows)).code == 0
    return path.stat().st_size, len(text.encode())


def _all(office: Office) -> tuple[object, ...]:
    """Everything that stays: of an index, which may tidy its own files, what is found; typed rows may be kept
    for the next try; and that a run was tried is no change.
    """
    rows, files = office.kept()
    outside = {
        path: digest for path, digest in files.items() if not path.startswith(("var/index/", "var/typed/"))
    }
    compared = office("search", "check", "--json").out
    return {**rows, "harvest_run": 0}, outside, compared


def _full(office: Office, *words: str, limit: int) -> dict[str, str]:
    """Type the command where no file may grow over *limit*, which to a program is the same as a full disk.

    It must say so, and leave everything as it was.
    """
    before = _all(office)
    said = office.program(
        *words, "--json", before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    )
    assert said.code == 2, said
    assert _all(office) == before
    assert "Traceback" not in said.err
    error: dict[str, str] = said.json[0]["error"] if words[0] == "harvest" else said.error
    assert "空间不足" in error["zh"]
    assert "no space" in error["en"].lower()
    return error


def test_a_full_disk_at_every_step_and_room_again(settled: Office) -> None:
    size, as_utf8 = _grown(settled)
    assert "var/raw" in _full(settled, "harvest", "environment", limit=size // 2)["zh"]
    assert settled("harvest", "--json").code == 0
    assert "var/scratch" in _full(settled, "validate", limit=size // 2)["zh"]
    assert settled("validate", "--json").json == {"valid": 2, "invalid": 1}
    assert settled("index", "--json").json == {"indexed": 3}
    settled("review", "approve", LOG, "--actor", "张三")
    # The table itself fits by a hair; as JSON, with a name before every value, it does not.
    assert f"{LOG}.json" in _full(settled, "publish", limit=as_utf8 + 2**16)["zh"]
    assert settled("publish", "--json").json == {"published": 1}
    assert "var/index" in _full(settled, "index", limit=2**16)["zh"]
    again = settled("run", "--json")
    assert (again.code, again.json["published"], again.json["indexed"]) == (0, {"published": 1}, 2)
    assert settled("search", "check").code == 0


def test_a_full_disk_under_the_database(settled: Office) -> None:
    """The default database is a file, so it can run full as well."""
    settled.program("init", database_url="sqlite:///own.db")
    before = settled.files()
    said = settled.program(
        *("init", "--sample", "shandong", "--json"),
        database_url="sqlite:///own.db",
        before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2**16, 2**16)),
    )
    assert (said.code, said.error["code"]) == (2, "unreachable")
    assert "own.db" in said.error["zh"]
    assert "own.db" in said.error["en"]
    assert settled("roster", "list", "--json", database_url="sqlite:///own.db").json == []
    assert settled.files().keys() == before.keys()


class _Portal(BaseHTTPRequestHandler):
    """A CKAN that lets its first caller wait until the server is told otherwise, and has nothing to offer."""

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        server.asked.set()
        server.answering.wait(60)
        body = b'{"success": true, "result": {"count": 0, "results": []}}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Portal)
        self.asked, self.answering = threading.Event(), threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hung up is what the test is about."""


@pytest.fixture
def portal() -> Iterator[_Server]:
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.answering.set()
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("words", [("run",), ("run", "--json")], ids="-".join)
def test_ctrl_c_stops_a_run_that_can_be_resumed(
    settled: Office, portal: _Server, words: tuple[str, ...]
) -> None:
    settled("source", "add", "middle", "--kind", "ckan", "--url", f"http://127.0.0.1:{portal.server_port}/")
    with settled.started(*words) as process:
        assert portal.asked.wait(60)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    if "--json" in words:
        error = Said(130, out, err).error
        assert error["code"] == "interrupted"
    else:
        assert out == ""
        assert "错误 已中断；" in err
        assert "error interrupted;" in err
    assert settled.rows()["harvest_record"] == 1  # of the source before the one that was waited for
    portal.answering.set()
    again = settled("run", "--json")
    assert again.code == 0
    assert {one["source"]: one["counts"].get("new", 0) for one in again.json["harvested"]} == {
        "environment": 0, "middle": 0, "transport": 2,
    }  # fmt: skip
    assert again.json["published"] == {"published": 1}
    assert settled("ledger", "verify").code == 0

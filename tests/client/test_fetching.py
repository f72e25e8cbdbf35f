"""Downloads that break off, that were tampered with, that were begun before: against a server that can do all that."""

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from catalog.errors import InvalidInput, NotFound, SettingError, Tampered, Unreachable
from opendata import client
from opendata.client.connection import Connection
from opendata.client.fetching import Wanted, fetch

DATA = bytes(range(256)) * 4096
WANTED = Wanted("/file", "线路.csv", len(DATA), hashlib.sha256(DATA).hexdigest())


@dataclass
class Line:
    """What the server does: how many bytes it sends before it hangs up, and what was asked of it."""

    lasts: int = len(DATA)
    body: bytes = DATA
    etag: str = WANTED.sha256
    status: int = 200
    asked: list[str | None] = field(default_factory=list)


@pytest.fixture
def line() -> Iterator[tuple[Line, Connection]]:
    line = Line()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            line.asked.append(wanted)
            start = 0
            if wanted and self.headers.get("If-Range") == f'"{line.etag}"':
                start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            self.send_response(206 if start else line.status)
            self.send_header("Content-Length", str(len(line.body) - start))
            self.end_headers()
            self.wfile.write(line.body[start : start + line.lasts])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    connection = Connection(f"http://127.0.0.1:{server.server_port}")
    yield line, connection
    connection.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_line_that_breaks_is_gone_on_with(line: tuple[Line, Connection], tmp_path: Path) -> None:
    line[0].lasts = len(DATA) // 3
    seen: list[int] = []
    fetch(line[1], WANTED, tmp_path / WANTED.name, lambda done, total: seen.append(done))
    assert (tmp_path / WANTED.name).read_bytes() == DATA
    assert line[0].asked[0] is None
    assert all(asked and asked.startswith("bytes=") for asked in line[0].asked[1:])
    assert seen == sorted(seen)
    assert seen[-1] == len(DATA)
    asked = len(line[0].asked)
    fetch(line[1], WANTED, tmp_path / WANTED.name)
    assert len(line[0].asked) == asked
    assert [path.name for path in tmp_path.iterdir()] == [WANTED.name]


def test_what_another_process_began_is_finished(line: tuple[Line, Connection], tmp_path: Path) -> None:
    part = tmp_path / f".{WANTED.name}.{WANTED.sha256[:16]}.part"
    part.write_bytes(DATA[:1000])
    fetch(line[1], WANTED, tmp_path / WANTED.name)
    assert line[0].asked == ["bytes=1000-"]
    assert (tmp_path / WANTED.name).read_bytes() == DATA


def test_a_file_that_is_another_by_now_is_fetched_from_its_start(
    line: tuple[Line, Connection], tmp_path: Path
) -> None:
    line[0].etag = "0" * 64
    (tmp_path / f".{WANTED.name}.{WANTED.sha256[:16]}.part").write_bytes(b"x" * 1000)
    fetch(line[1], WANTED, tmp_path / WANTED.name)
    assert (tmp_path / WANTED.name).read_bytes() == DATA


def test_a_flipped_byte_leaves_nothing_behind(line: tuple[Line, Connection], tmp_path: Path) -> None:
    line[0].body = b"\xff" + DATA[1:]
    with pytest.raises(Tampered, match=r"线路\.csv"):
        fetch(line[1], WANTED, tmp_path / WANTED.name)
    assert [*tmp_path.iterdir()] == []


def test_a_line_that_gives_nothing_is_given_up(line: tuple[Line, Connection], tmp_path: Path) -> None:
    line[0].lasts = 0
    with pytest.raises(Unreachable):
        fetch(line[1], WANTED, tmp_path / WANTED.name)
    assert len(line[0].asked) == 1


@pytest.mark.parametrize(
    ("status", "error"), [(404, NotFound), (410, NotFound), (400, InvalidInput), (503, Unreachable)]
)
def test_refusals_say_what_they_are(
    line: tuple[Line, Connection], tmp_path: Path, status: int, error: type[Exception]
) -> None:
    line[0].status = status
    with pytest.raises(error, match=r"/file|HTTP 503"):
        fetch(line[1], WANTED, tmp_path / WANTED.name)


def test_a_portal_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENDATA_PUBLIC_URL", raising=False)
    with pytest.raises(SettingError, match="OPENDATA_PUBLIC_URL"):
        client.search("公交")
    with pytest.raises(InvalidInput):
        client.search("公交", portal="ftp://127.0.0.1")
    with pytest.raises(InvalidInput):
        client.load("../secret", portal="http://127.0.0.1:1")


BARE = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {BLOCKED}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocked())
import opendata.client
"""


def test_neither_flask_nor_a_database_is_needed() -> None:
    blocked = {
        "flask", "werkzeug", "jinja2", "sqlalchemy", "alembic", "psycopg", "sqlite3", "click", "granian", "boto3",
        "elasticsearch", "tantivy", "frictionless",
    }  # fmt: skip
    code = BARE.replace("{BLOCKED}", repr(blocked))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")

"""``make bench-downloads``: a 200 MB file from the local store under two web workers, beside nginx from the same disk.

Then 200 slow readers at once: how much memory they cost, and whether a page still comes. nginx is Debian's
(nginx-light); both answer on loopback in one run, taking turns.
"""

import hashlib
import os
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from rich.console import Console
from sqlalchemy.orm import sessionmaker

from catalog import migrate
from catalog.database import open_database
from opendata.publishing.storage import open_storage
from opendata.publishing.storage.blobs import blob_key, keep
from tests.conftest import ROOT
from tests.factories import Factory
from tests.services import apt
from tests.services.ports import free_port

SIZE = 200 << 20
ROUNDS = 21
READERS = 200
OUT = Console()
_FILE = "/datasets/big/releases/1/files/big.csv"


def install(folder: Path, size: int = SIZE) -> dict[str, str]:
    """An installation with one release of one big file; the settings as an environment."""
    source = folder / "big.bin"
    with source.open("wb") as file:
        for _ in range(size >> 20):
            file.write(os.urandom(1 << 20))
    settings = {
        "OPENDATA_DATABASE_URL": f"sqlite:///{folder}/bench.db",
        "OPENDATA_STORAGE_URL": f"file:{folder}/published",
        "OPENDATA_SEARCH_URL": f"embedded:{folder}/index",
        "OPENDATA_WORK_DIR": f"{folder}/work",
        "OPENDATA_CONTENT_DIR": str(ROOT),
    }
    with source.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    keep(open_storage(settings["OPENDATA_STORAGE_URL"]), sha256, source)
    engine = open_database(settings["OPENDATA_DATABASE_URL"])
    migrate.upgrade(engine)
    with sessionmaker(engine).begin() as session:
        make = Factory(session)
        dataset = make.dataset(make.item("1", "大文件", make.unit("370100", "济南市")), "big")
        file_row = make.file(make.release(dataset), "big.csv", b"", "text/csv")
        file_row.key, file_row.size, file_row.sha256 = blob_key(sha256), size, sha256
    engine.dispose()
    return settings


@contextmanager
def portal(settings: dict[str, str]) -> Iterator[tuple[str, int]]:
    """The portal under two workers: its address and the pid of the process above them."""
    port = free_port()
    command = [
        Path(sysconfig.get_path("scripts"), "opendata"),
        "serve",
        "--port",
        str(port),
        "--workers",
        "2",
    ]
    with subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL) as process:
        try:
            yield f"http://127.0.0.1:{port}{_FILE}", process.pid
        finally:
            process.terminate()


@contextmanager
def nginx(folder: Path) -> Iterator[str]:
    """Debian's nginx over the same folder."""
    apt.install([] if Path("/usr/sbin/nginx").exists() else ["nginx-light"])
    port = free_port()
    places = "".join(
        f"{kind}_temp_path {folder}/nginx;" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/nginx.err; daemon off;"
        f" user root; events {{}} http {{ access_log off; sendfile on; {places}"
        f" server {{ listen 127.0.0.1:{port}; root {folder}; }} }}"
    )
    with subprocess.Popen(["/usr/sbin/nginx", "-c", str(folder / "nginx.conf")]) as process:
        try:
            yield f"http://127.0.0.1:{port}/big.bin"
        finally:
            process.terminate()


def fetch(url: str, most: int | None = None) -> tuple[socket.socket, int]:
    """Ask for *url* and read *most* bytes of it (None: all); the connection and how many came."""
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname or "", parts.port or 80), timeout=60)
    ask = (
        f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: bench\r\nConnection: close\r\n\r\n"
    )
    connection.sendall(ask.encode())
    buffer, came = bytearray(1 << 20), 0
    while (most is None or came < most) and (read := connection.recv_into(buffer)):
        came += read
    return connection, came


def seconds(url: str) -> float:
    """How long the whole file takes."""
    start = time.perf_counter()
    connection, came = fetch(url)
    connection.close()
    if came < SIZE:
        raise RuntimeError(f"{url} ended after {came} bytes")
    return time.perf_counter() - start


def wait_for(ready: Callable[[], object]) -> None:
    """Until *ready* raises no more."""
    for _ in range(200):
        try:
            ready()
        except (OSError, RuntimeError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not come up")


def memory(pid: int) -> int:
    """Resident MiB of a process and those below it."""
    listed = subprocess.run(
        ["ps", "-o", "rss=", "--pid", str(pid), "--ppid", str(pid)],
        capture_output=True,
        text=True,
        check=True,
    )
    return sum(map(int, listed.stdout.split())) >> 10


def main() -> None:
    """Measure and show."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        settings = install(folder)
        with portal(settings) as (ours, pid), nginx(folder) as theirs:
            for url in (ours, theirs):
                wait_for(lambda url=url: seconds(url))  # type: ignore[misc]  # bound now, on purpose
            taken = [(seconds(ours), seconds(theirs)) for _ in range(ROUNDS)]
            mine, other = (median(column) for column in zip(*taken, strict=True))
            OUT.print(
                f"portal {SIZE / mine / 2**20:,.0f} MiB/s, nginx {SIZE / other / 2**20:,.0f} MiB/s (median of {ROUNDS})"
            )
            OUT.print(f"portal / nginx: {other / mine:.2f} (wanted: at least 0.80)")
            slow_readers(ours, pid)


def slow_readers(url: str, pid: int) -> None:
    """Many who have begun and read slowly."""
    before = memory(pid)
    readers = [fetch(url, 1 << 20)[0] for _ in range(READERS)]
    begun = memory(pid)
    for _ in range(5):
        for reader in readers:
            reader.recv(1 << 16)
    later = memory(pid)
    start = time.perf_counter()
    page, _ = fetch(url.partition("/releases")[0])
    answer = time.perf_counter() - start
    for reader in [*readers, page]:
        reader.close()
    OUT.print(f"{READERS} slow readers: {before} MiB before, {begun} begun, {later} after five rounds")
    OUT.print(f"a page meanwhile: {answer * 1000:.0f} ms")


if __name__ == "__main__":
    sys.exit(main())

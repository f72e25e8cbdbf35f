"""The indexer beside others: killed anywhere, and writing while web servers of other processes search."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.synchronize import Event
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from catalog.models import InventoryItem, InventoryRevision
from opendata.pipeline import indexing
from opendata.services import build
from opendata.settings import Settings
from tests.conftest import ROOT, installation, remove
from tests.factories import Factory, small_province
from tests.functional.province import FORKS
from tests.services.ports import free_port

KILLS = {"embedded": 30, "http": 5}
COMMAND = (sys.executable, "-c", "from opendata.cli import main; main()")
ITEMS = 60
#: Seconds after its first write, at the most, in which the indexer is killed.
SOON = 0.6


@pytest.fixture
def filled(template: str, copy_database: Callable[[str], str], tmp_path: Path) -> Iterator[Settings]:
    """An installation with some hundred items, indexed."""
    settings = installation(copy_database(template), tmp_path / "home")
    services = build(settings)
    small_province(services)
    with services.sessions.begin() as session:
        make = Factory(session)
        unit = make.unit("370000-MANY", "山东省公交办公室")
        for number in range(ITEMS):
            make.item(f"370000-MANY/{number:04}", f"公交线路{number}", unit)
    indexing.index(services)
    services.close()
    yield settings
    remove(settings)


def index_for_ever(settings: Settings, began: Event) -> None:
    """In another process: change and index everything again and again, and build anew every third time."""
    services = build(settings)
    number = 0
    while True:
        with services.sessions.begin() as session:
            session.execute(update(InventoryItem).values(index_pending=True))
            session.execute(update(InventoryRevision).values(abstract=f"第{number}次"))
        indexing.index(services)
        began.set()
        number += 1
        if number % 3 == 0:
            indexing.rebuild(services)


def test_the_indexer_is_killed_anywhere_and_the_next_run_repairs(filled: Settings) -> None:
    dice = random.Random(20181231)
    for _ in range(KILLS[filled.search_url.partition(":")[0]]):
        began = FORKS.Event()
        process = FORKS.Process(target=index_for_ever, args=(filled, began))
        process.start()
        assert began.wait(60)
        process.join(dice.uniform(0, SOON))
        assert process.exitcode is None
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join(60)
        services = build(filled)
        indexing.index(services)
        assert not indexing.check(services)
        assert services.index.count() > ITEMS
        services.close()


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """A web server in a process of its own, until the block ends; its address."""
    port = free_port()
    names = ("database_url", "storage_url", "search_url", "work_dir", "content_dir")
    environment = {f"OPENDATA_{name.upper()}": str(getattr(settings, name)) for name in names}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("OPENDATA_")}
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port), "--workers", "1", "--json"],
        env={**inherited, **environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait(30)


def test_two_web_servers_search_while_one_indexer_writes(filled: Settings) -> None:
    """No answer fails or is empty, nobody waits for a lock, and both servers see what was written."""
    answers: Counter[tuple[int, bool]] = Counter()
    done = threading.Event()

    def search(client: httpx.Client, address: str) -> None:
        while not done.is_set():
            page = client.get(f"{address}/search", params={"q": "公交线路"})
            answers[page.status_code, "<mark>公交" in page.text and "暂时不可用" not in page.text] += 1

    with served(filled) as one, served(filled) as other:
        transport = httpx.HTTPTransport(retries=8)
        with httpx.Client(transport=transport, trust_env=False, timeout=60) as client:
            readers = [threading.Thread(target=search, args=(client, address)) for address in (one, other)]
            for address in (one, other):
                assert client.get(f"{address}/readyz").json()["status"] == "ready"
            for reader in readers:
                reader.start()
            services = build(filled)
            for number in range(10):
                with services.sessions.begin() as session:
                    session.execute(update(InventoryItem).values(index_pending=True))
                    session.execute(update(InventoryRevision).values(abstract=f"第{number}回"))
                indexing.index(services)
                if number % 4 == 3:
                    indexing.rebuild(services)
            found = [
                client.get(f"{address}/search", params={"q": '"第9回"'}).text for address in (one, other)
            ]
            done.set()
            for reader in readers:
                reader.join()
            services.close()
    assert set(answers) == {(200, True)}
    assert all("<mark>第9回</mark>" in page for page in found)

"""Published files move from a folder to a bucket and back: killed and resumed, while readers are served."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest
from click.testing import CliRunner

from catalog.queries.stored import recorded
from opendata import pipeline
from opendata.cli import main
from opendata.cli.steps import public_door
from opendata.publishing.storage import open_storage
from opendata.publishing.storage.compare import compare
from opendata.settings import PREFIX, Settings
from tests.conftest import own_part, remove
from tests.functional import province, waiting
from tests.functional.touches import watched
from tests.functional.waiting import UNCOUNTED, Waiting

SERVER = os.environ.get("TEST_STORAGE_URL", "")
#: At how many hundredths of the copying it is killed, each time later than before: what lies there already is only
#: looked at, so that each gets further.
KILLS = (30, 20, 10)

pytestmark = pytest.mark.skipif(
    not SERVER, reason="set TEST_STORAGE_URL to move published files to an S3 server"
)


def command(settings: Settings, *words: str) -> int:
    """Type ``opendata WORDS`` with these settings, and say how it ended."""
    values = {f"{PREFIX}{one.name.upper()}": str(getattr(settings, one.name)) for one in fields(Settings)}
    return CliRunner().invoke(main, words, env=values).exit_code


def _move(settings: Settings, url: str, die_at: int, count: Path) -> None:
    def work() -> None:
        assert command(settings, "storage", "move", url, "--json") == 0

    watched(work, die_at, count)


def move(settings: Settings, url: str, count: Path, die_at: int = 0) -> int | None:
    """``opendata storage move`` in a process of its own, killed before its *die_at*-th touch of what is outside."""
    child = province.FORKS.Process(target=_move, args=(settings, url, die_at, count))
    child.start()
    child.join(120)
    return child.exitcode


@contextmanager
def served(settings: Settings) -> Iterator[list[str]]:
    """The portal with a reader who fetches every public file again and again; the files that came damaged or not."""
    wrong: list[str] = []
    rounds, over = Event(), Event()

    def read(address: str) -> None:
        with httpx.Client(base_url=address, headers=UNCOUNTED, trust_env=False, timeout=60) as client:
            while not over.is_set():
                for file in client.get("/bulk/files.jsonl").iter_lines():
                    wrong.extend(waiting.differs(client, file))
                rounds.set()
                over.wait(0.2)  # else it would take the processor from the copying

    with province.opened(settings) as services, public_door(services) as address:
        reader = Thread(target=read, args=(address,))
        reader.start()
        try:
            yield wrong
            rounds.clear()
            assert rounds.wait(60), "the portal answers"
        finally:
            over.set()
            reader.join()


def differences(settings: Settings, url: str) -> list[tuple[str, str | None]]:
    """What is wrong with the copy at *url*."""
    with province.opened(settings) as services, services.readers() as session:
        return [(one.code, one.value) for one in compare(open_storage(url), recorded(session))]


def moves(settings: Settings, url: str, folder: Path) -> None:
    """Copy everything to *url*, killed some times on the way; there must be nothing but whole files meanwhile."""
    count = folder / "count"
    trial, touches = own_part(url), []
    for _ in range(2):  # the second time there is nothing to do but to look
        assert move(settings, trial, count) == 0
        touches.append(int(count.read_text()))
    remove(replace(settings, storage_url=trial))
    for part in KILLS:
        assert (
            move(settings, url, count, touches[1] + (touches[0] - touches[1]) * part // 100)
            == -signal.SIGKILL
        )
        assert {code for code, _ in differences(settings, url)} == {"missing"}
        assert [*open_storage(url).list()], "it was killed when a part had been copied"
    assert move(settings, url, count) == 0
    assert differences(settings, url) == []


def test_from_a_folder_to_a_bucket_and_back(
    prepared: Waiting, copy_database: Callable[[str], str], tmp_path: Path
) -> None:
    here, bucket, back = f"file:{tmp_path}/here", own_part(SERVER), f"file:{tmp_path}/back"
    settings = prepared.copied(copy_database, tmp_path / "home", here)
    with served(settings) as wrong:
        moves(settings, bucket, tmp_path)
        with province.opened(settings) as services:
            pipeline.publish(services)  # meanwhile something is published: it goes with the next round
        assert {code for code, _ in differences(settings, bucket)} == {"missing"}
        assert move(settings, bucket, tmp_path / "count") == 0
        assert differences(settings, bucket) == []
    assert wrong == []

    there = replace(settings, storage_url=bucket)
    with province.opened(there) as services:
        waiting.finished(services, prepared)
    with served(there) as wrong:
        moves(there, back, tmp_path)
    assert wrong == []
    with province.opened(replace(settings, storage_url=back)) as services:
        waiting.finished(services, prepared)
    assert command(replace(settings, storage_url=back), "storage", "check") == 0
    remove(there)

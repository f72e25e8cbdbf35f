"""Keys that do not fit into memory: found all the same; a full disk is said; whoever is killed leaves no file."""

import multiprocessing
import os
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import StorageFull
from opendata.tables import read
from opendata.validation import Report, hash_index, keys, validate_table
from opendata.validation.schema import make_schema

ROWS = 30_000
FORKS = multiprocessing.get_context("forkserver")
SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "n", "type": "integer", "constraints": {"unique": True}},
    ],
    "primaryKey": ["id"],
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Every tenth key stands in two rows, far apart; one stands in a thousand."""
    path = tmp_path / "a.csv"
    rows = [f"k{n % (ROWS * 9 // 10)},{n if n % 30 else 0}" for n in range(ROWS)]
    path.write_text("\n".join(["id,n", *rows, ""]), encoding="utf-8")
    return path


def verdict(source: Path, scratch: Path) -> Report:
    schema = make_schema(SCHEMA, "x", "named")
    return validate_table(read(source, scratch=scratch), schema, scratch=scratch)


def held(count: int) -> None:
    hash_index.HELD = count
    keys.AT_ONCE = 700


def full(source: Path, scratch: Path) -> None:
    held(1000)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    try:
        verdict(source, scratch)
    except StorageFull as error:
        os._exit(77 if str(scratch) in error.text.zh and str(scratch) in error.text.en else 1)
    os._exit(0)


def killed(source: Path, scratch: Path) -> None:
    held(1000)
    written = hash_index.os.pread

    def pread(*arguments: int) -> bytes:
        written(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)
        return b""

    hash_index.os.pread = pread
    verdict(source, scratch)


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing may be left."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    yield folder
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(("work", "code"), [(full, 77), (killed, -signal.SIGKILL)])
def test_nothing_is_left(source: Path, scratch: Path, work: Callable[[Path, Path], None], code: int) -> None:
    child = FORKS.Process(target=work, args=(source, scratch))
    child.start()
    child.join()
    assert child.exitcode == code


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 128 KiB."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root, where it may mount, can make a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_fills_up_is_said_and_has_its_room_again(
    source: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hash_index, "HELD", 1000)
    free = os.statvfs(small_disk).f_bfree
    with pytest.raises(StorageFull) as caught:
        verdict(source, small_disk)
    assert str(small_disk) in caught.value.text.zh
    assert str(small_disk) in caught.value.text.en
    assert list(small_disk.iterdir()) == []
    assert os.statvfs(small_disk).f_bfree == free


def test_what_lies_on_the_disk_is_found(source: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = verdict(source, scratch)
    monkeypatch.setattr(hash_index, "HELD", 1000)
    monkeypatch.setattr(keys, "AT_ONCE", 700)
    assert verdict(source, scratch).to_dict() == expected.to_dict()
    assert expected.counts == {"primary-key": ROWS // 10, "unique-error": ROWS // 30 - 1}

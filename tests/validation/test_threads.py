"""A long table is parsed ahead and written aside: the same report and file as from one thread; whatever breaks off, no file and no thread stays."""

import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from catalog.errors import StorageFull
from opendata.tables import blocks, cores, direct, read, typed_writer
from opendata.tables.typed_file import open_typed
from opendata.validation import Report, batches, validate_table
from opendata.validation.privacy import PrivacyWatch
from opendata.validation.schema import make_schema

ROWS = 5_000
FORKS = multiprocessing.get_context("forkserver")
SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "name", "type": "string"},
        {"name": "day", "type": "date"},
        {"name": "amount", "type": "number"},
    ],
    "primaryKey": ["id"],
}


def write(path: Path, *, bad: int | None = None) -> Path:
    rows = [f"k{n},单位{n % 77},2018-01-{n % 28 + 1:02},{n * 7}.{n % 100:02}" for n in range(ROWS)]
    if bad is not None:
        rows[bad] = rows[bad].replace("2018", "x")
    path.write_text("\n".join(["id,name,day,amount", *rows, ""]), encoding="utf-8")
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(tmp_path / "a.csv")


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing may be left; and no thread either."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    before = set(threading.enumerate())
    yield folder
    assert list(folder.iterdir()) == []
    assert set(threading.enumerate()) <= before


def shrink() -> None:
    """Some thirty batches, a group of rows every few of them, and threads whatever the machine has."""
    batches.BLOCK, direct._CHUNK = 7_000, 10_000
    typed_writer.GROUP_ROWS = 600
    cores.has_spare_core = lambda: True


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """As :func:`shrink`; the names of the threads that parse."""
    monkeypatch.setattr(batches, "BLOCK", 7_000)
    monkeypatch.setattr(direct, "_CHUNK", 10_000)
    monkeypatch.setattr(typed_writer, "GROUP_ROWS", 600)
    monkeypatch.setattr(cores, "has_spare_core", lambda: True)
    names: list[str] = []
    parsed = batches.parsed

    def noted(*arguments: Any) -> list[pa.Array]:
        names.append(threading.current_thread().name)
        return parsed(*arguments)

    monkeypatch.setattr(batches, "parsed", noted)
    return names


def verdict(source: Path, scratch: Path) -> Report:
    schema = make_schema(SCHEMA, "x", "named")
    table = read(source, scratch=scratch)
    return validate_table(table, schema, scratch=scratch, typed=scratch / "typed.parquet")


@pytest.mark.parametrize("bad", [None, ROWS - 3])
def test_the_same_as_from_one_thread(
    tmp_path: Path, scratch: Path, threads: list[str], monkeypatch: pytest.MonkeyPatch, bad: int | None
) -> None:
    source, left = write(tmp_path / "a.csv", bad=bad), scratch / "typed.parquet"
    report = verdict(source, scratch)
    assert len(threads) > 20
    assert all(name.startswith("ahead") for name in threads)
    rows = open_typed(left).table() if left.exists() else None
    left.unlink(missing_ok=True)
    threads.clear()
    monkeypatch.setattr(cores, "has_spare_core", lambda: False)
    assert verdict(source, scratch).to_dict() == report.to_dict()
    assert set(threads) == {threading.current_thread().name}
    assert report.valid == (rows is not None) == (bad is None)
    if rows is not None:
        assert open_typed(left).table().equals(rows, check_metadata=True)
        assert rows.num_rows == ROWS
        left.unlink()


def after(count: int, work: Callable[..., Any], error: BaseException) -> Callable[..., Any]:
    """*work*, which the *count*-th time raises *error*."""
    left = [count]

    def does(*arguments: Any, **named: Any) -> Any:
        left[0] -= 1
        if not left[0]:
            raise error
        return work(*arguments, **named)

    return does


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("a fault of ours")])
@pytest.mark.parametrize(
    ("place", "name"),
    [
        (batches, "_batch"),
        (PrivacyWatch, "see_column"),
        (typed_writer.TypedWriter, "add"),
        (direct, "_plain_lines"),
    ],
)
@pytest.mark.usefixtures("threads")
def test_broken_off(
    source: Path,
    scratch: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: object,
    name: str,
    error: BaseException,
) -> None:
    monkeypatch.setattr(place, name, after(9, getattr(place, name), error))
    with pytest.raises(type(error)) as raised:
        verdict(source, scratch)
    assert raised.value is error


@pytest.mark.usefixtures("threads")
def test_an_interrupt_while_the_main_thread_waits(
    source: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse, seen = batches._batch, []

    def signalling(*arguments: Any) -> Any:
        seen.append(arguments)
        if len(seen) == 5:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        return parse(*arguments)

    monkeypatch.setattr(batches, "_batch", signalling)
    with pytest.raises(KeyboardInterrupt):
        verdict(source, scratch)
    assert len(seen) < 10


def full(source: Path, scratch: Path) -> None:
    shrink()
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
    try:
        verdict(source, scratch)
    except StorageFull as error:
        alone = threading.active_count() == 1
        os._exit(77 if str(scratch) in error.text.zh and str(scratch) in error.text.en and alone else 1)
    os._exit(0)


def test_no_room_for_what_is_written_aside(source: Path, scratch: Path) -> None:
    child = FORKS.Process(target=full, args=(source, scratch))
    child.start()
    child.join()
    assert child.exitcode == 77


def test_short_tables_and_workers_stay_alone(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = read(source, scratch=source.parent)
    monkeypatch.setattr(cores, "has_spare_core", lambda: True)
    assert table.size < blocks.BLOCK
    assert not batches.is_long(table)
    monkeypatch.setattr(batches, "BLOCK", 1000)
    assert batches.is_long(table)
    monkeypatch.undo()
    monkeypatch.setattr(cores, "_GRANT", source)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    assert cores.has_spare_core()
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    assert not cores.has_spare_core()
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    source.write_text("100000 100000\n")
    assert not cores.has_spare_core()
    source.write_text("max 100000\n")
    assert cores.has_spare_core()
    monkeypatch.setattr(multiprocessing, "parent_process", object)
    assert not cores.has_spare_core()

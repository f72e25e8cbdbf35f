"""A folder of a living process is left alone, that of a killed one is gone when the next begins."""

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from catalog import scratch
from catalog.scratch import PREFIX, scratch_folder, sweep

FORKS = multiprocessing.get_context("forkserver")


def work(place: Path, ready: Connection) -> None:
    with scratch_folder(place) as folder:
        (folder / "half").write_bytes(b"x")
        ready.send(folder.name)
        ready.recv()


def test_only_what_nobody_holds_is_swept(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    here, there = FORKS.Pipe()
    child = FORKS.Process(target=work, args=(tmp_path, there))
    child.start()
    left = tmp_path / here.recv()
    with scratch_folder(tmp_path) as mine:
        assert (left / "half").exists()
        sweep(tmp_path)
        assert mine.exists()
    os.kill(child.pid or 0, signal.SIGKILL)
    child.join()
    assert (left / "half").exists()
    with scratch_folder(tmp_path) as mine:
        assert sorted(one.name for one in tmp_path.iterdir()) == sorted([mine.name, "other"])
    assert [one.name for one in tmp_path.iterdir()] == ["other"]


def test_a_folder_swept_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, made = scratch._opened, []

    def late(folder: Path) -> int:
        made.append(folder)
        if len(made) == 1:
            monkeypatch.setattr(scratch, "_opened", opened)
            sweep(tmp_path)
            monkeypatch.setattr(scratch, "_opened", late)
        return opened(folder)

    monkeypatch.setattr(scratch, "_opened", late)
    with scratch_folder(tmp_path) as folder:
        assert folder.exists()
        assert not made[0].exists()
        assert folder.name.startswith(PREFIX)
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(tmp_path / "kept")
    sweep(tmp_path)
    assert (tmp_path / "kept").exists()

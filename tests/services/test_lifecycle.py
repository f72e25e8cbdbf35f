"""Starting, stopping and killing, tried on a small server that needs nothing installed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.services import Instance, Launch, MissingProgramError, StartError, apt, jdk
from tests.services.places import appearing
from tests.services.ports import LOOPBACK, free_port, http_status
from tests.services.processes import Process


class Files:
    """Python's own file server."""

    name = "files"
    stop_signal = signal.SIGTERM

    def packages(self) -> tuple[str, ...]:
        return ()

    def build(self) -> None:
        pass

    def launch(self, folder: Path, port: int) -> Launch:
        command = [
            sys.executable,
            "-m",
            "http.server",
            str(port),
            f"--bind={LOOPBACK}",
            f"--directory={folder}",
        ]
        return Launch(command)

    def answers(self, port: int) -> bool:
        return http_status(port, "/") == 200

    def exports(self, port: int) -> dict[str, str]:
        return {"TEST_FILES_URL": f"http://{LOOPBACK}:{port}"}


class EndsAtOnce(Files):
    """A server whose start fails."""

    def launch(self, folder: Path, port: int) -> Launch:
        return Launch(["/bin/sh", "-c", "echo the data folder is damaged; exit 3"])


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The locks of these tests are nobody else's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Instance]:
    """An instance that has ended when the test has."""
    instance = Instance(Files(), tmp_path / "files")
    yield instance
    instance.stop()


def test_a_second_start_finds_the_first(files: Instance) -> None:
    first = files.start()
    exports = files.exports()
    assert (files.start(), files.exports()) == (first, exports)
    assert http_status(first.port, "/") == 200


def test_starts_at_the_same_time_do_not_race(files: Instance) -> None:
    twins = [Instance(Files(), files.folder) for _ in range(4)]
    with ThreadPoolExecutor(len(twins)) as pool:
        started = list(pool.map(Instance.start, twins))
    assert len({running.pid for running in started}) == 1


def test_a_killed_server_comes_back_on_its_port(files: Instance) -> None:
    before = files.start()
    files.kill()
    assert files.running() is None
    with pytest.raises(StartError, match="does not run"):
        files.exports()
    after = files.start()
    assert after.port == before.port
    assert after.pid != before.pid


def test_restart_and_remove(files: Instance) -> None:
    before = files.start()
    after = files.restart()
    assert (after.port, after.pid != before.pid) == (before.port, True)
    files.remove()
    assert not after.process.alive()
    assert not files.folder.exists()


def test_a_taken_port_is_not_insisted_on(files: Instance, tmp_path: Path) -> None:
    port = files.start().port
    files.stop()
    with Instance(Files(), tmp_path / "squatter") as squatter:
        squatter.stop()
        squatter.folder.joinpath("running.json").write_text(json.dumps({"pid": 0, "mark": "", "port": port}))
        assert squatter.start().port == port
        assert files.start().port != port


def test_a_failed_start_shows_the_end_of_the_log(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="the data folder is damaged"):
        Instance(EndsAtOnce(), tmp_path / "broken").start()


def test_a_pid_that_belongs_to_another_is_left_alone(files: Instance) -> None:
    """The file outlived its server, and the system has given the number to somebody else."""
    files.folder.mkdir()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        kept = {"pid": stranger.pid, "mark": "an earlier boot 4711", "port": free_port()}
        files.folder.joinpath("running.json").write_text(json.dumps(kept))
        files.stop()
        files.kill()
        assert stranger.poll() is None
        stranger.kill()


def test_a_process_that_ended_uncollected_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        stat = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        process = Process(child.pid, f"{boot} {stat[19]}")
        assert process.alive()
        child.kill()
        assert process.gone_within(5)  # nobody has waited for it yet: it is a zombie


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "built"

    def build_half() -> None:
        with appearing(target) as folder:
            folder.joinpath("half").touch()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        build_half()
    assert [path.name for path in tmp_path.iterdir() if path.name != "cache"] == []


def test_without_root_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(
        MissingProgramError, match="apt-get install --no-install-recommends chromium fonts-noto-cjk"
    ):
        apt.install(["chromium", "fonts-noto-cjk"])


def test_the_newest_jdk_is_taken_and_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, says in {"old": "17.0.15", "new": "25.0.1", "mid": "21.0.9", "odd": "no number"}.items():
        programs = tmp_path / name / "bin"
        programs.mkdir(parents=True)
        programs.joinpath("javac").touch()
        programs.joinpath("java").write_text(f"#!/bin/sh\necho 'openjdk version \"{says}\"' >&2\n")
        programs.joinpath("java").chmod(0o755)
    monkeypatch.setattr(jdk, "FOLDERS", tmp_path)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "old"))
    assert (jdk.newest(21), jdk.newest(26)) == (tmp_path / "new", None)

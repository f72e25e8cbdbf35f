"""One server in one folder: start, stop, kill, start again.

The folder holds ``running.json`` (pid, its mark, port), ``log``, ``lock`` and the server's data.
``running.json`` stays after a stop, so that the next start takes the same port if it is still free.
"""

import json
import shutil
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from . import apt
from .faults import StartError
from .lock import locked
from .places import cache
from .ports import free_port
from .processes import Process, launch
from .service import Program, Server

START_SECONDS = 60
STOP_SECONDS = 30
#: A port can be taken between our look and the server's; then another is tried.
STARTS = 3
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Running:
    """What ``running.json`` keeps."""

    pid: int
    mark: str
    port: int

    @property
    def process(self) -> Process:
        """The process, which may have ended since."""
        return Process(self.pid, self.mark)


class Instance:
    """One *server* whose data are in *folder*; as a context, it runs inside the block."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder.resolve()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def log(self) -> Path:
        """What the server printed."""
        return self.folder / "log"

    def running(self) -> Running | None:
        """The process that serves this folder, None if none does."""
        kept = self._kept()
        return kept if kept and kept.process.alive() else None

    def exports(self) -> dict[str, str]:
        """The variables that tell the tests where it answers.

        :raises StartError: if it does not run.
        """
        running = self.running()
        if running is None:
            raise StartError(f"{self.server.name} does not run in {self.folder}")
        return self.server.exports(running.port)

    def start(self) -> Running:
        """Get it if need be, start it if need be, and wait until it answers.

        :raises ServiceError: in one sentence, what is missing or what it said before it ended.
        """
        get(self.server)
        with locked(self.folder / "lock"):
            running = self.running()
            if running and self._answers(running):
                return running
            self._end(signal.SIGKILL)  # it runs and says nothing: nobody can use it as it is
            for _ in range(STARTS):
                running = self._launch()
                if self._answers(running):
                    return running
                self._end(signal.SIGKILL)
        raise StartError(f"{self.server.name} did not start; the end of {self.log}:\n{self._last_words()}")

    def stop(self) -> None:
        """Ask it to end, insist after a while; nothing happens to one that does not run."""
        with locked(self.folder / "lock"):
            self._end(self.server.stop_signal)

    def kill(self) -> None:
        """End it at once (kill -9), as a crash would; its data stay as they are."""
        with locked(self.folder / "lock"):
            self._end(signal.SIGKILL)

    def restart(self) -> Running:
        """Stop it and start it where it was."""
        self.stop()
        return self.start()

    def remove(self) -> None:
        """Stop it and delete its data."""
        self.stop()
        elsewhere = [path.resolve() for path in self.folder.glob("*") if path.is_symlink()]
        for folder in (*elsewhere, self.folder):
            shutil.rmtree(folder, ignore_errors=True)

    def _kept(self) -> Running | None:
        try:
            return Running(**json.loads((self.folder / "running.json").read_text()))
        except FileNotFoundError:
            return None

    def _launch(self) -> Running:
        kept = self._kept()
        port = free_port(kept.port if kept else None)
        plan = self.server.launch(self.folder, port)
        process = launch(plan.command, self.log, plan.environment, plan.user)
        running = Running(process.pid, process.mark, port)
        beside = self.folder / "running.json.new"
        beside.write_text(json.dumps(asdict(running)))
        beside.replace(self.folder / "running.json")
        return running

    def _answers(self, running: Running) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while running.process.alive() and time.monotonic() < deadline:
            if self.server.answers(running.port):
                return running.process.alive()  # else it was a stranger on our port who answered
            time.sleep(POLL_SECONDS)
        return False

    def _end(self, number: signal.Signals) -> None:
        running = self.running()
        if running is None:
            return
        family = running.process.family()
        if number != signal.SIGKILL:
            running.process.signal(number)
            running.process.gone_within(STOP_SECONDS)
        for process in family:  # a worker that outlived its master would still write to the data
            process.signal(signal.SIGKILL)
        if not all(process.gone_within(STOP_SECONDS) for process in family):
            raise StartError(f"{self.server.name}: pid {running.pid} does not end, not even by kill -9")

    def _last_words(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def get(program: Program) -> None:
    """Install and build *program* unless it is there; one process at a time, whichever clone it serves.

    :raises ServiceError: in one sentence, what to install, or what failed.
    """
    with locked(cache() / f"{program.name}.lock"):
        apt.install(program.packages())
        program.build()

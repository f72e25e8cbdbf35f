"""A process that outlives us, known by more than its number.

A process id is used again after a while, and the pid in an old file may by then belong to
somebody's editor. So a pid is kept together with the moment its process began, and no signal
is sent where the two disagree.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

PROC = Path("/proc")
POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Process:
    """One process: its pid and a mark that tells it from every other holder of that pid."""

    pid: int
    mark: str

    def alive(self) -> bool:
        """Whether this very process runs; one that ended but was not yet collected does not."""
        return bool(self.mark) and _mark(self.pid) == self.mark

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, unless the process is gone or its pid belongs to another by now."""
        if self.alive():
            os.kill(self.pid, number)

    def family(self) -> list["Process"]:
        """It and the processes it started, as far as the system tells; [] when it is gone."""
        if not self.alive():
            return []
        try:
            children = PROC.joinpath(f"{self.pid}/task/{self.pid}/children").read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            children = []
        return [self, *(Process(pid, _mark(pid)) for pid in map(int, children))]

    def gone_within(self, seconds: float) -> bool:
        """Wait for the end; False if it still runs after *seconds*."""
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True


def launch(command: Sequence[str], log: Path, environment: Mapping[str, str], user: str | None) -> Process:
    """Start *command* in a session of its own, as *user* if given, its output appended to *log*.

    A shell in between starts it and ends at once, so that nobody here has a child to wait for:
    a server may outlive the test run that started it.
    """
    with log.open("ab") as output:
        answer = subprocess.run(
            ["/bin/sh", "-c", '"$@" >&2 & echo $!', "sh", *command],
            env={**os.environ, **environment},
            cwd="/",  # no server holds on to the folder we happen to be in, nor fails to read it
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            start_new_session=True,
            check=True,
            **as_user(user),
        )
    pid = int(answer.stdout)
    return Process(pid, _mark(pid))


class Identity(TypedDict, total=False):
    """Arguments of :mod:`subprocess` that name the user to run as."""

    user: str
    group: str
    extra_groups: Sequence[str]


def as_user(user: str | None) -> Identity:
    """Run as *user*, in that user's group alone; as the user we are when None."""
    return Identity() if user is None else Identity(user=user, group=user, extra_groups=())


def _mark(pid: int) -> str:
    """When the process began, "" if it does not run."""
    if not PROC.joinpath("self", "stat").exists():
        return _mark_from_ps(pid)
    try:
        line = PROC.joinpath(str(pid), "stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    fields = line.rpartition(")")[2].split()  # the program's name before it may hold spaces
    state, threads, began = fields[0], int(fields[17]), fields[19]
    boot = PROC.joinpath("sys/kernel/random/boot_id").read_text().strip()
    # The first thread can be dead while others still die, and hold the port and the locks until they have.
    ended = state in "ZX" and threads <= 1
    return "" if ended else f"{boot} {began}"


def _mark_from_ps(pid: int) -> str:
    """The same on a system without ``/proc``."""
    done = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], stdout=subprocess.PIPE, text=True, check=False
    )
    state, _, began = done.stdout.strip().partition(" ")
    return "" if not began or state.startswith("Z") else began.strip()

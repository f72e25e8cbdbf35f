"""Debian's packages: installed where we may, asked for where we may not."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from .commands import fetch, say
from .faults import MissingProgramError
from .lock import locked
from .places import cache as cache_folder

#: apt reads it before a package's installation starts a daemon of its own.
POLICY = Path("/usr/sbin/policy-rc.d")
QUIET = {"DEBIAN_FRONTEND": "noninteractive"}
PATIENT = ("-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3")


def install(packages: Sequence[str]) -> None:
    """Install *packages* as root on a Debian-like system; nothing to do when there are none.

    :raises MissingProgramError: elsewhere, naming what to install.
    """
    if not packages:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise MissingProgramError(
            f"not installed; on Debian: sudo apt-get install --no-install-recommends {' '.join(packages)}"
        )
    with locked(cache_folder() / "apt.lock"), _daemons_kept_down():
        _update()
        say(f"installing {' '.join(packages)}")
        fetch(
            ["apt-get", *PATIENT, "install", "-y", "--no-install-recommends", *packages],
            seconds=600,
            environment=QUIET,
        )


@cache
def _update() -> None:
    """Once per run: a list that is days old names files that are gone."""
    fetch(["apt-get", *PATIENT, "update"], seconds=180, environment=QUIET)


@contextmanager
def _daemons_kept_down() -> Iterator[None]:
    """Debian's server packages start a system-wide server when installed; ours start from here alone."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)

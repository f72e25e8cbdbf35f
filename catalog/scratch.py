"""Folders for files that nobody will miss: gone at the end, or, if their process was killed, by the next that needs one.

Whoever works in a folder holds a lock on it, which the operating system takes back when the process dies, however
it dies. A folder that lies unlocked has no owner any more. Where folders cannot be locked (some network disks)
none is ever swept.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "opendata-scratch-"


@contextmanager
def scratch_folder(place: Path | None = None) -> Iterator[Path]:
    """A new folder in the folder *place* (default: the system's), which is swept first.

    :raises OSError: it cannot be made there.
    """
    place = place or Path(tempfile.gettempdir())
    sweep(place)
    while True:
        with tempfile.TemporaryDirectory(dir=place, prefix=PREFIX) as name, _locked(Path(name)) as held:
            # Between being made and being locked it may have looked like nobody's, and be gone.
            if held:
                yield Path(name)
                return


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    try:
        opened = _opened(folder)
    except FileNotFoundError:
        yield False
        return
    try:
        with suppress(OSError):
            fcntl.flock(opened, fcntl.LOCK_EX)
        yield _is(folder, opened)
    finally:
        os.close(opened)


def _opened(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)


def _is(folder: Path, opened: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(folder.lstat(), os.fstat(opened))
    return False


def sweep(place: Path) -> None:
    """Delete the folders in *place* that killed processes of this user left."""
    for folder in place.glob(f"{PREFIX}*"):
        # Another sweeper was faster, it belongs to somebody else, or it is alive.
        with suppress(OSError):
            if folder.lstat().st_uid == os.geteuid():
                _sweep_if_nobodys(folder)


def _sweep_if_nobodys(folder: Path) -> None:
    opened = _opened(folder)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    finally:
        os.close(opened)

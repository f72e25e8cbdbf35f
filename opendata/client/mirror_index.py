"""What a mirror knows of its own files, so that a second run need not read them.

::

    FOLDER/<dataset>/<release>/<name>     the files
    FOLDER/.mirror/index.jsonl            path, sha256, size and time of each as it was when it was proven
    FOLDER/.mirror/lock                   held while a run goes on

The index is added to line by line and written anew at the end: a kill costs at most one line, which is read again.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, TextIO

from catalog.errors import Busy

HOME = ".mirror"


@dataclass
class Index:
    """The proven files of the mirror in *folder*; safe to use from several threads."""

    folder: Path
    known: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    log: TextIO | None = None

    def proven(self, path: str, sha256: str, *, read: bool = False) -> bool:
        """Whether the file at *path* has this hash: as noted if it wasn't touched since, else (or with *read*) by reading."""
        place = self.folder / path
        if not place.is_file():
            return False
        found, noted = place.stat(), self.known.get(path)
        if not read and noted == (sha256, found.st_size, found.st_mtime_ns):
            return True
        with place.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                return False
        self.note(path, sha256)
        return True

    def note(self, path: str, sha256: str) -> None:
        """Remember that the file at *path* was proven just now."""
        found = (self.folder / path).stat()
        with self.lock:
            self.known[path] = (sha256, found.st_size, found.st_mtime_ns)
            if self.log:
                self.log.write(json.dumps([path, *self.known[path]]) + "\n")
                self.log.flush()

    def remove(self, path: str) -> bool:
        """Delete the file at *path* and the folders that it leaves empty; whether there was one."""
        place = self.folder / path
        self.known.pop(path, None)
        if not place.is_file():
            return False
        place.unlink()
        for parent in (place.parent, place.parent.parent):
            if not any(parent.iterdir()):
                parent.rmdir()
        return True


@contextmanager
def opened(folder: Path) -> Iterator[Index]:
    """The index of the mirror in *folder*, which is made if need be; written anew at the end.

    :raises Busy: another run keeps this mirror.
    """
    home = folder / HOME
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(
                f"另一个进程正在更新镜像 {folder}", f"another run keeps the mirror {folder} just now"
            ) from error
        path = home / "index.jsonl"
        index = Index(folder, _read(path))
        try:
            with path.open("a", encoding="utf-8") as index.log:
                yield index
        finally:
            _write(path, index)


def _read(path: Path) -> dict[str, tuple[str, int, int]]:
    known: dict[str, tuple[str, int, int]] = {}
    if path.is_file():
        for line in path.read_text("utf-8", "replace").splitlines():
            entry = _entry(line)
            if entry:
                known[entry[0]] = entry[1:]
    return known


def _entry(line: str) -> tuple[str, str, int, int] | None:
    """One line; None for what a kill left of one."""
    try:
        values: Any = json.loads(line)
        path, sha256, size, time = values
        return str(path), str(sha256), int(size), int(time)
    except (ValueError, TypeError):
        return None


def _write(path: Path, index: Index) -> None:
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as file:
        for name, entry in sorted(index.known.items()):
            file.write(json.dumps([name, *entry]) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)

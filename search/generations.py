"""A folder with generations of an index, of which a pointer file names the one that is read.

::

    index/
    ├── writer.lock      held (flock) by whoever writes; the kernel frees it when that process dies
    ├── current          the name of the generation that is read, replaced in one step
    ├── 00000007/        the generation before, for readers that are just opening it
    └── 00000008/        the current one
"""

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.disk import NO_ROOM, is_full
from catalog.errors import Busy, SettingError, StorageFull

_POLL = 0.01  # seconds between two tries for the lock
_SEGMENT = 32_000_000  # bytes: about what one segment takes


class Generations:
    """The generations of one index.

    :param folder: made by the first write; reading never writes.
    :param patience: seconds to wait for another writer before :class:`catalog.errors.Busy` is raised.
    """

    def __init__(self, folder: Path, patience: float) -> None:
        self.folder = folder
        self.pointer = folder / "current"
        self._patience = patience

    def current(self) -> Path | None:
        """Return the folder of the generation that is read, or None if nothing was ever written."""
        try:
            return self.folder / self.pointer.read_text(encoding="ascii")
        except FileNotFoundError:
            return None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer's lock, against other processes and other threads of this one."""
        with translated(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder / "writer.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            self._wait_for(handle)
            yield
        finally:
            os.close(handle)

    @contextmanager
    def next(self) -> Iterator[Path]:
        """Give an empty folder for the next generation and, when it was filled, let every reader go over.

        Enter it while writing. After an exception readers stay where they are and the folder is removed.
        """
        with translated(self.folder):
            generation = self._fresh()
        try:
            yield generation
            with translated(self.folder):
                self._point_at(generation)
        except BaseException:
            shutil.rmtree(generation, ignore_errors=True)
            raise

    def _fresh(self) -> Path:
        """Make the folder; what a build that died has left, and what no reader opens any more, go."""
        numbers = [int(path.name) for path in self.folder.iterdir() if path.name.isdigit()]
        current = self.current()
        for path in self.folder.iterdir():
            if path.name.isdigit() and path != current:
                shutil.rmtree(path)
        generation = self.folder / f"{max(numbers, default=0) + 1:08}"
        generation.mkdir()
        return generation

    def _point_at(self, generation: Path) -> None:
        beside = self.pointer.with_suffix(".new")
        with beside.open("w", encoding="ascii") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.pointer)
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _wait_for(self, handle: int) -> None:
        deadline = time.monotonic() + self._patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise Busy(
                        f"检索索引 {self.folder} 正由另一个进程写入，请稍后再试",
                        f"the search index {self.folder} is being written by another; try again later",
                    ) from None
                time.sleep(_POLL)
            else:
                return


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Say in our own errors what the file system refuses, to Python or to tantivy."""
    try:
        yield
    except (OSError, ValueError) as error:  # tantivy says ValueError, with the number in its sentence
        number = error.errno if isinstance(error, OSError) else _number_in(str(error))
        if number in NO_ROOM or (number is None and _is_full(folder)):
            raise StorageFull(
                f"写入检索索引 {folder} 时磁盘空间不足",
                f"no space is left to write the search index {folder}",
            ) from error
        reason = os.strerror(number) if number else str(error)
        raise SettingError(
            f"无法写入检索索引目录 {folder}：{reason}",
            f"the search index folder {folder} cannot be written: {reason}",
        ) from error


def _is_full(folder: Path) -> bool:
    """Find out why tantivy's writing thread died, of which it tells nothing but that it did."""
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            os.posix_fallocate(probe.fileno(), 0, _SEGMENT)
    except OSError as error:
        return is_full(error)
    return False


def _number_in(sentence: str) -> int | None:
    found = re.search(r"(?:os error |code: )(\d+)", sentence)
    return int(found[1]) if found else None

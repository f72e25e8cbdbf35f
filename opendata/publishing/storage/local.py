"""Published files in a folder of this machine.

::

    ROOT/bus-lines/3/bus-lines.csv       a file under its key
    ROOT/.incoming/<random>              a file being written; a kill leaves it here, where no key leads

A file is written beside, fsynced and renamed, so that a reader sees the old bytes or the new, never a mixture.
"""

import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import SplitResult, unquote
from uuid import uuid4

from catalog.disk import is_full
from catalog.errors import Conflict, NotFound, SettingError, StorageFull, Unreachable, UnsafeAddress
from opendata.publishing.storage.base import Stat
from opendata.publishing.storage.keys import checked, checked_prefix

INCOMING = ".incoming"
_CHUNK = 1 << 20


class LocalStorage:
    """Files under *root*, which is created with the first file."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def from_url(cls, url: SplitResult) -> "LocalStorage":
        """``file:var/published`` (relative to the working directory) or ``file:///srv/published``."""
        if url.netloc or url.query or not url.path:
            raise SettingError(
                f"本地存储地址应为 file:目录，实际为 {url.geturl()}",
                f"a local storage is written file:FOLDER, not {url.geturl()}",
            )
        return cls(Path(unquote(url.path)))

    def put(self, key: str, path: Path) -> Stat:
        """Copy the file at *path* under *key*."""
        with path.open("rb") as source:
            return self._write(key, source)

    def put_bytes(self, key: str, data: bytes) -> Stat:
        """Write *data* under *key*."""
        return self._write(key, io.BytesIO(data))

    def open(self, key: str) -> BinaryIO:
        """The file, opened for reading."""
        place = self._place(key)
        with _translated(key):
            try:
                return place.open("rb")
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
                raise _not_found(key) from error

    def stat(self, key: str) -> Stat:
        """Its size; the hash would cost a reading."""
        place = self._place(key)
        if not place.is_file():
            raise _not_found(key)
        return Stat(place.stat().st_size, None)

    def exists(self, key: str) -> bool:
        """Whether there is such a file."""
        return self._place(key).is_file()

    def list(self, prefix: str = "") -> Iterator[str]:
        """Every key under *prefix*."""
        folder = self.root / checked_prefix(prefix)
        paths = (path.relative_to(self.root) for path in folder.rglob("*") if path.is_file())
        yield from sorted(path.as_posix() for path in paths if not _is_hidden(path))

    def delete_prefix(self, prefix: str) -> int:
        """Delete the folder; first out of sight, then away, so that a kill leaves no half of it under its key."""
        if not prefix:
            raise UnsafeAddress("不允许清空整个存储", "a storage may not be emptied as a whole")
        folder = self._place(checked_prefix(prefix))
        if not folder.is_dir():
            return 0
        count = sum(1 for _ in self.list(prefix))
        with _translated(prefix):
            doomed = self._incoming()
            folder.rename(doomed)
            _sync_folder(folder.parent)
            shutil.rmtree(doomed)
        return count

    def local_path(self, key: str) -> Path | None:
        """The file's own path, absolute; None if there is no such file."""
        place = self._place(key)
        return place.resolve() if place.is_file() else None

    def check(self) -> None:
        """Write a file beside and delete it."""
        with _translated(INCOMING):
            probe = self._incoming()
            probe.write_bytes(b"probe")
            probe.unlink()

    def _place(self, key: str) -> Path:
        """The path of *key*; a symbolic link inside the root may not lead out of it."""
        place = self.root / checked(key)
        if not place.resolve().is_relative_to(self.root.resolve()):
            raise UnsafeAddress(f"{key} 指向存储目录之外", f"{key} leads out of the storage's folder")
        return place

    def _incoming(self) -> Path:
        folder = self.root / INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        return folder / uuid4().hex

    def _write(self, key: str, source: BinaryIO) -> Stat:
        place = self._place(key)
        with _translated(key):
            part = self._incoming()
            try:
                stat = _copy(source, part)
                _place_file(key, part, place)
                _sync_folder(place.parent)
            finally:
                part.unlink(missing_ok=True)
        return stat


def _copy(source: BinaryIO, part: Path) -> Stat:
    digest, size = hashlib.sha256(), 0
    with part.open("xb") as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        target.flush()
        os.fsync(target.fileno())
    return Stat(size, digest.hexdigest())


def _place_file(key: str, part: Path, place: Path) -> None:
    try:
        _make_folder(place.parent)
        part.replace(place)
    except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
        raise Conflict(
            f"{key} 与已有的文件或目录重名", f"{key} would be a file and a folder at once"
        ) from error


def _make_folder(folder: Path) -> None:
    """Create *folder*; a new name is only safe once the folder above it is on disk."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _not_found(key: str) -> NotFound:
    return NotFound(f"存储中没有文件 {key}", f"the storage has no file {key}")


@contextmanager
def _translated(key: str) -> Iterator[None]:
    """Say the operating system's errors in our words."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise StorageFull(
                f"存储空间不足，{key} 未写入", f"no space left; {key} was not written"
            ) from error
        raise Unreachable(
            f"存储目录不可用（{key}）：{error.strerror}",
            f"the storage's folder is unusable ({key}): {error.strerror}",
        ) from error

"""Published files in a folder of this machine.

::

    ROOT/blobs/3a/3a7bd3…      a file under its key
    ROOT/.incoming/<random>    a file being written; a kill leaves it here, where no key leads

A file is written beside, fsynced and renamed, so that a reader sees the old bytes or the new, never a mixture.
"""

import errno
import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import SplitResult, unquote
from uuid import uuid4

from catalog.disk import is_full
from catalog.errors import Conflict, NotFound, SettingError, StorageFull, Unreachable, UnsafeAddress
from catalog.keys import checked, checked_prefix
from opendata.publishing.storage.base import Entry, Offer, Stat
from opendata.publishing.storage.span import Span

INCOMING = ".incoming"
_CHUNK = 1 << 20
#: File systems without hard links say so in one of these ways.
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


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

    def put_new(self, key: str, path: Path) -> Stat:
        """Copy the file at *path* under *key*, unless one of its size lies there."""
        place, size = self._place(key), path.stat().st_size
        if place.is_file():
            return _same(key, place, size)
        with path.open("rb") as source:
            return self._write(key, source, new=True)

    def put_bytes(self, key: str, data: bytes) -> Stat:
        """Write *data* under *key*."""
        return self._write(key, io.BytesIO(data))

    def open(self, key: str, start: int = 0, length: int | None = None) -> BinaryIO:
        """The file, opened for reading at *start*."""
        place = self._place(key)
        with _translated(key):
            try:
                stream = place.open("rb", buffering=0)
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
                raise _not_found(key) from error
        stream.seek(start)
        return io.BufferedReader(stream if length is None else Span(stream, length))

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
        return (path.relative_to(self.root).as_posix() for path in self._files(prefix))

    def entries(self, prefix: str = "") -> Iterator[Entry]:
        """Every file under *prefix*; one folder at a time."""
        return (_entry(path.relative_to(self.root).as_posix(), path) for path in self._files(prefix))

    def delete(self, key: str) -> None:
        """Unlink the file."""
        place = self._place(key)
        with _translated(key):
            if place.is_file():
                place.unlink(missing_ok=True)
                _sync_folder(place.parent)

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

    def address(self, key: str, offer: Offer, seconds: int) -> str | None:  # noqa: ARG002 - the contract's signature
        """None: a folder serves nobody."""
        checked(key)
        return None

    def unfinished(self) -> Iterator[Entry]:
        """What lies in the folder of files being written."""
        folder = self.root / INCOMING
        if folder.is_dir():
            yield from (_entry(f"{INCOMING}/{path.name}", path) for path in sorted(folder.iterdir()))

    def abandon(self, before: datetime) -> int:
        """Delete them there."""
        doomed = [entry for entry in self.unfinished() if entry.modified < before]
        for entry in doomed:
            path = self.root / entry.key
            with _translated(entry.key):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        return len(doomed)

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

    def _files(self, prefix: str) -> Iterator[Path]:
        return _walk(self.root / checked_prefix(prefix))

    def _write(self, key: str, source: BinaryIO, *, new: bool = False) -> Stat:
        place = self._place(key)
        with _translated(key):
            part = self._incoming()
            try:
                stat = _copy(source, part)
                _place_file(key, part, place, new=new)
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


def _place_file(key: str, part: Path, place: Path, *, new: bool) -> None:
    try:
        _make_folder(place.parent)
        if new:
            _link(key, part, place)
        else:
            part.replace(place)
    except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
        raise Conflict(
            f"{key} 与已有的文件或目录重名", f"{key} would be a file and a folder at once"
        ) from error


def _link(key: str, part: Path, place: Path) -> None:
    """Give *part* its name unless somebody has it; a rename would silently take it from them."""
    try:
        os.link(part, place)
    except FileExistsError:
        if not place.is_file():
            raise
        _same(key, place, part.stat().st_size)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        part.replace(place)


def _same(key: str, place: Path, size: int) -> Stat:
    found = place.stat().st_size
    if found != size:
        raise Conflict(
            f"存储中的 {key} 已有 {found} 字节，与要写入的 {size} 字节不同；请运行 opendata storage check",
            f"{key} is stored already with {found} bytes, not {size}; run `opendata storage check`",
        )
    return Stat(size, None)


def _walk(folder: Path) -> Iterator[Path]:
    """The files below *folder* in the order of their keys: a folder's name counts with its slash."""
    try:
        found = [(one.name + "/" * _is_folder(one), one.path) for one in os.scandir(folder) if _counts(one)]
    except (FileNotFoundError, NotADirectoryError):
        return
    for name, path in sorted(found):
        if name.endswith("/"):
            yield from _walk(Path(path))
        else:
            yield Path(path)


def _is_folder(found: os.DirEntry[str]) -> bool:
    return found.is_dir(follow_symlinks=False)


def _counts(found: os.DirEntry[str]) -> bool:
    return not found.name.startswith(".") and (_is_folder(found) or found.is_file())


def _entry(key: str, path: Path) -> Entry:
    found = path.stat()
    return Entry(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


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

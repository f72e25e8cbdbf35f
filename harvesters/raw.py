"""The raw store: every byte as an agency sent it, filed under its sha256.

::

    <folder>/ab/cd/abcd…        the bytes
    <folder>/etag/<sha256 of the URL>   what a server called these bytes, and which they were

A file appears under its name only when it is whole: it is written beside, flushed to disk and renamed.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, BinaryIO

from catalog.disk import is_full
from catalog.errors import NotFound, StorageFull

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes in the store: their content hash and how many they are."""

    sha256: str
    size: int


class RawStore:
    """Bytes by content hash under one folder, which is made when something is first kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, chunks: Iterable[bytes]) -> Kept:
        """Keep the bytes that *chunks* gives one after the other.

        :raises StorageFull: no space is left. Whatever *chunks* raises passes through; nothing is kept then.
        """
        digest, size = hashlib.sha256(), 0
        with self._writing() as stream:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                stream.write(chunk)
            kept = Kept(digest.hexdigest(), size)
            # What stands under its name is whole; most of what a source offers has been kept before.
            if not self.has(kept.sha256):
                self._place(stream, self._where(kept.sha256))
        return kept

    def has(self, sha256: str) -> bool:
        """Whether the bytes with this hash are kept."""
        return self._where(sha256).is_file()

    def path(self, sha256: str) -> Path:
        """Where the bytes with this hash lie.

        :raises NotFound: they are not kept.
        """
        path = self._where(sha256)
        if not path.is_file():
            raise NotFound(f"原始文件 {sha256} 不存在", f"no raw file {sha256}")
        return path

    def open(self, sha256: str) -> BinaryIO:
        """The bytes with this hash, for reading.

        :raises NotFound: they are not kept.
        """
        return self.path(sha256).open("rb")

    def forget(self, sha256: str) -> None:
        """Erase the bytes with this hash; none being kept is no error, since an erasure may run twice."""
        self._where(sha256).unlink(missing_ok=True)

    def remember(self, url: str, etag: str, kept: Kept) -> None:
        """Note that the server calls the bytes *kept* at *url* by this *etag*."""
        note = {"url": url, "etag": etag, "sha256": kept.sha256, "size": kept.size}
        with self._writing() as stream:
            stream.write(json.dumps(note).encode())
            self._place(stream, self._note(url))

    def recall(self, url: str) -> tuple[str, Kept] | None:
        """What was remembered of *url*, if its bytes are still kept."""
        try:
            note = json.loads(self._note(url).read_bytes())
        except FileNotFoundError:
            return None
        return (note["etag"], Kept(note["sha256"], note["size"])) if self.has(note["sha256"]) else None

    def _where(self, sha256: str) -> Path:
        if not _HASH.fullmatch(sha256):
            raise NotFound(f"{sha256!r} 不是内容哈希", f"{sha256!r} is not a content hash")
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def _note(self, url: str) -> Path:
        return self._folder / "etag" / hashlib.sha256(url.encode()).hexdigest()

    @contextmanager
    def _writing(self) -> Iterator[IO[bytes]]:
        """A file beside the others, gone at the end unless it was placed."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, prefix=".part-", delete=False) as stream:
                try:
                    yield stream
                finally:
                    Path(stream.name).unlink(missing_ok=True)
        except OSError as error:
            if is_full(error):
                raise StorageFull(
                    f"磁盘空间不足，无法保存原始文件：{self._folder}",
                    f"no space is left to keep raw files: {self._folder}",
                ) from error
            raise

    @staticmethod
    def _place(stream: IO[bytes], path: Path) -> None:
        stream.flush()
        os.fsync(stream.fileno())
        path.parent.mkdir(parents=True, exist_ok=True)
        Path(stream.name).replace(path)
        # The name survives a power cut only when its folder is on disk too.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

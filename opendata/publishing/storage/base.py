"""What a storage of published files must do; two implementations, one contract test."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Stat:
    """What a storage knows of one stored file: its bytes, and its hash where that costs no reading."""

    size: int
    sha256: str | None


class Storage(Protocol):
    """Files under keys such as ``bus-lines/3/bus-lines.csv``.

    A key is checked by :func:`opendata.publishing.storage.keys.checked` in every method. A prefix is a key
    too and means a folder: ``a`` holds ``a/b``, not ``ab``; the empty prefix is everything.
    Every method raises Unreachable if the storage doesn't answer, and SettingError if it refuses us.
    """

    def put(self, key: str, path: Path) -> Stat:
        """Store the file at *path* whole or not at all, over what was there; StorageFull if no space is left."""

    def put_bytes(self, key: str, data: bytes) -> Stat:
        """Store *data* whole or not at all, over what was there; StorageFull if no space is left."""

    def open(self, key: str) -> BinaryIO:
        """A stream of the file's bytes, to be closed by the caller; NotFound if there is none."""

    def stat(self, key: str) -> Stat:
        """Size and hash without reading the file; NotFound if there is none."""

    def exists(self, key: str) -> bool:
        """Whether a file is stored under exactly this key; a folder is not a file."""

    def list(self, prefix: str = "") -> Iterator[str]:
        """The keys under *prefix* in ascending order, without what an interrupted write left behind."""

    def delete_prefix(self, prefix: str) -> int:
        """Delete every file under *prefix* and say how many; the empty prefix is refused (UnsafeAddress)."""

    def local_path(self, key: str) -> Path | None:
        """Where the file lies on this machine, for a web server to send; None if it doesn't."""

    def check(self) -> None:
        """Prove that files can be written and read, and leave nothing behind."""

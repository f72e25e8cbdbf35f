"""What a storage of published files must do; two implementations, one contract test."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Stat:
    """What a storage knows of one stored file: its bytes, and its hash where that costs no reading."""

    size: int
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored file in a listing; ``modified`` is when it was stored."""

    key: str
    size: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """How a file is handed to a reader who fetches it from the storage itself: the headers of that answer."""

    media_type: str
    disposition: str


class Storage(Protocol):
    """Files under keys such as ``blobs/3a/3a7bd3…``.

    A key is checked by :func:`catalog.keys.checked` in every method. A prefix is a key too and means a folder:
    ``a`` holds ``a/b``, not ``ab``; the empty prefix is everything.
    Every method raises Unreachable if the storage doesn't answer, and SettingError if it refuses us.
    """

    def put(self, key: str, path: Path) -> Stat:
        """Store the file at *path* whole or not at all, over what was there; StorageFull if no space is left."""

    def put_new(self, key: str, path: Path) -> Stat:
        """The same, but what is there already stays: Conflict if it is something else, nothing to do if not."""

    def put_bytes(self, key: str, data: bytes) -> Stat:
        """Store *data* whole or not at all, over what was there; StorageFull if no space is left."""

    def open(self, key: str, start: int = 0, length: int | None = None) -> BinaryIO:
        """A stream of the bytes from *start* on, *length* of them (None: to the end), to be closed by the caller.

        Only these are read or transferred. NotFound if there is no such file; past its end there is nothing.
        """

    def stat(self, key: str) -> Stat:
        """Size and hash without reading the file; NotFound if there is none."""

    def exists(self, key: str) -> bool:
        """Whether a file is stored under exactly this key; a folder is not a file."""

    def list(self, prefix: str = "") -> Iterator[str]:
        """The keys under *prefix* in ascending order, without what an interrupted write left behind."""

    def entries(self, prefix: str = "") -> Iterator[Entry]:
        """The same with sizes and times; a page at a time, never the whole listing in memory."""

    def delete(self, key: str) -> None:
        """Delete one file; nothing happens where there is none."""

    def delete_prefix(self, prefix: str) -> int:
        """Delete every file under *prefix* and say how many; the empty prefix is refused (UnsafeAddress)."""

    def local_path(self, key: str) -> Path | None:
        """Where the file lies on this machine, for a web server to send; None if it doesn't."""

    def address(self, key: str, offer: Offer, seconds: int) -> str | None:
        """A URL by which anybody can fetch the file for so many *seconds*; None if the storage has no such thing."""

    def unfinished(self) -> Iterator[Entry]:
        """What interrupted writes left behind, by names that are no keys."""

    def abandon(self, before: datetime) -> int:
        """Delete what writes that began *before* left behind, and say how many those were."""

    def check(self) -> None:
        """Prove that files can be written and read, and leave nothing behind."""

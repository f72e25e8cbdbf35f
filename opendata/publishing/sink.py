"""A file that knows its size and its SHA-256 when its last byte is written: nothing is read again to be hashed."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Sink(io.RawIOBase):
    """The new file at *path*; writing goes on from its start to its end and never back.

    :param echo: is given all that is written, too.
    """

    def __init__(self, path: Path, echo: Callable[[Any], None] | None = None) -> None:
        super().__init__()
        self._echo = echo
        self.path = path
        self.size = 0
        self._file = path.open("xb", buffering=0)
        self._digest = hashlib.sha256()
        self._given_up = False

    @property
    def sha256(self) -> str:
        """The hash of what was written so far, in hexadecimal."""
        return self._digest.hexdigest()

    def writable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """How many bytes were written so far."""
        return self.size

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - anything that has bytes
        """Write all of *data*, however often the system must be asked."""
        rest = memoryview(data).cast("B")
        if self._given_up:
            return len(rest)
        self._digest.update(rest)
        whole = len(rest)
        while len(rest):
            rest = rest[self._file.write(rest) :]
        self.size += whole
        if self._echo:
            self._echo(data)
        return whole

    def give_up(self) -> None:
        """Close the file as it is; a library that still tidies up behind itself writes nowhere."""
        self._given_up = True
        self._file.close()

    def close(self) -> None:
        """Give the file back to the system."""
        if not self.closed:
            self._file.close()
        super().close()

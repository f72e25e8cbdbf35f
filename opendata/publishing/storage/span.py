"""So many bytes of a stream, and no more."""

import io
from typing import Any, BinaryIO


class Span(io.RawIOBase):
    """The next *length* bytes of *source*, which is closed with it."""

    def __init__(self, source: BinaryIO, length: int) -> None:
        self._source = source
        self._left = length

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer, as io.RawIOBase declares
        """Fill *buffer* as far as the span reaches."""
        chunk = self._source.read(min(len(buffer), self._left))
        buffer[: len(chunk)] = chunk
        self._left -= len(chunk)
        return len(chunk)

    def close(self) -> None:
        """Close the source too."""
        self._source.close()
        super().close()

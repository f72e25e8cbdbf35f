"""So many bytes of a stream, and no more."""

import io
from typing import Any


class Span(io.RawIOBase):
    """The next *length* bytes of *source*, which is closed with it."""

    def __init__(self, source: io.RawIOBase, length: int) -> None:
        self._source = source
        self._left = length

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer, as io.RawIOBase declares
        """Fill *buffer* as far as the span reaches."""
        # Straight into the reader's buffer: a download is copied once less.
        count = self._source.readinto(memoryview(buffer)[: self._left]) or 0
        self._left -= count
        return count

    def close(self) -> None:
        """Close the source too."""
        self._source.close()
        super().close()

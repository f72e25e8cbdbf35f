"""A download from S3 as a stream of ours."""

import io
from typing import Any

from opendata.publishing.storage.s3_errors import translated


class Body(io.RawIOBase):
    """A download whose broken connection is said in our words."""

    def __init__(self, key: str, body: Any) -> None:  # noqa: ANN401 - botocore's StreamingBody, untyped
        self._key = key
        self._body = body

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer, as io.RawIOBase declares
        """Fill *buffer* as far as the bytes reach."""
        with translated(self._key):
            data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the connection."""
        self._body.close()
        super().close()

"""One published file, fetched whole: proven by its sha256, and gone on with where a broken download stopped.

What has arrived stands beside the target as ``.<name>.<hash>.part``, so that the bytes of one release are never
continued with those of another.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from catalog.errors import Tampered, Unreachable
from opendata.client.connection import Connection

#: How many bytes have arrived, and how many there are.
Progress = Callable[[int, int], None]
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file as the portal describes it; ``path`` is its address below the portal's."""

    path: str
    name: str
    size: int
    sha256: str


def fetch(connection: Connection, wanted: Wanted, target: Path, progress: Progress | None = None) -> None:
    """Put the file at *target*, unless it stands there already; a broken line is tried :data:`ATTEMPTS` times.

    :raises NotFound: the file is gone, or was withdrawn.
    :raises Tampered: what arrived is not what was published.
    :raises Unreachable: the portal does not answer; calling again goes on where this stopped.
    """
    if target.is_file() and _digest(target) == wanted.sha256:
        return
    part = target.with_name(f".{target.name}.{wanted.sha256[:16]}.part")
    for attempt in range(1, ATTEMPTS + 1):
        before = _size(part)
        try:
            _continue(connection, wanted, part, progress)
            break
        except Unreachable:
            # A line that breaks but moves on is worth another try; one that does not move is given up.
            if attempt == ATTEMPTS or _size(part) == before:
                raise
    if _digest(part) != wanted.sha256:
        part.unlink()
        raise Tampered(
            f"{wanted.name} 与发布时的校验和不符，已丢弃，请重新下载",
            f"the checksum of {wanted.name} is not the published one; it was thrown away: fetch it again",
        )
    part.replace(target)


def _continue(connection: Connection, wanted: Wanted, part: Path, progress: Progress | None) -> None:
    have = _size(part)
    if have >= wanted.size:
        return
    # Compressed bytes could not be continued, nor be compared with the published hash.
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": f'"{wanted.sha256}"'}
    with connection.stream(wanted.path, headers) as answer:
        if have and answer.status_code != HTTPStatus.PARTIAL_CONTENT:
            have = 0  # the portal sends it from the start
        with part.open("ab" if have else "wb") as file:
            # as they arrive: what waited for a larger piece would be lost with the line
            for chunk in answer.iter_raw():
                file.write(chunk)
                have += len(chunk)
                if progress:
                    progress(have, wanted.size)
            file.flush()
            os.fsync(file.fileno())
    if have < wanted.size:
        raise Unreachable(
            f"{wanted.name} 传输中断（{have}/{wanted.size} 字节），再次下载即从停处继续",
            f"{wanted.name} broke off ({have} of {wanted.size} bytes); fetch it again to go on",
        )


def _size(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0


def _digest(path: Path) -> str:
    if not path.is_file():
        return hashlib.sha256(b"").hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

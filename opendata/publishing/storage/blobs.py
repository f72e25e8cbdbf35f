"""Content under the name of its hash: the bytes of every published file lie in the storage once.

::

    blobs/3a/3a7bd3e2360a3d…     the bytes whose sha256 begins with 3a7bd3…

Two releases with the same file share it. Which file of which release is which blob stands in the catalogue
(:class:`catalog.models.Distribution`), so that no reader ever sees bytes other than those that were published:
a blob is stored once and never written over.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from catalog.errors import Busy, NotFound
from opendata.publishing.storage.base import Stat, Storage

FOLDER = "blobs"
_AT_ONCE = 8


def blob_key(sha256: str) -> str:
    """The key of the bytes with this hash (64 hexadecimal digits)."""
    return f"{FOLDER}/{sha256[:2]}/{sha256}"


def keep(storage: Storage, sha256: str, path: Path) -> Stat:
    """Store the file at *path*, whose hash is *sha256*, unless its bytes are there already."""
    return storage.put_new(blob_key(sha256), path)


def keep_all(storage: Storage, files: Iterable[tuple[str, Path]]) -> None:
    """Store every file (its hash, its path), several at a time.

    A disk writes down many files in hardly more time than one, and a bucket is far away: one after the other, the
    release of a small table would wait for nothing else.

    :raises StorageFull, Unreachable, Conflict: as soon as one could not be stored; the others may lie there.
    """
    with ThreadPoolExecutor(_AT_ONCE, "keep") as pool:
        waiting = [pool.submit(keep, storage, sha256, path) for sha256, path in files]
        try:
            for one in waiting:
                one.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def require(storage: Storage, keys: Iterable[str]) -> None:
    """Make sure that all of *keys* are there, inside the transaction that is to point at them.

    :func:`opendata.publishing.storage.sweep.collect` deletes what nothing points at while it holds the ledger's
    lock, as does whoever publishes: so either it sees the pointer, or we see that the file is gone.

    :raises Busy: one was swept away meanwhile; publishing again stores it anew.
    """
    for key in keys:
        try:
            storage.stat(key)
        except NotFound as error:
            raise Busy(
                f"{key} 在发布时被清理，请再次运行", f"{key} was swept away while it was published; run again"
            ) from error

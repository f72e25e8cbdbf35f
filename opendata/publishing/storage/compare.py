"""Compare a storage with what the catalogue says that it holds, both ways and by hash."""

import hashlib
from collections.abc import Callable, Iterable, Iterator

from catalog.errors import NotFound
from catalog.queries.stored import Recorded
from catalog.records import Finding, Text
from opendata.publishing.storage.base import Entry, Storage

_PIECE = 1 << 20
Seen = Callable[[str], None]


def compare(
    storage: Storage, recorded: Iterable[Recorded], seen: Seen = lambda _: None, *, read: bool = True
) -> Iterator[Finding]:
    """The differences: ``missing``, ``wrong-size``, ``damaged``, ``orphaned``; the key in ``value``.

    :param recorded: by ascending key, as :func:`catalog.queries.stored.recorded` gives it.
    :param seen: told of every recorded file when it has been looked at.
    :param read: read every file and compare its hash; without, only names and sizes are.
    """
    for entry, record in _paired(storage.entries(), recorded):
        if record is None:
            if entry is None:
                raise AssertionError("a pair has one side at least")
            yield _orphaned(entry)
            continue
        if entry is None:
            yield _missing(record)
        elif entry.size != record.size:
            yield _wrong_size(record, entry.size)
        elif read and (found := hash_of(storage, record.key)) != record.sha256:
            yield _damaged(record, found) if found else _missing(record)
        seen(record.owner)


def hash_of(storage: Storage, key: str) -> str | None:
    """The sha256 of what is stored under *key*, read piece by piece; None if nothing is."""
    digest = hashlib.sha256()
    try:
        with storage.open(key) as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
    except NotFound:
        return None
    return digest.hexdigest()


def _paired(
    entries: Iterator[Entry], recorded: Iterable[Recorded]
) -> Iterator[tuple[Entry | None, Recorded | None]]:
    """Both ascending sequences side by side, by their keys."""
    records = iter(recorded)
    entry, record = next(entries, None), next(records, None)
    while entry or record:
        if record is None or (entry is not None and entry.key < record.key):
            yield entry, None
            entry = next(entries, None)
        elif entry is None or record.key < entry.key:
            yield None, record
            record = next(records, None)
        else:
            yield entry, record
            entry, record = next(entries, None), next(records, None)


def _missing(record: Recorded) -> Finding:
    text = Text(f"存储中没有 {record.owner}", f"{record.owner} is not in the storage")
    return Finding("missing", text, value=record.key, expected=record.sha256)


def _wrong_size(record: Recorded, size: int) -> Finding:
    text = Text(
        f"{record.owner} 有 {size} 字节，登记为 {record.size} 字节",
        f"{record.owner} has {size} bytes, not {record.size} as recorded",
    )
    return Finding("wrong-size", text, value=record.key, expected=str(record.size))


def _damaged(record: Recorded, found: str) -> Finding:
    text = Text(
        f"{record.owner} 的内容已损坏（{found}）", f"{record.owner} is damaged: its bytes are {found}"
    )
    return Finding("damaged", text, value=record.key, expected=record.sha256)


def _orphaned(entry: Entry) -> Finding:
    when = entry.modified.isoformat(timespec="seconds")
    text = Text(
        f"没有版本用到 {entry.key}（{entry.size} 字节，{when}）",
        f"no release needs {entry.key} ({entry.size} bytes, {when})",
    )
    return Finding("orphaned", text, value=entry.key)

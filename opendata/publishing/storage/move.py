"""Copy all published files from one storage to another, while the first goes on serving.

Every file is compared with its recorded hash on the way and written whole or not at all; what is there already is
left alone. So a copy that was killed is run again and goes on, and a copy that ended is run again to bring over
what was published meanwhile. Nothing is deleted and nothing switched: that is the setting's business.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from catalog.disk import room_in
from catalog.errors import NotFound
from catalog.queries.stored import Recorded
from catalog.records import Finding, Text
from catalog.scratch import scratch_folder
from opendata.publishing.storage.base import Storage
from opendata.publishing.storage.compare import hash_of

_PIECE = 1 << 20


@dataclass
class Moved:
    """What a copy did: files copied and their bytes, files that were there, files that could not be copied."""

    copied: int = 0
    size: int = 0
    present: int = 0
    findings: list[Finding] = field(default_factory=list)


def move(
    source: Storage,
    target: Storage,
    recorded: Iterable[Recorded],
    scratch: Path,
    seen: Callable[[str], None] = lambda _: None,
) -> Moved:
    """Copy every *recorded* file that *target* does not hold yet.

    A file that is missing from *source*, or damaged there, is a finding; the others are copied all the same.

    :raises Unreachable, StorageFull, SettingError: from either storage; what was copied stays.
    """
    moved = Moved()
    scratch.mkdir(parents=True, exist_ok=True)
    with scratch_folder(scratch) as folder:
        for record in recorded:
            if _is_there(target, record):
                moved.present += 1
            elif finding := _copy(source, target, record, folder / "file"):
                moved.findings.append(finding)
            else:
                moved.copied += 1
                moved.size += record.size
            seen(record.owner)
    return moved


def _is_there(target: Storage, record: Recorded) -> bool:
    try:
        stat = target.stat(record.key)
    except NotFound:
        return False
    if stat.size != record.size:
        return False
    return (stat.sha256 or hash_of(target, record.key)) == record.sha256


def _copy(source: Storage, target: Storage, record: Recorded, path: Path) -> Finding | None:
    digest = hashlib.sha256()
    try:
        with room_in(path.parent), path.open("wb") as file:
            for piece in _pieces(source, record.key):
                file.write(piece)
                digest.update(piece)
    except NotFound:
        text = Text(f"来源存储中没有 {record.owner}", f"the source has no {record.owner}")
        return Finding("missing", text, value=record.key, expected=record.sha256)
    if digest.hexdigest() != record.sha256:
        text = Text(f"来源存储中的 {record.owner} 已损坏，未复制", f"{record.owner} is damaged; not copied")
        return Finding("damaged", text, value=record.key, expected=record.sha256)
    target.put(record.key, path)
    return None


def _pieces(source: Storage, key: str) -> Iterator[bytes]:
    with source.open(key) as stream:
        while piece := stream.read(_PIECE):
            yield piece

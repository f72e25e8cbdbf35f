"""Files that a command writes: beside their place, whole, then moved; never over what was read."""

import os
import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path, PurePath

from catalog.disk import room_in
from catalog.errors import Conflict


def refuse_inputs(target: Path, sources: Collection[Path]) -> None:
    """Refuse to write to *target* if it is one of *sources*.

    :raises Conflict: it is.
    """
    if any(source.exists() and target.exists() and target.samefile(source) for source in sources):
        raise Conflict(
            f"{target} 是要校验的文件本身，不会覆盖；请另选输出文件。",
            f"{target} is itself among the files to read and is not written over; choose another file.",
        )


def write_beside(target: Path, data: bytes) -> None:
    """Write *data* to *target*; whoever looks there sees the old file or the new one, never half.

    :raises StorageFull: no space is left.
    """
    with room_in(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as made:
            beside = Path(made.name)
            try:
                made.write(data)
                made.flush()
                os.fsync(made.fileno())
            except OSError:
                beside.unlink()
                raise
        beside.chmod(0o644)
        beside.replace(target)


def move_made(made: Path, target: Path) -> None:
    """Move the whole file *made* to *target*, across disks if need be."""
    if made.stat().st_dev == target.parent.stat().st_dev:
        with made.open("rb") as written:
            os.fsync(written.fileno())
        made.replace(target)
    else:
        write_beside(target, made.read_bytes())
        made.unlink()


def distinct_names(names: Iterable[str], suffix: str) -> list[str]:
    """A file name ending in *suffix* for each of *names*, no two the same, whatever case a disk minds."""
    taken: set[str] = set()
    found = []
    for name in names:
        stem = PurePath(name).stem or "file"
        chosen, number = f"{stem}{suffix}", 1
        while chosen.lower() in taken:
            number += 1
            chosen = f"{stem}-{number}{suffix}"
        taken.add(chosen.lower())
        found.append(chosen)
    return found

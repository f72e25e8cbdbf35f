"""One at a time, between processes and between threads."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on *path*, waiting for whoever has it; a dead holder holds nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open(
        "w"
    ) as handle:  # Python opens it non-inheritable: a server started inside does not keep it
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield

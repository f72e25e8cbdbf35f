"""Where programs are cached and where the shared servers keep their data."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: The top of the source tree: the folder that holds ``tests/``.
ROOT = Path(__file__).resolve().parents[2]


def cache() -> Path:
    """The folder outside the tree that keeps downloads and builds for every clone."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "opendata-services"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def data(name: str) -> Path:
    """The folder of one shared server, inside the tree but ignored by git."""
    return ROOT / "var" / "services" / name


@contextmanager
def appearing(target: Path) -> Iterator[Path]:
    """Hand out a folder beside *target* that takes its place only when the block succeeds.

    A build that is killed half-way must not look finished to the next run.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield unfinished
        unfinished.chmod(0o755)
        unfinished.rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)

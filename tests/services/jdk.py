"""Finding a JDK that is new enough, by looking and asking."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

#: Where Linux distributions put their JDKs side by side; the default one is often an older one.
FOLDERS = Path("/usr/lib/jvm")


def newest(at_least: int) -> Path | None:
    """The home of the newest JDK (``bin/java`` and ``bin/javac``) of version *at_least* or more."""
    versions = {home: version(home) for home in _homes()}
    fit = [home for home, found in versions.items() if found >= at_least]
    return max(fit, key=lambda home: versions[home], default=None)


def version(home: Path) -> int:
    """What ``java -version`` says, major number only; 0 if it says nothing one can read."""
    try:
        done = subprocess.run(
            [home / "bin" / "java", "-version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r'version "(\d+)', done.stderr + done.stdout)
    return int(found[1]) if found else 0


def _homes() -> set[Path]:
    return {home.resolve() for home in _candidates() if (home / "bin" / "javac").exists()}


def _candidates() -> Iterator[Path]:
    if told := os.environ.get("JAVA_HOME"):
        yield Path(told)
    if found := shutil.which("javac"):
        yield Path(found).resolve().parents[1]
    yield from FOLDERS.glob("*")

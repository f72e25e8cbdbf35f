"""Debian's R with readr, in which statisticians read what is published. No server: a test runs it."""

import shutil
from pathlib import Path

from .faults import MissingProgramError

PACKAGES = ("r-base-core", "r-cran-readr")
#: Where Debian's R has its libraries, beside those of R's own folder.
LIBRARIES = (Path("/usr/local/lib/R/site-library"), Path("/usr/lib/R/site-library"))


class R:
    """R without its windows."""

    name = "r"

    def packages(self) -> tuple[str, ...]:
        """Debian's, unless they are there."""
        path = shutil.which("Rscript")
        if path is None:
            return PACKAGES
        home = Path(path).resolve().parents[1]
        libraries = (*LIBRARIES, home / "library", home / "site-library")
        return () if any((one / "readr").exists() for one in libraries) else PACKAGES[1:]

    def build(self) -> None:
        """Debian has built it."""

    def exports(self) -> dict[str, str]:
        """The path of its program."""
        path = shutil.which("Rscript")
        if path is None or self.packages():
            wanted = " ".join(PACKAGES)
            raise MissingProgramError(f"not installed; on Debian: sudo apt-get install {wanted}")
        return {"TEST_R": path}

"""Debian's LibreOffice, which writes and opens files as people in offices do. No server: a test runs it."""

import shutil
from pathlib import Path

from .faults import MissingProgramError

#: Packages by the library that each brings, beside the program; without windows they bring no command.
PACKAGES = {"libsclo.so": "libreoffice-calc-nogui", "libswlo.so": "libreoffice-writer-nogui"}


class LibreOffice:
    """The spreadsheet and the word processor without their windows."""

    name = "office"

    def packages(self) -> tuple[str, ...]:
        """Debian's, unless one is there."""
        path = shutil.which("soffice")
        beside = Path(path).resolve().parent if path else Path("/nowhere")
        return tuple(package for library, package in PACKAGES.items() if not (beside / library).exists())

    def build(self) -> None:
        """Debian has built it."""

    def exports(self) -> dict[str, str]:
        """The path of its program."""
        path = shutil.which("soffice")
        if path is None or self.packages():
            wanted = " ".join(PACKAGES.values())
            raise MissingProgramError(f"not installed; on Debian: sudo apt-get install {wanted}")
        return {"TEST_OFFICE": path}

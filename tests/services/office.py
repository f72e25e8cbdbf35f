"""Debian's LibreOffice Calc, which opens published files as people in offices do. No server: a test runs it."""

import shutil

from .faults import MissingProgramError


class LibreOffice:
    """The spreadsheet without its windows."""

    name = "office"

    def packages(self) -> tuple[str, ...]:
        """Debian's, unless one is there."""
        return () if shutil.which("soffice") else ("libreoffice-calc-nogui",)

    def build(self) -> None:
        """Debian has built it."""

    def exports(self) -> dict[str, str]:
        """The path of its program."""
        path = shutil.which("soffice")
        if path is None:
            raise MissingProgramError("not installed; on Debian: sudo apt-get install libreoffice-calc-nogui")
        return {"TEST_OFFICE": path}

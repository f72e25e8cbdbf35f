"""Debian's Chromium with fonts for Chinese. No server: Playwright starts it for each test."""

import shutil
import subprocess

from .faults import MissingProgramError

NAMES = ("chromium", "chromium-browser", "google-chrome")


class Browser:
    """A browser that draws 汉字 as 汉字 and not as boxes."""

    name = "browser"

    def packages(self) -> tuple[str, ...]:
        """Debian's Chromium, and Noto CJK unless some font for Chinese is there."""
        browser = () if _path() else ("chromium",)
        return (*browser, *(() if _draws_chinese() else ("fonts-noto-cjk",)))

    def build(self) -> None:
        """Debian has built it."""

    def exports(self) -> dict[str, str]:
        """The path of its program."""
        path = _path()
        if path is None:
            raise MissingProgramError("not installed; on Debian: sudo apt-get install chromium")
        return {"TEST_BROWSER": path}


def _path() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def _draws_chinese() -> bool:
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    done = subprocess.run([lister, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)
    return bool(done.stdout.strip())

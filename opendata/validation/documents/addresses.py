"""What an address inside a page or picture does when somebody opens it: runs, fetches from elsewhere, or nothing."""

import re

_SPACE = re.compile(r"[\x00-\x20]+")
_FOREIGN = re.compile(r"(?:https?:|ftp:|file:|wss?:)?(?://|\\\\)|(?:file|ftp|smb):", re.IGNORECASE)
_RUNS = re.compile(r"(?:javascript|vbscript|livescript|mocha):|data:(?:text/html|image/svg|application/x?html)", re.IGNORECASE)  # fmt: skip
_CSS = re.compile(r"(?:url\(|@import)[\s'\"]*(?:https?:)?//[^\s'\")]{0,120}", re.IGNORECASE)
_CSS_RUNS = re.compile(r"expression\s*\(|behavior\s*:|-moz-binding|javascript:", re.IGNORECASE)


def runs(address: str) -> bool:
    """Whether opening *address* runs a program; blanks and controls that browsers leave out are left out."""
    return _RUNS.match(_SPACE.sub("", address)) is not None


def is_foreign(address: str) -> bool:
    """Whether *address* leads to another host, or into the reader's own disk."""
    return _FOREIGN.match(_SPACE.sub("", address)) is not None


def foreign_in_css(text: str) -> str | None:
    """The first address at another host that the style *text* fetches."""
    found = _CSS.search(text)
    return found[0] if found else None


def css_runs(text: str) -> bool:
    """Whether the style *text* runs a program in some browser."""
    return _CSS_RUNS.search(text) is not None

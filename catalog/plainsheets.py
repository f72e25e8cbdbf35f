"""The extent of a sheet whose XML is written as nearly every program writes it, found by its bytes.

Four times as fast as looking at every element, and only believed beside a parser that proves the part
sound: then no cell can hide, as names cannot be escaped, and the bytes are known to be UTF-8.
"""

import re

from catalog.cell_names import column_number

#: Whatever could be a cell, and a cell written plainly: its place first, nothing escaped.
_LIKELY = re.compile(rb"[<:]c[\s/>]")
_PLAIN = re.compile(rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: [A-Za-z0-9:]+="[^"<>&]*")* ?/?>')
_UTF8 = re.compile(rb"(?:\xef\xbb\xbf)?<(?:\?xml [^>]*\bencoding=[\"'][Uu][Tt][Ff]-8[\"']|[A-Za-z])")
#: A tag is shorter; what is longer is left to the parser.
_LONGEST = 2**20


def _likely(text: bytes, plain: int) -> int:
    """How many cells *text* may hold; counted with care only where it is more than the *plain* ones."""
    if text.count(b"<c") == plain and b":c" not in text:
        return plain
    return len(_LIKELY.findall(text))


class PlainScan:
    """Takes a part's bytes chunk by chunk; knows afterwards how far its cells reach, if they are plain."""

    def __init__(self) -> None:
        self.rows = 0
        self._letters: set[bytes] = set()
        self._tail = b""
        self._begun = False
        self._plain = True

    def look(self, chunk: bytes) -> None:
        """Read up to the end of the last whole tag; the rest waits for the next chunk."""
        if not self._begun:
            self._begun, self._plain = True, _UTF8.match(chunk) is not None
        if not self._plain:
            return
        text = self._tail + chunk
        end = text.rfind(b">") + 1
        text, self._tail = text[:end], text[end:]
        found = _PLAIN.findall(text)
        self._plain = len(self._tail) < _LONGEST and len(found) == _likely(text, len(found))
        if found:
            letters, rows = zip(*found, strict=True)
            self._letters.update(letters)
            self.rows = max(self.rows, *map(int, set(rows)))

    def plain(self) -> bool:
        """Whether every cell was written plainly; otherwise the extent means nothing."""
        return self._plain and not _LIKELY.search(self._tail)

    @property
    def columns(self) -> int:
        """The number of the last column that holds a cell."""
        return max((column_number(letters.decode()) for letters in self._letters), default=0)

"""The shared strings of a workbook, in order."""

import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from opendata.tables.package import local, sound, strict_parser
from opendata.tables.xlsx.scan import TEXT, cut, is_utf8, pieces, unescaped, without_escapes

_PART = "sharedStrings.xml"
_BODY = re.compile(rb"<si[ >/]")
_PLAIN = rf'^<si><t(?: xml:space="preserve")?>{TEXT}</t></si>\s*$'
_LT, _S, _GT = b"<s>"


class _Rich:
    """Collects strings of any form; readings of Japanese characters (``rPh``) are no part of them."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._text: list[str] = []
        self._open = False
        self._reading = 0

    def start(self, tag: str, _: Mapping[str, str]) -> None:
        """Take the beginning of an element; its attributes say nothing of the text."""
        name = local(tag)
        if name == "si":
            self._text = []
        elif name == "rPh":
            self._reading += 1
        elif name == "t":
            self._open = not self._reading

    def data(self, text: str) -> None:
        """Take text of a run."""
        if self._open:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Take the end of an element: at that of ``si`` a string is whole."""
        name = local(tag)
        if name == "si":
            self.strings.append("".join(self._text))
        elif name == "rPh":
            self._reading -= 1
        elif name == "t":
            self._open = False


def _by_elements(part: bytes) -> pa.LargeStringArray:
    rich = _Rich()
    parser = strict_parser("XLSX")
    parser.StartElementHandler = rich.start
    parser.EndElementHandler = rich.end
    parser.CharacterDataHandler = rich.data
    with sound(_PART, "XLSX"):
        parser.Parse(part, True)
    return pa.array(rich.strings, pa.large_string())


def _plain(part: bytes) -> pa.LargeStringArray | None:
    """The strings, if each is written as ``<si><t>…</t></si>`` and nothing else is between them."""
    first = _BODY.search(part)
    last = part.rfind(b"</sst>")
    if not first or last < first.start() or not is_utf8(part):
        return None
    low, high = first.start(), last
    view = np.frombuffer(part, np.uint8)[low:high]
    tags = np.flatnonzero(view == _LT)
    items = np.flatnonzero((view[tags + 1] == _S) & (view[np.minimum(tags + 3, len(view) - 1)] == _GT))
    found = pieces(part, low, high, tags[items])
    if found is None or not found.str.contains(_PLAIN).all() or len(tags) != 4 * len(items):
        return None
    parser = strict_parser("XLSX")
    with sound(_PART, "XLSX"):
        parser.Parse(part[:low] + part[high:], True)
    # <t> ends three bytes after it begins, <t xml:space="preserve"> more.
    opened = tags[items + 1]
    starts = np.where(view[opened + 2] == _GT, opened + 3, opened + len('<t xml:space="preserve">'))
    return unescaped(cut(part, low, high, starts, tags[items + 2]))


def shared_strings(part: bytes) -> pa.LargeStringArray:
    """The strings in the part *part*.

    :raises UnreadableFile: it is not well formed.
    """
    plain = _plain(part)
    return without_escapes(_by_elements(part) if plain is None else plain)

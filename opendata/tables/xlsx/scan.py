"""Bytes of XML looked at all at once: where its tags are, and the texts between two places."""

import html
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

Places = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

#: Attributes, and text, of which a regular expression can prove that they are well formed.
ATTRIBUTES = r'(?: [A-Za-z0-9:_.]+="[^"<>&\x00-\x1f]*")*'
TEXT = (
    r"(?:[^<&\x00-\x08\x0b\x0c\x0e-\x1f\x{FFFE}\x{FFFF}]"
    r"|&(?:amp|lt|gt|quot|apos|#(?:9|10|13)|#x(?:9|[AaDd]));)*"
)
_UTF8 = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml [^>]*?(?:encoding=[\"'][Uu][Tt][Ff]-8[\"'][^>]*)?\?>|[A-Za-z])"
)
_OTHER_ENCODING = re.compile(rb"<\?xml [^>]*encoding=[\"'](?![Uu][Tt][Ff]-8[\"'])")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def is_utf8(part: bytes) -> bool:
    """Whether *part* begins as XML in UTF-8; the bytes themselves are proved span by span."""
    head = part[:400]
    return bool(_UTF8.match(head)) and not _OTHER_ENCODING.match(head.lstrip(b"\xef\xbb\xbf"))


def cut(source: bytes, low: int, high: int, starts: Places, ends: Places) -> pa.LargeStringArray:
    """The texts from *starts* to *ends*, which ascend and are counted from *low*; no byte is read."""
    edges = np.empty(2 * len(starts) + 1, np.int64)
    edges[0:-1:2], edges[1::2] = starts, ends
    edges[-1] = high - low
    buffer = pa.py_buffer(source).slice(low, high - low)
    both = pa.LargeStringArray.from_buffers(2 * len(starts), pa.py_buffer(edges), buffer)
    return both.take(pa.array(np.arange(0, 2 * len(starts), 2)))


def pieces(source: bytes, low: int, high: int, starts: Places) -> pl.Series | None:
    """The stretches that begin at *starts*, the last one up to *high*; None if they are no UTF-8."""
    edges = np.append(starts, high - low).astype(np.int64)
    buffer = pa.py_buffer(source).slice(low, high - low)
    found = pa.LargeStringArray.from_buffers(len(starts), pa.py_buffer(edges), buffer)
    try:
        found.validate(full=True)
    except pa.ArrowInvalid:
        return None
    return pl.Series(pl.from_arrow(found))


def replaced(texts: pa.LargeStringArray, where: Sequence[int], by: Sequence[str]) -> pa.LargeStringArray:
    """*texts* with those at *where* replaced."""
    if not where:
        return texts
    series = pl.Series(pl.from_arrow(texts)).scatter(list(where), list(by))
    return series.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(pa.large_string())


def _mended(text: str) -> str:
    # An XML processor ends every line with LF before it resolves references.
    return html.unescape(text.replace("\r\n", "\n").replace("\r", "\n"))


def unescaped(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    """Raw XML texts as what they stand for."""
    series = pl.Series(pl.from_arrow(texts))
    odd = series.str.contains("[&\r]").fill_null(value=False).arg_true().to_list()
    return replaced(texts, odd, [_mended(series[place]) for place in odd])


def without_escapes(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    """Texts in which ``_x000D_`` and its kin are the characters that they stand for (ECMA-376, ST_Xstring)."""
    series = pl.Series(pl.from_arrow(texts))
    odd = series.str.contains("_x[0-9A-Fa-f]{4}_").fill_null(value=False).arg_true().to_list()
    return replaced(texts, odd, [_ESCAPED.sub(_character, series[place]) for place in odd])


def _character(match: re.Match[str]) -> str:
    found = chr(int(match[1], 16))
    # A half of a pair is no character, and a NUL is none that a text may hold.
    return found if found.isprintable() or found in "\t\n\r" else ""

"""Which encoding a text file is in, decided strictly: the whole file decodes, or it is refused.

Order: a byte order mark; UTF-16 without a mark (zero bytes mostly on one side); UTF-8; then GB18030
(a superset of GBK and GB2312) and Big5, each only if what comes out looks like Chinese that people write.
A file that begins as good UTF-8 Chinese and breaks is a damaged UTF-8 file, never GB18030: almost
any bytes decode as *something* in GB18030.
"""

import codecs
from collections import Counter
from dataclasses import dataclass
from typing import IO

from catalog.errors import UnreadableFile
from catalog.records import Finding, Text

_CHUNK = 1 << 20
_SAMPLE = 200_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
#: Share of characters from the everyday range above which a legacy reading is believed.
_PLAUSIBLE = 0.6
#: The lead bytes of everyday characters: GB 2312 level 1 with punctuation; Big5 level 1 with punctuation.
_EVERYDAY = {"gb18030": ("gb2312", {0xA1, 0xA3, *range(0xB0, 0xD8)}), "big5": ("big5", {*range(0xA1, 0xC7)})}


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to decode a file: *name* for people, *codec* for Python, *skip* bytes of mark before the text."""

    name: str
    codec: str
    skip: int = 0


@dataclass(frozen=True, slots=True)
class _Probe:
    """One strict pass: where decoding failed or met a NUL, and which non-ASCII characters came before."""

    broken: int | None
    nul: int | None
    seen: Counter[str]


def _probe(source: IO[bytes], codec: str, skip: int) -> _Probe:
    source.seek(skip)
    decoder = codecs.getincrementaldecoder(codec)("strict")
    seen: Counter[str] = Counter()
    zero = None
    position = skip
    while True:
        chunk = source.read(_CHUNK)
        pending = len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(codec, "ignore")
            seen.update(char for char in good if char > "\x7f")
            return _Probe(position - pending + error.start, zero, seen)
        if zero is None and "\0" in text:
            zero = position - pending + len(text[: text.index("\0")].encode(codec))
        if seen.total() < _SAMPLE and not text.isascii():
            seen.update(char for char in text[:_SAMPLE] if char > "\x7f")
        position += len(chunk)
        if not chunk:
            return _Probe(None, zero, seen)


def _everyday(codec: str, seen: Counter[str]) -> float:
    """The share of *seen* that belongs to the characters in daily use of *codec*'s standard."""
    standard, leads = _EVERYDAY[codec]
    common = sum(
        count for char, count in seen.items() if char.encode(standard, "ignore")[:1] in _bytes(leads)
    )
    return common / seen.total() if seen else 0.0


def _bytes(leads: set[int]) -> set[bytes]:
    return {bytes([lead]) for lead in leads}


def _is_chinese(char: str) -> bool:
    return "\u3000" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef"


def _began_as_utf8(seen: Counter[str]) -> bool:
    """Whether the good beginning of a broken UTF-8 file proves that it was UTF-8.

    Legacy bytes pass for two-byte UTF-8 now and then (the famous 联通) but hardly for three-byte
    characters, and three-byte characters are what Chinese UTF-8 consists of.
    """
    chinese = sum(count for char, count in seen.items() if _is_chinese(char))
    return chinese >= 2 and chinese > seen.total() - chinese  # noqa: PLR2004 - one may be chance


def _unmarked_utf16(head: bytes) -> str | None:
    """The byte order of UTF-16 without a mark, if *head* is that: its ASCII has zero bytes, mostly on
    one side (一 and 开 have theirs on the other), and it is everyday text when read so. A stray NUL in
    plain text also lies on one side, but reads as nonsense.
    """
    if not head.count(0):
        return None
    codec = "utf-16-be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16-le"
    seen = Counter(head[: len(head) // 2 * 2].decode(codec, "ignore"))
    ascii_share = sum(count for char, count in seen.items() if char.isascii()) / max(seen.total(), 1)
    return codec if ascii_share + _everyday("gb18030", seen) >= _PLAUSIBLE else None


def _legacy(source: IO[bytes]) -> Encoding | None:
    """GB18030 or Big5, whichever decodes whole and reads more like daily Chinese; None if neither does."""
    believed: list[tuple[float, str]] = []
    for codec in ("gb18030", "big5"):
        probe = _probe(source, codec, 0)
        share = _everyday(codec, probe.seen)
        if probe.broken is None and share >= _PLAUSIBLE:
            believed.append((share, codec))
    return Encoding(max(believed)[1], max(believed)[1]) if believed else None


def _checked(source: IO[bytes], encoding: Encoding) -> Encoding:
    probe = _probe(source, encoding.codec, encoding.skip)
    if probe.nul is not None and (probe.broken is None or probe.nul < probe.broken):
        raise _nul(probe.nul)
    if probe.broken is None:
        return encoding
    legacy = None
    if encoding.name == "utf-8" and not _began_as_utf8(probe.seen):
        legacy = _legacy(source)
    if legacy:
        return legacy
    source.seek(probe.broken)
    raise _undecodable(encoding.codec.upper(), probe.broken, source.read(4))


def _undecodable(codec: str, offset: int, found: bytes) -> UnreadableFile:
    """The bytes at *offset* are not text in any of the encodings we accept."""
    seen = found.hex(" ").upper()
    return _refusal(
        f"第 {offset} 字节（从 0 起）处的 {seen} 不是合法的 {codec} 文本；请整份以 UTF-8 或 GB18030 重新保存。",
        f"At byte {offset} (from 0) {seen} is not valid {codec} text; save the whole file as UTF-8 or GB18030.",
        offset,
        seen,
    )


def _nul(offset: int) -> UnreadableFile:
    """Text holds no NUL bytes: the file is damaged, or binary."""
    return _refusal(
        f"第 {offset} 字节（从 0 起）处是空字节 00，文本文件中不应出现。",
        f"At byte {offset} (from 0) there is a NUL byte, which no text file holds.",
        offset,
        "00",
    )


def _refusal(zh: str, en: str, offset: int, seen: str) -> UnreadableFile:
    expected = "UTF-8, GB18030, UTF-16, Big5"
    finding = Finding("encoding-error", Text(zh, en), byte=offset, value=seen, expected=expected)
    return UnreadableFile(zh, en, [finding])


def decide(source: IO[bytes]) -> Encoding:
    """The encoding in which the whole of the seekable file *source* decodes strictly.

    :raises UnreadableFile: with an ``encoding-error`` at the first byte that is not text.
    """
    source.seek(0)
    head = source.read(1 << 16)
    for mark, name, codec in _MARKS:
        if head.startswith(mark):
            return _checked(source, Encoding(name, codec, len(mark)))
    unmarked = _unmarked_utf16(head)
    if unmarked:
        return _checked(source, Encoding(unmarked, unmarked))
    return _checked(source, Encoding("utf-8", "utf-8"))

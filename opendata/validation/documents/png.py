"""PNG: every chunk's checksum held, the rows counted as they unpack, never more of them than the header declares."""

import struct
import zlib
from typing import IO

from catalog.errors import UnreadableFile
from opendata.tables.faults import malformed
from opendata.validation.documents.photograph import Photograph, look_at_exif, look_at_xmp

_MOST_BLOCK, _PIECE = 1 << 24, 1 << 18
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_XMP = b"XML:com.adobe.xmp\0"


def _wrong(zh: str, en: str, byte: int | None = None) -> UnreadableFile:
    return malformed("PNG", zh, en, byte=byte)


def _bytes(width: int, height: int, bits: int, colour: int, interlaced: int) -> int:
    """How many bytes the rows have unpacked, with the filter byte of each."""
    depth = bits * _CHANNELS[colour]
    if not interlaced:
        return height * (1 + (width * depth + 7) // 8)
    total = 0
    for left, top, across, down in _PASSES:
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            total += rows * (1 + (columns * depth + 7) // 8)
    return total


class _Rows:
    """Unpacks the rows and forgets them; knows only how many bytes there were."""

    def __init__(self) -> None:
        self._unpacker = zlib.decompressobj()
        self.count = 0

    def take(self, piece: bytes, most: int) -> None:
        try:
            while piece and not self._unpacker.eof and self.count <= most:
                self.count += len(self._unpacker.decompress(piece, _PIECE))
                piece = self._unpacker.unconsumed_tail
        except zlib.error as error:
            raise _wrong("像素数据无法解压", "its pixels cannot be unpacked") from error


def read_png(source: IO[bytes], photograph: Photograph) -> tuple[int, int]:
    """Walk the whole PNG and give its width and height.

    :raises UnreadableFile: it is cut, a checksum does not hold, or it has other than the rows it declares.
    """
    source.seek(8)
    width = height = expected = 0
    rows = _Rows()
    while True:
        at = source.tell()
        head = source.read(8)
        if len(head) < 8:  # noqa: PLR2004 - length and kind
            raise _wrong(
                "没有结束块 IEND，文件可能被截断", "the end (IEND) is missing; it may have been cut", at
            )
        length, kind = struct.unpack(">I4s", head)
        if not width and kind != b"IHDR":
            raise _wrong("第一个块不是 IHDR", "its first chunk is not IHDR", at)
        kept = _chunk(source, length, kind, rows, expected)
        if kind == b"IHDR":
            width, height, expected = _header(kept)
        elif kind == b"eXIf":
            look_at_exif(kept, photograph)
        elif kind == b"iTXt" and kept.startswith(_XMP):
            look_at_xmp(kept, photograph)
        elif kind == b"IEND":
            break
    if rows.count != expected:
        raise _wrong("像素数据的行数与声明不符", "its pixels are more or less than it declares")
    return width, height


def _header(content: bytes) -> tuple[int, int, int]:
    if len(content) != 13:  # noqa: PLR2004 - the header's size
        raise _wrong("IHDR 长度不对", "IHDR has the wrong length")
    width, height, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", content)
    if not width or not height or colour not in _CHANNELS or bits not in {1, 2, 4, 8, 16}:
        raise _wrong("IHDR 的内容不对", "IHDR is unsound")
    return width, height, _bytes(width, height, bits, colour, interlaced)


def _chunk(source: IO[bytes], length: int, kind: bytes, rows: _Rows, expected: int) -> bytes:
    """Read one chunk against its checksum; what is kept of it."""
    kept, checksum, left = b"", zlib.crc32(kind), length
    while left:
        piece = source.read(min(_PIECE, left))
        if not piece:
            raise _wrong("数据块不完整，文件可能被截断", "a chunk is cut", source.tell())
        left -= len(piece)
        checksum = zlib.crc32(piece, checksum)
        if kind == b"IDAT":
            rows.take(piece, expected)
        elif kind != b"fdAT" and len(kept) < _MOST_BLOCK:
            kept += piece
    if source.read(4) != struct.pack(">I", checksum):
        shown = kind.decode("latin-1")
        raise _wrong(
            f"数据块 {shown} 的 CRC 校验不符",
            f"the checksum of the chunk {shown} does not hold",
            source.tell(),
        )
    return kept

"""Raster images: whole from the first mark to the last, of a size that can be shown, telling nobody where a person was.

Each form's structure is walked; no pixel is decoded but PNG's, whose rows are counted as they unpack.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from catalog.errors import UnreadableFile
from opendata.tables.faults import malformed, too_large
from opendata.validation.documents.inspection import Inspection
from opendata.validation.documents.photograph import Photograph, look_at_exif, look_at_xmp, tell_photograph
from opendata.validation.documents.png import read_png
from opendata.validation.documents.tiff import HEIGHT, WIDTH, Tiff

#: A block of metadata beyond this is no camera's.
_MOST_BLOCK = 1 << 24
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_XMP = b"http://ns.adobe.com/xap/1.0/\0"


@dataclass(slots=True)
class Picture:
    """What was read of a picture: its size in pixels, how many ``frames`` or pages, what its metadata tell."""

    width: int = 0
    height: int = 0
    frames: int = 1


def _cut(form: str) -> UnreadableFile:
    return malformed(form, "图像不完整，可能被截断", "the image is incomplete; it may have been cut")


def _exactly(source: IO[bytes], length: int, form: str) -> bytes:
    content = source.read(length)
    if len(content) < length:
        raise _cut(form)
    return content


def _jpeg(source: IO[bytes], _: int, photograph: Photograph) -> Picture:
    picture = Picture()
    source.seek(2)
    while True:
        marker = _exactly(source, 2, "JPEG")
        while marker[1] == 0xFF:  # noqa: PLR2004 - a filling byte
            marker = marker[1:] + _exactly(source, 1, "JPEG")
        if marker[0] != 0xFF:  # noqa: PLR2004 - every marker begins so
            raise malformed(
                "JPEG", "标记段错位", "a marker is not where it should be", byte=source.tell() - 2
            )
        if marker[1] == 0xD9:  # noqa: PLR2004 - the end without a picture
            break
        if marker[1] in _ALONE:
            continue
        length = struct.unpack(">H", _exactly(source, 2, "JPEG"))[0] - 2
        if length < 0:
            raise malformed("JPEG", "标记段长度不对", "a segment has no length", byte=source.tell() - 2)
        if marker[1] == 0xDA:  # noqa: PLR2004 - the scan: all the rest
            break
        segment = _exactly(source, length, "JPEG")
        if marker[1] in _FRAMES and length >= 5:  # noqa: PLR2004 - precision, height, width
            picture.height, picture.width = struct.unpack_from(">HH", segment, 1)
        elif segment.startswith(b"Exif\0\0"):
            look_at_exif(segment[6:], photograph)
        elif segment.startswith(_XMP):
            look_at_xmp(segment, photograph)
    if marker[1] != 0xD9 and not _ends_scan(source):  # noqa: PLR2004 - as above
        raise _cut("JPEG")
    return picture


def _ends_scan(source: IO[bytes]) -> bool:
    """Whether the end mark comes after the scan; in the scan itself it cannot stand."""
    last = b""
    while piece := source.read(1 << 18):
        if b"\xff\xd9" in last + piece:
            return True
        last = piece[-1:]
    return False


def _gif(source: IO[bytes], _: int, __: Photograph) -> Picture:
    source.seek(6)
    width, height, flags = struct.unpack("<HHBxx", _exactly(source, 7, "GIF"))
    if flags & 0x80:
        source.seek(3 << ((flags & 7) + 1), 1)
    frames = 0
    while True:
        block = _exactly(source, 1, "GIF")
        if block == b";":
            break
        if block == b",":
            frames += 1
            local = _exactly(source, 9, "GIF")[8]
            if local & 0x80:
                source.seek(3 << ((local & 7) + 1), 1)
            _exactly(source, 1, "GIF")
        elif block == b"!":
            _exactly(source, 1, "GIF")
        else:
            raise malformed("GIF", "数据块标识不对", "a block has no known mark", byte=source.tell() - 1)
        while length := _exactly(source, 1, "GIF")[0]:
            source.seek(length, 1)
    return Picture(width, height, frames)


def _webp(source: IO[bytes], size: int, photograph: Photograph) -> Picture:
    source.seek(4)
    declared = struct.unpack("<I", _exactly(source, 4, "WEBP"))[0]
    if declared + 8 > size:
        raise _cut("WEBP")
    source.seek(12)
    picture = Picture()
    while source.tell() + 8 <= declared + 8:
        kind, length = struct.unpack("<4sI", _exactly(source, 8, "WEBP"))
        if source.tell() + length > size:
            raise _cut("WEBP")
        after = source.tell() + length + length % 2
        head = source.read(min(length, _MOST_BLOCK if kind in {b"EXIF", b"XMP "} else 10))
        _webp_chunk(kind, head, picture, photograph)
        source.seek(after)
    return picture


def _webp_chunk(kind: bytes, head: bytes, picture: Picture, photograph: Photograph) -> None:
    if kind == b"VP8X" and len(head) >= 10:  # noqa: PLR2004 - flags, width, height
        picture.width = int.from_bytes(head[4:7], "little") + 1
        picture.height = int.from_bytes(head[7:10], "little") + 1
    elif kind == b"VP8 " and len(head) >= 10 and not picture.width:  # noqa: PLR2004 - up to its sizes
        width, height = struct.unpack_from("<HH", head, 6)
        picture.width, picture.height = width & 0x3FFF, height & 0x3FFF
    elif kind == b"VP8L" and len(head) >= 5 and not picture.width:  # noqa: PLR2004 - as above
        bits = int.from_bytes(head[1:5], "little")
        picture.width, picture.height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"EXIF":
        look_at_exif(head.removeprefix(b"Exif\0\0"), photograph)
    elif kind == b"XMP ":
        look_at_xmp(head, photograph)


def _bmp(source: IO[bytes], size: int, _: Photograph) -> Picture:
    head = source.read(54)
    if len(head) < 54:  # noqa: PLR2004 - both headers
        raise _cut("BMP")
    declared, pixels = struct.unpack_from("<I4xI", head, 2)
    header, width, height, _planes, bits, packing = struct.unpack_from("<IiiHHI", head, 14)
    if header < 40:  # noqa: PLR2004 - the header of OS/2, which nobody writes
        raise malformed("BMP", "文件头版本过旧", "its header is of a version nobody writes")
    rows = abs(height) * ((width * bits + 31) // 32 * 4) if packing == 0 else 0
    if declared > size or pixels + rows > size:
        raise _cut("BMP")
    return Picture(width, abs(height))


def _boxes(source: IO[bytes], start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two places: kind, where its content begins and ends."""
    at = start
    while at + 8 <= end:
        source.seek(at)
        length, kind = struct.unpack(">I4s", _exactly(source, 8, "JPEG 2000"))
        inside = at + 8
        if length == 1:
            length, inside = struct.unpack(">Q", _exactly(source, 8, "JPEG 2000"))[0], at + 16
        after = end if length == 0 else at + length
        if after < inside or after > end:
            raise _cut("JPEG 2000")
        yield kind, inside, after
        at = after


def _jp2(source: IO[bytes], size: int, _: Photograph) -> Picture:
    source.seek(0)
    head = source.read(4)
    stream = (0, size) if head == b"\xff\x4f\xff\x51" else None
    if stream is None:
        stream = next(((begin, end) for kind, begin, end in _boxes(source, 0, size) if kind == b"jp2c"), None)
    if stream is None:
        raise malformed("JPEG 2000", "没有码流", "it holds no codestream")
    source.seek(stream[0])
    start = _exactly(source, 40, "JPEG 2000")
    right, bottom, left, top = struct.unpack_from(">IIII", start, 8)
    source.seek(max(stream[0], stream[1] - 64))
    if b"\xff\xd9" not in source.read(64):
        raise _cut("JPEG 2000")
    return Picture(max(0, right - left), max(0, bottom - top))


def _tiff(source: IO[bytes], size: int, photograph: Photograph) -> Picture:
    tiff, picture = Tiff(source, size), Picture(frames=0)
    for tags in tiff.directories():
        picture.frames += 1
        width, height = tiff.numbers(tags, WIDTH), tiff.numbers(tags, HEIGHT)
        if width and height and width[0] * height[0] > picture.width * picture.height:
            picture.width, picture.height = width[0], height[0]
        if any(end > size for end in tiff.ends_of_pixels(tags)):
            raise _cut("TIFF")
    look_at_exif(tiff, photograph)
    return picture


def _png(source: IO[bytes], _: int, photograph: Photograph) -> Picture:
    return Picture(*read_png(source, photograph))


_READERS: Mapping[str, Callable[[IO[bytes], int, Photograph], Picture]] = {
    "png": _png,
    "jpeg": _jpeg,
    "gif": _gif,
    "webp": _webp,
    "bmp": _bmp,
    "jp2": _jp2,
    "tiff": _tiff,
    "geotiff": _tiff,
}


def check_picture(inspection: Inspection) -> None:
    """A raster image.

    :raises UnreadableFile: it is cut or damaged, or has more pixels than can be shown.
    """
    photograph = Photograph()
    with inspection.path.open("rb") as source:
        picture = _READERS[inspection.identity.form](source, inspection.size, photograph)
    if picture.width <= 0 or picture.height <= 0 or picture.frames <= 0:
        raise malformed("图像 image", "没有像素", "it has no pixels")
    pixels = picture.width * picture.height
    inspection.tell({"width": picture.width, "height": picture.height})
    if picture.frames > 1:
        inspection.tell({"pages": picture.frames})
    tell_photograph(inspection, photograph)
    if pixels > inspection.limits.pixels:
        raise too_large(
            f"图像声明有 {picture.width} × {picture.height} 像素",
            f"the image declares {picture.width} × {picture.height} pixels",
            f"<= {inspection.limits.pixels}",
            value=str(pixels),
        )

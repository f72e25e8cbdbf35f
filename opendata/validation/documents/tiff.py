"""The directories of a TIFF, and of the EXIF block of any picture, which is one: tags and where their values lie."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from catalog.errors import UnreadableFile
from opendata.tables.faults import malformed

WIDTH, HEIGHT = 256, 257
_STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES = 273, 279, 324, 325
GEO_KEYS = 34735
EXIF, GPS = 34665, 34853
#: Bytes of one value by its type (TIFF 6.0, BigTIFF).
_SIZES: Mapping[int, int] = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}  # fmt: skip
_WHOLE: Mapping[int, str] = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_MOST_TAGS, _MOST_PAGES, _MOST_BYTES = 4_000, 10_000, 1 << 24


def _broken() -> UnreadableFile:
    return malformed(
        "TIFF", "目录或数据超出文件末尾", "a directory or its data lie beyond the end of the file"
    )


@dataclass(frozen=True, slots=True)
class _Tag:
    kind: int
    count: int
    place: int


class Tiff:
    """A TIFF in *source*, of *size* bytes.

    :raises UnreadableFile: it has no sound header.
    """

    def __init__(self, source: IO[bytes], size: int) -> None:
        self._source, self._size = source, size
        head = self._bytes(0, min(16, size))
        self._order = {b"II": "<", b"MM": ">"}.get(head[:2], "")
        if not self._order or len(head) < 8:  # noqa: PLR2004 - the header's size
            raise _broken()
        version = self._number("H", head, 2)
        self._is_big = version == 43  # noqa: PLR2004 - BigTIFF
        if version not in {42, 43} or (self._is_big and len(head) < 16):  # noqa: PLR2004 - the two there are
            raise _broken()
        self._first = self._number("Q", head, 8) if self._is_big else self._number("I", head, 4)

    def _number(self, form: str, content: bytes, at: int = 0) -> int:
        value: int = struct.unpack_from(self._order + form, content, at)[0]
        return value

    def _bytes(self, place: int, length: int) -> bytes:
        if place < 0 or length < 0 or place + length > self._size:
            raise _broken()
        self._source.seek(place)
        content = self._source.read(length)
        if len(content) < length:
            raise _broken()
        return content

    def directories(self) -> Iterator[Mapping[int, _Tag]]:
        """The directories one after the other: one per page.

        :raises UnreadableFile: one lies beyond the end, or they go in a circle.
        """
        place, seen = self._first, set[int]()
        while place:
            if place in seen or len(seen) > _MOST_PAGES:
                raise _broken()
            seen.add(place)
            tags, place = self._directory(place)
            yield tags

    def _directory(self, place: int) -> tuple[Mapping[int, _Tag], int]:
        wide = self._is_big
        lead, step, word = (8, 20, "Q") if wide else (2, 12, "I")
        count = self._number("Q" if wide else "H", self._bytes(place, lead))
        if count > _MOST_TAGS:
            raise _broken()
        block = self._bytes(place + lead, count * step)
        tags = {}
        for at in range(0, len(block), step):
            tag, kind = self._number("H", block, at), self._number("H", block, at + 2)
            amount = self._number(word, block, at + 4)
            inside = place + lead + at + step - (8 if wide else 4)
            length = _SIZES.get(kind, 1) * amount
            here = length <= (8 if wide else 4)
            tags[tag] = _Tag(kind, amount, inside if here else self._number(word, block, at + step - (8 if wide else 4)))  # fmt: skip
        after = place + lead + len(block)
        if after == self._size:  # some cameras leave out the end of the list
            return tags, 0
        return tags, self._number(word, self._bytes(after, 8 if wide else 4))

    def linked(self, tags: Mapping[int, _Tag], tag: int) -> Mapping[int, _Tag]:
        """The directory to which *tag* points; an empty one if there is none."""
        places = self.numbers(tags, tag)
        return self._directory(places[0])[0] if places and places[0] else {}

    def numbers(self, tags: Mapping[int, _Tag], tag: int) -> tuple[int, ...]:
        """The whole numbers of *tag*; none if it is not there."""
        found = tags.get(tag)
        if found is None or found.kind not in _WHOLE:
            return ()
        length = _SIZES[found.kind] * found.count
        if length > _MOST_BYTES:
            raise _broken()
        content = self._bytes(found.place, length)
        return struct.unpack(f"{self._order}{found.count}{_WHOLE[found.kind]}", content)

    def text(self, tags: Mapping[int, _Tag], tag: int) -> str:
        """The text of *tag* without blanks around it; empty if it is not there."""
        found = tags.get(tag)
        if found is None or found.count > _MOST_BYTES:
            return ""
        content = self._bytes(found.place, _SIZES.get(found.kind, 1) * found.count)
        return content.split(b"\0")[0].decode("utf-8", "replace").strip()

    def ends_of_pixels(self, tags: Mapping[int, _Tag]) -> Iterator[int]:
        """Behind which byte each strip or tile of the page ends."""
        for places, sizes in ((_STRIPS, _STRIP_SIZES), (_TILES, _TILE_SIZES)):
            for place, size in zip(self.numbers(tags, places), self.numbers(tags, sizes), strict=False):
                yield place + size


def geo_tagged(path: Path) -> bool:
    """Whether the TIFF *path* says where on Earth it lies (GeoTIFF)."""
    try:
        with path.open("rb") as source:
            tiff = Tiff(source, path.stat().st_size)
            return any(GEO_KEYS in tags for tags in tiff.directories())
    except UnreadableFile:
        return False


def exif_of(block: bytes) -> Tiff:
    """The EXIF *block* of a picture.

    :raises UnreadableFile: it is none.
    """
    return Tiff(BytesIO(block), len(block))

"""SHP and SHX: the headers held against the files, every record against the index, every place against the Earth."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from catalog.errors import UnreadableFile
from opendata.tables.faults import malformed

_HEAD, _CODE, _VERSION = 100, 9994, 1000
#: The ESRI shapefile description of 1998, by the names that GeoJSON uses.
GEOMETRIES: Mapping[int, str] = {
    0: "Null", 1: "Point", 3: "LineString", 5: "Polygon", 8: "MultiPoint",
    11: "Point", 13: "LineString", 15: "Polygon", 18: "MultiPoint",
    21: "Point", 23: "LineString", 25: "Polygon", 28: "MultiPoint", 31: "MultiPatch",
}  # fmt: skip
_POINTS = frozenset({1, 11, 21})
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Shapes:
    """What was read of an SHP: its geometry, how many records, the box of all of them (None if there is none)."""

    geometry: str
    records: int
    box: Box | None


def _header(source: IO[bytes], size: int, form: str) -> int:
    """The type of the shapes.

    :raises UnreadableFile: the header is none, or tells another size.
    """
    head = source.read(_HEAD)
    if len(head) < _HEAD or struct.unpack_from(">I", head)[0] != _CODE:
        raise malformed(form, "文件头标识不对", "its header has the wrong mark")
    declared = struct.unpack_from(">I", head, 24)[0] * 2
    version, kind = struct.unpack_from("<II", head, 28)
    if version != _VERSION or kind not in GEOMETRIES:
        raise malformed(form, "版本或几何类型未知", "its version or type of geometry is unknown")
    if declared != size:
        raise malformed(
            form,
            f"文件头声明 {declared} 字节，实际 {size} 字节",
            f"its header declares {declared} bytes, it has {size}",
        )
    return int(kind)


def count_index(path: Path) -> int:
    """How many records the SHX *path* lists.

    :raises UnreadableFile: its header is wrong.
    """
    size = path.stat().st_size
    with path.open("rb") as source:
        _header(source, size, "SHX")
    return (size - _HEAD) // 8


def read_shapes(path: Path, index: Path | None) -> Shapes:
    """Walk every record of the SHP *path*, against the SHX *index* if there is one.

    :raises UnreadableFile: a record is cut, of another type, or not where the index says.
    """
    size = path.stat().st_size
    with path.open("rb") as source:
        kind = _header(source, size, "SHP")
        listed = None if index is None else index.open("rb")
        try:
            if listed is not None:
                listed.seek(_HEAD)
            return _walk(source, size, kind, listed)
        finally:
            if listed is not None:
                listed.close()


def _walk(source: IO[bytes], size: int, kind: int, listed: IO[bytes] | None) -> Shapes:
    at, count, box = _HEAD, 0, None
    while at < size:
        source.seek(at)
        head = source.read(8 + 4 + 32)
        if len(head) < 12:  # noqa: PLR2004 - number, length, type
            raise malformed("SHP", "记录不完整", "a record is cut", byte=at)
        length = struct.unpack_from(">I", head, 4)[0] * 2
        shape = struct.unpack_from("<I", head, 8)[0]
        count += 1
        if at + 8 + length > size or length < 4:  # noqa: PLR2004 - the type
            raise malformed("SHP", f"第 {count} 条记录不完整", f"record {count} is cut", byte=at)
        if shape not in {0, kind}:
            raise malformed(
                "SHP", f"第 {count} 条记录的几何类型不同", f"record {count} is of another type", byte=at
            )
        _agree(listed, at, count)
        if shape:
            box = _joined(box, _box(head, shape, count))
        at += 8 + length
    return Shapes(GEOMETRIES[kind], count, box)


def _agree(listed: IO[bytes] | None, at: int, count: int) -> None:
    if listed is None:
        return
    entry = listed.read(8)
    if len(entry) == 8 and struct.unpack_from(">I", entry)[0] * 2 != at:  # noqa: PLR2004 - an entry of the index
        raise malformed(
            "SHX", f"第 {count} 条记录的位置与 SHP 不符", f"record {count} does not lie where the index says"
        )


def _box(head: bytes, shape: int, count: int) -> Box:
    form = "<2d" if shape in _POINTS else "<4d"
    if len(head) < 12 + struct.calcsize(form):
        raise _short(count)
    numbers = struct.unpack_from(form, head, 12)
    return (numbers[0], numbers[1], numbers[0], numbers[1]) if len(numbers) == 2 else numbers  # noqa: PLR2004 - x and y


def _short(count: int) -> UnreadableFile:
    return malformed("SHP", f"第 {count} 条记录不完整", f"record {count} is cut")


def _joined(one: Box | None, other: Box) -> Box:
    """The box around both; a place that is no number stays one, so that it is seen."""
    if any(value != value for value in other):  # noqa: PLR0124 - only what is no number differs from itself
        return other
    if one is None or any(value != value for value in one):  # noqa: PLR0124 - as above
        return other if one is None else one
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def on_earth(box: Box) -> bool:
    """Whether *box* lies within what longitudes and latitudes can be."""
    return -180 <= box[0] <= box[2] <= 180 and -90 <= box[1] <= box[3] <= 90  # noqa: PLR2004 - degrees

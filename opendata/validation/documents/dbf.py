"""DBF, the attributes of a shapefile: its header held against its size, its rows as text."""

import csv
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from opendata.tables.faults import malformed

_HEAD, _FIELD = 32, 32
_MOST_FIELDS, _BLOCK = 2_048, 1 << 20
#: Language drivers of dBase that are met in China; others are told from the text.
_DRIVERS: Mapping[int, str] = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5", 0x57: "cp1252", 0x03: "cp1252"}  # fmt: skip
_CODE_PAGES: Mapping[str, str] = {
    "utf-8": "utf-8", "utf8": "utf-8", "65001": "utf-8", "936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030",
    "gb18030": "gb18030", "cp936": "gb18030", "950": "big5", "big5": "big5", "iso-8859-1": "latin-1", "8859_1": "latin-1",
    "88591": "latin-1", "1252": "cp1252", "ansi 1252": "cp1252", "ansi 936": "gb18030",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dbf:
    """The header of a DBF: how many ``rows``, where they begin and how long each is, the columns' labels and widths."""

    rows: int
    start: int
    length: int
    labels: tuple[bytes, ...]
    kinds: tuple[str, ...]
    widths: tuple[int, ...]
    driver: int


def read_dbf(path: Path) -> Dbf:
    """The header of *path*.

    :raises UnreadableFile: it is damaged, or the file is shorter than its rows.
    """
    size = path.stat().st_size
    with path.open("rb") as source:
        head = source.read(_HEAD)
        if len(head) < _HEAD:
            raise malformed("DBF", "文件头不完整", "its header is cut")
        rows, start, length = struct.unpack_from("<IHH", head, 4)
        block = source.read(min(max(0, start - _HEAD), _MOST_FIELDS * _FIELD))
    labels, kinds, widths = [], [], []
    for at in range(0, len(block) - _FIELD + 1, _FIELD):
        if block[at] == 0x0D:  # noqa: PLR2004 - the end of the list
            break
        labels.append(block[at : at + 11].split(b"\0")[0])
        kinds.append(chr(block[at + 11]))
        widths.append(block[at + 16])
    if not labels or length != 1 + sum(widths) or start < _HEAD + _FIELD * len(labels):
        raise malformed("DBF", "字段定义与记录长度不符", "its columns do not make up its rows")
    if start + rows * length > size:
        raise malformed("DBF", "记录不完整，文件可能被截断", "its rows are cut")
    return Dbf(rows, start, length, tuple(labels), tuple(kinds), tuple(widths), head[29])


def encoding_of(dbf: Dbf, path: Path, declared: str | None) -> tuple[str, bool]:
    """In which encoding the texts are, and whether all of them decode in it.

    :param declared: what the ``.cpg`` beside says.
    """
    named = _CODE_PAGES.get((declared or "").strip().lower()) or _DRIVERS.get(dbf.driver)
    for codec in [named] if named else ["utf-8", "gb18030"]:
        if all(_decodes(one, codec) for one in _blocks(dbf, path)):
            return codec, True
    return named or "utf-8", False


def _decodes(block: bytes, codec: str) -> bool:
    try:
        block.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _blocks(dbf: Dbf, path: Path) -> Iterator[bytes]:
    yield b" ".join(dbf.labels)
    for row in _rows(dbf, path):
        yield b"\n".join(row)


def _rows(dbf: Dbf, path: Path) -> Iterator[list[bytes]]:
    """The cells of every row that is not marked as deleted."""
    left = dbf.rows
    with path.open("rb") as source:
        source.seek(dbf.start)
        while left > 0:
            count = min(left, max(1, _BLOCK // dbf.length))
            block = source.read(count * dbf.length)
            left -= count
            for at in range(0, len(block) - dbf.length + 1, dbf.length):
                if block[at : at + 1] != b"*":
                    yield _cells(dbf, block, at + 1)


def _cells(dbf: Dbf, block: bytes, at: int) -> list[bytes]:
    cells = []
    for width in dbf.widths:
        cells.append(block[at : at + width].strip(b" \0"))
        at += width
    return cells


def write_csv(dbf: Dbf, path: Path, codec: str, target: Path) -> None:
    """Write the rows of *path* to *target* as CSV; what does not decode is replaced."""
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_labels(dbf, codec))
        for row in _rows(dbf, path):
            writer.writerow([_clean(cell.decode(codec, "replace")) for cell in row])


def _labels(dbf: Dbf, codec: str) -> list[str]:
    return [
        _clean(label.decode(codec, "replace")) or f"column {at}" for at, label in enumerate(dbf.labels, 1)
    ]


def _clean(text: str) -> str:
    return text.replace("\0", "").replace("\r", " ").replace("\n", " ")

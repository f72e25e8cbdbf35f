"""A real workbook whose sheet unpacks to gigabytes, made in a moment."""

import random
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"
_BLOCK = 4 * 2**20
_NOISE = 30_000


def _stream(unpacked: int) -> tuple[bytes, int]:
    """A raw deflate stream of about *unpacked* bytes, and how many they are: one block, said over and over."""
    noise = random.Random(2016).randbytes(_NOISE).hex().encode()
    block = b"<row><c><v>" + noise + b"</v></c></row>" + b" " * (_BLOCK - len(noise))
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    count = unpacked // len(block)
    return packed * count + packer.flush(), len(block) * count


def bomb(path: Path, unpacked: int, *, honest: bool) -> Path:
    """Write the workbook *path*; an *honest* one declares its size, the other says that it is small."""
    book, made = BytesIO(), Workbook()
    made.save(book)
    stream, size = _stream(unpacked)
    declared = size if honest else 5_000
    with zipfile.ZipFile(book) as sound, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sound.namelist():
            if name != SHEET:
                archive.writestr(name, sound.read(name))
        part = zipfile.ZipInfo(SHEET)
        archive.writestr(part, stream)  # stored as it is; its headers then say what it really is
        part.compress_type, part.file_size = zipfile.ZIP_DEFLATED, declared
    with path.open("r+b") as file:
        file.seek(part.header_offset + 8)
        file.write(struct.pack("<H", zipfile.ZIP_DEFLATED))
        file.seek(part.header_offset + 22)
        file.write(struct.pack("<L", declared))
    return path

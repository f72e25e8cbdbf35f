"""What an archive holds: each member's size and checksum, without unpacking a zip and without keeping a byte."""

import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import IO

#: Members beyond which an archive is not looked into: their names alone would fill the memory.
MOST_MEMBERS = 100_000
_CHUNK = 1 << 20
#: Without this flag the name may be in any encoding; Chinese systems write GB18030.
_IS_UTF8 = 0x800

#: Size and CRC-32 of each member, by its name.
Members = dict[str, tuple[int, int]]


def members(path: Path) -> Members | None:
    """The files in the zip or tar at *path*; None where it is neither, holds too many, or cannot be read.

    It was judged before it was published, so that what cannot be read here was never meant to be looked into.
    """
    try:
        if zipfile.is_zipfile(path):
            return _of_zip(path)
        if tarfile.is_tarfile(path):
            return _of_tar(path)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, ValueError):
        return None
    return None


def _of_zip(path: Path) -> Members | None:
    with zipfile.ZipFile(path) as archive:
        parts = [part for part in archive.infolist() if not part.is_dir()]
    if len(parts) > MOST_MEMBERS:
        return None
    return {_name(part): (part.file_size, part.CRC) for part in parts}


def _name(part: zipfile.ZipInfo) -> str:
    if part.flag_bits & _IS_UTF8:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return part.filename


def _of_tar(path: Path) -> Members | None:
    found: Members = {}
    with tarfile.open(path, "r|*") as archive:
        for part in archive:
            content = archive.extractfile(part) if part.isfile() else None
            if content is None:
                continue
            if len(found) == MOST_MEMBERS:
                return None
            with content:
                found[part.name] = (part.size, _checksum(content))
    return found


def _checksum(content: IO[bytes]) -> int:
    checksum = 0
    while chunk := content.read(_CHUNK):
        checksum = zlib.crc32(chunk, checksum)
    return checksum

"""The members of a zip, listed only as far as a list may go and unpacked only as far as a file may.

The central directory is what every program shows; a program that unpacks from the front sees the local
headers. Both must say the same, and no member may lie inside another.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from catalog.errors import UnreadableFile
from opendata.tables.faults import malformed, too_large
from opendata.tables.package import BROKEN
from opendata.validation.documents.limits import DEFAULT, Limits

MAGIC = b"PK\x03\x04"
_END, _END64 = b"PK\x05\x06", b"PK\x06\x06"
_LOCAL = struct.Struct("<4s5HIIIHH")
#: The comment at the end has at most 64 KiB.
_TAIL = 65_536 + 22 + 20 + 56
#: Bytes of directory per member: a name, its extra fields and a comment never come near this.
_ENTRY = 1024
_CHUNK = 1 << 18
_NAMES = re.compile(rb"PK\x03\x04.{22}(..)(..)", re.DOTALL)


def _broken(zh: str, en: str, member: str | None = None) -> UnreadableFile:
    return malformed("ZIP", zh, en, member=member)


@dataclass(frozen=True, slots=True)
class ZipMember:
    """One entry of the directory, its ``name`` as it was written (GBK is told from UTF-8)."""

    name: str
    info: zipfile.ZipInfo

    @property
    def size(self) -> int:
        """The size that is declared."""
        return self.info.file_size

    @property
    def is_locked(self) -> bool:
        """Whether a password is needed to read it."""
        return bool(self.info.flag_bits & 0x1)

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.info.filename.endswith("/")

    @property
    def is_link(self) -> bool:
        """Whether Unix would make a link, device or pipe of it."""
        kind = (self.info.external_attr >> 16) & 0o170000
        return kind not in {0, 0o100000, 0o040000}


def _shown_name(info: zipfile.ZipInfo) -> str:
    name = info.orig_filename
    if info.flag_bits & 0x800:
        return name
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name


def _directory_size(path: Path) -> tuple[int, int]:
    """How many members the end of the archive declares, and how many bytes its directory has.

    :raises UnreadableFile: there is no end.
    """
    with path.open("rb") as source:
        size = source.seek(0, 2)
        source.seek(max(0, size - _TAIL))
        tail = source.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:  # noqa: PLR2004 - the end's own size
        raise _broken("没有中央目录，文件可能被截断", "it has no central directory; it may have been cut")
    count, length = struct.unpack_from("<HI", tail, at + 10)
    wide = tail.rfind(_END64, 0, at)
    if wide >= 0 and at - wide >= 56:  # noqa: PLR2004 - as above
        count, length = struct.unpack_from("<QQ", tail, wide + 32)
    return count, length


class Zip:
    """An open archive: its members in the order of its directory.

    :raises UnreadableFile: it is cut or damaged.
    """

    def __init__(self, archive: zipfile.ZipFile, source: IO[bytes]) -> None:
        self._archive, self._source = archive, source
        self.members = tuple(ZipMember(_shown_name(info), info) for info in archive.infolist())

    @property
    def names(self) -> frozenset[str]:
        """The names of the members in small letters, without a slash in front."""
        return frozenset(member.name.lower().lstrip("/") for member in self.members)

    def member(self, name: str) -> ZipMember | None:
        """The member called *name*, whatever the case of its letters."""
        wanted = name.lower()
        return next((one for one in self.members if one.name.lower().lstrip("/") == wanted), None)

    def chunks(self, member: ZipMember) -> Iterator[bytes]:
        """The bytes of *member*, never more than it declares.

        :raises UnreadableFile: damaged, larger or smaller than declared, or packed in an unknown way.
        """
        yield from _unpacked(self._source, member)

    def read(self, member: ZipMember, most: int) -> bytes:
        """At most the first *most* bytes of *member*."""
        content = bytearray()
        for chunk in self.chunks(member):
            content += chunk
            if len(content) >= most:
                break
        return bytes(content[:most])

    def overlapping(self) -> Iterator[ZipMember]:
        """The members that begin inside another one: what a bomb without nesting is made of."""
        ordered = sorted(self.members, key=lambda one: one.info.header_offset)
        reached = 0
        for member in ordered:
            if member.info.header_offset < reached:
                yield member
            reached = max(reached, member.info.header_offset + _LOCAL.size + member.info.compress_size)


def _local(source: IO[bytes], member: ZipMember) -> None:
    """Stand at the packed bytes of *member*.

    :raises UnreadableFile: its local header is not there or names another file.
    """
    source.seek(max(0, member.info.header_offset))  # a directory that lies leads to before the beginning
    header = source.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(MAGIC):
        raise _broken(
            f"{member.name[:80]} 的局部文件头缺失", f"the local header of {member.name[:80]} is missing"
        )
    fields = _LOCAL.unpack(header)
    name = source.read(fields[9])
    codec = "utf-8" if fields[2] & 0x800 else "cp437"
    if name.decode(codec, "replace") != member.info.orig_filename:
        raise _broken(
            f"{member.name[:80]} 在目录与文件头中的名称不一致",
            f"{member.name[:80]} has another name in its header than in the directory",
        )
    source.seek(fields[10], 1)


def _packed(source: IO[bytes], left: int) -> Iterator[bytes]:
    while left > 0:
        chunk = source.read(min(_CHUNK, left))
        if not chunk:
            return
        left -= len(chunk)
        yield chunk


def _inflated(source: IO[bytes], member: ZipMember) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    for chunk in _packed(source, member.info.compress_size):
        rest = chunk
        while rest and not unpacker.eof:
            yield unpacker.decompress(rest, _CHUNK)
            rest = unpacker.unconsumed_tail
    while not unpacker.eof:
        more = unpacker.decompress(unpacker.unconsumed_tail, _CHUNK)
        if not more:
            raise _broken(f"{member.name[:80]} 不完整", f"{member.name[:80]} is cut")
        yield more


def _unpacked(source: IO[bytes], member: ZipMember) -> Iterator[bytes]:
    _local(source, member)
    method = member.info.compress_type
    if method not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _broken(
            f"{member.name[:80]} 的压缩方法 {method} 不受支持，请用标准 ZIP（Deflate）",
            f"{member.name[:80]} is packed by method {method}; only plain ZIP (Deflate) is read",
        )
    stream = (
        _packed(source, member.info.compress_size)
        if method == zipfile.ZIP_STORED
        else _inflated(source, member)
    )
    count, checksum = 0, 0
    try:
        for chunk in stream:
            count += len(chunk)
            if count > member.size:
                break
            checksum = zlib.crc32(chunk, checksum)
            yield chunk
    except zlib.error as error:
        raise _broken(f"{member.name[:80]} 无法解压", f"{member.name[:80]} cannot be unpacked") from error
    if count != member.size:
        more = "多" if count > member.size else "少"
        raise _broken(
            f"{member.name[:80]} 的实际内容比声明的 {member.size} 字节{more}",
            f"{member.name[:80]} holds {'more' if count > member.size else 'less'} than the {member.size} bytes it declares",
        )
    if checksum != member.info.CRC:
        raise _broken(
            f"{member.name[:80]} 的 CRC 校验不符", f"the checksum (CRC) of {member.name[:80]} does not hold"
        )


def _vast(members: int, limits: Limits) -> UnreadableFile:
    return too_large(
        f"压缩包声明有 {members} 个成员，至多 {limits.members} 个",
        f"the archive declares {members} members, at most {limits.members} are read",
        f"<= {limits.members}",
        value=str(members),
    )


@contextmanager
def open_zip(path: Path, limits: Limits = DEFAULT) -> Iterator[Zip]:
    """The archive *path*, open as long as the block lasts.

    :raises UnreadableFile: it is cut or damaged, or declares more members than *limits* allow.
    """
    count, length = _directory_size(path)
    if count > limits.members or length > limits.members * _ENTRY:
        raise _vast(count, limits)
    with path.open("rb") as source:
        try:
            archive = zipfile.ZipFile(source)
        except BROKEN as error:
            raise _broken("压缩包目录已损坏", "its directory is damaged") from error
        with archive:
            if len(archive.filelist) > limits.members:
                raise _vast(len(archive.filelist), limits)
            yield Zip(archive, source)


def first_names(head: bytes) -> list[str]:
    """The names in the local headers of *head*: what an archive without a directory was to be."""
    names = []
    for found in _NAMES.finditer(head):
        length = int.from_bytes(found[1], "little")
        names.append(head[found.end() : found.end() + length].decode("utf-8", "replace").lower())
    return names

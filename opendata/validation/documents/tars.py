"""TAR and TAR.GZ, read from the front: nothing of them is held, nothing unpacks beyond what is allowed."""

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from typing import IO, Self

from catalog.errors import UnreadableFile
from opendata.tables.faults import malformed, too_large
from opendata.validation.documents.archives import Contents, Examine, conclude, keep_findings, look_into
from opendata.validation.documents.inspection import Inspection
from opendata.validation.documents.members import Names, count_member, on_disk, refuse_swelling

_BLOCK, _CHUNK = 512, 1 << 18
#: Long names and the like: tarfile reads such a record whole before it says what it is.
_MOST_RECORD = 1 << 20
_RECORDS = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)  # fmt: skip


def _cut() -> UnreadableFile:
    return malformed("TAR", "压缩包不完整或已损坏", "the archive is cut or damaged")


class _Info(tarfile.TarInfo):
    """A header whose records are no longer than names are."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        info = super().frombuf(buf, encoding, errors)
        if info.type in _RECORDS and info.size > _MOST_RECORD:
            raise too_large("TAR 的扩展头过长", "a header of the TAR is too long", f"<= {_MOST_RECORD}")
        if info.size < 0:
            raise _cut()
        return info


class _Counted:
    """What is read of *source*, counted: it ends where more would be unpacked than the file may hold."""

    def __init__(self, source: IO[bytes], inspection: Inspection) -> None:
        self._source, self._inspection = source, inspection
        self._packed = inspection.size
        self.count = 0
        self.last = b""

    def read(self, size: int) -> bytes:
        content = self._source.read(size)
        self.count += len(content)
        refuse_swelling(self._inspection, self.count, self._packed, self._inspection.name)
        if content:
            self.last = (self.last + content)[-2 * _BLOCK :]
        return content


def check_tar(inspection: Inspection, examine: Examine) -> None:
    """A plain TAR."""
    with inspection.path.open("rb") as source:
        _check(inspection, source, examine)


def check_tar_gz(inspection: Inspection, examine: Examine) -> None:
    """A TAR in GZIP, whose checksum is held at its end."""
    with gzip.open(inspection.path) as source:
        _check(inspection, source, examine)


def _check(inspection: Inspection, source: "IO[bytes] | gzip.GzipFile", examine: Examine) -> None:
    contents, counted = Contents(), _Counted(source, inspection)  # type: ignore[arg-type]  # a GzipFile reads as one
    try:
        # The end is told from zeros; a file of many members is not to be remembered member by member.
        with tarfile.open(fileobj=counted, mode="r|", tarinfo=_Info, bufsize=20 * _BLOCK) as archive:  # type: ignore[call-overload]  # it asks for read alone
            names = Names(inspection)
            for info in archive:
                archive.members = []  # tarfile keeps all it saw
                count_member(inspection)
                if names.take(info.name, is_link=_is_odd(info)) and info.isreg():
                    _member(inspection, archive, info, contents, examine)
        while counted.read(_CHUNK):
            pass
    except (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile, ValueError, OverflowError) as error:
        raise _cut() from error
    if counted.last.strip(b"\0") or len(counted.last) < _BLOCK:
        raise _cut()
    conclude(inspection, contents)


def _is_odd(info: tarfile.TarInfo) -> bool:
    """Whether it is a link, a device, or a file of holes that is larger than its data."""
    return not (info.isreg() or info.isdir()) or info.issparse()


def _member(
    inspection: Inspection,
    archive: tarfile.TarFile,
    info: tarfile.TarInfo,
    contents: Contents,
    examine: Examine,
) -> None:
    place = inspection.place(info.name)
    try:
        with on_disk(inspection, _chunks(archive, info), place) as path:
            look_into(inspection, info.name, path, contents, examine)
    except UnreadableFile as error:
        if any(finding.code == "too-large" for finding in error.findings):
            raise
        keep_findings(inspection, error, place)


def _chunks(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Iterator[bytes]:
    source = archive.extractfile(info)
    left = info.size
    while source is not None and left > 0:
        chunk = source.read(min(_CHUNK, left))
        if not chunk:
            raise _cut()
        left -= len(chunk)
        yield chunk

"""The parts of a zipped document (XLSX, ODS), unpacked only as far as their declared sizes allow."""

import copy
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from isal import igzip_lib, isal_zlib

from opendata.tables.archive import refuse_bomb
from opendata.tables.faults import malformed, protected

#: What zip raises where an archive is damaged, cut, or of an unknown method.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
_UNSOUND: type[Exception] = igzip_lib.IsalError  # type: ignore[assignment]  # isal says it is an instance
Start = Callable[[str, Mapping[str, str]], None]


def local(name: str) -> str:
    """An XML name without its prefix."""
    return name.rpartition(":")[2]


def plain_attributes(attributes: Mapping[str, str]) -> dict[str, str]:
    """*attributes* by their names without prefixes."""
    return {local(name): value for name, value in attributes.items()}


def strict_parser(form: str) -> expat.XMLParserType:
    """An XML parser that refuses a document type, and with it every entity that could be declared."""

    def refuse(*_: object) -> None:
        raise malformed(form, "含有文档类型声明（DOCTYPE）", "it has a document type (DOCTYPE)")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    return parser


@contextmanager
def sound(part: str, form: str) -> Iterator[None]:
    """Say XML that is not well formed, or a value in it that cannot be, as a broken file."""
    try:
        yield
    except expat.ExpatError as error:
        place = (
            f"第 {error.lineno} 行第 {error.offset + 1} 列",
            f"line {error.lineno}, column {error.offset + 1}",
        )
        shown = str(error)[:120]
        raise malformed(
            form, f"{part} 在{place[0]}处有误（{shown}）", f"{part} is unsound at {place[1]} ({shown})"
        ) from error
    except (ValueError, LookupError) as error:  # LookupError: an encoding that nobody knows
        shown = str(error)[:120]
        raise malformed(form, f"{part} 有误（{shown}）", f"{part} is unsound ({shown})") from error


class Package:
    """An open archive whose parts are named without regard to case; *form* is what it claims to be.

    :raises UnreadableFile: the archive is a bomb, encrypted, or names one part twice.
    """

    def __init__(self, archive: zipfile.ZipFile, form: str) -> None:
        self.form = form
        self._archive = archive
        parts = archive.infolist()
        refuse_bomb(parts)
        if any(part.flag_bits & 1 for part in parts):
            raise protected()
        self._parts = {part.filename.lower().lstrip("/"): part for part in parts}
        if len(self._parts) < len(parts):
            raise malformed(form, "同一部件出现两次", "one part occurs twice")

    def has(self, name: str) -> bool:
        """Whether there is a part *name*."""
        return name.lower() in self._parts

    def read(self, name: str) -> bytes:
        """The bytes of part *name*.

        :raises UnreadableFile: it is not there, damaged, or not as large as it is declared.
        """
        part = self._parts.get(name.lower())
        if part is None:
            raise malformed(self.form, f"缺少部件 {name[:80]}", f"the part {name[:80]} is missing")
        try:
            if part.compress_type == zipfile.ZIP_DEFLATED:
                return self._unpacked(part)
            # Asked for all there is, zipfile unpacks past the declared size before it looks.
            with self._archive.open(part) as stream:
                return stream.read(part.file_size)
        except (*BROKEN, _UNSOUND) as error:
            raise damaged(self.form) from error

    def _unpacked(self, part: zipfile.ZipInfo) -> bytes:
        """As zipfile unpacks, in half the time."""
        packed = copy.copy(part)
        packed.compress_type, packed.file_size = zipfile.ZIP_STORED, part.compress_size
        del packed.CRC  # that of what it unpacks to
        with self._archive.open(packed) as stream:
            found = isal_zlib.decompressobj(-zlib.MAX_WBITS).decompress(stream.read(), part.file_size or 1)
        if len(found) != part.file_size or isal_zlib.crc32(found) != part.CRC:
            raise damaged(self.form)
        return found

    def elements(self, name: str, start: Start) -> None:
        """Give every element of part *name* to *start*."""
        parser = strict_parser(self.form)
        parser.StartElementHandler = start
        content = self.read(name)
        with sound(name, self.form):
            parser.Parse(content, True)


def damaged(form: str) -> Exception:
    """The archive itself is broken."""
    return malformed(form, "压缩包不完整或已损坏", "the archive is cut or damaged")


@contextmanager
def open_package(path: Path, form: str) -> Iterator[Package]:
    """The archive at *path*.

    :raises UnreadableFile: it is no archive, damaged, encrypted or a bomb.
    """
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN as error:
        raise damaged(form) from error
    with archive:
        yield Package(archive, form)

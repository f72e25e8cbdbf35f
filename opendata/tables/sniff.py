"""What a file is: by its content first, by its name only where the content leaves it open."""

import zipfile
from pathlib import Path

from opendata.tables.faults import malformed, protected, unsupported
from opendata.tables.package import BROKEN

_BINARY = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
)
_MARKUP = (
    b"<!doctype",
    b"<html",
    b"<?xml",
    b"<table",
    b"<div",
    b"<head",
    b"<body",
    b"<meta",
    b"<style",
    b"<workbook",
)
#: What an OLE2 compound file begins with: XLS, DOC, PPT, and OOXML under a password.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: The stream that holds an encrypted workbook, as an OLE directory names it.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SHEET_XML = b"urn:schemas-microsoft-com:office:spreadsheet"
_HEAD = 4096
#: Names under which offices save a page with a table as a sheet.
_PAGES = frozenset({"", ".xls", ".xlsx", ".html", ".htm", ".xml", ".et"})
#: Archives that are surely documents of another kind.
_OTHER_ARCHIVES = (
    ("xl/workbook.bin", "XLSB"),
    ("word/document.xml", "DOCX"),
    ("ppt/presentation.xml", "PPTX"),
)
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    """The first hundred bytes of a part, however much it unpacks to; none if there is no such part."""
    if name not in archive.namelist():
        return b""
    with archive.open(name) as stream:
        return stream.read(100)


def _archive_kind(path: Path) -> str:
    """``xlsx``, ``ods``, or ``zip`` for an archive of files.

    :raises UnreadableFile: it is broken, or a document of another kind.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower() for name in archive.namelist()}
            kind = _beginning(archive, "mimetype")
    except BROKEN as error:
        raise malformed("ZIP/XLSX", "压缩包不完整或已损坏", "the archive is cut or damaged") from error
    if any(name.startswith("xl/") for name in names) and "xl/workbook.bin" not in names:
        return "xlsx"
    other = next((other for name, other in _OTHER_ARCHIVES if name in names), None)
    if other:
        raise unsupported(other)
    if "content.xml" in names:
        if kind.strip() not in {b"", _ODS}:
            raise unsupported(kind.decode("ascii", "replace"))
        return "ods"
    return "zip"


def _ole_kind(path: Path) -> str:
    with path.open("rb") as source:
        found = any(_ENCRYPTED in chunk for chunk in iter(lambda: source.read(1 << 20), b""))
    if found:
        raise protected()
    return "xls"


def _markup_kind(head: bytes, suffix: str) -> str:
    """``xmlss`` for a spreadsheet in XML, ``html`` for a page that is called a sheet.

    :raises UnreadableFile: it is another page, such as what a server says instead of the data.
    """
    if _SHEET_XML in head:
        return "xmlss"
    if suffix in _PAGES and not head.lstrip().lower().startswith(b"<?xml"):
        return "html"
    raise unsupported("HTML/XML")


def _without_marks(head: bytes) -> bytes:
    """*head* as UTF-8 without a byte order mark, so that its first tag can be seen."""
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head.removeprefix(mark).decode(codec, "ignore").encode("utf-8", "ignore")
    return head.removeprefix(b"\xef\xbb\xbf")


def container(path: Path, suffix: str | None = None) -> str | None:
    """``xlsx xls ods parquet zip gzip html xmlss`` by the first bytes, None for text.

    :param suffix: the suffix of the file's own name, in small letters; default: that of *path*.
    :raises UnreadableFile: the content is surely something else (PDF, picture, web page, …), or a
        file that calls itself a workbook holds neither a workbook nor text.
    """
    suffix = path.suffix.lower() if suffix is None else suffix
    with path.open("rb") as source:
        head = source.read(_HEAD)
    if head.startswith(b"PK"):
        return _archive_kind(path)
    if head.startswith(OLE):
        return _ole_kind(path)
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"PAR1"):
        return "parquet"
    for magic, kind in _BINARY:
        if head.startswith(magic):
            raise unsupported(kind)
    plain = _without_marks(head)
    if plain.lstrip()[:16].lower().startswith(_MARKUP):
        return _markup_kind(plain, suffix)
    if suffix in {".xlsx", ".xls"} and b"\0" in head and head[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
        raise malformed("XLSX", "没有工作簿的文件头", "it lacks the signature of a workbook")
    return None


def text_kind(head: str, suffix: str) -> str:
    """``json`` or ``csv`` for the decoded beginning of a text file with the file name's *suffix*."""
    first = head.lstrip()[:1]
    if suffix in {".json", ".geojson", ".jsonl", ".ndjson"} or (first and first in "{["):
        return "json"
    return "csv"

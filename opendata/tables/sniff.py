"""What a file is: by its content first, by its name only where the content leaves it open."""

from pathlib import Path

from opendata.tables.faults import malformed, unsupported

_BINARY = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\x1f\x8b", "gzip"),
    (b"PAR1", "Parquet"),
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<div", b"<head", b"<body")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def container(path: Path) -> str | None:
    """``xlsx`` or ``xls`` by the first bytes, None for text.

    :raises UnreadableFile: the content is surely something else (PDF, picture, web page, …), or a
        file that calls itself a workbook holds neither a workbook nor text.
    """
    with path.open("rb") as source:
        head = source.read(4096)
    if head.startswith(b"PK"):
        return "xlsx"
    if head.startswith(_OLE):
        return "xls"
    for magic, kind in _BINARY:
        if head.startswith(magic):
            raise unsupported(kind)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:16].lower().startswith(_MARKUP):
        raise unsupported("HTML/XML")
    if (
        path.suffix.lower() in {".xlsx", ".xls"}
        and b"\0" in head
        and head[:2] not in {b"\xff\xfe", b"\xfe\xff"}
    ):
        raise malformed("XLSX", "没有工作簿的文件头", "it lacks the signature of a workbook")
    return None


def text_kind(head: str, suffix: str) -> str:
    """``json`` or ``csv`` for the decoded beginning of a text file with the file name's *suffix*."""
    first = head.lstrip()[:1]
    if suffix in {".json", ".geojson", ".jsonl", ".ndjson"} or (first and first in "{["):
        return "json"
    return "csv"

"""The kinds of content that are told apart, each with its media type and the extensions it goes by."""

from collections.abc import Mapping
from dataclasses import dataclass

_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the bytes of a file are.

    ``kind`` is a code of :data:`catalog.vocabularies.RELEASE_KIND`. It is ``table`` for everything that
    :mod:`opendata.tables` reads, and for everything that nothing here knows: then ``is_table`` is false
    and that reader says what is wrong. ``extension`` is the one that the content asks for, without a dot
    (``tar.gz``); ``form`` the name of the content in :data:`FORMS`; ``also`` the other kinds as which
    the same bytes may be registered (a GeoTIFF is an image too).
    """

    kind: str
    media_type: str
    extension: str
    is_table: bool
    form: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of content: ``label`` is what people call it, the first of ``extensions`` its own."""

    label: str
    kind: str
    media_type: str
    extensions: tuple[str, ...]
    also: tuple[str, ...] = ()
    is_table: bool = False


def _table(label: str, media_type: str, *extensions: str) -> Form:
    return Form(label, "table", media_type, extensions, is_table=True)


FORMS: Mapping[str, Form] = {
    "pdf": Form("PDF", "document", "application/pdf", ("pdf",)),
    "docx": Form("DOCX", "document", f"{_OOXML}.wordprocessingml.document", ("docx", "docm", "dotx")),
    "pptx": Form("PPTX", "document", f"{_OOXML}.presentationml.presentation", ("pptx", "pptm", "ppsx")),
    "odt": Form("ODT", "document", f"{_ODF}.text", ("odt",)),
    "odp": Form("ODP", "document", f"{_ODF}.presentation", ("odp",)),
    "ofd": Form("OFD", "document", "application/ofd", ("ofd",)),
    "doc": Form("DOC/WPS", "document", "application/msword", ("doc", "wps", "dot")),
    "ppt": Form("PPT/DPS", "document", "application/vnd.ms-powerpoint", ("ppt", "dps", "pps")),
    "locked-office": Form(
        "加密的 Office 文档 encrypted Office document",
        "document",
        "application/x-ole-storage",
        ("docx", "pptx"),
    ),
    "txt": Form("TXT", "document", "text/plain", ("txt", "text", "log")),
    "md": Form("Markdown", "document", "text/markdown", ("md", "markdown", "txt")),
    "html": Form("HTML", "document", "text/html", ("html", "htm", "xhtml", "shtml")),
    "png": Form("PNG", "image", "image/png", ("png",)),
    "jpeg": Form("JPEG", "image", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif")),
    "tiff": Form("TIFF", "image", "image/tiff", ("tif", "tiff")),
    "gif": Form("GIF", "image", "image/gif", ("gif",)),
    "webp": Form("WEBP", "image", "image/webp", ("webp",)),
    "svg": Form("SVG", "image", "image/svg+xml", ("svg",)),
    "bmp": Form("BMP", "image", "image/bmp", ("bmp", "dib")),
    "jp2": Form("JPEG 2000", "image", "image/jp2", ("jp2", "j2k", "jpf", "jpx")),
    "zip": Form("ZIP", "archive", "application/zip", ("zip",)),
    "tar": Form("TAR", "archive", "application/x-tar", ("tar",)),
    "tar.gz": Form("TAR.GZ", "archive", "application/gzip", ("tar.gz", "tgz")),
    "7z": Form("7-Zip", "archive", "application/x-7z-compressed", ("7z",)),
    "rar": Form("RAR", "archive", "application/vnd.rar", ("rar",)),
    "shapefile": Form("Shapefile (ZIP)", "geodata", "application/zip", ("zip",), also=("archive",)),
    "gpkg": Form("GeoPackage", "geodata", "application/geopackage+sqlite3", ("gpkg",)),
    "kml": Form("KML", "geodata", "application/vnd.google-earth.kml+xml", ("kml",)),
    "kmz": Form("KMZ", "geodata", "application/vnd.google-earth.kmz", ("kmz",)),
    "geotiff": Form("GeoTIFF", "geodata", "image/tiff", ("tif", "tiff", "gtiff"), also=("image",)),
    "csv": _table("CSV", "text/csv", "csv", "tsv", "txt"),
    "json": _table("JSON", "application/json", "json", "jsonl", "ndjson", "geojson"),
    "xlsx": _table("XLSX", f"{_OOXML}.spreadsheetml.sheet", "xlsx", "xlsm", "et"),
    "xls": _table("XLS", "application/vnd.ms-excel", "xls", "et"),
    "ods": _table("ODS", f"{_ODF}.spreadsheet", "ods"),
    "parquet": _table("Parquet", "application/vnd.apache.parquet", "parquet"),
    "html-table": _table("网页中的表格 a table in HTML", "text/html", "html", "htm", "xls"),
    "xmlss": _table("XML 表格 spreadsheet in XML", "application/vnd.ms-excel", "xml", "xls"),
    "zip-table": _table("压缩包中的一个表格 one table in a ZIP", "application/zip", "zip"),
    "gzip-table": _table("GZIP 压缩的表格 a table in GZIP", "application/gzip", "csv.gz", "gz"),
    "unknown": Form("未知格式 unknown", "table", "application/octet-stream", ("bin",)),
}


def identity_of(form: str, suffix: str = "") -> Identity:
    """The identity of content of *form*; of the extensions it goes by, that of the name's *suffix* is kept."""
    known = FORMS[form]
    plain = suffix.removeprefix(".")
    extension = plain if plain in known.extensions else known.extensions[0]
    return Identity(known.kind, known.media_type, extension, known.is_table, form, known.also)


def suffix_of(name: str) -> str:
    """The extension of the file *name* in small letters without its dot; that of a packed file is double."""
    parts = name.rsplit("/", maxsplit=1)[-1].lower().split(".")
    if len(parts) > 2 and parts[-1] == "gz":  # noqa: PLR2004 - a name and two extensions
        return f"{parts[-2]}.gz"
    return parts[-1] if len(parts) > 1 else ""

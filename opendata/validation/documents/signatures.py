"""What a file is, by its content: magic numbers, members of archives, directories of OLE files, the text itself.

The name decides only where content allows two readings (a text that is called ``.csv``).
"""

import codecs
import gzip
import re
import zlib
from collections.abc import Collection, Iterable
from io import BytesIO
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from catalog.encoding import decide
from catalog.errors import NotFound, UnreadableFile
from opendata.tables.sniff import OLE
from opendata.tables.zipped import is_clutter
from opendata.validation.documents import ole, zips
from opendata.validation.documents.identity import FORMS, Identity, identity_of, suffix_of
from opendata.validation.documents.pages import mostly_table
from opendata.validation.documents.prose import is_json, is_rows
from opendata.validation.documents.tiff import geo_tagged

_HEAD = 1 << 18
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"PAR1", "parquet"),
)
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_GPKG = (b"GPKG", b"GP10", b"GP11")
_TABLE_SUFFIXES = frozenset({"csv", "tsv"})
_JSON_SUFFIXES = frozenset({"json", "jsonl", "ndjson", "geojson"})
_TEXT_SUFFIXES = frozenset({"txt", "text", "md", "markdown", "html", "htm", "log"})
#: Under these names offices save a page with a table as a sheet.
_SHEET_SUFFIXES = frozenset({"xls", "xlsx", "et"})
_TABLES = frozenset({"csv", "tsv", "xlsx", "xlsm", "xls", "et", "ods", "parquet"}) | _JSON_SUFFIXES
_ODF_FORMS = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_PAGE = re.compile(
    r"(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body|table|div|meta|style|script|title|h[1-6]|p|span|center|font|ul|ol|article|section|main)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OLE_FORMS = (
    ("EncryptedPackage", "locked-office"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)


def identify(path: Path, name: str) -> Identity:
    """What the bytes at *path* are; *name* is the file's own.

    :raises NotFound: there is no such file.
    """
    if not path.is_file():
        raise NotFound(f"找不到文件 {name}。", f"There is no file {name}.")
    suffix = suffix_of(name)
    with path.open("rb") as source:
        head = source.read(_HEAD)
    return identity_of(_form(path, head, suffix), suffix)


def _form(path: Path, head: bytes, suffix: str) -> str:
    binary = next((form for magic, form in _MAGIC if head.startswith(magic)), None)
    if binary:
        return binary
    if head.startswith(b"PK"):
        return _zip_form(path, head)
    if head.startswith(OLE):
        return _ole_form(path, suffix)
    if head.startswith(b"\x1f\x8b"):
        return _gzip_form(path)
    if head.startswith(_TIFF):
        return "geotiff" if geo_tagged(path) else "tiff"
    return _placed_form(head) or text_form(head, suffix)


def _placed_form(head: bytes) -> str | None:
    """What is told by marks that do not stand at the very beginning."""
    told = {
        "webp": head[:4] == b"RIFF" and head[8:12] == b"WEBP",
        "bmp": head[:2] == b"BM" and head[6:10] == b"\0\0\0\0",
        "pdf": b"%PDF-" in head[:1024],
        "gpkg": head.startswith(b"SQLite format 3\0") and head[68:72] in _GPKG,
        "tar": is_tar(head),
    }
    return next((form for form, found in told.items() if found), None)


def is_tar(head: bytes) -> bool:
    """Whether *head* begins with the header of a tar member: its checksum is right."""
    if len(head) < 512 or not any(head[:512]):  # noqa: PLR2004 - the size of a block
        return False
    try:
        declared = int(head[148:156].split(b"\0")[0].strip() or b"-", 8)
    except ValueError:
        return False
    return declared == sum(head[:148]) + 8 * 32 + sum(head[156:512])


def _gzip_form(path: Path) -> str:
    try:
        with gzip.open(path) as source:
            return "tar.gz" if is_tar(source.read(512)) else "gzip-table"
    except (OSError, EOFError, zlib.error):
        return "gzip-table"


def _ole_form(path: Path, suffix: str) -> str:
    names = ole.ole_entries(path)
    form = next((form for stream, form in _OLE_FORMS if stream in names), None)
    if form == "locked-office" and suffix in FORMS["xlsx"].extensions:
        return "xlsx"
    return form or "unknown"


def _zip_form(path: Path, head: bytes) -> str:
    try:
        with zips.open_zip(path) as archive:
            mimetype = archive.member("mimetype")
            kind = archive.read(mimetype, 100).strip() if mimetype else b""
            files = [one.name for one in archive.members if not one.is_folder and not is_clutter(one.name)]
    except UnreadableFile:
        files, kind = zips.first_names(head), b""
    return zip_form(files, kind)


def zip_form(files: Iterable[str], mimetype: bytes) -> str:
    """What a zip with these *files* is; *mimetype* is the content of its member of that name."""
    names = [name.lower().lstrip("/") for name in files]
    packed = _package_form(frozenset(names), mimetype)
    if packed:
        return packed
    suffixes = [suffix_of(name) for name in names]
    if "shp" in suffixes:
        return "shapefile"
    if "doc.kml" in names or (suffixes.count("kml") == 1 and _only_beside(suffixes, "kml")):
        return "kmz"
    return "zip-table" if len(names) == 1 and suffixes[0] in _TABLES else "zip"


def _package_form(names: Collection[str], mimetype: bytes) -> str | None:
    if mimetype in _ODF_FORMS:
        return _ODF_FORMS[mimetype]
    if "ofd.xml" in names:
        return "ofd"
    if "[content_types].xml" not in names:
        return None
    for folder, form in (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx")):
        if any(name.startswith(folder) for name in names):
            return form
    return None


def _only_beside(suffixes: Iterable[str], main: str) -> bool:
    """Whether all else are the pictures of a map."""
    return all(suffix in {main, "png", "jpg", "jpeg", "gif"} for suffix in suffixes)


def text_form(head: bytes, suffix: str) -> str:
    """What a text is that begins with *head*; ``unknown`` if it is none."""
    text = decoded(head, suffix)
    plain = "" if text is None else text.lstrip("\ufeff \t\r\n")
    if not plain or plain.startswith("{\\rtf"):
        return "unknown"
    if plain.startswith("<") and (form := _markup_form(plain, suffix)):
        return form
    if suffix in _TABLE_SUFFIXES:
        return "csv"
    if suffix in _JSON_SUFFIXES or is_json(plain):
        return "json"
    prose = "md" if suffix in {"md", "markdown"} else "txt"
    return "csv" if is_rows(plain) else prose


def decoded(head: bytes, suffix: str) -> str | None:
    """The text that *head* holds; None if it holds none. One in no known encoding is a text only by its name."""
    if len(head) == _HEAD and not head.startswith(_MARKS[1:]):
        head = head[: head.rfind(b"\n") + 1] or head
    try:
        encoding = decide(BytesIO(head))
    except UnreadableFile:
        readable = b"\0" not in head and suffix in _TEXT_SUFFIXES
        return head.decode("latin-1") if readable else None
    return head[encoding.skip :].decode(encoding.codec, "ignore")


def _markup_form(text: str, suffix: str) -> str | None:
    """What markup beginning with *text* is; None if it is a text that begins with a bracket."""
    root = root_of(text)
    if root in {"svg", "kml"}:
        return root
    if root == "workbook" and "urn:schemas-microsoft-com:office:spreadsheet" in text:
        return "xmlss"
    if root == "html" or _PAGE.match(text):
        return "html-table" if suffix in _SHEET_SUFFIXES or mostly_table(text) else "html"
    return "unknown" if text.startswith("<?xml") else None


def root_of(text: str) -> str | None:
    """The name of the first element of the XML that begins with *text*, in small letters without a prefix."""
    found: list[str] = []
    parser = expat.ParserCreate()

    def start(name: str, _: object) -> None:
        if not found:
            found.append(PurePosixPath(name.rpartition(":")[2].lower()).name)

    parser.StartElementHandler = start
    try:
        # It is decoded already: an encoding that is declared would be read a second time.
        parser.Parse(_DECLARATION.sub("", text[:65_536], count=1).encode("utf-8", "replace"), False)
    except expat.ExpatError:
        return found[0] if found else None
    return found[0] if found else None


def is_text(path: Path) -> bool:
    """Whether *path* begins as a text in some known encoding."""
    with path.open("rb") as source:
        return decoded(source.read(_HEAD), "") is not None

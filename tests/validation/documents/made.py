"""Small whole files of every kind, made by the code that reads as what they are."""

import gzip
import sqlite3
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO


def zipped(parts: Mapping[str, bytes], *, packed: bool = True) -> bytes:
    """A zip of *parts*, without the day on which it was made."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            archive.writestr(info, content)
    return out.getvalue()


def tarred(parts: Mapping[str, bytes]) -> bytes:
    """A tar of *parts*."""
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in parts.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, BytesIO(content))
    return out.getvalue()


def packed(content: bytes) -> bytes:
    """*content* in gzip."""
    return gzip.compress(content, mtime=0)


# Text documents


def pdf(*pages: str, extra: str = "", catalog: str = "") -> bytes:
    """A PDF with a line of ASCII per page; *extra* objects come from number 100 on, *catalog* entries as given."""
    kids = " ".join(f"{10 + 2 * at} 0 R" for at in range(len(pages)))
    objects = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        3: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    for at, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET" if text else ""
        objects[10 + 2 * at] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {11 + 2 * at} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects[11 + 2 * at] = f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream"
    for at, one in enumerate(filter(None, extra.split("\n\n"))):
        objects[100 + at] = one
    return _pdf_file(objects)


def _pdf_file(objects: Mapping[int, str], trailer: str = "") -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start, last = len(out), max(objects) + 1
    out += f"xref\n0 {last}\n0000000000 65535 f \n".encode()
    for number in range(1, last):
        out += f"{places.get(number, 0):010} {0 if number in places else 65535:05} {'n' if number in places else 'f'} \n".encode()
    out += f"trailer\n<< /Size {last} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def docx(text: str = "关于做好汛期工作的通知", **parts: bytes) -> bytes:
    """A DOCX of one paragraph; *parts* beside, ``__`` standing for a slash and ``_dot_`` for a dot."""
    body = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    )
    return zipped(
        {
            "[Content_Types].xml": _TYPES.encode(),
            "word/document.xml": body.encode(),
            **{name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()},
        }
    )


def pptx(text: str = "工作汇报") -> bytes:
    """A PPTX of one slide."""
    slide = (
        '<p:sld xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>"
    )
    return zipped(
        {
            "[Content_Types].xml": _TYPES.encode(),
            "ppt/presentation.xml": b"<p:presentation xmlns:p='x'/>",
            "ppt/slides/slide1.xml": slide.encode(),
        }
    )


def odf(kind: str = "text", text: str = "关于做好汛期工作的通知", **parts: bytes) -> bytes:
    """An ODF document of *kind* (text, presentation)."""
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        f"<office:body><text:p>{text}</text:p></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(),
            "content.xml": content.encode(),
            "META-INF/manifest.xml": b'<manifest:manifest xmlns:manifest="m"/>',
            **{name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()},
        },
        packed=False,
    )


def ofd(text: str = "关于做好汛期工作的通知") -> bytes:
    """An OFD of one page."""
    page = f'<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:TextCode X="0" Y="0">{text}</ofd:TextCode></ofd:Page>'
    return zipped(
        {
            "OFD.xml": b'<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>',
            "Doc_0/Document.xml": b'<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Page ID="1"/></ofd:Document>',
            "Doc_0/Pages/Page_0/Content.xml": page.encode(),
        }
    )


def ole(streams: Mapping[str, bytes]) -> bytes:
    """An OLE file with *streams*, each filled up to where it lies in sectors of its own."""
    sector = 512
    bodies, names = [], ["Root Entry", *streams]
    for content in streams.values():
        filled = content.ljust(max(4096, len(content)), b"\0")
        bodies.append(filled.ljust(-(-len(filled) // sector) * sector, b"\0"))
    directory_sectors = -(-len(names) // 4)
    fat, at = [0xFFFFFFFD], 1
    fat += [*range(at + 1, at + directory_sectors), 0xFFFFFFFE]
    at += directory_sectors
    starts = []
    for body in bodies:
        count = len(body) // sector
        starts.append(at)
        fat += [*range(at + 1, at + count), 0xFFFFFFFE]
        at += count
    if len(fat) > sector // 4:
        raise AssertionError("one sector of FAT holds 128 sectors")
    fat += [0xFFFFFFFF] * (sector // 4 - len(fat))
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    struct.pack_into("<HHHHH", header, 0x18, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 0x2C, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    struct.pack_into("<109I", header, 0x4C, 0, *[0xFFFFFFFF] * 108)
    entries = b""
    for number, name in enumerate(names):
        entry = bytearray(128)
        raw = name.encode("utf-16-le")
        entry[: len(raw)] = raw
        kind = 5 if not number else 2
        start, size = (0xFFFFFFFE, 0) if not number else (starts[number - 1], len(bodies[number - 1]))
        struct.pack_into("<HBBIII", entry, 64, len(raw) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
        struct.pack_into("<II", entry, 116, start, size)
        entries += entry
    entries = entries.ljust(directory_sectors * sector, b"\0")
    return bytes(header) + struct.pack("<128I", *fat) + entries + b"".join(bodies)


# Images


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int = 2, height: int = 2, *chunks: tuple[bytes, bytes]) -> bytes:
    """A grey PNG; *chunks* come between header and pixels."""
    rows = (b"\0" + b"\x80" * width) * height if width * height < 10_000 else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + b"".join(_chunk(kind, content) for kind, content in chunks)
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )


def tiff(*tags: tuple[int, int, int, bytes], width: int = 2, height: int = 2) -> bytes:
    """A grey TIFF of one strip; *tags* as (tag, type, count, value of at most 4 bytes)."""
    base = [
        (256, 3, 1, struct.pack("<HH", width, 0)),
        (257, 3, 1, struct.pack("<HH", height, 0)),
        (258, 3, 1, struct.pack("<HH", 8, 0)),
        (262, 3, 1, struct.pack("<HH", 1, 0)),
        (273, 4, 1, struct.pack("<I", 8)),
        (278, 3, 1, struct.pack("<HH", height, 0)),
        (279, 4, 1, struct.pack("<I", width * height)),
        *tags,
    ]
    pixels = b"\x80" * (width * height)
    out = b"II*\0" + struct.pack("<I", 8 + len(pixels)) + pixels
    out += struct.pack("<H", len(base))
    for tag, kind, count, value in sorted(base):
        out += struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\0")
    return out + struct.pack("<I", 0)


def exif(*, gps: bool = True, serial: str = "") -> bytes:
    """An EXIF block: with a place, with the serial number of the camera."""
    entries = []
    tail_at = 8 + 2 + 12 * (int(gps) + int(bool(serial))) + 4
    tail = b""
    if serial:
        text = serial.encode() + b"\0"
        place = tail_at + 2 + 12 + 4
        inner = struct.pack("<HHHII", 1, 0xA431, 2, len(text), place) + struct.pack("<I", 0) + text
        entries.append(struct.pack("<HHII", 34665, 4, 1, tail_at))
        tail += inner
    if gps:
        entries.append(struct.pack("<HHII", 34853, 4, 1, tail_at + len(tail)))
        tail += struct.pack("<HHHI4s", 1, 1, 2, 2, b"N\0\0\0") + struct.pack("<I", 0)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + b"".join(entries) + struct.pack("<I", 0) + tail


def jpeg(width: int = 2, height: int = 2, *, app1: bytes = b"") -> bytes:
    """The segments of a JPEG, with a scan of nothing that matters."""
    extra = b"\xff\xe1" + struct.pack(">H", len(app1) + 2) + app1 if app1 else b""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"
    return (
        b"\xff\xd8"
        + extra
        + b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame
        + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" + b"\x12\x34\xff\0\x56" + b"\xff\xd9"
    )  # fmt: skip


GIF = b"GIF89a\x02\0\x02\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x02\0\x02\0\0\x02\x03\x44\x34\x05\0;"


def webp(*chunks: tuple[bytes, bytes]) -> bytes:
    """A WEBP in its extended form, two by two."""
    parts = [
        (b"VP8X", struct.pack("<I3s3s", 0, b"\x01\0\0", b"\x01\0\0")),
        (b"VP8L", b"\x2f\x01\x40\0\0"),
        *chunks,
    ]
    body = b"".join(
        kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
        for kind, content in parts
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def bmp(width: int = 2, height: int = 2) -> bytes:
    """A BMP of 24 bits."""
    pixels = b"\x80" * (-(-width * 3 // 4) * 4 * height)
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(pixels), 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(pixels), 0, 0, 54) + header + pixels


def jp2(width: int = 2, height: int = 2) -> bytes:
    """The boxes of a JPEG 2000."""

    def box(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content) + 8) + kind + content

    header = box(b"ihdr", struct.pack(">IIHBBBB", height, width, 1, 7, 7, 0, 0))
    stream = (
        b"\xff\x4f\xff\x51"
        + struct.pack(">HHIIIIIIIIH", 41, 0, width, height, 0, 0, width, height, 0, 0, 1)
        + b"\x07\x01\x01\xff\xd9"
    )
    return (
        box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", b"jp2 \0\0\0\0jp2 ") + box(b"jp2h", header) + box(b"jp2c", stream)
    )  # fmt: skip


def svg(inside: str = "", before: str = "") -> bytes:
    """An SVG with a circle."""
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><circle r="4"/>{inside}</svg>'.encode()


# Geographic data

WGS84 = 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'


def shapes(points: list[tuple[float, float]]) -> tuple[bytes, bytes]:
    """The SHP and the SHX of *points*."""
    xs, ys = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
    box = struct.pack("<8d", min(xs), min(ys), max(xs), max(ys), 0, 0, 0, 0)

    def head(size: int) -> bytes:
        return struct.pack(">I20xI", 9994, size // 2) + struct.pack("<II", 1000, 1) + box

    records, index = b"", b""
    for number, (x, y) in enumerate(points, 1):
        index += struct.pack(">II", (100 + len(records)) // 2, 10)
        records += struct.pack(">II", number, 10) + struct.pack("<Idd", 1, x, y)
    return head(100 + len(records)) + records, head(100 + len(index)) + index


def dbf(labels: list[str], rows: list[list[str]], codec: str = "utf-8") -> bytes:
    """A DBF of text columns of 40 bytes."""
    fields = b"".join(
        label.encode(codec)[:10].ljust(11, b"\0") + b"C" + b"\0" * 4 + bytes([40, 0]) + b"\0" * 14
        for label in labels
    )
    header = struct.pack("<B3BIHH20x", 3, 120, 1, 1, len(rows), 33 + len(fields), 1 + 40 * len(labels))
    body = b"".join(b" " + b"".join(cell.encode(codec)[:40].ljust(40) for cell in row) for row in rows)
    return header + fields + b"\r" + body + b"\x1a"


def shapefile(
    points: list[tuple[float, float]] | None = None,
    rows: list[list[str]] | None = None,
    stem: str = "站点",
    **other: bytes | None,
) -> dict[str, bytes]:
    """The parts of a shapefile of stations; *other* replaces parts by extension, None leaves one out."""
    points = [(117.0, 36.6), (120.4, 36.1)] if points is None else points
    rows = [[f"站点{number}"] for number in range(len(points))] if rows is None else rows
    shp, shx = shapes(points)
    parts = {"shp": shp, "shx": shx, "dbf": dbf(["NAME"], rows), "prj": WGS84.encode(), "cpg": b"UTF-8"}
    return {f"{stem}.{ext}": content for ext, content in (parts | other).items() if content is not None}


def kml(inside: str = "<Placemark><Point><coordinates>117,36.6,0</coordinates></Point></Placemark>") -> bytes:
    """A KML document."""
    return f'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside}</Document></kml>'.encode()


#: The beginning of a DOC's main stream: its mark, no flag of encryption.
WORD = b"\xec\xa5\xc1\0" + bytes(60)


def pdf_locked() -> bytes:
    """A PDF that says it is encrypted."""
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Kids [] /Count 0 >>",
        3: f"<< /Filter /Standard /V 1 /R 2 /O <{'00' * 32}> /U <{'00' * 32}> /P -4 >>",
    }
    return _pdf_file(objects, "/Encrypt 3 0 R /ID [<00> <00>]")


def png_of(width: int, height: int, rows: bytes) -> bytes:
    """A grey PNG whose packed rows are *rows*."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def geopackage(
    names: list[str] | None = None, *, srs: int = 4326, box: tuple[float, ...] = (116, 36, 118, 37)
) -> bytes:
    """A GeoPackage with a layer of stations."""
    database = sqlite3.connect(":memory:")
    database.executescript(
        f"""
        PRAGMA application_id = {0x47504B47};
        CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, definition TEXT);
        INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, '{WGS84}'), ('Undefined', -1, 'undefined');
        CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, min_x, min_y, max_x, max_y, srs_id INTEGER);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER);
        CREATE TABLE stations (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT);
        """
    )
    database.execute("INSERT INTO gpkg_contents VALUES ('stations', 'features', ?, ?, ?, ?, ?)", (*box, srs))
    database.execute("INSERT INTO gpkg_geometry_columns VALUES ('stations', 'geom', 'POINT', ?)", (srs,))
    for name in ["历下站", "市中站"] if names is None else names:
        database.execute("INSERT INTO stations (geom, name) VALUES (x'00', ?)", (name,))
    database.commit()
    content = database.serialize()
    database.close()
    return content

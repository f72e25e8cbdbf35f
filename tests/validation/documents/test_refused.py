"""Every fault a file that is no table can have: its code, its gravity, and the place where it is."""

import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest

from tests.validation.documents import made
from tests.validation.documents.judged import found, judged
from tests.validation.documents.test_identify import KNOWN, NOTICE, PAGE, ROWS, SHEET

E, W = "error", "warning"
TEXT = NOTICE.encode()
EVIL_NAMES = ["../a.txt", "/etc/a.txt", "C:\\a.txt", "a/../../b.txt", "..\\a.txt", "a\x01.txt", "通知\u202etxt.exe.txt", "长" * 300]  # fmt: skip


def zipped_twice(name: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", TEXT)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(name, TEXT)
    return out.getvalue()


def linked() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def locked(content: bytes) -> bytes:
    """The zip *content* with the flag of encryption on its first member, in both places."""
    made_so = bytearray(content)
    made_so[6] |= 1
    made_so[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made_so)


def lying(field: int, value: int) -> bytes:
    """A zip whose directory says *value* in its *field* of the first member."""
    content = bytearray(made.zipped({"a.txt": TEXT, "b.pdf": made.pdf("A")}))
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + field, value)
    return bytes(content)


def overlapping() -> bytes:
    """A zip whose second member is the first one's data."""
    content = bytearray(made.zipped({"a.txt": TEXT, "b.txt": TEXT}))
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    struct.pack_into("<I", content, second + 42, 4)
    return bytes(content)


def tar_with(kind: bytes, name: str = "a") -> bytes:
    content = bytearray(made.tarred({name: b""}))
    content[156:157] = kind
    content[157:168] = b"/etc/passwd"
    content[148:156] = b" " * 8
    content[148:156] = b"%06o\0 " % sum(content[:512])
    return bytes(content)


def scripted(part: str) -> bytes:
    return PAGE.replace("<p>", f"{part}<p>").encode()


NAMES = [*("名称.csv", "数量.csv")]
TABLE_ZIP = made.zipped({name: ROWS.encode() for name in NAMES})
JS = "<< /S /JavaScript /JS (app.alert(1)) >>"

DECLARED = {
    "a PDF declared an image": ("a.pdf", made.pdf("A"), "image", [("kind-mismatch", E)]),
    "an image called PDF": ("a.pdf", made.png(), "document", [("kind-mismatch", E), ("extension-mismatch", E)]),
    "a document declared a table": ("a.pdf", made.pdf("A"), "table", [("kind-mismatch", E)]),
    "PNG called JPEG": ("a.jpg", made.png(), "image", [("extension-mismatch", E)]),
    "RTF called DOC": ("a.doc", b"{\\rtf1 Notice}", "document", [("unsupported-format", E)]),
    "no extension": ("附件", made.pdf("A"), "document", [("extension-mismatch", W)]),
    "noise": ("a.pdf", bytes(range(256)), "document", [("unsupported-format", E)]),
    "nothing": ("a.pdf", b"", "document", [("empty-file", E)]),
    "CSV": ("a.csv", ROWS.encode(), "document", [("table-as-document", E)]),
    "CSV called text": ("a.txt", ROWS.encode(), "document", [("table-as-document", E)]),
    "rows in a page": ("a.html", SHEET.encode(), "document", [("table-as-document", E)]),
    "XLSX": ("a.docx", KNOWN["xlsx"], "document", [("table-as-document", E)]),
    "XLS": ("a.doc", KNOWN["xls"], "document", [("table-as-document", E)]),
    "ODS": ("a.odt", KNOWN["ods"], "document", [("table-as-document", E)]),
    "Parquet": ("a.bin", KNOWN["parquet"], "archive", [("table-as-document", E)]),
    "JSON": ("a.txt", KNOWN["json"], "document", [("table-as-document", E)]),
    "GeoJSON": ("a.geojson", b'{"type": "FeatureCollection", "features": []}', "geodata", [("table-as-document", E)]),
    "a zip of one table": ("a.zip", KNOWN["zip-table"], "archive", [("table-as-document", E)]),
    "a zip of tables": ("a.zip", TABLE_ZIP, "archive", [("table-as-document", E)]),
    "a table among others": ("a.zip", made.zipped({"a.csv": ROWS.encode(), "说明.txt": TEXT}), "archive", [("tables-inside", W)]),
    "a table in a tar": ("a.tar", made.tarred({"a.csv": ROWS.encode()}), "archive", [("table-as-document", E)]),
}  # fmt: skip

DAMAGED = {
    "PDF cut": ("a.pdf", made.pdf("A")[:-20], [("malformed-file", E)]),
    "PDF without startxref": ("a.pdf", made.pdf("A").replace(b"startxref", b"startxxxx"), [("malformed-file", E)]),
    "PDF whose startxref leads nowhere": ("a.pdf", made.pdf("A").replace(b"startxref\n", b"startxref\n9"), [("malformed-file", E)]),
    "PDF without pages": ("a.pdf", made.pdf(), [("empty-file", E)]),
    "PNG cut": ("a.png", made.png()[:-12], [("malformed-file", E)]),
    "PNG with a flipped byte": ("a.png", made.png().replace(b"\x08\0\0\0\0", b"\x08\0\0\0\1", 1), [("malformed-file", E)]),
    "PNG with too few rows": ("a.png", made.png(200, 200), [("malformed-file", E)]),
    "JPEG cut": ("a.jpg", made.jpeg()[:-2], [("malformed-file", E)]),
    "JPEG of nothing": ("a.jpg", b"\xff\xd8\xff\xd9", [("malformed-file", E)]),
    "GIF cut": ("a.gif", made.GIF[:-1], [("malformed-file", E)]),
    "WEBP cut": ("a.webp", made.webp()[:-1], [("malformed-file", E)]),
    "TIFF cut": ("a.tif", made.tiff()[:-6], [("malformed-file", E)]),
    "TIFF without its pixels": ("a.tif", made.tiff().replace(struct.pack("<HHII", 273, 4, 1, 8), struct.pack("<HHII", 273, 4, 1, 900)), [("malformed-file", E)]),
    "BMP cut": ("a.bmp", made.bmp()[:-1], [("malformed-file", E)]),
    "JP2 cut": ("a.jp2", made.jp2()[:-2], [("malformed-file", E)]),
    "a bomb of pixels": ("a.bmp", b"BM" + bytes(8) + b"\x36\0\0\0" + struct.pack("<IiiHHI", 40, 90_000, 90_000, 1, 24, 1) + bytes(20), [("too-large", E)]),
    "zip without its directory": ("a.zip", KNOWN["zip"][:-60], [("malformed-file", E)]),
    "a checksum that does not hold": ("a.zip", lying(16, 1), [("malformed-file", E)]),
    "a member larger than declared": ("a.zip", lying(24, 5), [("malformed-file", E)]),
    "a member smaller than declared": ("a.zip", lying(24, 5000), [("malformed-file", E)]),
    "an empty zip": ("a.zip", made.zipped({}), [("empty-file", E)]),
    "a zip of folders": ("a.zip", made.zipped({"a/": b""}), [("empty-file", E)]),
    "tar cut": ("a.tar", made.tarred({"a.txt": TEXT})[:700], [("malformed-file", E)]),
    "tar without its end": ("a.tar", made.tarred({"a.txt": TEXT})[:1024], [("malformed-file", E)]),
    "tar.gz cut": ("a.tar.gz", KNOWN["tar.gz"][:-9], [("malformed-file", E)]),
    "DOCX without its text": ("a.docx", made.zipped({"[Content_Types].xml": b"<a/>", "word/styles.xml": b"<a/>"}), [("malformed-file", E)]),
    "DOCX with broken XML": ("a.docx", made.docx("<w:p>"), [("malformed-file", E)]),
    "PPTX without slides": ("a.pptx", made.zipped({"[Content_Types].xml": b"<a/>", "ppt/presentation.xml": b"<a/>"}), [("empty-file", E)]),
    "DOC without its text": ("a.doc", made.ole({"WordDocument": b"\0" * 64}), [("malformed-file", E)]),
    "text in two encodings": ("a.txt", "通知，请各单位按时报送。\n".encode() * 9 + "市北区".encode("gbk"), [("encoding-error", E)]),
    "SVG in an encoding that nobody knows": ("a.svg", made.svg(before='<?xml version="1.0" encoding="UTF0U"?>'), [("malformed-file", E)]),
    "SVG cut": ("a.svg", made.svg()[:-6], [("malformed-file", E)]),
    "KML without places": ("a.kml", made.kml(""), [("empty-file", E)]),
}  # fmt: skip

LOCKED = {
    "PDF": ("a.pdf", made.pdf_locked(), [("encrypted", E)]),
    "DOCX": ("a.docx", KNOWN["locked-office"], [("encrypted", E)]),
    "DOC": ("a.doc", made.ole({"WordDocument": made.WORD[:11] + b"\1" + bytes(60)}), [("encrypted", E)]),
    "PPT": ("a.ppt", made.ole({"PowerPoint Document": b"", "EncryptedSummary": b""}), [("encrypted", E)]),
    "ODT": ("a.odt", made.odf(**{"META-INF__manifest_dot_xml": b'<m:manifest xmlns:m="m"><m:encryption-data/></m:manifest>'}), [("encrypted", E)]),
    "zip": ("a.zip", locked(KNOWN["zip"]), [("encrypted", E)]),
    "7z": ("a.7z", b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(4) + struct.pack("<QQI", 0, 8, 0) + b"\x17\x06\xf1\x07\x01\0\0\0", [("encrypted", E), ("unsupported-format", E)]),
    "RAR 5": ("a.rar", b"Rar!\x1a\x07\x01\0" + b"\0\0\0\0\x21\x04" + bytes(40), [("encrypted", E), ("unsupported-format", E)]),
    "RAR 4": ("a.rar", b"Rar!\x1a\x07\0" + b"\0\0\x73\x80\0\x0d\0" + bytes(40), [("encrypted", E), ("unsupported-format", E)]),
    "7z, open": ("a.7z", KNOWN["7z"], [("unsupported-format", E)]),
}  # fmt: skip

_ACTIVE = [("active-content", E)]
_FOREIGN = [("foreign-reference", E)]
ACTIVE = {
    "DOCX with macros": ("a.docm", made.docx(word__vbaProject_dot_bin=b"\0"), _ACTIVE),
    "DOCX with macros under another name": ("a.docx", made.docx(word___rels__a_dot_xml_dot_rels=b'<R><Relationship Type="x/vbaProject" Target="a.bin"/></R>'), _ACTIVE),
    "DOCX with a scripted page": ("a.docx", made.docx(word__afchunk_dot_htm=scripted("<script>x</script>")), [("active-content", E), ("attached-file", W)]),
    "DOCX with a scripted drawing": ("a.docx", made.docx(word__media__a_dot_svg=made.svg("<script/>")), _ACTIVE),
    "DOCX with a packaged object": ("a.docx", made.docx(word__embeddings__a_dot_bin=made.ole({"\x01Ole10Native": b""})), [("active-content", E), ("attached-file", W)]),
    "DOCX with ActiveX": ("a.docx", made.docx(word__activeX__activeX1_dot_xml=b"<a/>"), _ACTIVE),
    "DOCX with a template elsewhere": ("a.docx", made.docx(word___rels__settings_dot_xml_dot_rels=b'<Relationships><Relationship Type="x/attachedTemplate" Target="http://example.cn/a.dotm" TargetMode="External"/></Relationships>'), _FOREIGN),
    "DOCX with a link": ("a.docx", made.docx(word___rels__document_dot_xml_dot_rels=b'<Relationships><Relationship Type="x/hyperlink" Target="http://example.cn/" TargetMode="External"/></Relationships>'), []),
    "DOCX with DDE": ("a.docx", made.docx("</w:t><w:instrText>DDEAUTO c:\\\\a.exe</w:instrText><w:t>"), _ACTIVE),
    "ODT with macros": ("a.odt", made.odf(Basic__Standard__Module1_dot_xml=b"<a/>"), _ACTIVE),
    "DOC with macros": ("a.doc", made.ole({"WordDocument": made.WORD, "_VBA_PROJECT": b""}), _ACTIVE),
    "PDF with JavaScript": ("a.pdf", made.pdf("A", extra=JS, catalog="/OpenAction 100 0 R"), _ACTIVE),
    "PDF with JavaScript in the action itself": ("a.pdf", made.pdf("A", catalog=f"/OpenAction {JS}"), _ACTIVE),
    "PDF that launches": ("a.pdf", made.pdf("A", extra="<< /S /Launch /F (cmd.exe) >>"), _ACTIVE),
    "PDF with an attachment": ("a.pdf", made.pdf("A", extra="<< /Type /Filespec /F (a.exe) /EF << /F 101 0 R >> >>\n\n<< /Length 1 >>\nstream\nx\nendstream"), [("attached-file", E)]),
    "SVG with a script": ("a.svg", made.svg("<script>alert(1)</script>"), _ACTIVE),
    "SVG with a handler": ("a.svg", made.svg('<rect onload="alert(1)"/>'), _ACTIVE),
    "SVG with a script as link": ("a.svg", made.svg('<a xmlns:x="http://www.w3.org/1999/xlink" x:href="java&#10;script:alert(1)"><rect/></a>'), _ACTIVE),
    "SVG that animates a script": ("a.svg", made.svg('<a><animate attributeName="href" values="x;javascript:alert(1)"/></a>'), _ACTIVE),
    "SVG with HTML": ("a.svg", made.svg("<foreignObject/>"), _ACTIVE),
    "SVG with a picture from elsewhere": ("a.svg", made.svg('<image href="//example.cn/a.png"/>'), _FOREIGN),
    "SVG with a style from elsewhere": ("a.svg", made.svg("<style>@import 'http://example.cn/a.css';</style>"), _FOREIGN),
    "SVG with a document type": ("a.svg", made.svg(before='<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'), []),
    "SVG that reads a file": ("a.svg", made.svg("&x;", before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), [("external-entity", E)]),
    "KML that reads a file": ("a.kml", made.kml("&x;").replace(b"<kml", b'<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml'), [("external-entity", E)]),
    "DOCX that reads a file": ("a.docx", made.docx(word__a_dot_xml=b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'), [("external-entity", E)]),
    "KML with a network link": ("a.kml", made.kml("<NetworkLink><Link><href>http://example.cn/a.kml</href></Link></NetworkLink><Placemark/>"), [("active-content", E), ("foreign-reference", E)]),
    "KML with a script": ("a.kml", made.kml("<Placemark><description><![CDATA[<script>alert(1)</script>]]></description></Placemark>"), _ACTIVE),
    "page with a script": ("a.html", scripted("<script>alert(1)</script>"), _ACTIVE),
    "page with a handler behind a bracket": ("a.html", scripted('<img alt="a>b" onerror=alert(1)>'), _ACTIVE),
    "page with a handler behind a sign": ("a.html", scripted("<img = onerror=alert(1)>"), _ACTIVE),
    "page with a script behind an empty comment": ("a.html", scripted("<!--><script>x</script>-->"), _ACTIVE),
    "page with a script in a drawing's title": ("a.html", scripted("<svg><title><script>x</script></title></svg>"), _ACTIVE),
    "page with a frame": ("a.html", scripted("<iframe></iframe>"), _ACTIVE),
    "page that leads elsewhere": ("a.html", scripted('<meta http-equiv="Refresh" content="0; url=http://example.cn">'), _ACTIVE),
    "page with a picture from elsewhere": ("a.html", scripted("<img src='http://example.cn/a.png'>"), _FOREIGN),
    "page with a style from elsewhere": ("a.html", scripted("<link rel=stylesheet href=//example.cn/a.css>"), _FOREIGN),
    "page with a link": ("a.html", scripted("<a href=http://example.cn>x</a>"), []),
}  # fmt: skip

ARCHIVES = {
    **{f"name {at}": ("a.zip", made.zipped({name: TEXT, "b.pdf": made.pdf("A")}), [("unsafe-member", E)]) for at, name in enumerate(EVIL_NAMES)},
    "tar that leads out": ("a.tar", made.tarred({"../a.txt": TEXT}), [("unsafe-member", E)]),
    "a link": ("a.zip", linked(), [("unsafe-member", E)]),
    "a link in a tar": ("a.tar", tar_with(b"2"), [("unsafe-member", E)]),
    "a device in a tar": ("a.tar", tar_with(b"3"), [("unsafe-member", E)]),
    "one name twice": ("a.zip", zipped_twice("a.txt"), [("unsafe-member", E)]),
    "one name twice, in other letters": ("a.zip", made.zipped({"a.txt": TEXT, "A.TXT": TEXT}), [("unsafe-member", E)]),
    "data that overlap": ("a.zip", overlapping(), [("unsafe-member", E)]),
    "a Windows program": ("a.zip", made.zipped({"a.txt": TEXT, "b.pdf": b"MZ\x90\0" + bytes(60)}), [("executable-member", E)]),
    "a Linux program": ("a.tar", made.tarred({"b": b"\x7fELF" + bytes(60)}), [("executable-member", E)]),
    "a macOS program": ("a.zip", made.zipped({"a.txt": TEXT, "b": b"\xcf\xfa\xed\xfe" + bytes(60)}), [("executable-member", E)]),
    "a batch file": ("a.zip", made.zipped({"a.txt": TEXT, "b.bat": b"echo"}), [("executable-member", E)]),
    "JavaScript": ("a.zip", made.zipped({"a.txt": TEXT, "b.js": b"alert(1)"}), [("executable-member", E)]),
    "a script in an inner zip": ("a.zip", made.zipped({"a.zip": made.zipped({"a.txt": TEXT, "b.sh": b"x"})}), [("executable-member", E)]),
    "archives in archives in archives": ("a.zip", made.zipped({"a.zip": made.zipped({"b.zip": KNOWN["zip"]})}), [("nested-archive", E)]),
    "what nobody knows": ("a.zip", made.zipped({"a.txt": TEXT, "b.dat": bytes(range(256))}), [("unknown-member", W)]),
    "a damaged member": ("a.zip", made.zipped({"a.txt": TEXT, "b.pdf": made.pdf("A")[:-20]}), [("malformed-file", E)]),
    "a scripted page in a tar": ("a.tar", made.tarred({"a.html": scripted("<script>x</script>")}), [("active-content", E)]),
    "RAR in a zip": ("a.zip", made.zipped({"a.txt": TEXT, "b.rar": KNOWN["rar"]}), [("unsupported-format", E)]),
    "zeros": ("a.zip", made.zipped({"a.txt": bytes(20_000_000), "b.txt": TEXT}), [("too-large", E)]),
    "zeros in a tar": ("a.tar.gz", made.packed(made.tarred({"a.txt": bytes(20_000_000)})), [("too-large", E)]),
}  # fmt: skip

GEODATA = {
    "no index": ("a.zip", made.zipped(made.shapefile(shx=None)), [("missing-part", E)]),
    "no attributes": ("a.zip", made.zipped(made.shapefile(dbf=None)), [("missing-part", E)]),
    "no coordinate system": ("a.zip", made.zipped(made.shapefile(prj=None)), [("unknown-crs", W)]),
    "an attribute too few": ("a.zip", made.zipped(made.shapefile(rows=[["甲"]])), [("counts-differ", E)]),
    "metres as degrees": ("a.zip", made.zipped(made.shapefile([(500_000.0, 4_000_000.0)])), [("outside-range", E)]),
    "no number": ("a.zip", made.zipped(made.shapefile([(117.0, 36.0), (float("nan"), 36.0)])), [("outside-range", E)]),
    "a wrong mark": ("a.zip", made.zipped(made.shapefile(shp=b"\0" * 128)), [("malformed-file", E)]),
    "SHP cut": ("a.zip", made.zipped(made.shapefile(shp=made.shapes([(1, 2)])[0][:-4])), [("malformed-file", E)]),
    "attributes in another encoding": ("a.zip", made.zipped(made.shapefile(dbf=made.dbf(["NAME"], [["甲"], ["乙"]], "gb18030"))), [("encoding-error", E)]),
    "attributes in GBK, said so": ("a.zip", made.zipped(made.shapefile(dbf=made.dbf(["NAME"], [["甲"], ["乙"]], "gb18030"), cpg=b"GBK")), []),
    "a table beside": ("a.zip", made.zipped({**made.shapefile(), "a.csv": ROWS.encode()}), [("tables-inside", W)]),
    "GeoPackage of unknown place": ("a.gpkg", made.geopackage(srs=-1), [("unknown-crs", W)]),
    "GeoPackage off the Earth": ("a.gpkg", made.geopackage(box=(0, 0, 500_000, 1)), [("outside-range", E)]),
    "GeoPackage cut": ("a.gpkg", made.geopackage()[:9000], [("malformed-file", E)]),
    "KML off the Earth": ("a.kml", made.kml("<Placemark><Point><coordinates>36.6,117,0</coordinates></Point></Placemark>"), [("outside-range", E)]),
    "KML of words": ("a.kml", made.kml("<Placemark><Point><coordinates>东,北</coordinates></Point></Placemark>"), [("malformed-file", E)]),
}  # fmt: skip

PHOTOGRAPHS = {
    "JPEG with a place": ("a.jpg", made.jpeg(app1=b"Exif\0\0" + made.exif()), [("photo-location", W)]),
    "JPEG with a camera": ("a.jpg", made.jpeg(app1=b"Exif\0\0" + made.exif(gps=False, serial="C123")), [("camera-identity", W)]),
    "JPEG with a place in XMP": ("a.jpg", made.jpeg(app1=b"http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude='36,40N'/>"), [("photo-location", W)]),
    "PNG with both": ("a.png", made.png(2, 2, (b"eXIf", made.exif(serial="C123"))), [("photo-location", W), ("camera-identity", W)]),
    "WEBP with a place": ("a.webp", made.webp((b"EXIF", made.exif())), [("photo-location", W)]),
    "a photograph in a DOCX": ("a.docx", made.docx(word__media__image1_dot_jpeg=made.jpeg(app1=b"Exif\0\0" + made.exif())), [("photo-location", W)]),
    "a photograph in a zip": ("a.zip", made.zipped({"a.txt": TEXT, "b.jpg": made.jpeg(app1=b"Exif\0\0" + made.exif())}), [("photo-location", W)]),
    "a damaged EXIF": ("a.jpg", made.jpeg(app1=b"Exif\0\0II*\0\xff\xff\xff\xff"), []),
}  # fmt: skip

CASES = {
    **{
        f"{group}: {label}": (name, content, None, expected)
        for group, cases in (
            ("damaged", DAMAGED),
            ("locked", LOCKED),
            ("active", ACTIVE),
            ("archive", ARCHIVES),
            ("geodata", GEODATA),
            ("photograph", PHOTOGRAPHS),
        )
        for label, (name, content, expected) in cases.items()
    },
    **{f"declared: {label}": case for label, case in DECLARED.items()},
}


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_told_by_its_code(tmp_path: Path, case: str) -> None:
    name, content, kind, expected = CASES[case]
    report = judged(tmp_path, name, content, kind)
    assert found(report) == expected, [str(one.message) for one in report.findings]
    assert all(report.told(one).hint for one in report.findings)


LIMITS = {
    "members": ("a.zip", made.zipped({f"{at}.txt": TEXT for at in range(4)}), {"members": 3}, [("too-large", E)]),
    "members of all levels": ("a.zip", made.zipped({"a.zip": made.zipped({"a.txt": TEXT, "b.txt": TEXT}), "c.txt": TEXT}), {"members": 3}, [("too-large", E)]),
    "members of a tar": ("a.tar", made.tarred({f"{at}.txt": TEXT for at in range(4)}), {"members": 3}, [("too-large", E)]),
    "unpacked": ("a.zip", made.zipped({"a.txt": TEXT, "b.txt": TEXT}), {"unpacked": len(TEXT) + 1}, [("too-large", E)]),
    "unpacked from a tar": ("a.tar", made.tarred({"a.txt": TEXT}), {"unpacked": 100}, [("too-large", E)]),
    "pixels": ("a.png", made.png(20, 20), {"pixels": 399}, [("too-large", E)]),
    "text": ("a.txt", TEXT * 300, {"text": 1000}, [("partly-scanned", W)]),
    "pages": ("a.pdf", made.pdf("A", "B", "C"), {"pages": 2}, [("partly-scanned", W)]),
    "time for a PDF": ("a.pdf", made.pdf(") Tj (A" * 400_000), {"seconds": 1}, [("partly-scanned", W)]),
}  # fmt: skip


@pytest.mark.parametrize("case", LIMITS)
def test_every_limit_is_told(tmp_path: Path, case: str) -> None:
    name, content, limits, expected = LIMITS[case]
    assert found(judged(tmp_path, name, content, None, **limits)) == expected


def test_members_are_listed_up_to_the_limit(tmp_path: Path) -> None:
    content = made.zipped({f"{at}.txt": TEXT for at in range(5)})
    facts = judged(tmp_path, "a.zip", content, None, listed=2).facts
    assert (facts["member_count"], len(facts["members"])) == (5, 2)


def test_a_finding_names_its_member(tmp_path: Path) -> None:
    inner = made.zipped({"附件/b.pdf": made.pdf("A", extra=JS)})
    report = judged(tmp_path, "a.zip", made.zipped({"内层.zip": inner, "a.txt": TEXT}))
    told = report.told(report.findings[0])
    assert told.address == "内层.zip/附件/b.pdf"


def test_a_bomb_of_pixels_in_png_is_not_unpacked(tmp_path: Path) -> None:
    rows = zlib.compress(bytes(60_000_000), 9)
    content = made.png_of(100, 100, rows)
    assert found(judged(tmp_path, "a.png", content)) == [("malformed-file", E)]

"""Every kind of file is told by its bytes; its name decides nothing that they say."""

from pathlib import Path

import pytest

from opendata.validation.documents import identify
from opendata.validation.documents.identity import FORMS
from tests.validation.documents import made

ROWS = "编号,名称,数量\n1,甲,3\n2,乙,4\n3,丙,5\n"
NOTICE = "关于做好 2018 年汛期工作的通知\n\n各市人民政府，各有关部门：\n为做好今年的汛期工作，现将有关事项通知如下。\n一、加强领导，落实责任。\n二、严格值班，及时报送。\n"
PAGE = "<!DOCTYPE html><html><head><title>通知</title></head><body><p>各市人民政府：现将有关事项通知如下。</p></body></html>"
SHEET = "<html><body><table>" + "<tr><td>1</td><td>甲</td></tr>" * 4 + "</table></body></html>"

KNOWN = {
    "pdf": made.pdf("Notice"),
    "docx": made.docx(),
    "pptx": made.pptx(),
    "odt": made.odf(),
    "odp": made.odf("presentation"),
    "ofd": made.ofd(),
    "doc": made.ole({"WordDocument": b"\xec\xa5", "1Table": b""}),
    "ppt": made.ole({"PowerPoint Document": b""}),
    "locked-office": made.ole({"EncryptedPackage": b"", "EncryptionInfo": b""}),
    "txt": NOTICE.encode(),
    "html": PAGE.encode(),
    "png": made.png(),
    "jpeg": made.jpeg(),
    "tiff": made.tiff(),
    "gif": made.GIF,
    "webp": made.webp(),
    "svg": made.svg(),
    "bmp": made.bmp(),
    "jp2": made.jp2(),
    "zip": made.zipped({"a.pdf": made.pdf("A"), "b.txt": NOTICE.encode()}),
    "tar": made.tarred({"a.txt": NOTICE.encode()}),
    "tar.gz": made.packed(made.tarred({"a.txt": NOTICE.encode()})),
    "7z": b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(24),
    "rar": b"Rar!\x1a\x07\x01\0" + bytes(24),
    "shapefile": made.zipped(made.shapefile()),
    "gpkg": made.geopackage(),
    "kml": made.kml(),
    "kmz": made.zipped({"doc.kml": made.kml(), "images/a.png": made.png()}),
    "geotiff": made.tiff((34735, 3, 2, b"\x01\0\x01\0")),
    "csv": ROWS.encode(),
    "json": b'[{"a": 1}]',
    "xlsx": made.zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}),
    "xls": made.ole({"Workbook": b""}),
    "ods": made.odf("spreadsheet"),
    "parquet": b"PAR1" + bytes(8) + b"PAR1",
    "html-table": SHEET.encode(),
    "zip-table": made.zipped({"a.csv": ROWS.encode()}),
    "gzip-table": made.packed(ROWS.encode()),
}


@pytest.mark.parametrize("form", KNOWN)
@pytest.mark.parametrize("name", ["noname", "wrong.pdf", "wrong.png", "wrong.zip"])
def test_content_alone_decides(tmp_path: Path, form: str, name: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(KNOWN[form])
    found = identify(path, name)
    known = FORMS[form]
    assert (found.form, found.kind, found.media_type, found.is_table) == (
        form,
        known.kind,
        known.media_type,
        known.is_table,
    )
    assert found.extension in known.extensions


TEXTS = {
    "prose": ("a.txt", NOTICE, "txt"),
    "markdown": ("a.md", "# 说明\n\n- [链接](https://example.cn)\n- 第二条\n", "md"),
    "rows of tabs": ("a.txt", "a\tb\n1\t2\n", "csv"),
    "rows below a title": ("a.txt", "统计表\n单位：个\n" + ROWS, "csv"),
    "a table in Markdown": ("a.md", "| a | b |\n|---|---|\n| 1 | 2 |\n", "csv"),
    "columns set apart by blanks": ("a.txt", "编号  名称  数量\n1  甲  3\n2  乙  4\n3  丙  5\n", "csv"),
    "prose called CSV": ("a.csv", NOTICE, "csv"),
    "JSON called text": ("a.txt", '{"data": [1, 2]}', "json"),
    "a footnote": ("a.txt", "[1] 见附件。\n[2] 见正文。\n", "txt"),
    "English": (
        "a.txt",
        "Dear all, we meet on Monday.\nPlease come early, bring tea, and be kind.\nYours\n",
        "txt",
    ),
    "a page": ("a.html", PAGE, "html"),
    "a page of rows": ("a.html", SHEET, "html-table"),
    "a page laid out in a table": (
        "a.html",
        f"<html><body><table><tr><td>导航</td><td>{NOTICE}</td></tr></table></body></html>",
        "html",
    ),
    "an angle bracket": ("a.txt", "<注意> 本文件为草案。\n第二行。\n", "txt"),
    "other XML": ("a.xml", "<?xml version='1.0'?><rows><row/></rows>", "unknown"),
    "RTF": ("a.doc", "{\\rtf1 Notice}", "unknown"),
    "SVG behind a comment": ("a.svg", "<!-- made by hand -->\n" + made.svg().decode(), "svg"),
}


@pytest.mark.parametrize("case", TEXTS)
@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
def test_texts_are_prose_or_rows(tmp_path: Path, case: str, codec: str) -> None:
    name, text, form = TEXTS[case]
    path = tmp_path / "file"
    path.write_bytes(text.encode(codec))
    assert identify(path, name).form == form


@pytest.mark.parametrize("form", ["docx", "ofd", "shapefile", "zip"])
def test_a_cut_archive_is_still_what_it_was_to_be(tmp_path: Path, form: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(KNOWN[form][:-60])
    assert identify(path, "file").form == form

"""Whole files of every kind pass, with the facts that a page about them shows."""

from pathlib import Path

import pytest

from tests.validation.documents import made
from tests.validation.documents.judged import found, judged
from tests.validation.documents.test_identify import NOTICE, PAGE

PICTURE = {"width": 2, "height": 2}
GOOD = {
    "通知.pdf": (made.pdf("Notice", "Second page"), "document", {"pages": 2}),
    "通知.docx": (made.docx(), "document", {}),
    "汇报.pptx": (made.pptx(), "document", {"pages": 1}),
    "通知.odt": (made.odf(), "document", {}),
    "通知.ofd": (made.ofd(), "document", {"pages": 1}),
    "通知.doc": (made.ole({"WordDocument": made.WORD, "1Table": b""}), "document", {}),
    "通知.wps": (made.ole({"WordDocument": made.WORD}), "document", {}),
    "汇报.ppt": (made.ole({"PowerPoint Document": b"", "Current User": b"\0" * 64}), "document", {}),
    "说明.txt": (NOTICE.encode("gb18030"), "document", {"encoding": "gb18030"}),
    "说明.md": (b"# A\n\n- b\n", "document", {"encoding": "utf-8"}),
    "说明.html": (PAGE.encode(), "document", {}),
    "图.png": (made.png(), "image", PICTURE),
    "图.jpg": (made.jpeg(), "image", PICTURE),
    "图.tif": (made.tiff(), "image", PICTURE),
    "图.gif": (made.GIF, "image", PICTURE),
    "图.webp": (made.webp(), "image", PICTURE),
    "图.bmp": (made.bmp(), "image", PICTURE),
    "图.jp2": (made.jp2(), "image", PICTURE),
    "图.svg": (made.svg(), "image", {"width": 20, "height": 10}),
    "附件.zip": (
        made.zipped({"a.pdf": made.pdf("A"), "图/b.png": made.png()}),
        "archive",
        {"member_count": 2, "members": [{"name": "a.pdf", "size": len(made.pdf("A"))}, {"name": "图/b.png", "size": len(made.png())}]},
    ),
    "附件.tar": (made.tarred({"a.txt": NOTICE.encode()}), "archive", {"member_count": 1}),
    "附件.tar.gz": (made.packed(made.tarred({"a.txt": NOTICE.encode()})), "archive", {"member_count": 1}),
    "附件.tgz": (made.packed(made.tarred({"a.txt": NOTICE.encode()})), "archive", {"member_count": 1}),
    "站点.zip": (
        made.zipped(made.shapefile()),
        "geodata",
        {"layers": [{"name": "站点", "geometry": "Point", "features": 2, "crs": "GCS_WGS_1984"}], "member_count": 5},
    ),
    "站点.gpkg": (
        made.geopackage(),
        "geodata",
        {"layers": [{"name": "stations", "geometry": "POINT", "features": 2, "crs": "WGS 84"}]},
    ),
    "站点.kml": (
        made.kml(),
        "geodata",
        {"layers": [{"name": "站点", "geometry": "Point", "features": 1, "crs": "WGS 84"}]},
    ),
    "站点.kmz": (made.zipped({"doc.kml": made.kml(), "a.png": made.png()}), "geodata", {"member_count": 2}),
    "影像.tif": (made.tiff((34735, 3, 2, b"\x01\0\x01\0")), "geodata", PICTURE),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_whole_files_pass(tmp_path: Path, name: str) -> None:
    content, kind, facts = GOOD[name]
    report = judged(tmp_path, name, content, kind)
    assert found(report) == []
    assert (report.kind, report.rows, report.columns) == (kind, 0, ())
    assert facts.items() <= report.facts.items()
    assert name.endswith(report.format)


def test_an_image_or_an_archive_may_be_geographic_data(tmp_path: Path) -> None:
    assert judged(tmp_path, "影像.tif", GOOD["影像.tif"][0], "image").valid
    assert judged(tmp_path, "站点.zip", GOOD["站点.zip"][0], "archive").valid

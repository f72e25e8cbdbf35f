"""Whoever a document tells on is found wherever it says so, counted exactly, and never shown."""

from pathlib import Path

import pytest

from catalog.codes import identity_check_digit
from opendata.validation import Report
from opendata.validation.personal import passes_luhn
from tests.validation.documents import made
from tests.validation.documents.judged import judged

E, W = "error", "warning"


def identity(place: str, born: str, order: str) -> str:
    first = place + born + order
    return first + identity_check_digit(first)


IDS = [identity("370102", "19900307", "001"), identity("370202", "19851212", "12X"[:2] + "4")]
CARD = next(card for card in (f"622202160812345{end:04}" for end in range(100)) if passes_luhn(card))
PHONES = ["13953101234", "15066668888", "18605310001"]
SAID = f"申请人张三，身份证号 {IDS[0]}；李四，{IDS[1]}。"


def persons(report: Report) -> list[tuple[str, str]]:
    return [(one.severity, one.message.en) for one in report.findings if one.code == "personal-information"]


TEXTS = {
    "two identity numbers": (SAID, [(E, "The text holds 2 citizen identity numbers.")]),
    "one twice": (f"{IDS[0]}\n{IDS[0]}\n", [(E, "The text holds 2 citizen identity numbers.")]),
    "groups set apart": (f"{IDS[0][:6]} {IDS[0][6:14]} {IDS[0][14:]}", [(E, "The text holds 1 citizen identity numbers.")]),
    "in full-width digits": ("号码" + "".join(chr(ord(char) + 0xFEE0) for char in IDS[0]), [(E, "The text holds 1 citizen identity numbers.")]),
    "beside a date": (f"2018-01-01 {IDS[0]}", [(E, "The text holds 1 citizen identity numbers.")]),
    "a wrong check digit": (f"编号 {IDS[0][:-1]}{(int(IDS[0][-1].replace('X', '9')) + 1) % 10}。", []),
    "a bank card": (f"开户行：工商银行，账号：{CARD}", [(E, "The text holds 1 bank card numbers.")]),
    "such a number where no bank is spoken of": (f"流水号：{CARD}", []),
    "an old identity number": ("身份证：370102700307001", [(E, "The text holds 1 15-digit identity numbers.")]),
    "a passport": ("护照 E12345678", [(E, "The text holds 1 passport numbers.")]),
    "whom to ask": (f"联系电话：{PHONES[0]}，电子邮箱 wang@163.com。", [(W, "The text holds 1 mobile telephone numbers, 1 e-mail addresses; see whether they are an office's.")]),
    "a list of telephones": ("、".join(PHONES), [(E, "The text holds 3 mobile telephone numbers.")]),
    "one telephone three times": (f"{PHONES[0]}，" * 3, [(W, "The text holds 3 mobile telephone numbers; see whether they are an office's.")]),
    "an office's": ("0531-86912345，office@shandong.gov.cn", []),
}  # fmt: skip


@pytest.mark.parametrize("case", TEXTS)
def test_running_text(tmp_path: Path, case: str) -> None:
    text, expected = TEXTS[case]
    report = judged(tmp_path, "a.txt", f"通知\n{text}\n".encode())
    assert persons(report) == expected
    shown = str(report.to_dict())
    assert not any(number in shown for number in [*IDS, CARD, *PHONES, "wang@163.com"])


PLACES = {
    "DOCX": ("a.docx", made.docx(SAID), None),
    "DOCX, a number in two runs": ("a.docx", made.docx(f"{IDS[0][:8]}</w:t></w:r><w:r><w:t>{IDS[0][8:]} {IDS[1]}"), None),
    "DOCX, in a footnote": ("a.docx", made.docx(word__footnotes_dot_xml=f"<a><p>{SAID}</p></a>".encode()), None),
    "PPTX": ("a.pptx", made.pptx(SAID), None),
    "ODT": ("a.odt", made.odf(text=SAID), None),
    "ODP": ("a.odp", made.odf("presentation", f"</text:p><page/><text:p>{SAID}"), None),
    "OFD": ("a.ofd", made.ofd(SAID), None),
    "DOC, in bytes": ("a.doc", made.ole({"WordDocument": made.WORD + f" {IDS[0]} {IDS[1]} ".encode()}), None),
    "DOC, in wide letters": ("a.doc", made.ole({"WordDocument": made.WORD + SAID.encode("utf-16-le")}), None),
    "HTML": ("a.html", f"<html><body><p>{SAID}</p></body></html>".encode(), None),
    "HTML, in a table": ("a.html", f"<html><body><p>{'公示。' * 99}</p><table><tr><td>{IDS[0]}</td><td>{IDS[1]}</td></tr></table></body></html>".encode(), None),
    "SVG": ("a.svg", made.svg(f"<text>{SAID}</text>"), None),
    "KML": ("a.kml", made.kml(f"<Placemark><name>{SAID}</name></Placemark>"), None),
    "a member of a zip": ("a.zip", made.zipped({"a.txt": b"x y z", "公示.txt": SAID.encode()}), "公示.txt"),
    "a member of unknown kind": ("a.zip", made.zipped({"a.txt": b"x y z", "a.xml": f"<?xml version='1.0'?><a>{SAID}</a>".encode()}), "a.xml"),
    "a member of a tar in a zip": ("a.zip", made.zipped({"a.txt": b"x y z", "b.tar": made.tarred({"公示.txt": SAID.encode()})}), "b.tar/公示.txt"),
}  # fmt: skip


@pytest.mark.parametrize("case", PLACES)
def test_every_kind_of_document(tmp_path: Path, case: str) -> None:
    name, content, member = PLACES[case]
    report = judged(tmp_path, name, content)
    assert persons(report) == [(E, "The text holds 2 citizen identity numbers.")]
    assert report.findings[0].member == member
    assert not any(number in str(report.to_dict()) for number in IDS)


def test_a_pdf_names_the_page(tmp_path: Path) -> None:
    report = judged(tmp_path, "a.pdf", made.pdf("Notice", f"ID {IDS[0]}", f"{IDS[0]} {IDS[1]}"))
    assert persons(report) == [(E, "The text holds 3 citizen identity numbers.")]
    assert report.told(report.findings[0]).address == "第 2 页 p. 2"


def test_a_comment_in_a_pdf_is_text_too(tmp_path: Path) -> None:
    content = made.pdf("Notice", extra=f"<< /Type /Annot /Subtype /Text /Contents ({IDS[0]}) >>")
    assert persons(judged(tmp_path, "a.pdf", content)) == [(E, "The text holds 1 citizen identity numbers.")]


def test_an_object_of_a_pdf_that_cannot_be_read_is_told_of(tmp_path: Path) -> None:
    content = made.pdf("Notice", extra="@@")
    report = judged(tmp_path, "a.pdf", content)
    assert [(one.code, one.severity) for one in report.findings] == [("partly-scanned", "warning")]
    assert "100 0 obj" in report.findings[0].message.en


def test_a_scan_is_told_of(tmp_path: Path) -> None:
    report = judged(tmp_path, "a.pdf", made.pdf("", ""))
    assert report.valid
    assert [(one.code, one.severity) for one in report.findings] == [("partly-scanned", "warning")]
    assert "scan" in report.findings[0].message.en


ROWS = "编号,证件\n" + "".join(f"{at},{number}\n" for at, number in enumerate([*IDS, IDS[0]]))
TABLES = {
    "a table in a zip": ("a.zip", made.zipped({"说明.txt": b"x y z", "名单.csv": ROWS.encode()}), "名单.csv"),
    "a chart's workbook in a DOCX": ("a.docx", made.docx(word__embeddings__a_dot_csv=ROWS.encode()), "word/embeddings/a.csv"),
    "attributes of a shapefile": ("a.zip", made.zipped(made.shapefile([(117, 36)] * 3, [[IDS[0]], [IDS[1]], [IDS[0]]])), "站点.dbf"),
    "a GeoPackage": ("a.gpkg", made.geopackage([*IDS, IDS[0]]), "stations"),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLES)
def test_rows_are_judged_as_rows(tmp_path: Path, case: str) -> None:
    name, content, member = TABLES[case]
    report = judged(tmp_path, name, content)
    told = [one for one in report.findings if one.code == "personal-information"]
    assert [(one.severity, one.member) for one in told] == [(E, member)]
    assert "3 citizen identity numbers" in told[0].message.en
    assert not any(number in str(report.to_dict()) for number in IDS)


def test_a_member_called_by_a_number_is_masked(tmp_path: Path) -> None:
    report = judged(tmp_path, "a.zip", made.zipped({f"{IDS[0]}.txt": b"x y z", "b.png": made.png()}))
    assert persons(report) == [(E, "The text holds 1 citizen identity numbers.")]
    assert IDS[0] not in str(report.to_dict())

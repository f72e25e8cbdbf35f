"""Files that cannot be read: each is refused with one finding that says what, where and what was expected."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from catalog.errors import NotFound
from opendata.tables import read

SHEET = "xl/worksheets/sheet1.xml"
SPARSE = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    b"</sheetData></worksheet>"
)
DISTANT = SPARSE.replace(b'row r="1048576"', b'row r="99999999"').replace(b"XFD1048576", b"A99999999")
PREFIXED = (
    SPARSE.replace(b"<c ", b"<x:c ").replace(b"</c>", b"</x:c>").replace(b"xmlns=", b'xmlns:x="urn:x" xmlns=')
)
ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


def workbook(sheet: bytes | None = None, padding: int = 0, part: str = SHEET) -> bytes:
    """A small workbook, its sheet replaced, kept in *part*, or followed by *padding* blanks."""
    plain, edited = BytesIO(), BytesIO()
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["甲", "乙"], ["1", "2"]):
        book.active.append(row)
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(edited, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == SHEET:
                content = (sheet or content) + b" " * padding
            name = part if member.filename == SHEET else member.filename
            target.writestr(name, content.replace(b"/" + SHEET.encode(), b"/" + part.encode()))
    return edited.getvalue()


def lying(content: bytes) -> bytes:
    """*content* with the sheet's declared size, in both of zip's headers, made a tenth."""
    damaged = bytearray(content)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        part = archive.getinfo(SHEET)
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = 0
        while (start := content.find(signature, start)) >= 0:
            if content[start + at : start + at + 4] == part.file_size.to_bytes(4, "little"):
                damaged[start + at : start + at + 4] = (part.file_size // 10).to_bytes(4, "little")
            start += 4
    return bytes(damaged)


def stored_zip(**members: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("说明.txt", "x")
        for name, content in members.items():
            archive.writestr(f"{name}.xml", content)
    return out.getvalue()


GOOD = "名称,代码\n济南市历下区,001\n".encode()
TRAPS: list[tuple[str, bytes, str, dict[str, object]]] = [
    ("nothing.csv", b"", "empty-file", {}),
    ("blanks.csv", b"\n \n,,\n", "empty-file", {}),
    ("nothing.json", b"[]", "empty-file", {}),
    ("cut-character.csv", GOOD + "青岛".encode()[:-1] + b",2\n", "encoding-error", {"byte": len(GOOD) + 3}),
    ("switch.csv", GOOD + "青岛市北区,2\n".encode("gbk"), "encoding-error", {"byte": len(GOOD)}),
    ("latin.csv", "name,city\nJosé,Málaga\n".encode("latin-1"), "encoding-error", {"byte": 13}),
    ("odd.csv", "名称,值\n".encode("utf-16") + b"\x00", "encoding-error", {"byte": 12}),
    ("nul.csv", b"a,b\n1,\x002\n", "encoding-error", {"byte": 6}),
    ("late-nul.csv", b"a,b\n" + b"1,2\n" * 400_000 + b"\0", "encoding-error", {"byte": 1_600_004}),
    ("quote.csv", b'a,b\n1,"x\n2,3\n', "malformed-file", {"row": 2}),
    ("wide.csv", b",".join([b"a"] * 20_000), "too-large", {"value": "20000"}),
    ("wide-row.csv", b"a,b\n" * 90 + b"," * 20_000, "too-large", {"value": "20001"}),
    ("wide.json", b'[{"a":1},[' + b"1," * 9 + b"1]]", "malformed-file", {}),
    ("huge-cell.csv", b"a,b\n1," + b"x" * 17_000_000, "too-large", {"row": 2}),
    ("cut.json", b'[{"a": 1},\n {"a"', "malformed-file", {"row": 2}),
    ("deep.json", b"[" * 100_000, "malformed-file", {}),
    ("nan.json", b'[{"a": NaN}]', "malformed-file", {}),
    ("twice.json", b'[{"a": 1, "a": 2}]', "malformed-file", {}),
    ("text.json", b"a,b\n1,2\n", "malformed-file", {}),
    ("cut.xlsx", workbook()[:-200], "malformed-file", {}),
    ("garbage.xlsx", b"PK\x03\x04 and nothing more", "malformed-file", {}),
    ("text.xlsx", "只是文字".encode(), "malformed-file", {}),
    ("ole.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "malformed-file", {}),
    ("lying.xlsx", lying(workbook(padding=3_000_000)), "malformed-file", {}),
    ("bomb.xlsx", workbook(padding=320_000_000), "too-large", {"expected": "<= 300 MB"}),
    ("ratio.xlsx", workbook(padding=40_000_000), "too-large", {"expected": "<= 200 ×"}),
    ("sparse.xlsx", workbook(SPARSE), "too-large", {"value": "1048576 × 16384"}),
    ("hidden.xlsx", workbook(SPARSE, part="xl/media/a.png"), "malformed-file", {}),
    ("hidden-sheet.xlsx", workbook(SPARSE, part="xl/media/a.xml"), "too-large", {}),
    ("distant.xlsx", workbook(DISTANT), "malformed-file", {}),
    ("utf-16.xlsx", workbook(SPARSE.decode().encode("utf-16")), "too-large", {}),
    (
        "other-quotes.xlsx",
        workbook(SPARSE.replace(b'"XFD', b"'XFD").replace(b'6"><v', b"6'><v")),
        "too-large",
        {},
    ),
    ("prefix.xlsx", workbook(PREFIXED), "too-large", {}),
    ("entity.xlsx", workbook(ENTITY + SPARSE), "malformed-file", {}),
    ("entity.ods", stored_zip(content=ENTITY + b"<a>&x;</a>"), "malformed-file", {}),
    ("two.zip", stored_zip(other=b"x"), "unsupported-format", {"value": "2"}),
    ("a.csv", b"%PDF-1.7\n", "unsupported-format", {"value": "PDF"}),
    ("page.csv", b"<!DOCTYPE html><table>", "unsupported-format", {"value": "HTML/XML"}),
    ("page.xls", b"<!DOCTYPE html><p>404", "unsupported-format", {"value": "HTML/XML"}),
]


#: Words of a sentence, but for what a library says in brackets.
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,}(?![^（]*）)")


@pytest.mark.parametrize(("name", "content", "code", "place"), TRAPS, ids=[trap[0] for trap in TRAPS])
def test_trap(tmp_path: Path, name: str, content: bytes, code: str, place: dict[str, object]) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    table = read(path, scratch=tmp_path)
    (finding,) = table.findings
    assert (finding.code, finding.severity) == (code, "error")
    assert {key: getattr(finding, key) for key in place} == place
    assert finding.expected
    assert not ENGLISH.search(finding.message.zh)
    assert (table.readable, table.rows, table.labels, table.size) == (False, 0, (), len(content))
    assert list(table.records()) == []


def test_a_cell_of_a_megabyte_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("甲,乙\n1," + "字" * 1_000_000, encoding="gb18030")
    table = read(path, scratch=tmp_path)
    assert [[len(cell) for cell in row] for row in table.records()] == [[1, 1_000_000]]


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"absent\.csv"):
        read(tmp_path / "absent.csv", scratch=tmp_path)

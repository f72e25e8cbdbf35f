"""Files made to harm: a few bytes that stand for very many, documents that refer elsewhere, and chance.

All are read in one process of their own, whose memory is looked at afterwards.
"""

import gzip
import json
import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import InvalidInput, NotFound, OpenDataError
from opendata.tables import read
from tests.tables.documents import ods, zipped

#: MiB that reading any of the files may take, Python and its libraries included.
ROOM = 1400


def xlsx(rows: bytes, *, after: bytes = b"", strings: bytes = b"") -> bytes:
    """A workbook whose one sheet has *rows*, written as bare as it may be."""
    links = (
        b'<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
        b'<Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    parts = {
        "xl/workbook.xml": b'<workbook xmlns:r="x"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": links,
        "xl/worksheets/sheet1.xml": b"<worksheet><sheetData>"
        + rows
        + b"</sheetData>"
        + after
        + b"</worksheet>",
    }
    return zipped(parts | ({"xl/sharedStrings.xml": strings} if strings else {}))


def sparse(last: int) -> bytes:
    """Two cells with nothing but blank rows between them."""
    return b'<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>' + (
        b'<row r="%d"><c r="A%d"><v>3</v></c></row>' % (last, last)
    )


def table_row(cell: str, rows: str = "1") -> str:
    return f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'


SHARED = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 100_001))
MERGE = b'<mergeCell ref="A2:A1000000"/>'
LONG = "x" * 100_000
DOCTYPE = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;"><!ENTITY d SYSTEM "file:///etc/passwd">]>'
SHEET_XML = '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">&c;&d;</Workbook>'
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le")
FILES: list[tuple[str, bytes, str | None, int]] = [
    ("blank-rows.csv", b"a,b\n" + b"\n" * 2_000_000 + b"1,2\n", None, 2_000_001),
    ("blank-rows.xlsx", xlsx(sparse(1_000_000)), None, 999_999),
    ("too-many-rows.xlsx", xlsx(sparse(2_000_000)), "malformed-file", 0),
    ("long-cell.csv", b"a,b\n1," + b"x" * 1_000_000, None, 1),
    (
        "shared.xlsx",
        xlsx(SHARED, strings=b"<sst><si><t>" + b"x" * 10**6 + b"</t></si></sst>"),
        "too-large",
        0,
    ),
    (
        "merged.xlsx",
        xlsx(sparse(1_000_000).replace(b"<v>3", b"<v>" + b"3" * 30), after=MERGE.join([b"<m>", b"</m>"])),
        None,
        999_999,
    ),
    (
        "merges.xlsx",
        xlsx(SHARED.replace(b' t="s"', b""), after=b"<m>" + MERGE * 50_000 + b"</m>"),
        None,
        99_999,
    ),
    (
        "cells.ods",
        ods(
            table_row(
                f'<table:table-cell table:number-columns-repeated="9"><text:p>{LONG}</text:p></table:table-cell>',
                "999999",
            )
        ),
        "too-large",
        0,
    ),
    (
        "vast.ods",
        ods(
            table_row(
                '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>',
                "1048576",
            )
        ),
        "too-large",
        0,
    ),
    (
        "negative.ods",
        ods(
            table_row(
                '<table:table-cell table:number-columns-repeated="-1"><text:p>x</text:p></table:table-cell>',
                "-9",
            )
        ),
        "empty-file",
        0,
    ),
    ("spans.xls", b"<table>" + b"<tr><td rowspan=999999 colspan=16000>x" * 9000, "too-large", 0),
    ("open.xls", b"<table><tr>" + b'<td a="' * 1_000_000, "empty-file", 0),
    ("comments.xls", b"<table><tr><td>" + b"<!--" * 1_000_000, "empty-file", 0),
    ("bomb.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 20_000_000, mtime=0), "too-large", 0),
    ("bomb.zip", zipped({"a.csv": b"a,b\n" + b"1,2\n" * 20_000_000}), "too-large", 0),
    ("nameless.zip", zipped({"a.csv": b"a,b\n1,2\n"}).replace(b"a.csv", b"\0.csv"), None, 1),
    ("nested.zip", zipped({"a.zip": zipped({"a.csv": b"a,b\n"})}), "unsupported-format", 0),
    ("nested-gzip.zip", zipped({"a.csv": gzip.compress(b"a,b\n", mtime=0)}), "unsupported-format", 0),
    ("deep.json", b"[" * 100_000 + b"]" * 100_000, "malformed-file", 0),
    ("deep-cell.json", b'[{"a":' + b"[" * 900 + b"]" * 900 + b"}]", "malformed-file", 0),
    ("half.json", b'[{"a": "x"}, {"a": "\\ud800"}]', "malformed-file", 0),
    ("uneven.json", b'{"a": [1, 2], "b": [1]}', "malformed-file", 0),
    ("overflow.xlsx", xlsx(b'<row r="1"><c r="A1"><v>1e999</v></c></row>'), "malformed-file", 0),
    ("endless.json", b'[{"a": 1e999999999}]', None, 1),
    ("doctype.xls", (DOCTYPE + SHEET_XML).encode(), "malformed-file", 0),
    ("doctype.xml", ('<?xml version="1.0"?>' + DOCTYPE + SHEET_XML).encode(), "malformed-file", 0),
    ("doctype.html", (DOCTYPE + "<table><tr><td>&c;&d;</table>").encode(), "malformed-file", 0),
    (
        "doctype.ods",
        ods(table_row("<table:table-cell><text:p>&d;</text:p></table:table-cell>"), before=DOCTYPE),
        "malformed-file",
        0,
    ),
    (
        "doctype.xlsx",
        zipped({"xl/workbook.xml": (DOCTYPE + "<workbook>&d;</workbook>").encode(), "xl/x": b""}),
        "malformed-file",
        0,
    ),
    ("locked.xlsx", ENCRYPTED, "unsupported-format", 0),
    (
        "locked.ods",
        zipped({"content.xml": b"?", "META-INF/manifest.xml": b"<a><encryption-data/></a>"}),
        "unsupported-format",
        0,
    ),
    (
        "cell.xls",
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Cell MergeDown="1"/></Workbook>',
        "empty-file",
        0,
    ),
    (
        "name.zip",
        zipped({"\u6570.csv": b"a,b\n1,2\n"}, packed=False).replace("\u6570".encode(), b"\xe6\x95\xff", 1),
        "malformed-file",
        0,
    ),
    ("cut.parquet", b"PAR1" + b"\0" * 100, "malformed-file", 0),
]

CHILD = """
import json, resource, sys
from pathlib import Path
from opendata.tables import read
folder = Path(sys.argv[1])
for name in json.loads(sys.argv[2]):
    table = read(folder / name, scratch=folder / "scratch")
    print(json.dumps([name, [finding.code for finding in table.findings], table.rows]), flush=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_files_made_to_harm_end_soon_and_take_little_memory(tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    for name, content, _, _ in FILES:
        (tmp_path / name).write_bytes(content)
    names = json.dumps([name for name, *_ in FILES])
    command = [sys.executable, "-c", CHILD, str(tmp_path), names]
    *lines, peak = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert [json.loads(line) for line in lines] == [
        [name, [code] if code else [], rows] for name, _, code, rows in FILES
    ]
    assert int(peak) < ROOM
    left = {path.name for path in tmp_path.iterdir()} - {name for name, *_ in FILES}
    assert left == {"scratch"}, "nothing is written outside the scratch folder"
    assert {path.name[:6] for path in (tmp_path / "scratch").iterdir()} == {"table-"}


def test_what_is_no_file_or_cannot_be_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for name in ("pipe.csv", "folder.csv"):
        with pytest.raises(NotFound, match=name):
            read(tmp_path / name, scratch=tmp_path)
    with pytest.raises(InvalidInput):
        # Nothing lies at its beginning, and the system says so.
        read(Path("/proc/self/mem"), scratch=tmp_path)


def good_files() -> dict[str, bytes]:
    """One small good file of each format."""
    out, old, columns = BytesIO(), BytesIO(), BytesIO()
    book = openpyxl.Workbook()
    assert book.active is not None
    sheet = xlwt.Workbook()
    first = sheet.add_sheet("a")
    for number, row in enumerate((["名称", "值"], ["历下区", 1.5], ["市中区", 2])):
        book.active.append(row)
        for column, value in enumerate(row):
            first.write(number, column, value)
    book.active.merge_cells("A2:A3")
    book.save(out)
    sheet.save(old)
    pq.write_table(pa.table({"名称": ["历下区", None], "值": [1.5, 2.0], "表": [[1], []]}), columns)
    cell = '<table:table-cell office:value-type="float" office:value="1.5"><text:p>1.5</text:p></table:table-cell>'
    plain = zipfile.ZipFile(BytesIO(out.getvalue()))
    return {
        "a.csv": '名称,值\n历下区,"1\n2"\n'.encode(),
        "a.json": '[{"名称": "历下区", "值": 1.5}]'.encode(),
        "a.xlsx": out.getvalue(),
        # Not deflated, so that a change is one of the XML and not of its packing.
        "b.xlsx": zipped({name: plain.read(name) for name in plain.namelist()}, packed=False),
        "a.xls": old.getvalue(),
        "a.ods": ods(table_row(cell * 2) * 3),
        "b.xls": b"<table><tr><th rowspan=2>a<th>b<tr><td>1<td>2</table>",
        "c.xls": b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet>'
        b'<Table><Row><Cell MergeDown="1"><Data Type="Number">1</Data></Cell></Row></Table></Worksheet></Workbook>',
        "a.parquet": columns.getvalue(),
        "a.zip": zipped({"a.csv": b"a,b\n1,2\n"}),
        "a.csv.gz": gzip.compress(b"a,b\n1,2\n", mtime=0),
    }


GOOD = good_files()


def mutated(content: bytes, changes: list[tuple[float, int]], cut: float) -> bytes:
    """*content* with some bytes changed and perhaps its end cut off."""
    made = bytearray(content[: int(len(content) * cut) + 1])
    for place, value in changes:
        made[int(place * (len(made) - 1))] = value
    return bytes(made)


@settings(max_examples=400, deadline=None)
@given(
    name=st.sampled_from(sorted(GOOD)),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=4),
    cut=st.one_of(st.just(1.0), st.floats(0, 1)),
    noise=st.one_of(st.none(), st.binary(max_size=200)),
)
def test_chance_ends_in_a_table_or_a_finding(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    changes: list[tuple[float, int]],
    cut: float,
    noise: bytes | None,
) -> None:
    folder = tmp_path_factory.getbasetemp() / "chance"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(mutated(GOOD[name], changes, cut) if noise is None else GOOD[name][:4] + noise)
    try:
        table = read(path, scratch=folder)
    except OpenDataError:
        return
    assert table.readable == (not table.findings)
    assert len(list(table.records())) == table.rows
    if table.text != path:
        table.text.unlink()

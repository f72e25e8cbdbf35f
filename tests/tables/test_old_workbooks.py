"""XLS as old programs and as LibreOffice write it: codes keep their zeros, days their meaning, damage is said."""

import os
import re
import subprocess
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from opendata.tables import Table, read

DAY = datetime(2018, 6, 30)  # noqa: DTZ001 - Excel knows no zones
#: The format, the value, and what a person sees.
CELLS: list[tuple[str, Any, str]] = [
    ("000000", 123, "000123"),
    ("000", 1234, "1234"),
    ("000000;-000000", 5, "000005"),
    ("000000", -5, "-5"),
    ("000000", 1.5, "1.5"),
    ("0", 7, "7"),
    ("0.00", 7, "7"),
    ("#,##0", 1234567, "1234567"),
    ("0000-00", 12, "12"),
    ("General", 5, "5"),
    ("@", "007", "007"),
    ("yyyy-mm-dd", DAY, "2018-06-30"),
    ('yyyy"年"m"月"d"日"', DAY, "2018-06-30"),
    ("[$-804]yyyy年m月d日", 43281, "2018-06-30"),
    ("m/d/yyyy", DAY, "2018-06-30"),
    ("yyyy-mm-dd hh:mm:ss", DAY + timedelta(hours=8), "2018-06-30 08:00:00"),
    ("hh:mm", 0.5, "12:00:00"),
    ("[h]:mm:ss", 1.5, "36:00:00"),
    ("00000000", 20180630, "20180630"),
]
SEEN = [seen for _, _, seen in CELLS]


def written(top: int = 0, left: int = 0) -> bytes:
    """A workbook whose second sheet holds the cells, twice, below and beside nothing."""
    made = xlwt.Workbook()
    made.add_sheet("空")
    sheet = made.add_sheet("数据")
    for at, (form, value, _) in enumerate(CELLS):
        sheet.write(top, left + at, f"列{at}")
        for row in (1, 2):
            sheet.write(top + row, left + at, value, xlwt.easyxf(num_format_str=form))
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def table_of(folder: Path, content: bytes) -> Table:
    (folder / "a.xls").write_bytes(content)
    return read(folder / "a.xls", scratch=folder)


@pytest.mark.parametrize(("top", "left"), [(0, 0), (4, 2)])
def test_numbers_are_what_people_see(tmp_path: Path, top: int, left: int) -> None:
    table = table_of(tmp_path, written(top, left))
    assert (table.header_row, table.first_column) == (top + 1, left + 1)
    assert list(table.records()) == [SEEN, SEEN]


@pytest.mark.parametrize("number", [14, 22, 27, 31, 36, 50, 57, 58])
def test_days_under_a_format_that_the_file_does_not_spell_out(tmp_path: Path, number: int) -> None:
    made = xlwt.Workbook()
    sheet = made.add_sheet("数据")
    sheet.write(0, 0, "日")
    sheet.write(1, 0, 43281, xlwt.easyxf(num_format_str="qq"))
    out = BytesIO()
    made.save(out)
    # The first format of its own has the number 165; what is put there is one of East Asian editions.
    content, found = re.subn(
        rb"(\xe0\x00\x14\x00..)\xa5\x00",
        lambda match: match[1] + bytes([number, 0]),
        out.getvalue(),
        flags=re.DOTALL,
    )
    assert found == 1
    assert list(table_of(tmp_path, content).records()) == [["2018-06-30"]]


@pytest.mark.parametrize(
    ("record", "place", "value"),
    [
        (b"\x00\x02\x0e\x00", 7, 0xDC),  # DIMENSIONS: so many rows
        (b"\x00\x02\x0e\x00", 11, 0xFF),  # so many columns
        (b"\x00\x02\x0e\x00", 2, 0xDC),  # from behind its end
        (b"\x03\x02\x0e\x00", 3, 0xFF),  # NUMBER: far to the right
        (b"\xfc\x00", 7, 0xFF),  # SST: so many texts
    ],
)
def test_what_no_sheet_can_span_is_refused(tmp_path: Path, record: bytes, place: int, value: int) -> None:
    """The fast reader would take room for all of it, and the process would be ended."""
    content = bytearray(written())
    content[content.rindex(record) + 4 + place] = value
    (finding,) = table_of(tmp_path, bytes(content)).findings
    assert finding.code == "malformed-file"


@settings(max_examples=60, deadline=None)
@given(
    damage=st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 255)), max_size=6),
    end=st.integers(1, 30_000),
)
def test_damage_is_said_and_ends(
    tmp_path_factory: pytest.TempPathFactory, damage: list[tuple[int, int]], end: int
) -> None:
    content = bytearray(written())
    for place, byte in damage:
        content[place % len(content)] = byte
    table = table_of(
        tmp_path_factory.getbasetemp(), bytes(content[: max(end, 600)] if end % 3 == 0 else content)
    )
    assert table.readable or {one.code for one in table.findings} <= {"malformed-file", "unsupported-format", "empty-file", "too-large"}  # fmt: skip


@pytest.mark.skipif(
    "TEST_OFFICE" not in os.environ,
    reason="set TEST_OFFICE to the path of LibreOffice's soffice to write XLS with it",
)
def test_xls_as_libreoffice_writes_it(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    cells = [*CELLS, ("yyyy-mm-dd", date(2018, 6, 30), "2018-06-30")]
    for at, (form, value, _) in enumerate(cells, start=1):
        sheet.cell(1, at, f"列{at}")
        for row in range(2, 102):
            sheet.cell(row, at, value).number_format = form
    made.save(tmp_path / "a.xlsx")
    command = [os.environ["TEST_OFFICE"], f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    convert = ["--convert-to", "xls:MS Excel 97", "--outdir", tmp_path, tmp_path / "a.xlsx"]
    subprocess.run([*command, *convert], check=True, capture_output=True)
    seen = [text for _, _, text in cells]
    for name in ("a.xlsx", "a.xls"):
        table = read(tmp_path / name, scratch=tmp_path)
        assert (table.format, list(table.records())) == (name[2:], [seen] * 100)

"""Bad input: a clear sentence in Chinese and in English, an exit code, and nothing half-done."""

import resource
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from catalog.database import open_database
from catalog.models import Dataset, HarvestRecord, Release
from tests.cli import county
from tests.cli.county import BUS, LOG, TOILETS
from tests.cli.office import Office, office, settled
from tests.functional.bomb import bomb

__all__ = ["office", "settled"]
GIGABYTE = 2**30
#: A column of each sheet in which anything may stand.
CHANGEABLE = {
    "roster": "英文名称",
    "inventory": "信息资源摘要",
    "plan": "备注",
    "negative-list": "类别",
    "source": "名称",
}


def _workbook() -> bytes:
    made = BytesIO()
    book = Workbook()
    book.active.append(["单位编码", "单位名称"])
    book.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("registry", "row", "field", "value", "code"),
    [
        ("roster", 2, "单位编码", "37-DT", "duplicate-code"),
        ("roster", 0, "统一社会信用代码", "91371300MA3E4D0530", "bad-code"),
        ("roster", 1, "上级单位编码", "99-XX", "unknown-reference"),
        ("inventory", 1, "信息资源提供方", "省不存在厅", "unknown-reference"),
        ("inventory", 1, "信息资源代码", "999", "bad-code"),
        ("inventory", 2, "信息资源代码", "307013/0001", "duplicate-code"),
        ("inventory", 0, "更新周期", "有空时", "unknown-value"),
        ("plan", 0, "信息资源代码", "307013/0009", "unknown-reference"),
        ("plan", 0, "责任单位", "省不存在厅", "unknown-reference"),
        ("plan", 0, "计划开放日期", "2018年13月", "bad-date"),
        ("negative-list", 0, "法律依据", "", "missing-value"),
        ("source", 1, "类型", "传真", "unknown-value"),
        ("source", 1, "地址", "gone", "missing-file"),
    ],
)
def test_a_sheet_with_a_fault_is_refused_whole(
    settled: Office, tmp_path: Path, registry: str, row: int, field: str, value: str, code: str
) -> None:
    rows = [dict(each) for each in county.SHEETS[registry]]
    rows[row][field] = value
    rows[1 - bool(row)][CHANGEABLE[registry]] += (
        " x"  # beside it a sound change, which must not be made either
    )
    sheet = county.write_sheet(tmp_path / "county" / "faulty.csv", rows)
    error = settled.refuses(registry, "load", sheet, code="invalid-input", says=("faulty.csv",), ends=1)
    (finding,) = error["findings"]
    assert (finding["code"], finding["row"], finding["field"], finding["value"]) == (
        code, row + 2, field, value,
    )  # fmt: skip
    assert f"第 {row + 2} 行“{field}”" in finding["message"]["zh"]
    assert f"row {row + 2}" in finding["message"]["en"]


@pytest.mark.parametrize(
    ("name", "content", "finding"),
    [
        ("empty.xlsx", b"", "empty-file"),
        ("blank.csv", b"\r\n  \r\n", "empty-file"),
        ("cut.xlsx", _workbook()[:-300], "malformed-file"),
        ("damaged.xlsx", _workbook().replace(b"xl/work", b"xl/wurk"), "malformed-file"),
        ("scan.xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "unsupported-format"),
        ("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unsupported-format"),
        ("damaged.csv", "单位编码,单位名称\nA,".encode() + b"\xff\xfe\xff", "encoding-error"),
        ("wide.csv", ",".join(f"列{number}" for number in range(20_000)).encode(), "too-large"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_sheet_that_cannot_be_read_is_refused_by_name(
    settled: Office, name: str, content: bytes, finding: str
) -> None:
    (settled.home / name).write_bytes(content)
    error = settled.refuses("roster", "load", name, code="unreadable-file", says=(name,), ends=1)
    assert [each["code"] for each in error["findings"]] == [finding]


def _verdicts(office: Office) -> dict[str, tuple[str, list[str]]]:
    """Dataset → the state of its only release and the codes of the findings on it."""
    engine = open_database(office.environment["OPENDATA_DATABASE_URL"])
    with Session(engine) as session:
        releases = session.scalars(select(Release).join(Dataset, Release.dataset_id == Dataset.id))
        found = {
            release.dataset.slug: (
                release.state,
                sorted({each["code"] for each in release.report.findings}) if release.report else [],
            )
            for release in releases
        }
    engine.dispose()
    return found


def _file(office: Office, code: str, suffix: str = "csv") -> Path:
    """The county's file of the resource *code*, of another kind if *suffix* says so; the old one is gone."""
    (path,) = (office.home.parent / "county").glob(f"*/{code}_*")
    path.unlink()
    return path.with_suffix(f".{suffix}")


def test_data_files_that_cannot_be_opened(settled: Office) -> None:
    _file(settled, "307013-0001").write_bytes(b"")
    header = ",".join(f"c{number}" for number in range(20_000))
    _file(settled, "307013-0002").write_text(f"{header}\n{header}\n")
    _file(settled, "307013-0003").write_text("序号,全文\n1," + "长" * (2**20 // 3) + "\n", "utf-8")
    said = settled("run", "--json")
    assert (said.code, said.json["validated"]) == (0, {"valid": 1, "invalid": 2})
    assert _verdicts(settled) == {
        BUS: ("invalid", ["empty-file"]),
        TOILETS: ("invalid", ["too-large"]),
        LOG: ("valid", []),
    }
    assert settled("review", "approve", LOG, "--actor", "张三", "--json").code == 0
    assert settled("run", "--json").json["published"] == {"published": 1}
    county.fetch_release(settled.home / "var" / "published", settled.home / "mine", LOG)
    assert (settled.home / "mine" / f"{LOG}.csv").stat().st_size > 2**20


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (2 * GIGABYTE, 2 * GIGABYTE))
    resource.setrlimit(resource.RLIMIT_CPU, (30, 30))


@pytest.mark.parametrize("honest", [True, False], ids=["honest", "lying"])
def test_a_workbook_that_unpacks_to_gigabytes(settled: Office, honest: bool) -> None:
    path = bomb(_file(settled, "307013-0003", "xlsx"), 3 * GIGABYTE, honest=honest)
    assert 20 * 2**20 < path.stat().st_size < 40 * 2**20
    said = settled.program("validate", path, "--json", before=_limit)
    assert said.code == 1, said
    (finding,) = said.json[str(path)]["findings"]
    assert finding["code"] == ("too-large" if honest else "malformed-file")
    settled.refuses("inventory", "load", path, code="unreadable-file", ends=1)
    assert settled("run", "--json").json["validated"] == {"valid": 1, "invalid": 2}
    assert _verdicts(settled)[LOG] == ("invalid", [finding["code"]])


def test_a_release_is_decided_once_and_refused_with_a_reason(settled: Office) -> None:
    settled("run")
    who = ("--actor", "张三")
    settled.refuses("review", "reject", LOG, *who, code="invalid-input")
    settled.refuses("review", "return", LOG, *who, code="invalid-input")
    settled.refuses("review", "approve", f"{LOG}/2", *who, code="not-found", says=(f"{LOG}/2",))
    settled.refuses("review", "approve", TOILETS, *who, code="invalid-transition", says=("invalid", TOILETS))
    assert settled("review", "approve", LOG, *who).code == 0
    settled.refuses("review", "approve", LOG, *who, code="invalid-transition", says=("approved", LOG))
    settled("publish")
    settled.refuses(
        "review", "reject", LOG, *who, "--note", "太晚", code="invalid-transition", says=("published", LOG)
    )


def test_what_the_negative_list_forbids_cannot_be_approved(settled: Office) -> None:
    settled("run")
    rows = [{**county.SHEETS["negative-list"][0], "适用对象": "台账"}]
    settled("negative-list", "load", county.write_sheet(settled.home / "more.csv", rows))
    settled.refuses("review", "approve", LOG, "--actor", "张三", code="conflict", says=("NL-001",))


def test_a_flipped_byte_a_missing_and_a_broken_file(settled: Office) -> None:
    settled("run")
    county.fetch_release(settled.home / "var" / "published", settled.home / "mine", BUS)
    table, description = settled.home / "mine" / f"{BUS}.json", settled.home / "mine" / "datapackage.json"
    sound = table.read_bytes()
    table.write_bytes(sound.replace(b"1", b"2", 1))
    assert _verified(settled) == [("checksum-mismatch", table.name)]
    table.unlink()
    assert _verified(settled) == [("missing-file", table.name)]
    description.write_text("{}")
    assert _verified(settled) == [("malformed-description", description.name)]


def _verified(office: Office) -> list[tuple[str, str]]:
    spoken, told = office("verify", "mine"), office("verify", "mine", "--json")
    assert (spoken.code, told.code, told.json["intact"]) == (1, 1, False)
    findings = told.json["findings"]
    assert all(
        each["message"]["zh"] in spoken.out and each["message"]["en"] in spoken.out for each in findings
    )
    # That nobody signed it is a warning: the sample has no key.
    return [(each["code"], each["value"]) for each in findings if each["severity"] == "error"]


def test_a_ledger_that_was_tampered_with(settled: Office) -> None:
    settled("run")
    engine = open_database(settled.environment["OPENDATA_DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(text("UPDATE event SET actor = 'somebody' WHERE seq = 3"))
    engine.dispose()
    spoken, told = settled("ledger", "verify"), settled("ledger", "verify", "--json")
    assert (spoken.code, told.code, told.json["intact"]) == (1, 1, False)
    fault = told.json["fault"]
    assert "第 3 条" in fault["zh"]
    assert "event 3" in fault["en"]
    assert spoken.err == f"错误 {fault['zh']}\nerror {fault['en']}\n"


def test_offers_that_name_what_there_is_not(settled: Office, tmp_path: Path) -> None:
    """A record is refused with what is wrong in it; the rest of its source is taken in."""
    offers = {
        "good.csv": ("307013/0001", "37-DT", "registered", []),
        "unit.csv": ("307013/0002", "省不存在厅", "refused", ["unknown-unit"]),
        "code.csv": ("307013/0009", "37-DT", "refused", ["unknown-item"]),
        "form.csv": ("三零七", "37-DT", "refused", ["bad-code", "unknown-item"]),
        "gone.csv": ("307013/0003", "37-DE", "refused", ["missing-file"]),
    }
    rows = [
        {"信息资源代码": code, "信息资源名称": "示例", "信息资源提供方": unit, "文件": file}
        for file, (code, unit, _, _) in offers.items()
    ]
    for file in offers.keys() - {"gone.csv"}:
        (tmp_path / file).write_bytes(county.example("bus-lines"))
    sheet = county.write_sheet(tmp_path / "offer.csv", [*rows, rows[0]])
    assert settled("source", "add", "offer", "--kind", "sheet", "--url", sheet).code == 0
    (harvested,) = settled("harvest", "offer", "--json").json
    assert harvested["counts"] == {"new": 1, "refused": 5, "vanished": 0}
    expected = {file: offer[2:] for file, offer in offers.items()}
    assert _records(settled) == {**expected, "good.csv#2": ("refused", ["duplicate-code"])}


def _records(office: Office) -> dict[str, tuple[str, list[str]]]:
    engine = open_database(office.environment["OPENDATA_DATABASE_URL"])
    with Session(engine) as session:
        found = {
            record.identifier: (record.state, [finding["code"] for finding in record.findings])
            for record in session.scalars(select(HarvestRecord))
        }
    engine.dispose()
    return found

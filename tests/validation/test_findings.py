"""A table of faulty files, each with every finding it must give: code, row, column, field."""

from pathlib import Path
from typing import Any

import pytest

from catalog.codes import identity_check_digit, uscc_check_digit
from opendata.validation import Report, validate

USCC = "91370000163047757" + uscc_check_digit("91370000163047757")
WRONG = USCC[:17] + ("0" if USCC[17] != "0" else "1")
PERSON = "37010219900307421" + identity_check_digit("37010219900307421")
CARD = "6222020200112233446"

SCHEMA: dict[str, Any] = {
    "name": "sample",
    "missingValues": ["", "—"],
    "primaryKey": ["no"],
    "uniqueKeys": [["name", "start"]],
    "public": {"phone": "值班电话依规定公开。"},
    "checks": [
        {"type": "date-order", "fields": ["start", "end"]},
        {"type": "inside-region", "lon": "lon", "lat": "lat", "region": "shandong"},
    ],
    "fields": [
        {"name": "no", "title": "编号", "type": "integer", "constraints": {"required": True}},
        {
            "name": "name",
            "title": "名称",
            "type": "string",
            "constraints": {"maxLength": 40},
            "aliases": ["MC"],
        },
        {"name": "uscc", "title": "信用代码", "type": "string", "check": "uscc"},
        {"name": "org", "title": "机构代码", "type": "string", "check": "org-code"},
        {"name": "division", "title": "区划", "type": "string", "check": "division-code"},
        {"name": "start", "title": "起", "type": "date"},
        {"name": "end", "title": "止", "type": "date"},
        {"name": "lon", "title": "经度", "type": "number", "constraints": {"maximum": 180}},
        {"name": "lat", "title": "纬度", "type": "number"},
        {"name": "phone", "title": "电话", "type": "string"},
    ],
}
Place = tuple[str, int | None, int | None, str | None]

CASES: list[tuple[str, str, list[Place]]] = [
    ("good", f"编号,MC,信用代码\n1,甲,{USCC}\n2,—,\n", []),
    ("any order, full-width and blank-padded labels", "ＭＣ, 编号 \n甲,1\n", []),
    ("no rows", "编号,名称\n", [("no-rows", None, None, None)]),
    ("blank label", "编号,,名称\n1,2,3\n", [("blank-label", 1, 2, None)]),
    ("label twice", "编号,名称,名称\n1,2,3\n", [("duplicate-label", 1, 3, None)]),
    ("field twice", "编号,名称,MC\n1,2,3\n", [("duplicate-label", 1, 3, None)]),
    ("extra label", "编号,未知\n1,2\n", [("extra-label", 1, 2, None)]),
    ("missing label", "名称\n甲\n", [("missing-label", 1, None, "no")]),
    ("missing cell", "编号,名称\n1\n", [("missing-cell", 2, 2, "name")]),
    ("extra cell", "编号,名称\n1,2,3\n", [("extra-cell", 2, 3, None)]),
    ("blank row", "编号,名称\n1,2\n\n2,3\n", [("blank-row", 3, None, None)]),
    (
        "rows below titles",
        "某表,,\n编号,名称,区划\nx,2,\n",
        [("primary-key", 3, None, "no"), ("type-error", 3, 1, "no")],
    ),
    ("too long", f"编号,名称\n1,{'长' * 41}\n", [("constraint-error", 2, 2, "name")]),
    ("key twice", "编号,名称\n7,2\n8,3\n7,4\n", [("primary-key", 4, None, "no")]),
    (
        "unique key",
        "编号,名称,起\n1,甲,2018-01-01\n2,甲,2018-01-01\n3,甲,\n",
        [("unique-error", 3, 2, "name")],
    ),
    (
        "check digit",
        f"编号,信用代码\n1,{WRONG}\n2,短\n",
        [("check-digit", 2, 2, "uscc"), ("check-digit", 3, 2, "uscc")],
    ),
    ("organisation", "编号,机构代码\n1,00000000-0\n2,000000005\n", [("check-digit", 3, 2, "org")]),
    (
        "division",
        "编号,区划\n1,370102\n2,3701\n3,370199\n",
        [("division-code", 3, 2, "division"), ("division-code", 4, 2, "division")],
    ),
    (
        "dates",
        "编号,起,止\n1,2018-01-02,2018-01-01\n2,2018-01-02,2018-01-02\n",
        [("date-order", 2, 3, "end")],
    ),
    ("swapped", "编号,经度,纬度\n1,36.6,117.1\n2,117.1,36.6\n3,117.1,\n", [("inside-region", 2, 2, "lon")]),
    (
        "no place at all",
        "编号,经度,纬度\n1,181,36.6\n2,180,36.6\n",
        [("constraint-error", 2, 2, "lon"), ("inside-region", 3, 2, "lon")],
    ),
    ("person", f"编号,名称\n1,甲\n2,张某 {PERSON}\n3,{PERSON}\n", [("personal-information", 3, 2, "name")]),
    ("card", f"编号,名称\n1,{CARD[:4]} {CARD[4:8]} {CARD[8:]}\n", [("personal-information", 2, 2, "name")]),
    (
        "mobile where no field claims it",
        "编号,未知\n1,13812345678\n",
        [("extra-label", 1, 2, None), ("personal-information", 2, 2, "未知")],
    ),
]


def judged(folder: Path, content: bytes, **options: Any) -> Report:
    path = folder / "a.csv"
    path.write_bytes(content)
    return validate(path, SCHEMA, schemas=folder, divisions={"370102"}, **options)


def places(report: Report) -> list[Place]:
    return [(one.code, one.row, one.column, one.field) for one in report.findings]


@pytest.mark.parametrize(
    ("content", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_case(tmp_path: Path, content: str, expected: list[Place]) -> None:
    report = judged(tmp_path, content.encode())
    assert places(report) == expected
    assert report.valid is (not expected)
    assert report.counts == {
        code: [place[0] for place in expected].count(code) for code in sorted({p[0] for p in expected})
    }
    assert all(
        finding.message.zh and finding.message.en and finding.expected
        for finding in report.findings
        if finding.code not in {"blank-row", "missing-cell", "extra-cell"}
    )
    assert PERSON not in str(report.to_dict())
    assert Report.from_dict(report.to_dict()) == report


def test_an_unreadable_file_is_a_report_too(tmp_path: Path) -> None:
    report = judged(tmp_path, "编号\n".encode() + b"\xff\xff")
    assert [(one.code, one.byte) for one in report.findings] == [("encoding-error", 7)]
    assert (report.valid, report.rows, report.size, len(report.sha256)) == (False, 0, 9, 64)


def test_all_are_counted_and_two_hundred_kept(tmp_path: Path) -> None:
    report = judged(tmp_path, ("编号,起\n" + "".join(f"{n},x\n" for n in range(500))).encode())
    assert (report.counts, len(report.findings)) == ({"type-error": 500}, 200)
    assert [finding.row for finding in report.findings] == list(range(2, 202))


def test_a_declared_column_may_hold_mobile_numbers(tmp_path: Path) -> None:
    report = judged(tmp_path, "编号,电话\n1,13812345678\n".encode())
    assert [(one.code, one.severity, one.value) for one in report.findings] == [
        ("personal-information", "warning", "138******78")
    ]
    assert report.valid


def test_a_great_loss_of_rows_is_a_warning(tmp_path: Path) -> None:
    before = judged(tmp_path, "编号\n1\n2\n3\n".encode())
    after = judged(tmp_path, "编号\n1\n".encode(), previous=before)
    assert [(one.code, one.severity, one.value, one.expected) for one in after.findings] == [
        ("minimum-rows", "warning", "1", ">= 2")
    ]
    assert after.valid

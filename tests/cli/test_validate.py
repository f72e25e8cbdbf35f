"""Files validated and schemas made at the terminal: what is printed, what is written, how it ends."""

import csv
import io
import json
import os
import signal
from pathlib import Path

import frictionless
import openpyxl
import pytest

from opendata.cli import judging
from tests.cli import county
from tests.cli.office import Office
from tests.validation.documents import made

GOOD, BAD = county.example("bus-lines"), county.example("bus-lines", "bad")


def delivered(office: Office) -> Path:
    """A folder as an agency hands it in: good and bad, nested, with what is none of ours."""
    folder = office.home / "送审"
    (folder / "二" / ".git").mkdir(parents=True)
    for name, data in (
        ("好.csv", GOOD),
        ("二/坏.csv", BAD),
        ("二/.git/x.csv", BAD),
        ("~$好.xlsx", BAD),
        ("说明.pdf", BAD),
    ):
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_folder_is_judged_whole(office: Office, jobs: str) -> None:
    folder = delivered(office)
    words = ("validate", folder, folder / "好.csv", "--schema", "bus-lines", "--jobs", jobs)
    said = office(*words, "--json", "--html", "r.html", "--csv", "r.csv", "--xlsx", "copies")
    assert said.code == 1
    bad, good = str(folder / "二" / "坏.csv"), str(folder / "好.csv")
    assert {name: one["valid"] for name, one in said.json.items()} == {bad: False, good: True}
    for document in said.json.values():
        assert frictionless.Report.from_descriptor(document).valid is document["valid"]
    page = (office.home / "r.html").read_text(encoding="utf-8")
    assert page.index(bad) < page.index(good)
    listed = list(csv.DictReader(io.StringIO((office.home / "r.csv").read_text(encoding="utf-8-sig"))))
    assert [row["代码 code"] for row in listed] == [one["code"] for one in said.json[bad]["findings"]]
    assert {path.name for path in (office.home / "copies").iterdir()} == {"好.xlsx", "坏.xlsx"}
    sheet = openpyxl.load_workbook(office.home / "copies" / "坏.xlsx").worksheets[0]
    assert any(cell.comment for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_terms_of_a_vocabulary_beside_the_schema(office: Office, jobs: str) -> None:
    words = office.home / "vocabularies"
    words.mkdir()
    listed = {"terms": [{"code": "A", "zh": "甲"}, {"code": "B", "zh": "乙"}]}
    (words / "kinds.json").write_text(json.dumps(listed), encoding="utf-8")
    fields = [{"name": "kind", "type": "string", "vocabulary": "kinds"}, {"name": "n", "type": "integer"}]
    (office.home / "s.json").write_text(json.dumps({"fields": fields}), encoding="utf-8")
    for name in ("a.csv", "b.csv"):
        (office.home / name).write_text("kind,n\n甲,1\nB,2\n丙,3\n", encoding="utf-8")
    said = office("validate", "a.csv", "b.csv", "--schema", "s.json", "--jobs", jobs, "--json")
    assert said.code == 1
    assert {name: one["counts"] for name, one in said.json.items()} == {
        "a.csv": {"vocabulary": 1},
        "b.csv": {"vocabulary": 1},
    }
    (words / "kinds.json").unlink()
    said = office("validate", "a.csv", "--schema", "s.json", "--json")
    assert (said.code, "kinds" in said.error["en"]) == (2, True)


def test_ctrl_c_ends_every_process_and_leaves_nothing_half_written(office: Office) -> None:
    rows = "".join(f"{at},文字{at}\n" for at in range(100_000))
    (office.home / "0.csv").write_text(f"n,f\n{rows}", encoding="utf-8")
    for at in range(1, 60):
        (office.home / f"{at}.csv").hardlink_to(office.home / "0.csv")
    before = office.files()
    scratch = office.home / "tmp"
    scratch.mkdir()
    office.environment.update(PYTHONUNBUFFERED="1", TMPDIR=str(scratch))
    words = (
        "validate",
        *(f"{at}.csv" for at in range(60)),
        "--jobs",
        "2",
        "--csv",
        "r.csv",
        "--html",
        "r.html",
    )
    with office.started(*words, before=os.setpgrp) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        # Every process holds both pipes: that both end proves that all have ended.
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert list(scratch.iterdir()) == []
    assert office.files() == before


def test_what_comes_in_on_stdin(office: Office) -> None:
    said = office("validate", "-", "--schema", "bus-lines", "--json", stdin=BAD)
    assert said.code == 1
    assert said.json["-"]["counts"]["type-error"] >= 1
    assert office.files() == {}


def test_the_terminal_shows_the_first_of_each_and_counts_the_rest(office: Office) -> None:
    rows = "".join(f"{n},{'x' if n else '2018-01-01'}\n" for n in range(30))
    (office.home / "a.csv").write_text("编号,日期\n" + rows, encoding="utf-8")
    (office.home / "s.json").write_text(
        json.dumps({"fields": [{"name": "编号", "type": "integer"}, {"name": "日期", "type": "date"}]}),
        encoding="utf-8",
    )
    said = office("validate", office.home / "a.csv", "--schema", office.home / "s.json")
    assert said.code == 1
    assert said.out.count("▸x◂") == 5
    assert "另有 24 处 | 24 more" in said.out
    assert "B3" in said.out
    assert (
        office(
            "validate", office.home / "a.csv", "--schema", office.home / "s.json", "--limit", "2"
        ).out.count("▸x◂")
        == 2
    )
    said = office(
        "validate", office.home / "a.csv", "--schema", office.home / "s.json", "--limit", "3", "--json"
    )
    document = said.json[str(office.home / "a.csv")]
    assert (len(document["findings"]), document["counts"]) == (3, {"type-error": 29})
    assert "推断 | none was named" in office("validate", office.home / "a.csv").out


@pytest.mark.parametrize("option", ["--html", "--csv", "--xlsx"])
def test_no_input_is_ever_written_over(office: Office, option: str) -> None:
    (office.home / "a.csv").write_bytes(GOOD)
    (office.home / "b.csv").symlink_to(office.home / "a.csv")
    office.refuses("validate", "a.csv", option, "b.csv", code="conflict", says=("b.csv",))
    office.refuses("validate", "a.csv", option, "a.csv", code="conflict", says=("a.csv",))


def test_a_folder_without_a_file_is_not_valid(office: Office) -> None:
    (office.home / "空" / ".隐").mkdir(parents=True)
    (office.home / "空" / ".隐" / "a.csv").write_bytes(GOOD)
    office.refuses("validate", "空", code="not-found", says=("空", ".csv"))


def test_how_many_processes_are_too_few(office: Office) -> None:
    said = office.refuses("validate", "-", "--jobs", "0", code="misused", says=("--jobs",))
    assert "不小于 1 的整数" in str(said)


def test_several_copies_need_a_folder(office: Office) -> None:
    for name in ("a.csv", "b.csv", "c.xlsx"):
        (office.home / name).write_bytes(GOOD)
    office.refuses("validate", "a.csv", "b.csv", "--xlsx", "c.xlsx", code="conflict", says=("c.xlsx",))


def test_a_file_that_cannot_be_read_is_a_report_and_a_broken_run_is_none(office: Office) -> None:
    (office.home / "a.csv").write_bytes(b"%PDF-1.4")
    said = office("validate", "a.csv", "--json", "--xlsx", "a.xlsx")
    assert (said.code, said.json["a.csv"]["counts"]) == (1, {"unsupported-format": 1})
    assert openpyxl.load_workbook(office.home / "a.xlsx").sheetnames == ["问题 findings"]
    (office.home / "full").write_bytes(b"")
    said = office("validate", "a.csv", "--html", "full/r.html", "--json")
    assert (said.code, said.error["code"]) == (2, "unreachable")


def test_ctrl_c_ends_it_and_leaves_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    (office.home / "a.csv").write_bytes(GOOD)
    monkeypatch.setattr(judging, "write_marked", pressed)
    said = office("validate", "a.csv", "--xlsx", "x.xlsx", "--html", "r.html")
    assert said.code == 130
    assert "已中断" in said.err
    assert set(office.files()) == {"a.csv"}


def test_a_schema_is_inferred_and_then_judges_its_file(office: Office) -> None:
    (office.home / "线路.csv").write_bytes(GOOD)
    said = office("schema", "infer", "线路.csv", "--constraints", "-o", "s.json")
    assert (said.code, said.out) == (0, "")
    assert "把握 | confidence" in said.err
    assert office("schema", "check", "s.json").code == 0
    assert office("validate", "线路.csv", "--schema", "s.json").code == 0
    printed = office("schema", "infer", "线路.csv", "--constraints")
    assert printed.json == json.loads((office.home / "s.json").read_text(encoding="utf-8"))
    told = office("schema", "infer", "线路.csv", "--name", "lines", "--json").json
    assert told["schema"]["name"] == "lines"
    assert [one["label"] for one in told["columns"]] == GOOD.decode().splitlines()[0].lstrip("\ufeff").split(
        ","
    )
    office.refuses("schema", "infer", "线路.csv", "-o", "线路.csv", code="conflict")


def test_schemas_are_listed_shown_and_checked(office: Office) -> None:
    names = [one["name"] for one in office("schema", "list", "--json").json]
    assert names == sorted(names)
    assert "bus-lines" in office("schema", "list").out
    assert office("schema", "show", "bus-lines", "--json").json["name"] == "bus-lines"
    assert "line_no" in office("schema", "show", "bus-lines").out
    assert office("schema", "check", "--json").json == {name: [] for name in names}
    (office.home / "bad.json").write_text('{"fields": [{"name": "a", "type": "money"}]}', encoding="utf-8")
    said = office("schema", "check", "bad.json", "bus-lines", "--json")
    assert said.code == 1
    assert [one["code"] for one in said.json["bad.json"]] == ["bad-schema"]
    office.refuses("schema", "show", "atlantis", code="not-found", says=("atlantis",))


def test_what_changed_between_two_schemas(office: Office) -> None:
    before = office("schema", "show", "bus-lines", "--json").json
    after = {**before, "fields": [before["fields"][0], *before["fields"][2:]]}
    (office.home / "new.json").write_text(json.dumps(after), encoding="utf-8")
    said = office("schema", "diff", "bus-lines", "new.json", "--json")
    assert said.code == 0
    assert said.json["breaking"] is True
    assert {"code": "field-removed", "field": "line_name"}.items() <= said.json["changes"][0].items()
    assert office("schema", "diff", "bus-lines", "new.json", "--fail-on", "consumers").code == 1
    assert office("schema", "diff", "bus-lines", "bus-lines", "--fail-on", "any").code == 0
    assert "不兼容 breaking" in office("schema", "diff", "bus-lines", "new.json").out


def test_what_is_no_table_is_judged_as_what_it_is(office: Office) -> None:
    (office.home / "通知.pdf").write_bytes(made.pdf("Notice"))
    (office.home / "附件.zip").write_bytes(made.zipped({"a.csv": GOOD, "b.csv": GOOD}))
    said = office("validate", "通知.pdf", "--html", "r.html")
    assert said.code == 0
    assert "application/pdf" in said.out
    assert "application/pdf" in (office.home / "r.html").read_text(encoding="utf-8")
    said = office("validate", "附件.zip", "--json", "--xlsx", "问题.xlsx")
    assert (said.code, said.json["附件.zip"]["counts"]) == (1, {"table-as-document": 1})
    assert not frictionless.Report.from_descriptor(said.json["附件.zip"]).valid
    assert openpyxl.load_workbook(office.home / "问题.xlsx").worksheets
    said = office("validate", "通知.pdf", "--kind", "image", "--json")
    assert (said.code, said.json["通知.pdf"]["counts"]) == (1, {"kind-mismatch": 1})
    said = office("validate", "通知.pdf", "--kind", "table", "--json")
    assert (said.code, said.json["通知.pdf"]["counts"]) == (1, {"unsupported-format": 1})
    assert office("validate", "通知.pdf", "--kind", "document", "--schema", "bus-lines").code == 2

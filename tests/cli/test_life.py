"""The ordinary life of every command: what it prints for machines, what it changes, what it leaves alone."""

import csv
import io
import signal
import socket
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy.orm import Session

from catalog.database import open_database
from catalog.models import DownloadMark, DownloadSalt
from tests.checks.make_cli_docs import COMMANDS
from tests.cli import county
from tests.cli.county import BUS, LOG
from tests.cli.office import Office, Said
from tests.conftest import ROOT

REGISTRIES = ("roster", "inventory", "plan", "negative-list")


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_tells_how_it_is_used(office: Office, name: str, command: object) -> None:
    said = office(*name.split()[1:], "--help")
    assert said.code == 0
    assert f"  {name}" in said.out.partition("Example")[2]
    assert "--json" in said.out
    assert office.files() == {}


def test_a_new_installation_on_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    office = Office(tmp_path, {"OPENDATA_CONTENT_DIR": str(ROOT)})
    before = office("doctor", "--json")
    assert before.code == 2
    assert "opendata init" in before.json["database"]
    assert office.program("init", "--json") == Said(0, '{\n  "ready": true,\n  "loaded": {}\n}\n', "")
    assert office("init").out == "数据库已就绪 | the database is ready\n"
    after = office.program("doctor", "--json")
    assert (after.code, after.err) == (0, "")
    assert after.json == {"database": "ok", "storage": "ok", "search": "ok", "schemas": "ok"}
    assert "var/opendata.db" in office.files()


def test_a_run_and_a_second_one(settled: Office) -> None:
    said = settled("run", "--json")
    assert (said.code, said.json) == (
        0,
        {
            "harvested": [
                {"source": "environment", "counts": {"new": 1, "vanished": 0}, "error": None},
                {"source": "transport", "counts": {"new": 2, "vanished": 0}, "error": None},
            ],
            "validated": {"valid": 2, "invalid": 1},
            "reviewed": {"left": 1, "approved": 1},
            "published": {"published": 1},
            "checked": {"intact": 1},
            "indexed": 3,
            "unjudged": None,
            "index_error": None,
            "changed": True,
        },
    )
    before = settled.kept()
    again = settled("run")
    assert again.code == 0
    assert again.out.endswith("一切未变 | everything unchanged\n")
    rows, files = settled.kept()
    assert (rows | {"harvest_run": 2}, files) == before


def test_a_run_forgets_by_what_the_readers_of_another_day_were_told_apart(office: Office) -> None:
    engine = open_database(office.environment["OPENDATA_DATABASE_URL"])
    with Session(engine) as session, session.begin():
        session.add(DownloadSalt(day=date(2021, 3, 1), salt="ab" * 32))
        session.add(DownloadMark(day=date(2021, 3, 1), mark="cd" * 32))
    engine.dispose()
    before = office.rows()
    assert (before["download_salt"], before["download_mark"]) == (1, 1)
    assert office("run", "--json").code == 0
    after = office.rows()
    assert (after["download_salt"], after["download_mark"]) == (0, 0)


def _harvested(source: str, **counts: int) -> dict[str, object]:
    return {"source": source, "counts": {**counts, "vanished": 0}, "error": None}


def test_step_by_step(settled: Office) -> None:
    approve = ("review", "approve", BUS, "--actor", "张三", "--basis", "条例第十七条")
    decided = {"release": BUS, "verdict": "approve", "actor": "person:张三"}
    steps: list[tuple[tuple[str, ...], object]] = [
        (("harvest", "transport"), [_harvested("transport", new=2)]),
        (("harvest",), [_harvested("environment", new=1), _harvested("transport", unchanged=2)]),
        (("validate",), {"valid": 2, "invalid": 1}),
        (("publish",), {}),
        (approve, decided),
        (("publish",), {"published": 1}),
        (("index",), {"indexed": 3}),
        (("search", "check"), {"missing": [], "stale": [], "extra": []}),
        (("search", "rebuild"), {"documents": 3}),
        (("ledger", "verify"), {"intact": True, "events": 13, "fault": None}),
    ]
    for words, expected in steps:
        said = settled(*words, "--json")
        assert (said.code, said.json) == (0, expected), words
    by_domain = [
        settled("search", "query", "--filter", f"domain={one}", "--json").json["total"]
        for one in ("transport", "nowhere")
    ]
    assert by_domain == [1, 0]
    found = settled("search", "query", "公交线路", "--json").json
    assert (found["total"], found["hits"][0]["slug"], found["hits"][0]["kind"]) == (1, BUS, "dataset")


def test_why_and_how_well_search_answers(settled: Office, tmp_path: Path) -> None:
    settled("run")
    settled("review", "approve", BUS, "--actor", "张三", "--basis", "条例第十七条")
    settled("run")
    why = settled("search", "explain", "公共汽车", BUS, "--json")
    assert (why.code, why.json["place"], why.json["conditions"]) == (
        0,
        1,
        [{"text": "公共汽车", "holds": True}],
    )
    assert "公交" in [reason["text"] for reason in why.json["reasons"]]
    not_why = settled("search", "explain", "公交 医院", BUS, "--json")
    assert (not_why.code, not_why.json["place"]) == (1, None)
    assert not_why.json["conditions"] == [{"text": "公交", "holds": True}, {"text": "医院", "holds": False}]
    assert settled("search", "explain", "公交", "nowhere").code == 2

    judged = tmp_path / "judged.tsv"
    lines = ("kind\tquery\tid\tgrade", f"synonym\t公共汽车\t{BUS}\t3", "no answer\t比特币\t\t")
    judged.write_text("\n".join(lines), encoding="utf-8")
    scores = settled("search", "evaluate", str(judged), "--json").json
    assert {kind: (one["queries"], one["ndcg"]) for kind, one in scores.items()} == {
        "synonym": (1, 1.0),
        "no answer": (1, 1.0),
        "": (2, 1.0),
    }
    assert "nDCG@10" in settled("search", "evaluate", str(judged)).out


def test_reviewing(settled: Office) -> None:
    settled("run")
    (waiting,) = settled("review", "list", "--json").json
    assert datetime.fromisoformat(waiting.pop("received_at")).tzinfo
    told = settled("review", "list").out
    # The name that is typed next stands alone; the moment is China's.
    assert f"{LOG}/1\n" in told
    assert "+00:00" not in told
    assert waiting == {
        "release": f"{LOG}/1",
        "file": "307013-0003_示例台账_20180630.csv",
        "rows": 2,
        "source": "environment",
        "look_at": [],
    }
    assert f"{LOG}/1" in settled("review", "list").out.splitlines()
    words = ("review", "return", LOG, "--actor", "李四", "--note", "请补充来源说明", "--json")
    assert settled(*words).json == {"release": LOG, "verdict": "return", "actor": "person:李四"}
    assert settled("review", "list", "--json").json == []


def test_coverage_gives_the_same_bytes(settled: Office) -> None:
    settled("run")
    days = {"2017-06-30": 0, "2018-12-31": 1}
    for day, covered in days.items():
        said = settled("coverage", "--as-of", day, "--json")
        assert said == settled("coverage", "--as-of", day, "--json")
        values = said.json
        assert list(values) == [
            "as_of", "known_at", "scope", "headline", "definitions", "with_exclusions", "excluded", "units",
        ]  # fmt: skip
        assert values["definitions"]["covered"]["numerator"] == covered
        assert values["definitions"]["covered"]["denominator"] == 2
        assert [unit["code"] for unit in values["excluded"]] == ["37-SS"]
    table = settled("coverage", "--as-of", "2018-12-31").out
    assert "1/2" in table
    assert "50.00" in table


@pytest.mark.parametrize("registry", [*REGISTRIES, "source"])
def test_a_dry_run_changes_nothing_and_loading_twice_neither(
    office: Office, settled: Office, registry: str, tmp_path: Path
) -> None:
    sheet = tmp_path / "county" / f"{registry}.csv"
    mended = tmp_path / "county" / "mended.csv"
    mended.write_text(
        sheet.read_text("utf-8-sig")
        .replace("省交通运输厅", "省交通厅")
        .replace("交通厅目录", "目录")
        .replace("公交线路", "公交线路表")
        .replace("KF-001", "KF-009")
        .replace("NL-001", "NL-009"),
        "utf-8",
    )
    before = settled.kept()
    again = settled(registry, "load", sheet, "--json").json
    things = len(county.SHEETS[registry])
    assert {**again, "changes": 0} == {
        "new": 0, "changed": 0, "unchanged": things, "retired": 0, "changes": 0, "dry_run": False,
    }  # fmt: skip
    dry = settled(registry, "load", mended, "--dry-run", "--json").json
    assert (dry["dry_run"], dry["new"] + dry["changed"]) == (True, 1)
    assert len(dry["changes"]) == 1
    assert settled.kept() == before
    real = settled(registry, "load", mended, "--json").json
    assert real == {**dry, "dry_run": False}
    assert settled.rows()["event"] == before[0]["event"] + 1


def test_what_is_exported_loads_back(
    office: Office, template: str, copy_database: Callable[[str], str]
) -> None:
    assert office("init", "--sample", "shandong", "--json").json["loaded"]["plan.csv"]["new"] > 0
    other = copy_database(template)
    exports = {name: (name, "export") for name in REGISTRIES} | {"fields": ("inventory", "fields")}
    texts = {name: office(*words).out for name, words in exports.items()}
    for name, text in texts.items():
        (office.home / f"{name}.csv").write_text(text, encoding="utf-8")
        assert len(list(csv.DictReader(io.StringIO(text)))) > 5, name
    for name in REGISTRIES:
        more = ("--fields", "fields.csv") if name == "inventory" else ()
        loaded = office(name, "load", f"{name}.csv", *more, "--json", database_url=other)
        assert loaded.code == 0, loaded
    assert {name: office(*words, database_url=other).out for name, words in exports.items()} == texts
    rows = office("plan", "export", "--json").json
    assert rows == office("plan", "list", "--json").json == list(csv.DictReader(io.StringIO(texts["plan"])))


def test_sources(settled: Office, tmp_path: Path) -> None:
    words = ("source", "add", "more", "--kind", "folder", "--url", "../county/transport", "--unit", "37-DT")
    folder = str(tmp_path / "county" / "transport")
    assert settled(*words, "--json").json == {
        "code": "more", "kind": "folder", "location": folder, "trusted": False,
    }  # fmt: skip
    rows = settled("source", "list", "--json").json
    assert [row["采集源标识"] for row in rows] == ["environment", "more", "transport"]


def test_validating_files(office: Office) -> None:
    good, bad = office.home / "good.csv", office.home / "bad.csv"
    good.write_bytes(county.example("bus-lines"))
    bad.write_bytes(county.example("bus-lines", "bad"))
    said = office("validate", good, "--schema", "bus-lines", "--json")
    assert said.code == 0
    assert said.json[str(good)]["valid"] is True
    both = office("validate", good, bad, "--schema", "bus-lines", "--json")
    assert both.code == 1
    assert {Path(name).name: report["valid"] for name, report in both.json.items()} == {
        "good.csv": True, "bad.csv": False,
    }  # fmt: skip
    assert {finding["code"] for finding in both.json[str(bad)]["findings"]} >= {"type-error"}
    assert set(office.files()) == {"good.csv", "bad.csv"}


def test_a_package_that_was_downloaded_is_proven(settled: Office) -> None:
    settled("run")
    mine = settled.home / "mine"
    county.fetch_release(settled.home / "var" / "published", mine, BUS)
    said = settled("verify", "mine", "--json")
    assert (said.code, said.json["intact"], said.json["signed_by"]) == (0, True, None)
    (mine / f"{BUS}.csv").write_bytes(b"")
    said = settled("verify", f"mine/{BUS}.csv", "--json")
    assert (said.code, [one["code"] for one in said.json["findings"]]) == (1, ["unsigned", "truncated-file"])


def test_settings_are_listed_with_what_they_mean(office: Office) -> None:
    listed = {row["variable"]: row["value"] for row in office("settings", "--json", grace_days="7").json}
    assert listed["OPENDATA_GRACE_DAYS"] == "7"
    assert listed["OPENDATA_STORAGE_URL"] == "file:var/published"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_the_portal_is_served_until_it_is_stopped(settled: Office) -> None:
    port = _free_port()
    with settled.started("serve", "--port", port, "--workers", "1", "--json") as process:
        try:
            retrying = httpx.HTTPTransport(retries=8)
            with httpx.Client(transport=retrying, trust_env=False, timeout=30) as client:
                answer = client.get(f"http://127.0.0.1:{port}/readyz")
            assert (answer.status_code, answer.json()["status"]) == (200, "ready")
        finally:
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
    said = Said(process.returncode, out, err)
    assert (said.code, said.json) == (0, {"address": f"http://127.0.0.1:{port}/"})

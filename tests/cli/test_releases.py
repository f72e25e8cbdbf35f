"""What is done with releases once they are public: compared, signed and proven, withdrawn."""

import base64
import io
import stat
from pathlib import Path

import polars as pl
import pytest
from rich.cells import cell_len
from rich.console import Console

from opendata.cli.diff_view import show_rows
from opendata.publishing.diff import diff_rows
from opendata.publishing.signing import public_keys
from tests.cli import county
from tests.cli.county import BUS
from tests.cli.office import Office, Said


@pytest.fixture
def renewed(settled: Office) -> Office:
    """The county with two releases of its bus lines: in the second one line is gone, and one runs longer."""
    settled("run")
    (path,) = (settled.home.parent / "county" / "transport").glob("307013-0001_*")
    lines = county.example("bus-lines").decode("utf-8-sig").splitlines()
    lines[1] = lines[1].replace(lines[1].split(",")[1], "改名路")
    path.write_text("\n".join(lines[:-1]) + "\n", "utf-8")
    assert settled("run", "--json").json["published"] == {"published": 1}
    return settled


def test_two_releases_are_compared(renewed: Office) -> None:
    rows = len(county.example("bus-lines").decode().splitlines()) - 1
    said = renewed("diff", BUS, "1", "2", "--json")
    assert said.code == 0
    told = said.json
    assert (told["dataset"], told["from"], told["to"], told["breaking"], told["schema"]) == (
        BUS, 1, 2, False, [],
    )  # fmt: skip
    assert told["counts"] == {"added": 0, "removed": 1, "changed": 1, "unchanged": rows - 2}
    assert sorted(row[0] for row in told["rows"]) == ["after", "before", "removed"]
    (changed,) = [row for row in told["rows"] if row[0] == "after"]
    assert len(changed[1]) == 1
    assert "改名路" in changed
    spoken = renewed("diff", BUS, "1", "2")
    assert spoken.code == 0
    assert "删除 | removed 1，修改 | changed 1" in spoken.out
    (before,) = [row for row in told["rows"] if row[0] == "before"]
    (field,) = changed[1]
    place = 2 + told["columns"].index(field)
    lines = spoken.out.splitlines()
    assert f"      {field}: {before[place]} → {changed[place]}" in lines
    (removed,) = [line for line in lines if line.startswith("  - ")]
    assert removed.startswith(f"  - {told['key'][0]}=")
    assert max(map(cell_len, lines)) <= 80
    back = renewed("diff", BUS, "2", "1", "--json").json
    assert back["counts"]["added"] == 1
    renewed.refuses("diff", BUS, "1", "9", code="not-found", says=("9",))
    renewed.refuses("diff", "nowhere", "1", "2", code="not-found", says=("nowhere",))


def test_wide_rows_and_cells_that_steer_a_terminal_are_told_short_and_plain(tmp_path: Path) -> None:
    wide = {f"字段{number:02}": ["甲" * 30] * 30 for number in range(12)}
    before = pl.DataFrame({"编号": range(30), "名称": ["旧"] * 30, **wide})
    after = before.with_columns(名称=pl.lit("[bold]新\x1b[31m\n\u202e" + "长" * 99), 编号=pl.col("编号") + 15)
    for name, frame in (("before", before), ("after", after)):
        frame.write_parquet(tmp_path / name)
    console = Console(width=80, record=True, soft_wrap=True, file=io.StringIO())
    show_rows(diff_rows(tmp_path / "before", tmp_path / "after", ("编号",)), console)
    lines = console.export_text().splitlines()
    shown = "[bold]新\\x1b[31m⏎\\u202e"
    assert lines[:4] == [
        "新增 | added 15，删除 | removed 15，修改 | changed 15，未变 | unchanged 0",
        "  按键比较 | by key: 编号",
        "  ~ 编号=15",
        f"      名称: 旧 → {shown}{'长' * 46}…",
    ]
    whole = [line for line in lines if line[2] in "+-"]
    named = [*(f"  + 编号={n} " for n in range(30, 40)), *(f"  - 编号={n} " for n in range(10))]
    assert [line[: len(name)] for line, name in zip(whole, named, strict=True)] == named
    assert max(map(cell_len, whole)) <= 80
    assert [line.strip() for line in lines].count("… 另有 5 个 | 5 more") == 3


def test_a_release_is_withdrawn_and_its_files_go_only_for_what_is_in_them(renewed: Office) -> None:
    words = ("--reason", "含驾驶员手机号", "--actor", "张三")
    renewed.refuses(
        "withdraw", f"{BUS}/9", "--because", "error", *words, code="not-found", says=(f"{BUS}/9",)
    )
    kept = renewed("withdraw", f"{BUS}/1", "--because", "error", *words, "--json")
    assert (kept.code, kept.json) == (
        0,
        {
            "release": f"{BUS}/1",
            "state": "withdrawn",
            "ground": "error",
            "reason": "含驾驶员手机号",
            "erased": False,
        },
    )
    assert renewed("storage", "check").code == 0
    gone = renewed("withdraw", f"{BUS}/2", "--because", "personal-data", *words)
    assert gone.code == 0
    assert "文件已删除 | its files are erased" in gone.out
    renewed.refuses(
        "withdraw", f"{BUS}/2", "--because", "error", *words, code="invalid-transition", says=("withdrawn",)
    )
    assert renewed("storage", "check", "--json").json["intact"]
    assert renewed("storage", "check").code == 0
    assert renewed("ledger", "verify").code == 0


def test_keys_sign_are_listed_and_revoked(settled: Office) -> None:
    made = settled("keys", "new", "signing.pem", "--json").json
    key = made["key"]
    assert stat.S_IMODE((settled.home / "signing.pem").stat().st_mode) == 0o600
    assert public_keys(made["public_key"]).keys() == {key}
    settled.refuses("keys", "new", "signing.pem", code="conflict", says=("signing.pem",))
    assert settled("keys", "list", "--json").json == []

    signing = {"signing_key": "signing.pem"}
    assert settled("run", "--json", **signing).json["published"] == {"published": 1}
    (listed,) = settled("keys", "list", "--json").json
    assert (listed["id"], listed["revoked_at"]) == (key, None)
    assert key in settled("keys", "list").out
    (settled.home / "public.pem").write_text(made["public_key"])
    county.fetch_release(settled.home / "var" / "published", settled.home / "mine", BUS)
    _fetch_signature(settled)
    assert _proven(settled, "public.pem").json["signed_by"] == key
    assert _proven(settled, listed["public_key"]).json["signed_by"] == key
    settled("keys", "new", "other.pem")
    other = base64.b64encode(bytes(32)).decode()
    assert _proven(settled, other).code == 1

    settled.refuses("keys", "revoke", "0" * 16, "--reason", "x", "--actor", "张三", code="not-found")
    words = ("keys", "revoke", key, "--reason", "私钥泄露", "--actor", "张三")
    assert settled(*words, "--json").json["reason"] == "私钥泄露"
    assert "吊销 | revoked" in settled(*words).out
    (listed,) = settled("keys", "list", "--json").json
    assert listed["revoked_reason"] == "私钥泄露"
    assert listed["revoked_at"]
    assert "私钥泄露" in settled("keys", "list").out
    settled("review", "approve", county.LOG, "--actor", "张三")
    refused = settled.refuses("publish", code="conflict", says=(key,), **signing)
    assert f"签名密钥 {key} 已吊销" in refused["zh"]
    assert f"signing key {key} was revoked" in refused["en"]
    assert settled("publish", "--json", signing_key="other.pem").json == {"published": 1}


def test_whoever_has_signed_does_not_cease_to_by_a_forgotten_setting(settled: Office) -> None:
    key = settled("keys", "new", "signing.pem", "--json").json["key"]
    assert settled("run", signing_key="signing.pem").code == 0
    settled("review", "approve", county.LOG, "--actor", "张三")
    settled.refuses("publish", code="setting", says=(key, "OPENDATA_SIGNING_KEY"))
    settled.refuses("publish", code="setting", says=("OPENDATA_SIGNING_KEY",), signing_key="nowhere.pem")
    settled("keys", "revoke", key, "--reason", "不再签名", "--actor", "张三")
    assert settled("publish", "--json").json == {"published": 1}


def _fetch_signature(office: Office) -> None:
    """The signature, which the description does not name, as a download has it."""
    (path,) = [one for one in _blobs(office) if b'"algorithm"' in one.read_bytes()]
    (office.home / "mine" / "datapackage.json.sig").write_bytes(path.read_bytes())


def _blobs(office: Office) -> list[Path]:
    folder = office.home / "var" / "published" / "blobs"
    return [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size < 1000]


def _proven(office: Office, key: str) -> Said:
    return office("verify", "mine", "--key", key, "--json")

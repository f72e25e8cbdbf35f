"""The storage's commands: what they print for people and machines, and how they end."""

import shutil

from tests.cli.county import BUS
from tests.cli.office import Office


def test_a_storage_is_checked_copied_and_swept(settled: Office) -> None:
    settled("run")
    published = settled.home / "var" / "published"
    assert settled("storage", "check", "--json").json == {
        "intact": True, "counts": {}, "findings": [], "unfinished": [],
    }  # fmt: skip
    assert "完整无误 | intact" in settled("storage", "check").out

    first = settled("storage", "move", "file:copy", "--json")
    again = settled("storage", "move", "file:copy")
    assert (first.code, again.code) == (0, 0)
    assert (first.json["copied"] > 0, first.json["findings"]) == (True, [])
    assert f"已有 | present {first.json['copied']}" in again.out
    assert "OPENDATA_STORAGE_URL='file:copy'" in again.out
    assert settled("storage", "check", "--url", "file:copy").code == 0
    assert settled("storage", "check", storage_url="file:copy").code == 0

    blob = next(path for path in sorted((published / "blobs").rglob("*")) if path.is_file())
    data = bytearray(blob.read_bytes())
    data[len(data) // 2] ^= 1
    blob.write_bytes(data)
    assert settled("storage", "check", "--quick").code == 0
    said = settled("storage", "check", "--json")
    assert (said.code, said.json["counts"]) == (1, {"damaged": 1})
    told = settled("storage", "check")
    assert told.code == 1
    assert "已损坏" in told.out
    assert "is damaged" in told.out
    blob.unlink()
    surplus = published / "blobs" / "ab" / ("ab" * 32)
    surplus.parent.mkdir(exist_ok=True)
    surplus.write_bytes(b"nobody's")
    said = settled("storage", "check", "--json")
    assert (said.code, said.json["counts"]) == (1, {"missing": 1, "orphaned": 1})
    found = {one["code"]: one["value"] for one in said.json["findings"]}
    assert found["orphaned"] == f"blobs/ab/{'ab' * 32}"
    assert found["missing"].endswith(blob.name)
    surplus.unlink()
    blob.write_bytes(data)

    (published / ".incoming").mkdir(exist_ok=True)
    (published / ".incoming" / "half").write_bytes(b"half")
    assert settled("storage", "check", "--json").json["unfinished"] == [".incoming/half"]
    assert settled("storage", "collect", "--json").json == {"files": 0, "unfinished": 0}
    assert "文件 | files 0" in settled("storage", "collect", "--older-than", "1").out

    shutil.rmtree(published)
    said = settled("storage", "move", "file:other", "--json")
    assert (said.code, {one["code"] for one in said.json["findings"]}) == (1, {"missing"})
    assert any(BUS in one["message"]["en"] for one in said.json["findings"])
    assert settled("storage", "move", "ftp://nowhere", "--json").error["code"] == "setting"

"""The difference of two releases at every door: page, JSON, CSV, client; and what of it is refused."""

import csv
import io
import os
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from opendata import review
from opendata.cli.steps import public_door
from opendata.client import Portal
from opendata.pipeline import kept_diffs
from opendata.pipeline.erase import erase
from opendata.publishing.diff import RowDiff
from opendata.publishing.diff.rows import CHANGE, FIELDS
from tests.functional.test_withdrawal import SLUG, Town, judged, town  # noqa: F401 - fixtures


def test_every_door_tells_the_same(town: Town) -> None:  # noqa: F811 - the fixture
    for number in (1, 2):
        town.publish(number)
    door, address = town.door(), f"/datasets/{SLUG}/diff/1..2"
    told = door.get(f"{address}.json").json
    assert told
    counts, lines = told["counts"], told["rows"]
    assert counts["added"] + counts["removed"] + counts["changed"] > 0
    assert len(lines) == counts["added"] + counts["removed"] + 2 * counts["changed"]
    sheet = list(csv.DictReader(io.StringIO(door.get(f"{address}.csv").data.decode("utf-8-sig"))))
    assert [row["_change"] for row in sheet] == [line[0] for line in lines]
    page = door.get(address).text
    assert f">{counts['unchanged']:,}<" in page
    assert page.count('<tr class="diff-') == min(len(lines), 200)
    assert door.get(f"/en{address}").status_code == 200
    with public_door(town.services) as base, Portal(base) as portal:
        found = portal.diff(SLUG, 1, 2)
    assert found.counts == counts
    assert found.rows["change"].tolist() == [line[0] for line in lines]
    assert list(found.rows.columns)[2:] == told["columns"]
    changelog = door.get(f"/api/v1/datasets/{SLUG}/releases/2").json
    assert changelog
    assert changelog["changes"]["counts"] == counts
    assert address in door.get(f"/datasets/{SLUG}").text
    assert door.get(f"/datasets/{SLUG}/diff/1..1.json").status_code == 400
    assert door.get(f"/datasets/{SLUG}/diff/1..3").status_code == 404
    (kept,) = town.services.settings.diffs_dir.iterdir()
    fresh = kept.read_bytes()
    for damage in (fresh[:-9], b"", None):
        kept.write_bytes(damage) if damage is not None else kept.unlink()
        assert door.get(f"{address}.json").json == told
        assert kept.read_bytes() == fresh
    review.withdraw(town.services, f"{SLUG}/1", ground="personal-data", reason="错", actor="person:张三")
    assert door.get(f"{address}.json").status_code == 404
    erase(town.services)
    assert not [*town.services.settings.diffs_dir.iterdir()]


def test_comparisons_that_were_asked_for_longest_ago_make_room(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        {CHANGE: ["added"], FIELDS: pl.Series([[]], dtype=pl.List(pl.String)), "名": ["趵突泉"]}
    )
    diff = RowDiff(("id",), 1, 0, 0, 7, {"名": 1}, rows)
    pairs = [(f"old{number}", f"new{number}") for number in range(3)]
    for hour, pair in enumerate(pairs):
        kept_diffs.keep(tmp_path, pair, diff)
        os.utime(tmp_path / f"{'-'.join(pair)}.parquet", (hour, hour))
    found = kept_diffs.known(tmp_path, pairs[0])
    assert found
    assert found.rows.equals(rows)
    assert replace(found, rows=rows) == replace(diff, rows=rows)
    size = (tmp_path / "old0-new0.parquet").stat().st_size
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept_diffs, "ROOM", 2 * size)
        kept_diffs.keep(tmp_path, ("old3", "new3"), diff)
    assert {path.name for path in tmp_path.iterdir()} == {"old0-new0.parquet", "old3-new3.parquet"}

"""The difference of two releases at every door: page, JSON, CSV, client; and what of it is refused."""

import csv
import io

from opendata import review
from opendata.cli.steps import public_door
from opendata.client import Portal
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
    review.withdraw(town.services, f"{SLUG}/1", ground="error", reason="错", actor="person:张三")
    assert door.get(f"{address}.json").status_code == 404

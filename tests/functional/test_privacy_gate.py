"""A file with identity numbers in one column of twelve: blocked, counted exactly; masked, it is published so."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from catalog.errors import SettingError
from catalog.models import Release, Report
from opendata import pipeline
from opendata.services import Services
from opendata.tables.masking import Masking
from tests.functional import guarded

ROWS = 20_000
FILE = "307013-0001_持证人员.csv"


def schema(**mask: Any) -> dict[str, Any]:
    masks = {"id_no": mask} if mask else {}
    fields = [
        field | ({"mask": masks[field["name"]]} if field["name"] in masks else {}) for field in guarded.FIELDS
    ]
    return {"fields": fields, "primaryKey": ["no"]}


def judged(services: Services) -> list[tuple[Release, Report]]:
    """Every release with its report, in the order of their numbers."""
    with services.readers() as session:
        query = select(Release, Report).join(Report, Report.release_id == Release.id).order_by(Release.number)
        return [(release, report) for release, report in session.execute(query)]


def step(services: Services) -> list[tuple[Release, Report]]:
    pipeline.harvest(services)
    pipeline.validate(services)
    pipeline.apply_rules(services)
    pipeline.publish(services)
    return judged(services)


def stored(services: Services) -> dict[str, bytes]:
    """Every published byte."""
    found = {}
    for key in services.storage.list(""):
        with services.storage.open(key) as stream:
            found[key] = stream.read()
    return found


def test_a_file_of_identity_numbers_is_blocked_with_the_count_exact(tmp_path: Path) -> None:
    with guarded.installed(tmp_path, schema()) as (settings, files), guarded.opened(settings) as services:
        guarded.write(files / FILE, ROWS)
        ((release, report),) = step(services)
        assert release.state == "invalid"
        (finding,) = [one for one in report.findings if one["code"] == "personal-information"]
        assert finding["field"] == "id_no"
        assert f"{ROWS} citizen identity numbers" in finding["message"]["en"]
        assert guarded.identity(0) not in str(report.document) + str(report.findings)
        assert stored(services) == {}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"rule": "identity", "to": "birth-year"}, 1950),
        ({"rule": "keep", "first": 3, "last": 2}, f"{guarded.identity(0)[:3]}{'*' * 13}{guarded.identity(0)[-2:]}"),
    ],
)  # fmt: skip
def test_the_same_file_masked_is_published_masked(
    tmp_path: Path, rule: dict[str, Any], expected: object
) -> None:
    with (
        guarded.installed(tmp_path, schema(**rule)) as (settings, files),
        guarded.opened(settings) as services,
    ):
        guarded.write(files / FILE, ROWS)
        ((release, report),) = step(services)
        pipeline.index(services)
        assert release.state == "published"
        assert f"{ROWS} values of id_no are masked" in str(report.document["notes"])
        whole = [guarded.identity(number).encode() for number in (0, 1, 7, ROWS - 1)]
        for key, content in stored(services).items():
            assert not any(number in content for number in whole), key
        parquet = next(
            key for key, content in stored(services).items() if content[:4] == b"PAR1"
        )  # under its hash
        place = tmp_path / "rows.parquet"
        place.write_bytes(stored(services)[parquet])
        table = pq.read_table(place)
        at = table.column("no").to_pylist().index(0)
        assert table.column("id_no")[at].as_py() == expected


def test_hashing_without_its_key_says_so(tmp_path: Path) -> None:
    hashed = schema(rule="hash")
    with guarded.installed(tmp_path, hashed) as (settings, files), guarded.opened(settings) as services:
        guarded.write(files / FILE, 3)
        with pytest.raises(SettingError, match=rf"{FILE}.*OPENDATA_MASK_KEY"):
            step(services)
        # Not a fault of the file: it waits as it came, and nothing is held up by it.
        with services.readers() as session:
            assert session.scalars(select(Release.state)).all() == ["received"]
        summary = pipeline.run(services, "http://127.0.0.1:9")
        assert summary.failed
        assert "OPENDATA_MASK_KEY" in str(summary.unjudged)
        assert stored(services) == {}


def test_another_key_between_validation_and_publication_hashes_again(tmp_path: Path) -> None:
    hashed = schema(rule="hash")
    keys = "the first key of all", "quite another key"
    with guarded.installed(tmp_path, hashed) as (settings, files):
        guarded.write(files / FILE, 3)
        with guarded.opened(replace(settings, mask_key=keys[0])) as services:
            pipeline.harvest(services)
            pipeline.validate(services)
            pipeline.apply_rules(services)
            (left,) = settings.typed_dir.iterdir()
            assert keys[0] not in left.name + str(pq.read_schema(left).metadata)
        with guarded.opened(replace(settings, mask_key=keys[1])) as services:
            assert pipeline.publish(services)["published"] == 1
            assert list(settings.typed_dir.iterdir()) == []
            content = b"".join(stored(services).values())
        for key, published in zip(keys, (False, True), strict=True):
            masking = Masking(
                {"fields": [field for field in hashed["fields"] if field["name"] == "id_no"]}, key
            )
            (made,) = masking.apply(pl.DataFrame({"id_no": [guarded.identity(0)]}))["id_no"].to_list()
            assert (made.encode() in content) is published


def test_references_and_changes_are_judged_by_what_is_published(tmp_path: Path) -> None:
    """The second delivery loses keys and refers to what the first release does not hold."""
    rules = {
        **schema(rule="drop"),
        "checks": [{"type": "change", "keys": 0.1, "loss": 0.1}],
        "foreignKeys": [
            {"fields": ["no"], "reference": {"resource": "people-307013-0001", "fields": ["no"]}}
        ],
    }
    with (
        guarded.installed(tmp_path, schema(rule="drop")) as (settings, files),
        guarded.opened(settings) as services,
    ):
        guarded.write(files / FILE, 40)
        ((first, _),) = step(services)
        assert first.state == "published"
        (settings.schemas_dir / f"{guarded.SLUG}.json").write_text(
            json.dumps({"name": guarded.SLUG, **rules}), encoding="utf-8"
        )
        lines = (files / FILE).read_text(encoding="utf-8").splitlines()
        moved = lines[-1].replace("39,", "99,", 1)
        (files / FILE).write_text("\n".join([*lines[:31], moved]), encoding="utf-8")
        _, (second, report) = step(services)
        found = sorted((one["code"], one.get("row"), one.get("value")) for one in report.findings)
        assert second.state == "invalid"
        assert found == [("change", None, "-22.50%"), ("change", None, "10"), ("foreign-key", 32, "99")]

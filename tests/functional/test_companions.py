"""What lies beside the data of a published release: every file true, signed, and understood by its own readers."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from flask.testing import FlaskClient
from frictionless import Package

from opendata.publishing.prove import prove
from opendata.publishing.signing import new_key, open_signer, public_keys
from tests.functional.test_withdrawal import SLUG, Town, judged, town  # noqa: F401 - fixtures

SIGNER = open_signer(new_key().decode())


@pytest.fixture
def signing(town: Town) -> Town:  # noqa: F811 - the fixture
    town.services = replace(town.services, signer=SIGNER)
    return town


def fetch(door: FlaskClient, number: int, folder: Path) -> dict[str, bytes]:
    listed = door.get(f"/api/v1/datasets/{SLUG}/releases/{number}").json["files"]  # type: ignore[index]  # it is JSON
    files = {
        one["name"]: door.get(f"/datasets/{SLUG}/releases/{number}/files/{one['name']}").data
        for one in listed
    }
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return files


# frictionless leaves compressed files open
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_package_is_whole_and_tells_how_it_came_to_be(signing: Town, tmp_path: Path) -> None:
    assert SIGNER
    signing.publish(1)
    signing.publish(2)
    door = signing.door()
    files = fetch(door, 2, tmp_path / "mine")
    listed = door.get("/.well-known/opendata-keys.json")
    proof = prove(tmp_path / "mine", public_keys(listed.text))
    assert (proof.key, proof.findings) == (SIGNER.id, ())
    report = Package(str(tmp_path / "mine" / "datapackage.json")).validate()
    assert (report.valid, report.flatten(["type", "note"])) == (True, [])

    schema = json.loads(files["datapackage.json"])["resources"][0]["schema"]
    names = [field["name"] for field in schema["fields"]]
    as_csv, as_xlsx = (
        pd.read_csv(io.BytesIO(files["dictionary.csv"]), dtype=str),
        pd.read_excel(io.BytesIO(files["dictionary.xlsx"]), dtype=str, engine="calamine"),
    )
    assert as_csv["字段名 name"].tolist() == as_xlsx["字段名 name"].tolist() == names
    assert as_csv.fillna("").equals(as_xlsx.fillna(""))

    readme = files["README.md"].decode()
    assert all(f"`{name}`" in readme for name in (*names, f"{SLUG}.csv"))
    assert files["CITATION.bib"].decode().startswith(f"@misc{{{SLUG}-v2,")
    assert b'cff-version: "1.2.0"' in files["CITATION.cff"]

    changes = json.loads(files["changes.json"])
    assert [(one["release"], one["supersedes"]) for one in changes] == [(1, None), (2, 1)]
    counts = changes[1]["counts"]
    rows = {
        number: len(
            pd.read_csv(io.BytesIO(door.get(f"/datasets/{SLUG}/releases/{number}/files/{SLUG}.csv").data))
        )
        for number in (1, 2)
    }
    assert counts["unchanged"] + counts["changed"] + counts["added"] == rows[2]
    assert counts["unchanged"] + counts["changed"] + counts["removed"] == rows[1]
    assert "第 1 版" in files["CHANGELOG.md"].decode()

"""Every schema that ships, with its example file: read, typed, published, and valid to frictionless."""

import json
from pathlib import Path

import frictionless
import pytest

from opendata.publishing.formats import FORMATS
from opendata.publishing.formats.geojson import position_fields
from opendata.publishing.publish import build
from opendata.tables import read, typed
from tests.publishing.test_publish import METADATA

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in (ROOT / "schemas").glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_s_example_is_published_valid(name, tmp_path):
    schema = json.loads((ROOT / "schemas" / f"{name}.json").read_text("utf-8"))
    table = typed(read(ROOT / "tests" / "schemas" / name / "good.csv", scratch=tmp_path), schema)
    folder = tmp_path / "built"
    folder.mkdir()

    built = build(table, schema, folder, METADATA)

    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.flatten(["rowNumber", "fieldName", "type", "message"]) == []
    assert built.skipped == ()
    expected = set(FORMATS) - (set() if position_fields(schema) else {"geojson"})
    assert {file.format for file in built.files if file.rows} == expected

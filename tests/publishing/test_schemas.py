"""Every schema that ships, with its example file: read, typed, published, and valid to frictionless."""

import json
from pathlib import Path

import frictionless
import pytest

from opendata.publishing.build import build
from opendata.publishing.formats import FORMATS
from opendata.publishing.formats.geojson import position_fields
from opendata.tables import read, typed
from tests.publishing.tables import typed_file
from tests.publishing.test_publish import METADATA

#: frictionless (5.21) leaves a packed file open when it has read it.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning"
)
ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in (ROOT / "schemas").glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_s_example_is_published_valid(name, tmp_path):
    schema = json.loads((ROOT / "schemas" / f"{name}.json").read_text("utf-8"))
    table = typed(read(ROOT / "tests" / "schemas" / name / "good.csv", scratch=tmp_path), schema)
    folder = tmp_path / "built"
    folder.mkdir()

    built = build(typed_file(table, tmp_path), schema, folder, METADATA)

    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.flatten(["rowNumber", "fieldName", "type", "message"]) == []
    assert built.skipped == ()
    expected = {name for name, format_ in FORMATS.items() if format_.applies(schema)}
    assert ("geojson" in expected) == (position_fields(schema) is not None)
    assert {file.format for file in built.files if file.rows} == expected

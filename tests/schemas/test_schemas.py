"""Every schema is complete, loads in frictionless, and refuses exactly what its bad file was made to show."""

import csv
import json
import re
import subprocess
import sys
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from frictionless import Schema

from catalog.vocabularies import DOMAIN, fold
from opendata.validation import Report, validate

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schemas"
PROOFS = Path(__file__).parent
NAMES = sorted(path.stem for path in SCHEMAS.glob("*.json"))

REQUIRED = {
    *("name", "title", "title_en", "description", "description_en", "domain", "source", "source_en"),
    *("missingValues", "primaryKey", "sort", "fields"),
}
OPTIONAL = {"uniqueKeys", "checks", "public", "period", "rdfType", "uri"}
FIELD_REQUIRED = {"name", "title", "title_en", "type"}
FIELD_OPTIONAL = {
    *("format", "trueValues", "falseValues", "unit", "check", "constraints", "aliases"),
    *("description", "description_en", "mask", "vocabulary", "uri"),
}
#: Whose words our schemas speak in RDF: schema.org, Dublin Core, the W3C's positions.
TERMS = re.compile(
    r"http://(?:schema\.org/|purl\.org/dc/terms/|www\.w3\.org/2003/01/geo/wgs84_pos#)[A-Za-z]+"
)
CHECKS = {"uscc", "org-code", "division-code"}
TABLE_CHECKS = {
    "date-order": {"type", "fields"},
    "inside-region": {"type", "lon", "lat", "region", "crs"},
    "required-when": {"type", "field", "when"},
    "minimum-rows": {"type", "rows"},
}
#: The divisions that the good files speak of; the bad files name others.
DIVISIONS = frozenset({"370000", "370100", "370102", "370103", "370202", "370602", "371302"})
#: Labels of columns that are reported but never published: numbers and kinds of identity documents.
NEVER_PUBLIC = re.compile(r"身份证|证件|ZJLX|ZJHM|SFZ|手机|identity|passport|mobile", re.IGNORECASE)
#: What a pattern that backtracks would choke on; run in a process of its own, so that it can be stopped.
SLOW_TEXTS = """
import json, re, sys
for pattern in json.load(sys.stdin):
    for piece in {*pattern, *"0a-;、║(", "00-", "0;", "0a", "a║"}:
        for text in (piece * 3000, piece * 3000 + "!"):
            re.fullmatch(pattern, text)
"""


def read(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    return schema


def fields_named_by(schema: dict[str, Any]) -> set[str]:
    """The fields that the schema's keys, filters, reasons and checks speak of."""
    checks = schema.get("checks", [])
    lists = [
        schema["primaryKey"],
        schema["sort"],
        schema.get("public", {}),
        [schema.get("period", schema["sort"][0])],
        *schema.get("uniqueKeys", []),
    ]
    lists += [check["fields"] for check in checks if "fields" in check]
    lists += [(check["lon"], check["lat"]) for check in checks if "lon" in check]
    return {name for names in lists for name in names}


def alternatives(pattern: str) -> int:
    """How many alternatives *pattern* has outside any group or character class."""
    depth, count = 0, 1
    for token in re.findall(r"\\.|\[(?:\\.|[^\]])*\]|.", pattern):
        depth += (token == "(") - (token == ")")
        count += token == "|" and depth == 0
    return count


def judge(path: Path, schema: str | Path) -> Report:
    return validate(path, schema, schemas=SCHEMAS, divisions=DIVISIONS)


def found(report: Report) -> list[tuple[str, str, str]]:
    """The report's findings as the rows of ``expected.csv``."""
    return [(str(item.row or ""), item.field or "", item.code) for item in report.findings]


def expected(text: str) -> list[tuple[str, str, str]]:
    return [(row["row"], row["field"], row["code"]) for row in csv.DictReader(StringIO(text))]


def test_every_domain_has_schemas():
    counts = Counter(read(name)["domain"] for name in NAMES)

    assert set(counts) == {term.code for term in DOMAIN}
    assert min(counts.values()) >= 2
    assert counts.total() >= 16


def test_every_schema_has_a_proof_and_every_proof_a_schema():
    assert sorted(path.parent.name for path in PROOFS.glob("*/expected.csv")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_schema_is_complete(name):
    schema = read(name)
    fields = {field["name"]: field for field in schema["fields"]}

    assert schema["name"] == name
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    assert schema.keys() >= REQUIRED
    assert schema.keys() <= REQUIRED | OPTIONAL
    assert all(schema.values())
    assert len(fields) == len(schema["fields"])
    assert fields_named_by(schema) <= fields.keys()
    assert all(fields[key]["constraints"]["required"] for key in schema["primaryKey"])
    assert set(schema["missingValues"]) >= {"", "—"}
    assert [check.keys() for check in schema.get("checks", [])] == [
        TABLE_CHECKS[check["type"]] for check in schema.get("checks", [])
    ]


@pytest.mark.parametrize("name", NAMES)
def test_fields_are_complete_and_no_label_leads_to_two(name):
    owners: dict[str, str] = {}
    for field in read(name)["fields"]:
        assert field.keys() >= FIELD_REQUIRED
        assert field.keys() <= FIELD_REQUIRED | FIELD_OPTIONAL
        assert all(field.values())
        assert re.fullmatch(r"[a-z][a-z0-9_]*", field["name"])
        assert ("description" in field) == ("description_en" in field)
        assert field.get("check") in CHECKS | {None}
        assert not ("check" in field and "pattern" in field.get("constraints", {}))
        for label in (field["name"], field["title"], *field.get("aliases", [])):
            assert owners.setdefault(fold(label), field["name"]) == field["name"], label
            assert not NEVER_PUBLIC.search(label)


def test_rows_have_uris_of_their_key_and_terms_of_known_vocabularies():
    """Some schemas, so that RDF is offered at all."""
    linked = [schema for name in NAMES if (schema := read(name)).keys() & {"rdfType", "uri"}]
    assert {schema["name"] for schema in linked} >= {"public-toilets", "schools", "administrative-divisions"}
    for schema in linked:
        assert re.findall(r"\{(\w+)\}", schema["uri"]) == schema["primaryKey"]
        terms = [schema["rdfType"], *(field["uri"] for field in schema["fields"] if "uri" in field)]
        assert all(TERMS.fullmatch(term) for term in terms)
        assert len({*terms}) == len(terms) > 1


@pytest.mark.parametrize("name", NAMES)
def test_frictionless_reads_the_schema(name):
    schema = Schema.from_descriptor(str(SCHEMAS / f"{name}.json"))

    assert list(schema.metadata_validate(schema.to_descriptor())) == []
    assert [(field.name, field.type) for field in schema.fields] == [
        (field["name"], field["type"]) for field in read(name)["fields"]
    ]


def test_patterns_are_anchored_and_linear():
    constraints = [field.get("constraints", {}) for name in NAMES for field in read(name)["fields"]]
    patterns = sorted({each["pattern"] for each in constraints if "pattern" in each})

    for pattern in patterns:
        assert re.fullmatch(r"\^.*\$", pattern)
        assert alternatives(pattern) == 1, "an alternative outside the anchors is anchored on one side only"
        # Rust's engine refuses look-around and back-references, which no engine matches in linear time.
        pl.Series(["x"]).str.contains(pattern, strict=True)
    subprocess.run(
        [sys.executable, "-c", SLOW_TEXTS], input=json.dumps(patterns), text=True, timeout=20, check=True
    )


@pytest.mark.parametrize("name", NAMES)
def test_good_file_has_no_finding(name):
    report = judge(PROOFS / name / "good.csv", name)

    assert found(report) == []
    assert report.valid
    assert report.rows >= 3


@pytest.mark.parametrize("name", NAMES)
def test_bad_file_has_exactly_the_expected_findings(name):
    report = judge(PROOFS / name / "bad.csv", name)
    wanted = expected((PROOFS / name / "expected.csv").read_text(encoding="utf-8"))

    assert found(report) == wanted
    assert not report.valid
    assert len({code for _, _, code in wanted}) >= 3
    assert 4 <= len(wanted) <= 10


@pytest.mark.parametrize("name", [name for name in NAMES if "public" in read(name)])
def test_a_public_column_never_lets_an_identity_number_through(name, tmp_path):
    for field in read(name)["public"]:
        path = tmp_path / f"{field}.csv"
        path.write_text(f"{field}\n张示例11010519491231002X\n", encoding="utf-8")
        report = judge(path, name)

        assert ("2", field, "personal-information") in found(report)
        assert not report.valid
        assert "11010519491231002X" not in json.dumps(report.to_dict())


def test_a_list_of_one_division_is_no_whole_delivery(tmp_path):
    lines = (PROOFS / "administrative-divisions" / "good.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "one.csv"
    path.write_text("\n".join(lines[:2]), encoding="utf-8")

    assert found(judge(path, "administrative-divisions")) == [("", "", "minimum-rows")]


def test_the_documented_example_is_right(tmp_path):
    text = (ROOT / "docs" / "adding-a-schema.md").read_text(encoding="utf-8")
    blocks = dict(
        re.findall(r"^```(json|csv good|csv bad|csv expected)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    )
    for kind, name in (("json", "public-libraries.json"), ("csv good", "good.csv"), ("csv bad", "bad.csv")):
        (tmp_path / name).write_text(blocks[kind], encoding="utf-8")

    schema = tmp_path / "public-libraries.json"
    assert found(judge(tmp_path / "good.csv", schema)) == []
    assert found(judge(tmp_path / "bad.csv", schema)) == expected(blocks["csv expected"])


@pytest.mark.parametrize("name", NAMES)
def test_the_table_of_schemas_has_its_row(name):
    schema = read(name)
    cells = [
        schema["title"],
        schema["title_en"],
        schema["domain"],
        str(len(schema["fields"])),
        schema["source_en"],
    ]
    row = f"| [`{name}`](../schemas/{name}.json) | {' | '.join(cells)} |"

    assert row in (ROOT / "docs" / "schemas.md").read_text(encoding="utf-8").splitlines()

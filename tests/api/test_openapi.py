"""The OpenAPI document tells the truth: every address is in it, and every answer has the shape it names."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from opendata.api.openapi import OPERATIONS, document

DOCUMENT = document("http://localhost")
ANSWERS = (
    "/datasets", "/datasets?q=公交&domain=transport&unit=37-DOT&level=province&format=csv", "/datasets/bus-lines",
    "/datasets/river-water", "/datasets/bus-lines/releases", "/datasets/bus-lines/releases/1",
    "/datasets/bus-lines/releases/3", "/units", "/units?region=370100&as_of=2018-01-01", "/units/371200", "/inventory",
    "/inventory?unjustified=true", "/inventory/307013/0004", "/plan", "/plan?status=late", "/negative-list", "/refused",
    "/refused?stage=register", "/coverage", "/coverage?as_of=2018-12-31&known_at=2026-01-01T00:00:00Z&level=city",
    "/runs", "/runs?source=transport&state=done", "/runs/1", "/runs/1/records", "/runs/7/records", "/pending",
    "/pending?step=check", "/pending?step=index", "/vocabularies", "/openapi.json", "/search",
    "/search?q=公交&domain=transport&domain=environment&sort=used&size=1", "/search?q=没有这样的东西", "/search/suggest?q=公",
)  # fmt: skip


def operation_of(path: str) -> dict[str, object]:
    """The operation of the document that answers at *path*, the most literal one."""
    plain = path.partition("?")[0]
    for template, operations in sorted(DOCUMENT["paths"].items(), key=lambda pair: pair[0].count("{")):
        pattern = re.sub(r"\{code\}", ".+", re.sub(r"\{(?!code)\w+\}", "[^/]+", template))
        if re.fullmatch(pattern, plain):
            found: dict[str, object] = operations["get"]
            return found
    raise AssertionError(path)


def test_every_address_of_the_api_is_in_the_document_and_no_other(app: Flask) -> None:
    served = {
        (
            re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")),
            rule.endpoint.removeprefix("api."),
        )
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert served == {(operation.path, operation.name) for operation in OPERATIONS}
    assert {operation.path for operation in OPERATIONS} == DOCUMENT["paths"].keys()


def test_the_document_is_served_and_names_its_version(client: FlaskClient) -> None:
    served = client.get("/api/v1/openapi.json").get_json()
    assert served["openapi"] == "3.1.0"
    assert served["paths"].keys() == DOCUMENT["paths"].keys()


@pytest.mark.parametrize("path", ANSWERS)
def test_an_answer_has_the_shape_that_the_document_names(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/api/v1{path}")
    assert answer.status_code == 200
    schema = operation_of(path)["responses"]["200"]["content"]["application/json"]["schema"]  # type: ignore[index]
    validator = Draft202012Validator({**schema, "components": DOCUMENT["components"]})
    assert [error.message for error in validator.iter_errors(answer.get_json())] == []


def test_the_shapes_are_themselves_sound() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_argument_that_the_document_names_is_heeded(client: FlaskClient) -> None:
    """A value that its schema forbids is refused, so a reader of the document is never silently ignored."""
    unheeded = []
    for template, operations in DOCUMENT["paths"].items():
        path = template.replace("{slug}", "bus-lines").replace("{number}", "1")
        path = path.replace("{code}", "37-DOT" if "units" in path else "307013/0004")
        for parameter in operations["get"]["parameters"]:
            if parameter["in"] == "path":
                continue
            wrong = "x" * 201
            if client.get(f"/api/v1{path}", query_string={parameter["name"]: wrong}).status_code != 400:
                unheeded.append((template, parameter["name"]))
    assert unheeded == []

"""Whatever validation finds, it says how that is mended: no code is left with the general sentence."""

import ast
from collections.abc import Iterator

import pytest
from frictionless import errors

from opendata.tables.cells import value_reader
from opendata.validation.documents.hints import HINTS
from opendata.validation.examples import example
from opendata.validation.hints import hint
from opendata.validation.names import name_of
from opendata.validation.wording import expected_type
from tests.conftest import ROOT

#: Calls whose first argument is a code.
CALLS = frozenset({"Finding", "fault", "CellRule", "add", "warn"})
#: What frictionless finds in rows without being asked for more.
ROWS = frozenset(
    one.type
    for one in (
        errors.BlankRowError, errors.MissingCellError, errors.ExtraCellError, errors.TypeError, errors.ConstraintError,
        errors.UniqueError, errors.PrimaryKeyError, errors.ForeignKeyError,
    )
)  # fmt: skip


def texts(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def stated(tree: ast.Module) -> Iterator[str]:
    """The codes that a module writes: in a call, as a value named ``code``, or first in a list that it goes through."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[first, *_]) if (
                name in CALLS
            ):
                yield from texts(first)
            case ast.AnnAssign(target=ast.Name(id="code"), value=ast.expr() as value):
                yield from texts(value)
            case ast.Assign(targets=[ast.Name(id="code")], value=value):
                yield from texts(value)
            case ast.For(target=ast.Tuple(elts=[ast.Name(id="code"), *_]), iter=ast.Tuple(elts=lines)):
                for line in lines:
                    yield from texts(line.elts[0]) if isinstance(line, ast.Tuple) else ()


def codes() -> set[str]:
    modules = [
        *(ROOT / "opendata" / "validation").rglob("*.py"),
        *(ROOT / "opendata" / "tables").rglob("*.py"),
    ]
    found = {code for path in modules for code in stated(ast.parse(path.read_text(encoding="utf-8")))}
    return {code for code in found if code.replace("-", "").isalpha() and code.islower()} | ROWS


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_has_a_hint_of_its_own(code: str) -> None:
    found = HINTS.get(code) or hint(code)
    assert found != hint("no such code")
    assert found.zh
    assert found.en


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_has_a_name_in_both_languages(code: str) -> None:
    assert name_of(code).zh != code != name_of(code).en


@pytest.mark.parametrize(
    "field",
    [
        {"type": kind, "format": form}
        for kind, forms in {
            "string": ("email", "uri", "uuid", "binary"),
            "date": ("default", "any", "%d/%m/%Y"),
            "datetime": ("default", "any", "%Y-%m-%d %H:%M"),
            "time": ("default", "any", "%H:%M"),
            "geopoint": ("default", "array", "object"),
            "geojson": ("default", "topojson"),
            **dict.fromkeys(("object", "array", "year", "yearmonth", "duration"), ("default",)),
        }.items()
        for form in forms
    ],
    ids=lambda field: f"{field['type']}-{field['format']}",
)
def test_what_is_told_of_a_type_is_right_by_its_format(field: dict[str, str]) -> None:
    told = example(field)
    assert told
    assert value_reader({"name": "x", **field})(told) is not None
    assert told in hint("type-error", field).zh or field["type"] == "year"
    assert hint("type-error", field).en != hint("type-error").en
    expected = expected_type(field)
    assert any("\u4e00" <= character <= "\u9fff" for character in expected) or field.get("format") == "uuid"
    assert told in expected or field["format"] == "default"


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ({"type": "number"}, "千分位逗号"),
        ({"type": "number", "groupChar": " ", "decimalChar": ","}, "小数点用“,”，千分位可用“ ”，不带单位"),
        ({"type": "number", "bareNumber": False}, "可带单位"),
        ({"type": "integer", "bareNumber": False}, "可带单位"),
    ],
)
def test_the_hint_for_numbers_follows_their_schema(field: dict[str, object], says: str) -> None:
    assert says in hint("type-error", field).zh


def test_the_codes_are_found_at_all() -> None:
    assert codes() >= {
        *("empty-file", "duplicate-label", "vocabulary", "total", "required-when", "change", "too-large"),
        *("check-digit", "minimum-rows", "external-entity", "primary-key", "small-cells", "bad-schema"),
    }

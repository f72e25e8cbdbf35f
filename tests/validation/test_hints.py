"""Whatever validation finds, it says how that is mended: no code is left with the general sentence."""

import ast
from collections.abc import Iterator

import pytest
from frictionless import errors

from opendata.validation.documents.hints import HINTS
from opendata.validation.hints import hint
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


def test_the_codes_are_found_at_all() -> None:
    assert codes() >= {
        *("empty-file", "duplicate-label", "vocabulary", "total", "required-when", "change", "too-large"),
        *("check-digit", "minimum-rows", "external-entity", "primary-key", "small-cells", "bad-schema"),
    }

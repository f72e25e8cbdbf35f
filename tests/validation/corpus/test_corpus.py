"""Every table of the corpus judged by us and by frictionless: one verdict, and the same row, field and fault.

Where we mean to differ the case names the difference, and docs/validation.md says why.
"""

from collections import Counter
from decimal import InvalidOperation
from itertools import chain
from pathlib import Path
from typing import Any

import frictionless
import pytest

from opendata.validation import validate
from tests.conftest import ROOT
from tests.validation.corpus import structure, types
from tests.validation.corpus.case import Case

CASES = list(chain(types.forms(), types.constraints(), types.missing(), types.traps(), structure.cases()))
Triples = list[tuple[Any, ...]]
#: Nobody reads more than the first of each code; here all are compared.
ALL = 10_000


@pytest.fixture(autouse=True)
def everything_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opendata.validation.tally.KEPT_PER_CODE", ALL)
    monkeypatch.setattr("opendata.validation.sweep.KEPT_PER_CODE", ALL)


def ours(case: Case, folder: Path) -> tuple[bool, Triples]:
    schema = dict(case.schema) | ({"dialect": dict(case.dialect)} if case.dialect else {})
    # What looks personal is no part of Table Schema: declared public, it is a warning.
    schema["public"] = {one["name"]: "试验" for one in case.schema["fields"]}
    report = validate(folder / "a.csv", schema, schemas=folder)
    found = [
        (one.row, None if one.code == "primary-key" else one.field, one.code)
        for one in report.findings
        if one.severity == "error"
    ]
    return report.valid, sorted(found, key=str)


def theirs(case: Case, folder: Path) -> tuple[bool, Triples]:
    csv = {
        "delimiter": ",",
        "quoteChar": '"',
        "doubleQuote": True,
        "skipInitialSpace": False,
        **case.dialect.get("csv", {}),
    }
    declared = {"headerRows": [1], **case.dialect, "csv": csv}
    if case.dialect.get("header") is False:
        del declared["headerRows"]
    more = {"encoding": case.encoding} if case.encoding else {}
    resource = frictionless.Resource(
        path="a.csv",
        basepath=str(folder),
        schema=frictionless.Schema.from_descriptor(dict(case.schema)),
        dialect=frictionless.Dialect.from_descriptor(declared),
        **more,
    )
    try:
        report = resource.validate()
    except (TypeError, InvalidOperation):
        if case.found is None:
            raise
        return False, [("raised",)]
    found = report.flatten(["rowNumber", "fieldName", "type"])
    return report.valid, sorted(((row, name or None, kind) for row, name, kind in found), key=str)


def without_keys_of_blank_rows(found: Triples) -> Triples:
    """The difference ``blank-row-key``: a blank row is not told of a second time."""
    blank = {row for row, _, kind in found if kind == "blank-row"}
    return [one for one in found if not (one[2] == "primary-key" and one[0] in blank)]


def test_there_are_enough_and_no_two_are_called_the_same() -> None:
    assert len(CASES) >= 300
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []
    documented = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    assert {case.differs for case in CASES if case.differs and f"`{case.differs}`" not in documented} == set()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_one_verdict(tmp_path_factory: pytest.TempPathFactory, case: Case) -> None:
    folder = tmp_path_factory.getbasetemp()  # one for all: a folder per case takes longer than the case
    (folder / "a.csv").write_bytes(case.data)
    mine, reference = ours(case, folder), theirs(case, folder)
    if case.found is not None:
        assert mine == (not case.found, list(case.found))
        assert reference == (False, [("raised",)])
    if case.differs:
        assert mine != reference, "the difference is gone: strike it from the case and from the docs"
    else:
        assert mine[0] is reference[0]
        assert mine[1] == without_keys_of_blank_rows(reference[1])

"""Tables and schemas made together: our verdict, and every row, field and fault, are frictionless', or a listed difference."""

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from opendata.validation import batches, validate
from tests.conftest import ROOT
from tests.validation.differential.asked import Question, Triple
from tests.validation.differential.differences import DIFFERENCES, expected
from tests.validation.differential.tables import Drawn, drawn

#: A longer run: ``DIFFERENTIAL_EXAMPLES=20000 pytest tests/validation/differential``; each draws other examples.
EXAMPLES = int(os.environ.get("DIFFERENTIAL_EXAMPLES", "0"))
#: What has to be found now and then, or too little is drawn.
CODES = frozenset(
    (
        "type-error",
        "constraint-error",
        "unique-error",
        "primary-key",
        "foreign-key",
        "blank-row",
        "missing-cell",
        "extra-cell",
    )
)


@pytest.fixture(autouse=True)
def everything_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads more than the first of each code; here all are compared."""
    monkeypatch.setattr("opendata.validation.tally.KEPT_PER_CODE", 10_000)
    monkeypatch.setattr("opendata.validation.sweep.KEPT_PER_CODE", 10_000)
    # Where the sweep errs, the judge finds it out and judges all: here that is to be seen.
    monkeypatch.setattr("opendata.validation.sweep.Disagreement", AssertionError)
    monkeypatch.setattr("opendata.validation.keys.Disagreement", AssertionError)


def ours(one: Drawn, path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[Triple]]:
    schema = {**one.schema, "dialect": one.declared}
    # Every other table in batches of a few rows.
    monkeypatch.setattr(batches, "BLOCK", len(one.data) % 2 * 100)
    report = validate(path, schema, schemas=path.parent)
    errors = [fault for fault in report.findings if fault.severity == "error"]
    assert report.valid is (not errors)
    # A key has several fields; frictionless names none of them. What looks personal is no part of Table Schema.
    found = [
        (fault.row, None if fault.code in ("primary-key", "foreign-key") else fault.field, fault.code)
        for fault in errors
        if fault.code != "personal-information"
    ]
    return report.rows, found


def test_one_verdict_on_whatever_is_drawn(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path_factory.mktemp("drawn") / "a.csv"
    seen: Counter[str] = Counter()

    @settings(
        max_examples=EXAMPLES or 1000,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        print_blob=True,
        phases=(Phase.generate,) if EXAMPLES else (Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(one=drawn())
    def compare(one: Drawn) -> None:
        path.write_bytes(one.data)
        faults, differing = expected(one, Question.plain(one, path))
        rows, found = ours(one, path, monkeypatch)
        assert sorted(found, key=str) == sorted(faults, key=str)
        assert rows == len(one.rows)
        seen.update({"invalid" if found else "valid": 1, **dict.fromkeys(differing, 1)})
        seen.update({kind for _, _, kind in faults})

    compare()
    assert min(seen["valid"], seen["invalid"]) >= (EXAMPLES or 1000) // 10
    assert seen.keys() >= CODES
    assert DIFFERENCES.keys() - seen.keys() == set(), (
        "a difference that never is: strike it, here and in the docs"
    )


def test_every_difference_is_in_the_docs() -> None:
    documented = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    assert [name for name in DIFFERENCES if f"`{name}`" not in documented] == []

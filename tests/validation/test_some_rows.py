"""Rows read again without frictionless' rows and errors: the same findings in the same order, the same values."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendata.tables import Table
from opendata.tables.columns import match_columns
from opendata.validation.reference import judge
from opendata.validation.schema import make_schema
from opendata.validation.some_rows import judge_some

FIELDS: list[dict[str, Any]] = [
    {
        "name": "free",
        "type": "string",
        "constraints": {"required": True, "minLength": 2, "pattern": "[a-c]*"},
    },
    {"name": "no", "type": "integer", "constraints": {"minimum": 2, "enum": [1, 2, 3]}},
    {"name": "day", "type": "date", "constraints": {"unique": True}},
    {"name": "code", "type": "string", "constraints": {"unique": True, "maxLength": 1}},
    {"name": "more", "type": "list", "itemType": "integer"},
]
CELLS = st.sampled_from(
    ["", "a", "abc", "d", "1", "2", "02", "3", "-", "2024-01-05", "2024-13-01", "1,2", "1,x"]
)
ROWS = st.lists(st.lists(CELLS, max_size=7), min_size=1, max_size=12)


class _Given(Table):
    """A table whose rows are at hand."""

    __slots__ = ("given",)
    given: list[list[str]]

    def records(self) -> Iterator[list[str]]:
        return iter(self.given)


def table_of(rows: list[list[str]]) -> Table:
    """A table of *rows*, in which row 3 of the file is a comment."""
    labels = tuple(one["name"] for one in FIELDS)
    made = _Given(Path("none"), "none", labels, 1, len(rows), "csv", "", 0, gaps=(2,), first_column=2)
    object.__setattr__(made, "given", rows)
    return made


@pytest.mark.parametrize("key", [[], ["no"], ["code", "no"], ["more"]])
@settings(deadline=None, max_examples=60)
@given(rows=ROWS)
def test_the_same_as_frictionless(key: list[str], rows: list[list[str]]) -> None:
    descriptor: Mapping[str, Any] = {
        "fields": FIELDS,
        "missingValues": ["", "-"],
        **({"primaryKey": key} if key else {}),
    }
    schema = make_schema(descriptor, "made", "named")
    table = table_of(rows)
    columns = match_columns(table.labels, schema.fields)
    wanted = list(judge(table, columns, schema))
    found = list(judge_some(table, columns, schema, dict(enumerate(rows, 1))))
    assert [(one.number, one.findings) for one in found] == [(one.number, one.findings) for one in wanted]
    assert [dict(one.values) for one in found] == [dict(one.values.items()) for one in wanted]

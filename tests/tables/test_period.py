"""The days of which a table speaks are those of the fields that its schema names, and of no others."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from opendata.tables.period import Period, period_of
from opendata.tables.typed_file import write_typed


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([date(2018, 6, 30), None, date(2017, 1, 2)], Period(date(2017, 1, 2), date(2018, 6, 30))),
        ([datetime(2018, 6, 30, 23, tzinfo=UTC)], Period(date(2018, 6, 30), date(2018, 6, 30))),
        (["2018-02", "2017-11"], Period(date(2017, 11, 1), date(2018, 2, 28))),
        (["201802", "201711"], Period(date(2017, 11, 1), date(2018, 2, 28))),
        (["2018-02-03", None], Period(date(2018, 2, 3), date(2018, 2, 3))),
        ([2016, 2018], Period(date(2016, 1, 1), date(2018, 12, 31))),
        (["春", "2018-13"], None),
        ([None, None], None),
        ([True], None),
    ],
)
def test_the_first_and_the_last_day(tmp_path: Path, values: list[Any], expected: Period | None) -> None:
    table = write_typed(
        pa.table({"on": pa.array(values), "other": [date(1900, 1, 1)] * len(values)}), tmp_path / "t"
    )
    fields = {"fields": [{"name": "on"}, {"name": "other"}]}
    assert period_of(table, {**fields, "period": "on"}) == expected
    assert period_of(table, {**fields, "period": ["on", "gone"]}) == expected
    assert period_of(table, fields) is None

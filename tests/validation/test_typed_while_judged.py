"""What validation leaves for publication is what the whole table, typed at once, would be; or nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opendata.tables import read, typed, typed_writer
from opendata.tables.typed_file import open_typed
from opendata.validation import Report, validate_table
from opendata.validation import batches as judged_batches
from opendata.validation.schema import make_schema

KEY = "a secret of more than thirty-two letters"
FIELDS: list[dict[str, Any]] = [
    {"name": "text", "type": "string"},
    {"name": "whole", "type": "integer"},
    {"name": "exact", "type": "number"},
    {"name": "grouped", "type": "number", "groupChar": "'"},
    {"name": "comma", "type": "number", "groupChar": ".", "decimalChar": ","},
    {"name": "flag", "type": "boolean"},
    {"name": "yes", "type": "boolean", "trueValues": ["是", "有"], "falseValues": ["否", "—"]},
    {"name": "alike", "type": "boolean", "trueValues": ["y"], "falseValues": ["yn"]},
    {"name": "day", "type": "date"},
    {"name": "any_day", "type": "date", "format": "any"},
    {"name": "moment", "type": "datetime"},
    {"name": "any_moment", "type": "datetime", "format": "any"},
    {"name": "stood", "type": "datetime", "format": "%Y-%m-%d %H:%M:%S"},
    {"name": "hour", "type": "time"},
    {"name": "year", "type": "year"},
    {"name": "place", "type": "geopoint"},
    {"name": "hashed", "type": "string", "mask": {"rule": "hash"}},
    {"name": "born", "type": "date", "mask": {"rule": "date", "to": "year"}},
    {"name": "gone", "type": "integer", "mask": {"rule": "drop"}},
    {"name": "absent", "type": "number"},
]
LABELS = [field["name"] for field in FIELDS if field["name"] != "absent"]
SCHEMA = make_schema({"fields": FIELDS, "missingValues": ["", "—"]}, "s", "named")
DAYS = st.dates().map(str)
PLAIN = st.from_regex(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", fullmatch=True)
#: Texts of each column; of these a table takes the first kind alone, or any.
KINDS: dict[str, tuple[st.SearchStrategy[str], ...]] = {
    "text": (st.text("甲乙a ,'\"é😀", max_size=4),),
    "whole": (st.integers(-999, 999).map(str), st.integers(-(2**70), 2**70).map(str), st.just("007")),
    "exact": (
        PLAIN,
        st.sampled_from(["5.", ".5", "-.25", "007.50", "-0.0"]),
        st.sampled_from(["1E5", "-0", "0.000", "１.5", "1e-30", "NaN", "9" * 50, "." + "1" * 40]),
    ),
    "grouped": (st.sampled_from(["1'000.5", "20", "-3.25"]),),
    "comma": (st.sampled_from(["1.000,5", "20", "-3,25"]), st.sampled_from(["1.2.3", "1,", ",5"])),
    "yes": (st.sampled_from(["是", "有", "否"]),),
    "alike": (st.sampled_from(["y", "yn"]),),
    "any_day": (DAYS, st.sampled_from(["2018/1/2", "Jan 5 2018"])),
    "any_moment": (
        st.sampled_from(["2018-01-02 03:04:05", "2018-01-02T03:04:05", "2018-01-02", "1018-01-02 00:00:00"]),
    ),
    "flag": (st.sampled_from(["true", "false"]),),
    "day": (DAYS,),
    "moment": (
        st.datetimes().map(lambda one: one.replace(microsecond=0).isoformat()),
        st.sampled_from(["2018-01-02T03:04:05+08:00", "2018-01-02T03:04:05Z"]),
    ),
    "stood": (st.datetimes().map(lambda one: str(one.replace(microsecond=0))),),
    "hour": (st.times().map(lambda one: one.replace(microsecond=0).isoformat()), st.just("06:30:00+08:00")),
    "year": (st.sampled_from(["2018", "0001", "1999"]),),
    "place": (st.sampled_from(["117.0,36.6", "120,36"]),),
    "hashed": (st.text("甲乙", max_size=2),),
    "born": (DAYS,),
    "gone": (st.integers(0, 9).map(str),),
}


@st.composite
def tables(draw: Callable[[st.SearchStrategy[Any]], Any]) -> str:
    cells = {}
    for name in LABELS:
        kinds = KINDS[name]
        values = draw(st.sampled_from([*kinds, st.one_of(kinds), st.sampled_from(["", "—"])]))
        cells[name] = st.one_of(values, values, values, st.sampled_from(["", "—"]))
    rows = draw(st.lists(st.tuples(*(cells[name] for name in LABELS)), max_size=12))
    quoted = ['"' + '","'.join(cell.replace('"', '""') for cell in row) + '"' for row in rows]
    return "\n".join([",".join(LABELS), *quoted, ""])


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of a row or two, groups of three rows."""
    monkeypatch.setattr(judged_batches, "BLOCK", 150)
    monkeypatch.setattr(typed_writer, "GROUP_ROWS", 3)


def judged(path: Path, left: Path, *, every_row: bool = False) -> Report:
    table = read(path, scratch=path.parent)
    return validate_table(table, SCHEMA, scratch=path.parent, every_row=every_row, typed=left, mask_key=KEY)


def told_by_all(table: pa.Table) -> bool:
    """Whether only the whole column told a type: a text or a float where values are meant."""
    kinds = {name: table.schema.field(name).type for name in ("whole", "exact", "moment", "hour")}
    return any(pa.types.is_string(one) or pa.types.is_floating(one) for one in kinds.values())


@pytest.mark.usefixtures("small")
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)  # fmt: skip
@given(tables(), st.booleans())
def test_the_same_as_typed_at_once(
    tmp_path_factory: pytest.TempPathFactory, text: str, every_row: bool
) -> None:
    folder = tmp_path_factory.mktemp("typed")
    path, left = folder / "a.csv", folder / "left" / "typed.parquet"
    left.parent.mkdir()
    path.write_text(text, encoding="utf-8", newline="")
    if not judged(path, left, every_row=every_row).valid:
        assert list(left.parent.iterdir()) == []
        return
    expected = typed(read(path, scratch=folder), SCHEMA.descriptor, KEY)
    if left.exists():
        found = open_typed(left).table()
        assert found.schema.equals(expected.schema, check_metadata=True)
        # NaN equals NaN in its text.
        assert str(found.to_pylist()) == str(expected.to_pylist())
    else:
        assert told_by_all(expected)
    assert list(left.parent.iterdir()) == [left] * left.exists()


GROWING = ["1", "1.25", "", "123456789.5", "-0.000001", "2"]


@pytest.mark.usefixtures("small")
def test_decimals_grow_and_whole_numbers_outgrow_long(tmp_path: Path) -> None:
    path, left = tmp_path / "a.csv", tmp_path / "typed.parquet"
    rows = [f"{number},{10 ** (6 * place)},{'x' * 90}" for place, number in enumerate(GROWING)]
    path.write_text("\n".join(["exact,whole,text", *rows, ""]), encoding="utf-8")
    table = read(path, scratch=tmp_path)
    chosen = {"fields": [field for field in FIELDS if field["name"] in {"exact", "whole", "text"}]}
    assert validate_table(table, make_schema(chosen, "s", "named"), typed=left).valid
    found = open_typed(left).table()
    assert found.equals(typed(table, chosen), check_metadata=True)
    assert found.schema.field("exact").type == pa.decimal128(15, 6)
    assert found.schema.field("whole").type == pa.decimal128(31, 0)


def test_nothing_is_left_of_a_bad_table_or_without_the_secret(tmp_path: Path) -> None:
    path, left = tmp_path / "a.csv", tmp_path / "typed.parquet"
    header = ",".join(LABELS)
    path.write_text(f"{header}\n" + "," * (len(LABELS) - 1) + "\n" + ",x" + "," * (len(LABELS) - 2) + "\n")
    assert not judged(path, left).valid
    assert not left.exists()
    path.write_text(f"{header}\n甲" + "," * (len(LABELS) - 1) + "\n", encoding="utf-8")
    assert validate_table(read(path, scratch=tmp_path), SCHEMA, typed=left).valid
    assert not left.exists()
    assert judged(path, left).valid
    assert left.exists()

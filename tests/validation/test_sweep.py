"""Judged by columns or row by row, a table gets the same report: verdict, counts, every finding and its words."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.codes import identity_check_digit, uscc_check_digit
from opendata.tables import read
from opendata.tables.columns import match_columns
from opendata.validation import batches, hash_index, keys, sweep, tally, validate_table
from opendata.validation.known import Divisions, Known
from opendata.validation.privacy import PrivacyWatch
from opendata.validation.readings import Disagreement, NotVectorised
from opendata.validation.schema import make_schema
from opendata.validation.sweep import Sweep

USCC = "91370000163047757" + uscc_check_digit("91370000163047757")
PERSON = "37010219900307421" + identity_check_digit("37010219900307421")
CARD = "6222020200112233446"
OLD = "370102900307421"
NUMBERS = [
    *(
        "1",
        "2",
        "3",
        "10",
        "-1",
        "0",
        "-0",
        "00",
        "007",
        "+5",
        "1_000",
        "１２",
        "٣",
        " 5",
        "5 ",
        "5.0",
        "1e3",
        "1E-2",
    ),
    *(
        "0x1F",
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999999",
        "1.50",
        "1.5",
        "-0.0",
        "0.10",
    ),
    *(
        "NaN",
        "-inf",
        "Infinity",
        "1,000",
        "--1",
        "",
        "-",
        "x",
        "117.1",
        "36.6",
        "122.8",
        "122.80000000000001",
        "34.3",
    ),
    *("50", "50.0000001", "49.9999999999", "1" * 40, "0." + "3" * 20, ".5", "5.", "1e400"),
]
DAYS = [
    *(
        "2018-01-02",
        "2018-1-2",
        "2018/01/02",
        "24-01-05",
        " 2024-01-05",
        "2018-02-30",
        "2016-02-29",
        "2017-02-29",
    ),
    *(
        "0999-01-01",
        "0000-01-01",
        "20245-01-01",
        "epoch",
        "infinity",
        "2018-01-02 ",
        "2018-13-01",
        "9999-12-31",
        "",
    ),
    *(
        "2018-01-02T03:04:05",
        "2018-01-02 03:04:05",
        "2018-01-02x03:04:05",
        "2018-01-02 24:00:00",
        "2018-01-02 03:04",
    ),
    *(
        "2018-01-02 03:04:60",
        "2018-01-02T03:04:05+08:00",
        "2018-01-01T19:04:05Z",
        "2018-01-02T03:04:05.5",
        "-001",
    ),
    *(
        "２０１８-01-02",
        "2018",
        "1999",
        "99",
        "20245",
        "0999",
        "１９９９",
        "12:30",
        "12:30:00",
        "25:00",
        "2018-02-30 01:01:01",
    ),
]
WORDS = [
    *(
        "甲",
        "乙",
        "丙",
        "甲 ",
        " 甲",
        "甲\n",
        "甲\r",
        "两\r\n行",
        '"x"y',
        "a,b",
        "𠀀𠀀𠀀",
        "长" * 41,
        "JY1",
        "JY1\n",
        "12",
        "１２",
    ),
    *(
        "true",
        "True",
        "tRuE",
        " true",
        "t",
        "yes",
        "on",
        "是",
        "否",
        "1",
        "0",
        "—",
        "None",
        "",
        "null",
        "\x1f",
        "370102",
        "370199",
        "3701",
        "37010x",
    ),
    *(
        USCC,
        USCC[:-1] + "0",
        USCC.lower(),
        USCC + "\n",
        "00000000-0",
        "000000005",
        PERSON,
        f"证{PERSON}。",
        PERSON[:-1],
    ),
    *(
        "13812345678",
        "电话+86 13812345678",
        "117.13812345678",
        "13812345678.5",
        CARD,
        f"{CARD[:4]} {CARD[4:]}",
        OLD,
        "0531-12345678",
    ),
    *("http://a.cn", "a b", "x" * 10_001 + "13812345678", "1" * 9_990 + " 13812345678" * 3),
]
POOL = [*NUMBERS, *DAYS, *WORDS]
BOUND = {"minimum": 0, "maximum": 50}


def field(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


FIELDS = [
    field("f", "string"),
    field("f", "string", constraints={"required": True, "minLength": 2, "maxLength": 5}),
    field("f", "string", constraints={"enum": ["甲", "乙", "12"]}),
    field("f", "string", constraints={"pattern": r"JY\d"}),
    field("f", "string", constraints={"pattern": r"甲|乙.*"}),
    field("f", "string", constraints={"pattern": r"JY[\d](?!2)"}),
    field("f", "string", constraints={"unique": True}),
    field("f", "string", format="uri"),
    field("f", "string", format="email"),
    field("f", "string", check="uscc"),
    field("f", "string", check="org-code"),
    field("f", "string", check="division-code"),
    field("f", "integer", check="division-code"),
    field("f", "integer", constraints={**BOUND, "unique": True}),
    field("f", "integer", constraints={"minimum": 3, "required": True}),
    field("f", "integer", constraints={"enum": [1, 2, "3"]}),
    field("f", "integer", bareNumber=False),
    field("f", "number", constraints=BOUND),
    field("f", "number", constraints={"minimum": "1.5", "unique": True}),
    field("f", "number", groupChar=",", constraints=BOUND),
    field("f", "number", decimalChar=","),
    field("f", "number", floatNumber=True, constraints={"unique": True}),
    field("f", "boolean"),
    field("f", "boolean", trueValues=["是", "1"], falseValues=["否"], constraints={"required": True}),
    field("f", "date", constraints={"minimum": "2000-01-01", "maximum": "2018-01-02", "unique": True}),
    field("f", "date", format="any"),
    field("f", "date", format="%Y/%m/%d"),
    field("f", "datetime", constraints={"unique": True}),
    field("f", "datetime", format="%Y-%m-%d %H:%M:%S", constraints={"minimum": "2018-01-02 03:04:05"}),
    field("f", "time"),
    field("f", "time", format="%H:%M", constraints={"unique": True}),
    field("f", "year", constraints={"minimum": "1999", "unique": True}),
    field("f", "yearmonth"),
    field("f", "duration"),
    field("f", "geopoint"),
    field("f", "object"),
    field("f", "array"),
    field("f", "any", constraints={"required": True}),
    field("f", "string", missingValues=["", "x"], constraints={"required": True}),
    field("f", "integer", missingValues=["-"]),
]


def written(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    return path


def same(folder: Path, descriptor: dict[str, Any], rows: Sequence[Sequence[str]]) -> bool:
    """Assert that both ways give one report; whether the sweep told every row."""
    labels = [one["name"] for one in descriptor["fields"]]
    table = read(written(folder / "a.csv", [[*labels, "多"], *rows]), scratch=folder)
    schema = make_schema(descriptor, "x", "named")
    columns = match_columns(table.labels, schema.fields)
    swept = False
    with suppress(NotVectorised):
        try:
            Sweep(table, columns, schema, Known(divisions=Divisions.always({"370102"}))).run(
                PrivacyWatch(len(table.labels))
            )
        except Disagreement as wrong:
            raise AssertionError(str(wrong)) from wrong
        swept = True
    fast = validate_table(table, schema, divisions={"370102"}).to_dict()
    slow = validate_table(table, schema, divisions={"370102"}, every_row=True).to_dict()
    paths = fast.pop("paths"), slow.pop("paths")
    for column in [*fast["columns"], *slow["columns"]]:
        del column["path"]
    assert fast == slow
    assert ("reference" in paths[0].values()) is not swept
    assert set(paths[1].values()) <= {"reference"}
    return swept


@pytest.fixture(params=[200, 3], ids=["200 kept", "3 kept"])
def kept(request: pytest.FixtureRequest) -> Iterator[int]:
    """So few findings kept that small tables have more; and so small batches that they have several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweep, "KEPT_PER_CODE", request.param)
        patch.setattr(tally, "KEPT_PER_CODE", request.param)
        patch.setattr(batches, "BLOCK", batches.BLOCK if request.param > 3 else 60_000)
        patch.setattr(batches, "RAGGED", batches.RAGGED if request.param > 3 else 8)
        if request.param <= 3:
            patch.setattr(hash_index, "HELD", 4)
            patch.setattr(keys, "AT_ONCE", 2)
            patch.setattr(keys, "_PENDING", 3)
        yield request.param


def id_of(value: object) -> str:
    return (
        "-".join(str(part) for part in value.values() if not isinstance(part, list))
        if isinstance(value, dict)
        else ""
    )


@pytest.mark.parametrize("described", FIELDS, ids=id_of)
@pytest.mark.usefixtures("kept")
def test_every_trap_under_every_field(tmp_path: Path, described: dict[str, Any]) -> None:
    rows = [[text, ""] for text in [*POOL, *reversed(POOL)]]
    same(tmp_path, {"fields": [described], "missingValues": ["", "-", "—"]}, rows)


@pytest.mark.usefixtures("kept")
def test_two_checks_of_one_code(tmp_path: Path) -> None:
    fields = [field("a", "string", check="uscc"), field("b", "string", check="org-code")]
    rows = [[USCC, "x", ""], [USCC, "x", ""], ["x", "", ""], ["x", "x", ""], [USCC, "x", ""]] * 3
    assert same(tmp_path, {"fields": fields}, rows)


KEYED = st.sampled_from(["string", "integer", "number", "date", "datetime", "year"])


@st.composite
def schemas(draw: st.DrawFn) -> dict[str, Any]:
    fields = [
        {**draw(st.sampled_from(FIELDS)), "name": "a"},
        {**draw(st.sampled_from(FIELDS)), "name": "b"},
        field("key", draw(KEYED)),
        field("start", "date"),
        field("end", "date"),
        field("lon", "number", constraints={"maximum": 180}),
        field("lat", "number"),
    ]
    keys = st.lists(st.sampled_from(["key", "start", "lon"]), max_size=2, unique=True)
    descriptor = {
        "fields": fields,
        "missingValues": draw(st.sampled_from([["", "-"], ["", "-"], [""], ["", "None", "x"], ["-"]])),
    }
    descriptor["checks"] = [
        {"type": "date-order", "fields": ["start", "end"]},
        {"type": "inside-region", "lon": "lon", "lat": "lat", "region": "shandong"},
    ]
    primary, unique = draw(keys), draw(keys)
    return (
        descriptor
        | ({"primaryKey": primary} if primary else {})
        | ({"uniqueKeys": [unique]} if unique else {})
    )


cell = st.one_of(
    st.sampled_from(POOL),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4),
)
number, day, word = (st.sampled_from(values) for values in (NUMBERS, DAYS, WORDS))
full = st.tuples(
    st.one_of(cell, number),
    st.one_of(cell, day),
    st.one_of(number, word),
    day,
    day,
    number,
    number,
    st.just(""),
).map(list)
ragged = st.lists(cell, max_size=10)
blank = st.just([""] * 8)
tables = st.lists(st.one_of(full, full, full, ragged, blank), min_size=1, max_size=30)


@pytest.mark.usefixtures("kept")
@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(descriptor=schemas(), rows=tables)
def test_any_table_under_any_schema(
    tmp_path_factory: pytest.TempPathFactory, descriptor: dict[str, Any], rows: list[list[str]]
) -> None:
    same(tmp_path_factory.getbasetemp(), descriptor, rows)

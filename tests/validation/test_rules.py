"""Each named check against a plain reference written beside it, on generated tables, by columns and row by row."""

import math
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalog.codes import identity_check_digit
from catalog.errors import InvalidInput
from opendata.validation.known import Divisions, Known
from opendata.validation.regions import REGIONS, to_wgs84
from opendata.validation.schema import make_schema
from tests.validation.judged import judged, rows_of

PERSON = "37010219900307421" + identity_check_digit("37010219900307421")
FEW = settings(max_examples=20, deadline=None)


def field(name: str, type_: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type_, **more}


def value(text: str | None) -> Decimal | None:
    try:
        found = Decimal(text or "")
    except ArithmeticError:
        return None
    return found if found.is_finite() else None


NUMBERS = st.sampled_from(
    ["0", "1", "2", "3", "-1", "0.1", "0.2", "0.3", "0.30", "1e1", "1_0", "3.0000000000001", "", "NaN", "99999999999999999999", "x"]
)  # fmt: skip


@FEW
@given(
    st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=8),
    st.sampled_from([0, 0.1, 1]),
    st.booleans(),
)
def test_a_total_is_the_sum_of_its_parts(rows: list[tuple[str, ...]], tolerance: float, zero: bool) -> None:
    check = {"type": "total", "field": "all", "of": ["a", "b"], "tolerance": tolerance}
    report = judged(
        {
            "fields": [field("all", "number"), field("a", "number"), field("b", "number")],
            "checks": [check | ({"missing": "zero"} if zero else {})],
        },
        rows,
    )

    def wrong(row: tuple[str, ...]) -> bool:
        total, *parts = map(value, row)
        given = [part for part in parts if part is not None]
        if "x" in row or total is None or not given or (len(given) < 2 and not zero):
            return False
        return abs(total - sum(given)) > Decimal(str(tolerance))

    assert rows_of(report, "total") == [at for at, row in enumerate(rows) if wrong(row)]


PARTS = st.tuples(
    st.sampled_from(["全省", "济南", "青岛", ""]),
    st.sampled_from(["1", "2", ""]),
    st.sampled_from(["1", "2", "3", "0.5", "", "1e0"]),
)


@FEW
@given(st.lists(PARTS, min_size=1, max_size=10))
@example([("全省", "", "1"), ("济南", "", "2"), ("", "", "")])
def test_a_row_of_totals_is_the_sum_of_the_rows_it_covers(rows: list[tuple[str, str, str]]) -> None:
    report = judged(
        {
            "fields": [field("region"), field("month", "integer"), field("value", "number")],
            "checks": [
                {"type": "total-row", "values": ["value"], "by": ["month"], "when": {"field": "region", "equals": "全省"}}
            ],
        },
        rows,
    )  # fmt: skip
    wrong = []
    for at, (region, month, amount) in enumerate(rows):
        parts = [value(other[2]) for other in rows if other[1] == month and other[0] != "全省" and any(other)]
        if region == "全省" and value(amount) is not None and parts and None not in parts:
            wrong += [at] if sum(part for part in parts if part) != value(amount) else []
    assert rows_of(report, "total") == wrong


@FEW
@given(
    st.lists(
        st.tuples(st.sampled_from(["罚款", "警告;罚款", "警告", ""]), st.sampled_from(["1", "", "x"])),
        min_size=1,
        max_size=8,
    )
)
def test_what_is_required_on_a_condition(rows: list[tuple[str, str]]) -> None:
    report = judged(
        {
            "fields": [field("kind"), field("fine", "number")],
            "checks": [
                {"type": "required-when", "field": "fine", "when": {"field": "kind", "contains": "罚款"}}
            ],
        },
        rows,
    )
    assert rows_of(report, "required-when") == [
        at for at, (kind, fine) in enumerate(rows) if "罚款" in kind and not fine
    ]


def test_each_form_of_a_condition() -> None:
    for when, expected in (
        ({"equals": "a"}, [0]),
        ({"in": ["a", "ab"]}, [0, 1]),
        ({"contains": "a"}, [0, 1]),
    ):
        check = {"type": "required-when", "field": "x", "when": {"field": "kind", **when}}
        report = judged(
            {"fields": [field("kind"), field("x")], "checks": [check]},
            [("a", ""), ("ab", ""), ("b", ""), ("a", "1")],
        )
        assert rows_of(report, "required-when") == expected


DIVISIONS = Divisions(
    {"371200": [(None, date(2019, 1, 9))], "370116": [(date(2019, 1, 9), None)], "370100": [(None, None)]}
)


@FEW
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["371200", "370116", "370100", "999999", ""]),
            st.sampled_from(["2018-12-31", "2019-01-08", "2019-1-8", "2019-01-09", "", "x"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_a_division_stood_on_the_day(rows: list[tuple[str, str]]) -> None:
    fields = [field("code"), field("day", "date")]
    known = Known(divisions=DIVISIONS)
    by_row = judged(
        {"fields": fields, "checks": [{"type": "division-on", "field": "code", "on": "day"}]}, rows, known
    )
    before = {"2018-12-31", "2019-01-08", "2019-1-8"}
    assert rows_of(by_row, "division-code") == [
        at
        for at, (code, day) in enumerate(rows)
        if (code == "371200" and day == "2019-01-09") or (code == "370116" and day in before)
    ]
    fixed = judged(
        {"fields": fields, "checks": [{"type": "division-on", "field": "code", "on": "2020-01-01"}]},
        rows,
        known,
    )
    assert rows_of(fixed, "division-code") == [at for at, (code, _) in enumerate(rows) if code == "371200"]


def test_what_is_out_of_reach_is_said_and_not_taken_for_right() -> None:
    checks = [{"type": "division-on", "field": "code", "on": "2020-01-01"}, {"type": "change", "loss": 0.1}]
    coded = [{**field("code"), "check": "division-code"}]
    desk = judged({"fields": coded, "checks": checks}, [("999999",)])
    assert desk.valid
    assert [note.zh[:5] for note in desk.notes] == ["区划代码只", "未与上一版"]
    assert not judged({"fields": [field("code")]}, [("999999",)]).notes
    informed = judged({"fields": coded, "checks": checks[:1]}, [("999999",)], Known(divisions=DIVISIONS))
    assert (rows_of(informed, "division-code"), informed.notes) == ([0], ())


def test_swapped_and_empty_coordinates_are_told_apart() -> None:
    check = {"type": "inside-region", "lon": "lon", "lat": "lat", "region": "shandong"}
    fields = [field("lon", "number"), field("lat", "number")]
    rows = [("117.1", "36.6"), ("36.6", "117.1"), ("0", "0.0"), ("100", "20"), ("NaN", "36")]
    report = judged({"fields": fields, "checks": [check]}, rows)
    assert rows_of(report, "inside-region") == [1, 2, 3, 4]
    words = [one.message.zh for one in report.findings]
    assert "颠倒" in words[0]
    assert "没有坐标" in words[1]
    assert "不在" in words[2]


@FEW
@given(
    st.lists(
        st.tuples(
            st.floats(114.6, 114.8) | st.floats(110, 125),
            st.floats(34.2, 34.4) | st.floats(30, 40),
            st.sampled_from(["WGS84", "CGCS2000", "GCJ-02", "BD-09", ""]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_the_coordinate_system_counts(places: list[tuple[float, float, str]]) -> None:
    check = {"type": "inside-region", "lon": "lon", "lat": "lat", "region": "shandong", "crs": "crs"}
    rows = [(f"{lon:.6f}", f"{lat:.6f}", crs) for lon, lat, crs in places]
    report = judged(
        {"fields": [field("lon", "number"), field("lat", "number"), field("crs")], "checks": [check]}, rows
    )
    outside = [
        at
        for at, (lon, lat, crs) in enumerate(rows)
        if not REGIONS["shandong"].holds(*to_wgs84(Decimal(lon), Decimal(lat), crs or "WGS84"))
    ]
    assert rows_of(report, "inside-region") == outside


def test_the_shift_of_gcj_is_that_of_the_published_example() -> None:
    """Tian'anmen: WGS 84 116.39123, 39.90743 is about 116.39747, 39.90883 in GCJ-02 and 116.40385, 39.91515 in BD-09."""
    for system, lon, lat in (("GCJ-02", "116.397470", "39.908830"), ("BD-09", "116.403850", "39.915150")):
        found = to_wgs84(Decimal(lon), Decimal(lat), system)
        assert math.isclose(found[0], 116.39123, abs_tol=2e-4)
        assert math.isclose(found[1], 39.90743, abs_tol=2e-4)
    assert to_wgs84(Decimal("2.35"), Decimal("48.85"), "GCJ-02") == (Decimal("2.35"), Decimal("48.85"))


@FEW
@given(
    st.lists(
        st.sampled_from(
            [PERSON, PERSON.lower(), PERSON[:17] + "1", "370102900307421", "370102901307421", "99", ""]
        )
    )
)
def test_identity_numbers(texts: list[str]) -> None:
    report = judged(
        {"fields": [field("id", check="id-number", mask={"rule": "drop"}), field("x")]},
        [(text, "1") for text in texts],
    )
    right = {PERSON, PERSON.lower(), "370102900307421", ""}
    assert rows_of(report, "check-digit") == [at for at, text in enumerate(texts) if text not in right]
    assert PERSON not in str(report.to_dict())
    assert "personal-information" not in report.counts


def test_values_of_a_vocabulary(tmp_path: Path) -> None:
    (tmp_path / "colours.json").write_text(
        '{"terms": [{"code": "r", "zh": "红", "en": "red", "aliases": ["赤"]}]}', encoding="utf-8"
    )
    known = Known(vocabularies=tmp_path)
    fields = [field("cycle", vocabulary="update_cycle"), field("colour", vocabulary="colours")]
    report = judged({"fields": fields}, [("每日", "红"), ("daily", "赤"), ("每时", "RED"), ("", "青")], known)
    assert [(one.code, one.row, one.field) for one in report.findings] == [
        ("vocabulary", 4, "cycle"),
        ("vocabulary", 5, "colour"),
    ]
    for name in ("nobody", "../colours"):
        with pytest.raises(InvalidInput, match="词表"):
            judged({"fields": [field("a", vocabulary=name)]}, [("x",)], known)


@pytest.mark.parametrize(
    "extra",
    [
        {"checks": [{"type": "total", "field": "n"}]},
        {"checks": [{"type": "total", "field": "n", "of": ["t"]}]},
        {"checks": [{"type": "total", "field": "n", "of": ["n"], "tolerance": -1}]},
        {"checks": [{"type": "total", "field": "n", "of": ["nobody"]}]},
        {"checks": [{"type": "total-row", "values": ["n"], "when": {"field": "t"}}]},
        {"checks": [{"type": "required-when", "field": "n", "when": {"field": "nobody", "equals": "1"}}]},
        {
            "checks": [
                {"type": "required-when", "field": "n", "when": {"field": "t", "equals": "1"}, "also": 1}
            ]
        },
        {"checks": [{"type": "division-on", "field": "t", "on": "someday"}]},
        {"checks": [{"type": "change"}]},
        {"checks": [{"type": "change", "loss": "much"}]},
        {
            "checks": [
                {"type": "inside-region", "lon": "n", "lat": "n", "region": "shandong", "crs": "nobody"}
            ]
        },
        {"checks": [{"type": "wish"}]},
        {"quasiIdentifiers": {"fields": ["t"], "k": 1}},
        {"quasiIdentifiers": {"fields": ["nobody"], "k": 5}},
        {
            "foreignKeys": [
                {"fields": ["t"], "reference": {"resource": "https://example.org/a.csv", "fields": ["t"]}}
            ]
        },
        {"foreignKeys": [{"fields": ["t"], "reference": {"resource": "../secret", "fields": ["t"]}}]},
        {"foreignKeys": [{"fields": ["t"], "reference": {"resource": "", "fields": ["nobody"]}}]},
        {
            "foreignKeys": [
                {"fields": ["t"], "reference": {"resource": "vocabulary:openness", "fields": ["name"]}}
            ]
        },
    ],
)
def test_a_schema_with_a_wrong_check_judges_nothing(extra: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        make_schema({"fields": [field("n", "number"), field("t")], **extra}, "s", "named")
    assert {finding.code for finding in caught.value.findings} == {"bad-schema"}

"""The registries: what a load keeps of a sheet, what it refuses, and that any day can be told again."""

import csv
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from catalog import inventory, ledger, negative_list, plan, roster, sources
from catalog.errors import Conflict, InvalidInput
from catalog.models import (
    Event,
    InventoryField,
    InventoryRevision,
    NegativeListRevision,
    PlanRevision,
    Source,
    Unit,
    UnitRevision,
)
from catalog.registry import Loaded
from catalog.revisions import KEEP, Stated, amend

SAMPLE = Path(__file__).resolve().parents[2] / "datasets" / "shandong"
NOW = datetime(2021, 3, 1, 4, tzinfo=UTC)
SHEETS: list[tuple[ModuleType, str]] = [
    (roster, "roster.xlsx"),
    (inventory, "inventory.xlsx"),
    (plan, "plan.csv"),
    (negative_list, "negative-list.csv"),
    (sources, "sources.csv"),
]

ROSTER = """单位编码,单位名称,别名,统一社会信用代码,层级,区划代码,单位类别,上级单位编码,前身单位编码,负有开放义务,不纳入原因,生效日期,失效日期
37-OLD,某省国土厅,国土厅,,省级,370000,机关,,,是,,2016-01-01,2018-10-01
37-NEW,某省自然资源厅,资源厅；土地厅,,省级,370000,机关,,37-OLD,是,,2018-10-01,
370102,历下区政府,,,县级,370102,机关,,,否,试点期间不纳入,2016-01-01,
"""
INVENTORY = """信息资源代码,信息资源名称,信息资源提供方,开放属性,开放条件,更新周期,数据领域,关键字,登记日期,失效日期
307013/0001,土地出让结果,某省国土厅,无条件开放,,每月,地理信息,土地；出让,2017-01-01,
307013/0002,矿业权登记,资源厅,有条件开放,须签协议,每年,地理信息,,2019-01-01,
307013/0003,地下管线,37-NEW,不予开放,,不定期,地理信息,,2019-01-01,
"""


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes a CSV and returns its path."""

    def write(text: str, name: str = "sheet.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def load(session: Session, module: ModuleType, path: Path, now: datetime = NOW, **more: Any) -> Loaded:
    return module.load(session, path, now=now, actor="tester", **more)


def counts(loaded: Loaded) -> tuple[int, int, int, int]:
    return loaded.new, loaded.changed, loaded.unchanged, loaded.retired


def load_sample(session: Session) -> list[Loaded]:
    return [load(session, module, SAMPLE / name) for module, name in SHEETS]


def as_csv(path: Path, rows: Iterable[dict[str, str]]) -> Path:
    rows = list(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


# The sample province -------------------------------------------------------------------------------


def test_loading_the_sample_twice_changes_nothing(session: Session) -> None:
    first = load_sample(session)
    events = session.scalar(select(func.count()).select_from(Event))
    second = load_sample(session)
    assert all(loaded.new > 0 and counts(loaded)[1:] == (0, 0, 0) for loaded in first)
    assert [counts(loaded) for loaded in second] == [(0, 0, loaded.new, 0) for loaded in first]
    assert [loaded.changes for loaded in second] == [()] * 5
    assert events == ledger.verify(session) == 5
    verbs = session.scalars(select(Event.verb).order_by(Event.seq)).all()
    assert verbs == [
        "roster.loaded",
        "inventory.loaded",
        "plan.loaded",
        "negative-list.loaded",
        "sources.loaded",
    ]


@pytest.mark.parametrize("day", [date(2017, 12, 31), date(2020, 12, 31)])
def test_what_is_exported_loads_back_unchanged(session: Session, tmp_path: Path, day: date) -> None:
    load_sample(session)
    for module, _ in SHEETS:
        rows = module.export(session, day)
        loaded = load(session, module, as_csv(tmp_path / "export.csv", rows), NOW + timedelta(days=1))
        assert (module.__name__, loaded.changes) == (module.__name__, ())
        assert loaded.unchanged == len(rows) > 0
    items = as_csv(tmp_path / "items.csv", inventory.export(session, day))
    fields = as_csv(tmp_path / "fields.csv", inventory.export_fields(session, day))
    assert load(session, inventory, items, NOW + timedelta(days=1), fields_path=fields).changes == ()


def test_the_sample_holds_what_its_sheet_says(session: Session) -> None:
    load_sample(session)
    item = session.scalars(
        select(InventoryRevision).join(InventoryRevision.item).where(InventoryRevision.openness == "closed")
    ).first()
    fields = session.scalar(select(func.count()).select_from(InventoryField))
    excluded = session.scalars(select(UnitRevision).where(~UnitRevision.obliged)).all()
    assert item is not None
    assert fields is not None
    assert fields > 100
    assert excluded
    assert all(unit.exclusion_reason for unit in excluded)


# Time ----------------------------------------------------------------------------------------------


def history(session: Session, model: type, fact: str) -> list[tuple[object, ...]]:
    query = select(model).order_by(model.id)
    return [
        (
            getattr(each, fact),
            str(each.valid_from),
            each.valid_to and str(each.valid_to),
            each.recorded_at.day,
            each.retracted_at and each.retracted_at.day,
        )
        for each in session.scalars(query)
    ]


def test_a_correction_is_retracted_and_a_new_day_closes_the_old_period(
    session: Session, sheet: Callable[..., Path]
) -> None:
    head, row = "编号,事项,适用方式,适用对象,法律依据,生效日期\n", "N1,{},关键词,机密,某法,{}\n"
    loads = [("甲", "2018-01-01"), ("乙", "2018-01-01"), ("丙", "2019-01-01"), ("丙", "")]
    found = [
        counts(load(session, negative_list, sheet(head + row.format(*each)), NOW + timedelta(days=number)))
        for number, each in enumerate(loads)
    ]
    assert found == [(1, 0, 0, 0), (0, 1, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0)]
    assert history(session, NegativeListRevision, "matter") == [
        ("甲", "2018-01-01", None, 1, 2),
        ("乙", "2018-01-01", None, 2, 3),
        ("乙", "2018-01-01", "2019-01-01", 3, None),
        ("丙", "2019-01-01", None, 3, None),
    ]


def test_without_a_day_a_change_holds_from_the_argument_or_from_today(
    session: Session, sheet: Callable[..., Path]
) -> None:
    text = "编号,事项,适用方式,适用对象,法律依据\nN1,{},关键词,机密,某法\n"
    load(session, negative_list, sheet(text.format("甲")), valid_from=date(2016, 8, 15))
    load(session, negative_list, sheet(text.format("甲")), NOW + timedelta(days=1))
    load(session, negative_list, sheet(text.format("乙")), NOW + timedelta(days=2))
    assert history(session, NegativeListRevision, "matter") == [
        ("甲", "2016-08-15", None, 1, 3),
        ("甲", "2016-08-15", "2021-03-03", 3, None),
        ("乙", "2021-03-03", None, 3, None),
    ]


def test_an_end_day_retires_and_is_shown_before_and_after(
    session: Session, sheet: Callable[..., Path]
) -> None:
    load(session, roster, sheet(ROSTER))
    loaded = load(
        session, roster, sheet(ROSTER.replace("不纳入,2016-01-01,", "不纳入,2016-01-01,2020-01-01"))
    )
    changed = load(session, roster, sheet(ROSTER.replace("试点期间", "试运行期间")))
    assert counts(loaded) == (0, 0, 2, 1)
    assert [(change.action, change.key, change.title) for change in loaded.changes] == [
        ("retired", "370102", "历下区政府")
    ]
    assert [(change.before, change.after) for change in changed.changes] == [
        ({"exclusion_reason": "试点期间不纳入"}, {"exclusion_reason": "试运行期间不纳入"})
    ]


def test_two_rows_of_one_unit_are_two_periods(session: Session, sheet: Callable[..., Path]) -> None:
    head = "单位编码,单位名称,层级,区划代码,单位类别,负有开放义务,生效日期\n"
    row = "370181,{},县级,{},机关,是,{}\n"
    text = head + row.format("章丘区", "370114", "2016-12-01") + row.format("章丘市", "370181", "2016-01-01")
    assert counts(load(session, roster, sheet(text))) == (1, 0, 0, 0)
    assert counts(load(session, roster, sheet(text))) == (0, 0, 1, 0)
    names = [
        session.scalars(select(UnitRevision.name).where(UnitRevision.holds(day))).all()
        for day in (date(2016, 11, 30), date(2016, 12, 1))
    ]
    assert names == [["章丘市"], ["章丘区"]]


DAYS = st.integers(0, 12).map(lambda number: date(2018, 1, 1) + timedelta(days=number))
STATED = st.builds(
    lambda fact, start, length: Stated(
        {"name": fact}, start, start and start + timedelta(days=length) if length else None
    ),
    st.sampled_from(["甲", "乙", KEEP]),
    st.none() | DAYS,
    st.integers(0, 5),
)


@given(st.lists(STATED, min_size=1, max_size=8))
def test_every_day_can_be_told_as_every_moment_knew_it(loads: list[Stated]) -> None:
    days = [date(2018, 1, 1) + timedelta(days=number) for number in range(20)]
    everything: list[UnitRevision] = []
    spans: dict[date, tuple[str, date | None]] = {}
    snapshots: dict[datetime, list[str | None]] = {}
    for number, stated in enumerate(loads):
        now, default = NOW + timedelta(hours=number), date(2018, 1, 10)
        held = sorted((r for r in everything if r.retracted_at is None), key=lambda r: r.valid_from)
        amendment = amend(
            held,
            [stated],
            facts_of=lambda revision: {"name": revision.name},
            make=lambda facts: UnitRevision(**facts),
            now=now,
            default_from=default,
            blank={"name": "无"},
        )
        everything += amendment.added
        # The reference: spans by start day, the latest start before a day decides.
        base = spans.get(stated.valid_from) or (spans[max(spans)] if spans else ("无", None))
        name = base[0] if stated.facts["name"] is KEEP else stated.facts["name"]
        start = stated.valid_from or (max(spans) if spans and spans[max(spans)][0] == name else default)
        spans[start] = (name, stated.valid_to)
        snapshots[now] = [told(spans, day) for day in days]
    for moment, expected in snapshots.items():
        known = [
            r
            for r in everything
            if r.recorded_at <= moment and not (r.retracted_at and r.retracted_at <= moment)
        ]
        held_on = [
            [r.name for r in known if r.valid_from <= day and not (r.valid_to and r.valid_to <= day)]
            for day in days
        ]
        assert held_on == [[name] if name else [] for name in expected]


def told(spans: dict[date, tuple[str, date | None]], day: date) -> str | None:
    starts = [start for start in spans if start <= day]
    if not starts:
        return None
    name, end = spans[max(starts)]
    return None if end and end <= day else name


# Names, references, matches ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day", "code"),
    [
        ("37-old", date(2021, 1, 1), "37-OLD"),
        ("３７-ＮＥＷ", date(2021, 1, 1), "37-NEW"),
        ("某省国土厅", date(2018, 9, 30), "37-OLD"),
        ("某省国土厅", date(2018, 10, 1), None),
        (" 某省 自然资源厅", date(2018, 10, 1), "37-NEW"),
        ("土地厅", date(2019, 1, 1), "37-NEW"),
        ("不存在", date(2019, 1, 1), None),
        ("", date(2019, 1, 1), None),
    ],
)
def test_a_unit_is_found_by_code_name_or_alias_of_that_day(
    session: Session, sheet: Callable[..., Path], text: str, day: date, code: str | None
) -> None:
    load(session, roster, sheet(ROSTER))
    unit = roster.find_unit(session, text, day)
    assert (unit and unit.code) == code


def test_a_name_that_two_units_share_finds_neither(session: Session, sheet: Callable[..., Path]) -> None:
    load(session, roster, sheet(ROSTER + "370202,历下区政府,,,县级,370202,机关,,,是,,2016-01-01,\n"))
    assert roster.find_unit(session, "历下区政府", date(2020, 1, 1)) is None


def test_the_narrowest_entry_of_that_day_forbids(session: Session, sheet: Callable[..., Path]) -> None:
    load(session, roster, sheet(ROSTER))
    load(session, inventory, sheet(INVENTORY))
    text = """编号,事项,适用方式,适用对象,法律依据,生效日期,失效日期
K1,管线,关键词,地下 管线；涵洞,某法,2018-01-01,2020-01-01
U1,某厅全部,单位,某省自然资源厅,某法,2019-06-01,
R1,管线资源,资源,307013/0003,某法,2020-06-01,
"""
    load(session, negative_list, sheet(text))
    items = {
        each.item.resource_code: each
        for each in session.scalars(select(InventoryRevision).join(InventoryRevision.item))
    }
    days = [date(2017, 1, 1), date(2019, 1, 1), date(2019, 7, 1), date(2020, 2, 1), date(2020, 7, 1)]
    found = {
        code: [(m := negative_list.matches(session, items[code], day)) and m.entry.code for day in days]
        for code in sorted(items)
    }
    assert found == {
        "307013/0001": [None] * 5,
        "307013/0002": [None, None, "U1", "U1", "U1"],
        "307013/0003": [None, "K1", "U1", "U1", "R1"],
    }


def test_a_keyword_is_found_however_it_is_written(session: Session, sheet: Callable[..., Path]) -> None:
    load(session, roster, sheet(ROSTER))
    load(session, inventory, sheet(INVENTORY.replace("土地出让结果", "公交ＧＰＳ 轨迹")))
    load(
        session,
        negative_list,
        sheet("编号,事项,适用方式,适用对象,法律依据,生效日期\nK1,轨迹,关键词,gps轨迹,某法,2016-01-01\n"),
    )
    listed = negative_list.in_force(session, date(2018, 1, 1))
    titles = ("公交ＧＰＳ 轨迹", "Gps轨迹", "GPS 站点")
    assert [bool(listed.forbidding("307013/0001", title, "37-OLD")) for title in titles] == [
        True,
        True,
        False,
    ]


def test_an_inventory_without_its_fields_sheet_keeps_the_fields(
    session: Session, sheet: Callable[..., Path]
) -> None:
    load(session, roster, sheet(ROSTER))
    fields = sheet(
        "信息资源代码,信息项名称,字段名,数据类型,数据长度,是否必填,是否主键,开放属性\n"
        "307013/0001,宗地编号,parcel,字符型C,３２,是,是,\n307013/0001,备注,,备注型,,,,不予开放\n",
        "fields.csv",
    )
    load(session, inventory, sheet(INVENTORY), fields_path=fields)
    load(session, inventory, sheet(INVENTORY.replace("土地出让结果", "土地出让公告")))
    query = select(InventoryRevision).where(InventoryRevision.known(), InventoryRevision.title.like("土地%"))
    revision = session.scalars(query).one()
    assert (revision.title, revision.unit.code) == ("土地出让公告", "37-OLD")
    assert [
        (f.position, f.title, f.name, f.type, f.length, f.required, f.key, f.openness)
        for f in revision.fields
    ] == [
        (1, "宗地编号", "parcel", "C", 32, True, True, "unconditional"),
        (2, "备注", "field_02", "M", None, False, False, "closed"),
    ]


def test_a_plan_without_its_unit_names_the_provider(session: Session, sheet: Callable[..., Path]) -> None:
    load(session, roster, sheet(ROSTER))
    load(session, inventory, sheet(INVENTORY))
    load(session, plan, sheet("计划编号,信息资源代码,计划开放日期\nP1,307013/0002,2018年12月31日\n"))
    revision = session.scalars(select(PlanRevision)).one()
    assert (revision.unit.code, revision.due, revision.method) == ("37-NEW", date(2018, 12, 31), "file")


# Faults --------------------------------------------------------------------------------------------


def faults(session: Session, module: ModuleType, path: Path) -> list[tuple[object, ...]]:
    with pytest.raises(InvalidInput) as refused:
        load(session, module, path)
    return [(f.code, f.row, f.column, f.field, f.value) for f in refused.value.findings]


def test_every_fault_of_a_roster_is_told_and_nothing_is_loaded(
    session: Session, sheet: Callable[..., Path]
) -> None:
    text = ROSTER + (
        "37-OK,好单位,,11370000YL1000591R,省级,370000,机关,,,是,,2016-01-01,\n"
        "37 X,坏单位,,11370000YL10005910,部级,37,机关,37-NONE,37-GONE,否,,2018-13-01,\n"
        "37-NEW,又一个,,,省级,370000,机关,,,是,,2018-10-01,2018-10-01\n"
        "37-OLD,又一个,,,省级,370000,机关,,,也许,,2018-01-01,\n"
    )
    assert faults(session, roster, sheet(text)) == [
        ("period", 2, 13, "失效日期", "2018-10-01"),
        ("bad-code", 6, 1, "单位编码", "37 X"),
        ("bad-code", 6, 4, "统一社会信用代码", "11370000YL10005910"),
        ("unknown-value", 6, 5, "层级", "部级"),
        ("bad-code", 6, 6, "区划代码", "37"),
        ("unknown-reference", 6, 8, "上级单位编码", "37-NONE"),
        ("unknown-reference", 6, 9, "前身单位编码", "37-GONE"),
        ("missing-value", 6, 11, "不纳入原因", ""),
        ("bad-date", 6, 12, "生效日期", "2018-13-01"),
        ("duplicate-code", 7, 1, "单位编码", "37-NEW"),
        ("period", 7, 13, "失效日期", "2018-10-01"),
        ("unknown-value", 8, 10, "负有开放义务", "也许"),
    ]
    assert session.scalar(select(func.count()).select_from(Unit)) == 0
    assert session.scalar(select(func.count()).select_from(Event)) == 0


def test_every_fault_of_an_inventory_is_told(session: Session, sheet: Callable[..., Path]) -> None:
    load(session, roster, sheet(ROSTER))
    head = INVENTORY.splitlines()[0] + ",标准模式\n"
    items = sheet(
        head
        + "40701,,某省教育厅,有条件开放,,有空就更新,农业,,,,bus_lines\n307013/0009,名录,370102,无条件开放,,每年,交通,,,,bus-lines\n"
    )
    fields = sheet(
        "信息资源代码,信息项名称,字段名,数据类型,数据长度\n307013/0009,甲,1a,字符,长\n"
        "307013/0009,乙,b,C,\n307013/0009,丙,b,C,\n307013/0008,丁,,C,\n",
        "fields.csv",
    )
    with pytest.raises(InvalidInput) as refused:
        load(session, inventory, items, fields_path=fields)
    assert [(f.sheet, f.code, f.row, f.field, f.value) for f in refused.value.findings] == [
        ("fields.csv", "bad-code", 2, "字段名", "1a"),
        ("fields.csv", "unknown-value", 2, "数据类型", "字符"),
        ("fields.csv", "bad-number", 2, "数据长度", "长"),
        ("fields.csv", "duplicate-code", 4, "字段名", "b"),
        ("fields.csv", "unknown-reference", 5, "信息资源代码", "307013/0008"),
        ("sheet.csv", "bad-code", 2, "信息资源代码", "40701"),
        ("sheet.csv", "missing-value", 2, "信息资源名称", ""),
        ("sheet.csv", "unknown-reference", 2, "信息资源提供方", "某省教育厅"),
        ("sheet.csv", "missing-value", 2, "开放条件", ""),
        ("sheet.csv", "unknown-value", 2, "更新周期", "有空就更新"),
        ("sheet.csv", "unknown-value", 2, "数据领域", "农业"),
        ("sheet.csv", "bad-code", 2, "标准模式", "bus_lines"),
    ]


def test_every_fault_of_plan_negative_list_and_sources_is_told(
    session: Session, sheet: Callable[..., Path]
) -> None:
    load(session, roster, sheet(ROSTER))
    planned = "计划编号,信息资源代码,计划开放日期,责任单位,开放方式\nP1,307013/0009,尽快,某局,邮寄\nP1,307,2018-01-01,,\n"
    listed = (
        "编号,事项,适用方式,适用对象,法律依据\nN1,,资源,30701x,\nN2,某,单位,某局,某法\nN3,某,全部,,某法\n"
    )
    offered = (
        "采集源标识,名称,类型,地址,单位,可信,可信依据\n"
        "a b,甲,表格,none.csv,某局,是,\nweb,乙,sheet,http://example.org/a.csv,,否,\nweb,丙,ftp,sheet.csv,,,\n"
    )
    assert faults(session, plan, sheet(planned)) == [
        ("unknown-reference", 2, 2, "信息资源代码", "307013/0009"),
        ("bad-date", 2, 3, "计划开放日期", "尽快"),
        ("unknown-reference", 2, 4, "责任单位", "某局"),
        ("unknown-value", 2, 5, "开放方式", "邮寄"),
        ("duplicate-code", 3, 1, "计划编号", "P1"),
        ("bad-code", 3, 2, "信息资源代码", "307"),
    ]
    assert faults(session, negative_list, sheet(listed)) == [
        ("missing-value", 2, 2, "事项", ""),
        ("bad-code", 2, 4, "适用对象", "30701x"),
        ("missing-value", 2, 5, "法律依据", ""),
        ("unknown-reference", 3, 4, "适用对象", "某局"),
        ("unknown-value", 4, 3, "适用方式", "全部"),
        ("missing-value", 4, 4, "适用对象", ""),
    ]
    assert faults(session, sources, sheet(offered)) == [
        ("bad-code", 2, 1, "采集源标识", "a b"),
        ("missing-file", 2, 4, "地址", "none.csv"),
        ("unknown-reference", 2, 5, "单位", "某局"),
        ("missing-value", 2, 7, "可信依据", ""),
        ("unknown-value", 3, 4, "地址", "http://example.org/a.csv"),
        ("duplicate-code", 4, 1, "采集源标识", "web"),
        ("unknown-value", 4, 3, "类型", "ftp"),
    ]


def test_a_missing_column_is_told_once_whatever_the_rows(
    session: Session, sheet: Callable[..., Path]
) -> None:
    assert faults(session, roster, sheet("单位编码,单位名称,层级,单位类别,负有开放义务\nA,B,C,D,E\n")) == [
        ("missing-header", 1, None, "区划代码", None)
    ]


def test_a_dry_run_is_a_transaction_that_is_rolled_back(
    sessions: sessionmaker[Session], sheet: Callable[..., Path]
) -> None:
    with sessions() as session, session.begin() as transaction:
        loaded = load(session, roster, sheet(ROSTER))
        transaction.rollback()
    with sessions.begin() as session:
        assert session.scalar(select(func.count()).select_from(Unit)) == 0
    assert [(change.action, change.key, change.after["name"]) for change in loaded.changes] == [
        ("new", "37-OLD", "某省国土厅"),
        ("new", "37-NEW", "某省自然资源厅"),
        ("new", "370102", "历下区政府"),
    ]


def test_sources_are_changed_switched_off_and_added(session: Session, sheet: Callable[..., Path]) -> None:
    text = "采集源标识,名称,类型,地址,可信,可信依据,启用\na,甲,文件夹,.,否,,是\nb,乙,CKAN门户,http://ckan.example,否,,是\n"
    first = load(session, sources, sheet(text))
    second = load(
        session,
        sources,
        sheet(text.replace("否,,是\nb,乙", "是,某规,是\nb,丙").replace("否,,是\n", "否,,否\n")),
    )
    assert (counts(first), counts(second)) == ((2, 0, 0, 0), (0, 1, 0, 1))
    assert [(change.action, change.before, change.after) for change in second.changes] == [
        ("changed", {"trusted": False, "trust_basis": ""}, {"trusted": True, "trust_basis": "某规"}),
        ("retired", {"name": "乙", "enabled": True}, {"name": "丙", "enabled": False}),
    ]
    facts = {"name": "丁", "kind": "ckan", "location": "http://c.example", "now": NOW, "actor": "tester"}
    assert sources.add(session, code="c", trust_basis="某规", **facts).trusted
    with pytest.raises(Conflict):
        sources.add(session, code="c", **facts)
    for wrong in ({"kind": "ftp"}, {"location": "no/such/folder"}, {"kind": "folder"}, {"code": "某"}):
        with pytest.raises(InvalidInput):
            sources.add(session, **{"code": "d", **facts, **wrong})
    codes = session.scalars(select(Source.code).order_by(Source.code)).all()
    assert codes == ["a", "b", "c"]


def test_the_page_for_agencies_names_every_column() -> None:
    page = (SAMPLE.parents[1] / "docs" / "registering-resources.md").read_text(encoding="utf-8")
    columns = [
        *(column for module, _ in SHEETS for column in module.COLUMNS),
        *inventory.FIELD_COLUMNS,
    ]
    missing = [column.zh for column in columns if column.zh not in page or column.en not in page]
    assert missing == []

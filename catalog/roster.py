"""The roster (单位名录): which units owe open data, since when, under which names."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from catalog.codes import is_division_code, is_unit_code, is_uscc
from catalog.database import identifier
from catalog.models import Unit, UnitRevision
from catalog.records import Finding
from catalog.registry import (
    Loaded,
    Registry,
    Statement,
    check_repeats,
    merge,
    period_of,
    read_sheet,
    refuse_if_faulty,
    simple_facts,
)
from catalog.revisions import Facts, Stated
from catalog.sheets import Column, Row, normal
from catalog.vocabularies import LEVEL, UNIT_CLASS, YES_NO, fold

COLUMNS = (
    Column("code", "单位编码", "Unit code", ("单位代码", "编码", "unit_code"), needed=True),
    Column("name", "单位名称", "Unit name", ("名称", "机构名称", "部门名称"), needed=True),
    Column("name_en", "英文名称", "English name", ("单位英文名称", "name in English")),
    Column("aliases", "别名", "Aliases", ("简称", "曾用名", "alias")),
    Column("uscc", "统一社会信用代码", "Unified social credit code", ("社会信用代码", "信用代码")),
    Column("level", "层级", "Level", ("级别", "行政层级"), needed=True),
    Column("division_code", "区划代码", "Division code", ("行政区划代码", "行政区划"), needed=True),
    Column("unit_class", "单位类别", "Unit class", ("类别", "单位性质", "class"), needed=True),
    Column("parent_code", "上级单位编码", "Parent code", ("上级单位", "主管单位编码", "parent")),
    Column("predecessors", "前身单位编码", "Predecessor codes", ("前身单位", "前身", "predecessor")),
    Column("obliged", "负有开放义务", "Obliged", ("开放义务", "是否负有开放义务"), needed=True),
    Column("exclusion_reason", "不纳入原因", "Exclusion reason", ("不纳入理由", "排除原因")),
    Column("valid_from", "生效日期", "Valid from", ("起始日期", "设立日期", "effective date")),
    Column("valid_to", "失效日期", "Valid to", ("终止日期", "撤销日期", "expiry date")),
)
_FACTS = (
    "name",
    "name_en",
    "aliases",
    "uscc",
    "level",
    "division_code",
    "unit_class",
    "parent_code",
    "predecessors",
    "obliged",
    "exclusion_reason",
)
_CODE = "2–32 × [0-9A-Z-]"


def unit_id(code: str) -> str:
    """The identifier of the unit with this *code*."""
    return identifier("unit", code)


REGISTRY = Registry(
    name="roster",
    revision=UnitRevision,
    owner=Unit,
    link=UnitRevision.unit_id,
    owner_id=unit_id,
    make_owner=lambda code: Unit(id=unit_id(code), code=code),
    facts_of=lambda revision: simple_facts(revision, _FACTS),
    make=lambda owner, facts: UnitRevision(unit_id=owner, **facts),
    blank={},
)


def load(
    session: Session, path: Path, *, now: datetime, actor: str, valid_from: date | None = None
) -> Loaded:
    """Load the roster's sheet at *path*; all or nothing, in the caller's transaction.

    :param valid_from: start day of changed rows that state none; default: the day of *now*.
    :raises InvalidInput: the sheet has faults; it carries all of them.
    """
    findings: list[Finding] = []
    statements = [_statement(row) for row in read_sheet(path, COLUMNS, findings)]
    check_repeats(statements, "code", "valid_to")
    _check_references(session, statements)
    refuse_if_faulty(path, findings)
    default_from = valid_from or now.date()
    return merge(session, REGISTRY, statements, path=path, now=now, actor=actor, default_from=default_from)


def export(session: Session, day: date | None) -> list[dict[str, str]]:
    """The roster as it holds on *day* (None: its whole history), as :func:`load` reads it."""
    revisions = session.scalars(
        select(UnitRevision)
        .join(UnitRevision.unit)
        .options(joinedload(UnitRevision.unit))
        .where(UnitRevision.listed(day))
        .order_by(Unit.code, UnitRevision.valid_from)
    )
    return [_row(revision) for revision in revisions]


class UnitNames:
    """Every name by which a unit has ever been known, for finding many units in one load."""

    def __init__(self, session: Session) -> None:
        self._codes: dict[str, Unit] = {}
        self._names: dict[str, list[UnitRevision]] = defaultdict(list)
        self._aliases: dict[str, list[UnitRevision]] = defaultdict(list)
        query = select(UnitRevision).options(joinedload(UnitRevision.unit)).where(UnitRevision.known())
        for revision in session.scalars(query):
            self._codes[revision.unit.code] = revision.unit
            self._names[fold(revision.name)].append(revision)
            for alias in (*revision.aliases, revision.name_en):
                self._aliases[fold(alias)].append(revision)

    def find(self, text: str, *days: date) -> Unit | None:
        """The unit that *text* names by code, by its name or else an alias on the first of the *days* that knows it.

        None also where two units share the name: only their codes tell them apart.
        """
        unit = self._codes.get(normal(text).upper())
        if unit or not text.strip():
            return unit
        for day in days:
            for names in (self._names, self._aliases):
                found = {each.unit for each in names.get(fold(text), ()) if _holds(each, day)}
                if found:
                    return found.pop() if len(found) == 1 else None
        return None


def find_unit(session: Session, text: str, day: date) -> Unit | None:
    """The unit that *text* names by code, or by its name or an alias on *day*; None if none or several."""
    unit = session.scalar(select(Unit).where(Unit.code == normal(text).upper()))
    return unit or UnitNames(session).find(text, day)


def _holds(revision: UnitRevision, day: date) -> bool:
    return revision.valid_from <= day and (revision.valid_to is None or day < revision.valid_to)


def _statement(row: Row) -> Statement:
    obliged = row.term("obliged", YES_NO, required=True)
    facts: Facts = {
        "name": row.text("name", required=True),
        "name_en": row.text("name_en"),
        "aliases": row.words("aliases"),
        "uscc": row.code("uscc", is_uscc, "GB 32100-2015") or None,
        "level": row.term("level", LEVEL, required=True),
        "division_code": row.code("division_code", is_division_code, "GB/T 2260, 370102", required=True),
        "unit_class": row.term("unit_class", UNIT_CLASS, required=True),
        "parent_code": row.code("parent_code", is_unit_code, _CODE) or None,
        "predecessors": row.codes("predecessors", is_unit_code, _CODE),
        "obliged": obliged == "yes",
        "exclusion_reason": row.text("exclusion_reason", required=obliged == "no"),
    }
    code = row.code("code", is_unit_code, _CODE, required=True)
    return Statement(code, facts["name"], Stated(facts, *period_of(row)), row)


def _check_references(session: Session, statements: Sequence[Statement]) -> None:
    known = {statement.key for statement in statements} | set(session.scalars(select(Unit.code)))
    for statement in statements:
        facts: dict[str, Any] = statement.stated.facts
        named = [
            ("parent_code", facts["parent_code"]),
            *(("predecessors", code) for code in facts["predecessors"]),
        ]
        for field, code in named:
            if code and code not in known:
                statement.row.fault(
                    "unknown-reference", field, f"名录中没有单位 {code}", f"the roster has no unit {code}"
                )


def _row(revision: UnitRevision) -> dict[str, str]:
    return {
        "单位编码": revision.unit.code,
        "单位名称": revision.name,
        "英文名称": revision.name_en,
        "别名": "；".join(revision.aliases),
        "统一社会信用代码": revision.uscc or "",
        "层级": LEVEL.term(revision.level).zh,
        "区划代码": revision.division_code,
        "单位类别": UNIT_CLASS.term(revision.unit_class).zh,
        "上级单位编码": revision.parent_code or "",
        "前身单位编码": "；".join(revision.predecessors),
        "负有开放义务": "是" if revision.obliged else "否",
        "不纳入原因": revision.exclusion_reason,
        "生效日期": revision.valid_from.isoformat(),
        "失效日期": revision.valid_to.isoformat() if revision.valid_to else "",
    }

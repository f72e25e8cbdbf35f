"""The open-data plan (开放计划): when an inventory item is to be opened, by whom, how."""

from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from catalog.codes import is_resource_code
from catalog.database import identifier
from catalog.inventory import item_id
from catalog.models import InventoryItem, InventoryRevision, PlanItem, PlanRevision
from catalog.records import Finding
from catalog.registry import (
    Loaded,
    Registry,
    Statement,
    check_repeats,
    code_of,
    merge,
    period_of,
    read_sheet,
    refuse_if_faulty,
    simple_facts,
)
from catalog.revisions import Facts, Stated
from catalog.roster import UnitNames
from catalog.sheets import Column, Row
from catalog.vocabularies import Term, Vocabulary

COLUMNS = (
    Column("code", "计划编号", "Plan code", ("编号", "计划代码"), needed=True),
    Column("resource_code", "信息资源代码", "Resource code", ("资源代码", "数据资源代码"), needed=True),
    Column("due", "计划开放日期", "Due", ("计划开放时间", "开放时限", "完成时限"), needed=True),
    Column("unit", "责任单位", "Responsible unit", ("责任部门", "开放单位", "unit")),
    Column("method", "开放方式", "Method", ("开放形式",)),
    Column("valid_from", "计划批准日期", "Approved on", ("批准日期", "生效日期", "valid from")),
    Column("valid_to", "失效日期", "Valid to", ("取消日期",)),
    Column("note", "备注", "Note", ("说明",)),
)
METHOD = Vocabulary(
    "method",
    (
        Term("file", "文件下载", "File download", ("下载", "数据下载", "文件")),
        Term("api", "数据接口", "Data API", ("接口", "API接口", "接口服务")),
    ),
)


def plan_id(code: str) -> str:
    """The identifier of the plan item with this *code*."""
    return identifier("plan", code)


REGISTRY = Registry(
    name="plan",
    revision=PlanRevision,
    owner=PlanItem,
    link=PlanRevision.plan_item_id,
    owner_id=plan_id,
    make_owner=lambda code: PlanItem(id=plan_id(code), code=code),
    facts_of=lambda revision: simple_facts(revision, ("item_id", "unit_id", "due", "method", "note")),
    make=lambda owner, facts: PlanRevision(plan_item_id=owner, **facts),
    blank={},
)


def load(
    session: Session, path: Path, *, now: datetime, actor: str, valid_from: date | None = None
) -> Loaded:
    """Load the plan's sheet at *path*; all or nothing, in the caller's transaction.

    :param valid_from: start day of changed rows that state none; default: the day of *now*.
    :raises InvalidInput: the sheet has faults; it carries all of them.
    """
    findings: list[Finding] = []
    default_from = valid_from or now.date()
    names, providers = UnitNames(session), _providers(session)
    statements = [
        _statement(row, names, providers, default_from, now.date())
        for row in read_sheet(path, COLUMNS, findings)
    ]
    check_repeats(statements, "code", "valid_to")
    refuse_if_faulty(path, findings)
    return merge(session, REGISTRY, statements, path=path, now=now, actor=actor, default_from=default_from)


def export(session: Session, day: date | None) -> list[dict[str, str]]:
    """The plan as it holds on *day* (None: its whole history), as :func:`load` reads it."""
    revisions = session.scalars(
        select(PlanRevision)
        .join(PlanRevision.plan_item)
        .options(
            joinedload(PlanRevision.plan_item), joinedload(PlanRevision.item), joinedload(PlanRevision.unit)
        )
        .where(PlanRevision.listed(day))
        .order_by(PlanItem.code, PlanRevision.valid_from)
    )
    return [
        {
            "计划编号": revision.plan_item.code,
            "信息资源代码": revision.item.resource_code,
            "计划开放日期": revision.due.isoformat(),
            "责任单位": revision.unit.code,
            "开放方式": METHOD.term(revision.method).zh,
            "计划批准日期": revision.valid_from.isoformat(),
            "失效日期": revision.valid_to.isoformat() if revision.valid_to else "",
            "备注": revision.note,
        }
        for revision in revisions
    ]


def _providers(session: Session) -> dict[str, str]:
    """The unit that provides each known item (by resource code), as held last."""
    query = (
        select(InventoryItem.resource_code, InventoryRevision.unit_id)
        .join(InventoryRevision.item)
        .where(InventoryRevision.known())
        .order_by(InventoryRevision.valid_from)
    )
    return dict(session.execute(query).all())


def _statement(
    row: Row, names: UnitNames, providers: dict[str, str], default_from: date, today: date
) -> Statement:
    code = code_of(row)
    resource = row.code("resource_code", is_resource_code, "307013/0004", required=True)
    if is_resource_code(resource) and resource not in providers:
        row.fault(
            "unknown-reference",
            "resource_code",
            f"清单中没有信息资源 {resource}",
            f"the inventory has no resource {resource}",
        )
    start, end = period_of(row)
    named = row.text("unit")
    unit = names.find(named, start or default_from, today)
    if named and unit is None:
        row.fault(
            "unknown-reference",
            "unit",
            f"名录中没有单位 {named!r}，或有多个同名单位",
            f"the roster has no unit {named!r}, or several of that name",
            "单位编码、名称或别名",
        )
    facts: Facts = {
        "item_id": item_id(resource),
        "unit_id": unit.id if unit else providers.get(resource, ""),
        "due": row.day("due", required=True),
        "method": row.term("method", METHOD, default="file"),
        "note": row.text("note"),
    }
    return Statement(code, f"{resource} → {facts['due']}", Stated(facts, start, end), row)

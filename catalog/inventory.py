"""The inventory (数据资源清单): its core metadata and 信息项, after the 2017 catalogue guide."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog.codes import is_resource_code, is_slug
from catalog.database import identifier
from catalog.grids import Grid, read_grids
from catalog.models import InventoryField, InventoryItem, InventoryRevision
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
from catalog.revisions import KEEP, Facts, Stated
from catalog.roster import UnitNames
from catalog.sheets import Column, Row, choose, read_rows
from catalog.vocabularies import DOMAIN, FIELD_TYPE, OPENNESS, SHARING, THEME, UPDATE_CYCLE

COLUMNS = (
    Column("resource_code", "信息资源代码", "Resource code", ("资源代码", "数据资源代码"), needed=True),
    Column("title", "信息资源名称", "Title", ("资源名称", "数据资源名称", "名称"), needed=True),
    Column("title_en", "英文名称", "English title", ("资源英文名称", "title in English")),
    Column("unit", "信息资源提供方", "Provider", ("提供方", "提供单位", "数据提供方", "unit"), needed=True),
    Column("abstract", "信息资源摘要", "Abstract", ("资源摘要", "摘要", "description")),
    Column("keywords", "关键字", "Keywords", ("关键词", "标签")),
    Column("formats", "信息资源格式", "Format", ("资源格式", "格式", "formats")),
    Column("sharing", "共享类型", "Sharing type", ("共享属性", "sharing", "share_type")),
    Column("sharing_condition", "共享条件", "Sharing condition", ("share_condition",)),
    Column("openness", "开放属性", "Openness", ("开放类型", "是否向社会开放"), needed=True),
    Column("open_condition", "开放条件", "Open condition"),
    Column("closed_basis", "不予开放依据", "Basis for not opening", ("不予开放理由", "不开放依据")),
    Column("update_cycle", "更新周期", "Update cycle", ("更新频率", "update frequency"), needed=True),
    Column("domain", "数据领域", "Domain", ("领域", "所属领域", "主题"), needed=True),
    Column("theme", "主题分类", "Theme", ("国家主题分类", "所属主题")),
    Column("schema_name", "标准模式", "Schema", ("数据模式", "schema_name")),
    Column("valid_from", "登记日期", "Registered on", ("生效日期", "valid from", "发布日期")),
    Column("valid_to", "失效日期", "Valid to", ("注销日期",)),
)
FIELD_COLUMNS = (
    Column("resource_code", "信息资源代码", "Resource code", ("资源代码", "数据资源代码"), needed=True),
    Column("title", "信息项名称", "Field title", ("信息项", "字段中文名", "数据项名称"), needed=True),
    Column("name", "字段名", "Field name", ("字段英文名", "字段名称", "column")),
    Column("type", "数据类型", "Data type", ("类型", "字段类型"), needed=True),
    Column("length", "数据长度", "Length", ("长度", "字段长度")),
    Column("required", "是否必填", "Required", ("必填", "是否非空")),
    Column("key", "是否主键", "Key", ("主键", "primary key")),
    Column("openness", "开放属性", "Openness", ("开放类型",)),
)
_FACTS = (
    "unit_id",
    "title",
    "title_en",
    "abstract",
    "keywords",
    "formats",
    "sharing",
    "sharing_condition",
    "openness",
    "open_condition",
    "closed_basis",
    "update_cycle",
    "domain",
    "theme",
    "schema_name",
)
_FIELD_FACTS = ("position", "title", "name", "type", "length", "required", "key", "openness")
_CODE = "类1 项2 目3 [细目][/顺序码]，307013/0004"
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_SEPARATORS = re.compile(r"[、，,/|]")


def item_id(resource_code: str) -> str:
    """The identifier of the inventory item with this *resource_code*."""
    return identifier("item", resource_code)


def _facts_of(revision: InventoryRevision) -> Facts:
    fields = [{name: getattr(field, name) for name in _FIELD_FACTS} for field in revision.fields]
    return {**simple_facts(revision, _FACTS), "fields": fields}


def _make(owner: str, facts: Facts) -> InventoryRevision:
    fields = [InventoryField(**field) for field in facts["fields"]]
    return InventoryRevision(item_id=owner, **{**facts, "fields": fields})


REGISTRY = Registry(
    name="inventory",
    revision=InventoryRevision,
    owner=InventoryItem,
    link=InventoryRevision.item_id,
    owner_id=item_id,
    make_owner=lambda code: InventoryItem(id=item_id(code), resource_code=code),
    facts_of=_facts_of,
    make=_make,
    blank={"fields": []},
)


def load(
    session: Session,
    path: Path,
    *,
    now: datetime,
    actor: str,
    valid_from: date | None = None,
    fields_path: Path | None = None,
) -> Loaded:
    """Load the inventory's sheet at *path*; all or nothing, in the caller's transaction.

    :param valid_from: start day of changed rows that state none; default: the day of *now*.
    :param fields_path: the sheet of 信息项, where it is not a second sheet of the same workbook; with
        neither, the 信息项 that are held stay.
    :raises InvalidInput: the sheet has faults; it carries all of them.
    """
    findings: list[Finding] = []
    default_from = valid_from or now.date()
    rows = read_sheet(path, COLUMNS, findings)
    fields = _read_fields(path, fields_path, findings)
    names = UnitNames(session)
    statements = [_statement(row, names, fields, default_from, now.date()) for row in rows]
    check_repeats(statements, "resource_code", "valid_to")
    for code in (fields or {}).keys() - {statement.key for statement in statements}:
        for row in (fields or {})[code]:
            row.fault(
                "unknown-reference",
                "resource_code",
                f"清单中没有信息资源 {code}",
                f"the inventory's sheet has no resource {code}",
            )
    refuse_if_faulty(path, findings)
    return merge(session, REGISTRY, statements, path=path, now=now, actor=actor, default_from=default_from)


def export(session: Session, day: date | None) -> list[dict[str, str]]:
    """The inventory as it holds on *day* (None: its whole history), as :func:`load` reads it."""
    return [_row(revision) for revision in _holding(session, day)]


def export_fields(session: Session, day: date | None) -> list[dict[str, str]]:
    """The 信息项 of the inventory as it holds on *day*, as :func:`load` reads them from ``fields_path``.

    That sheet names no dates, so without a *day* an item's latest 信息项 stand for its whole history.
    """
    latest = {revision.item_id: revision for revision in _holding(session, day)}
    return [_field_row(revision, field) for revision in latest.values() for field in revision.fields]


def _holding(session: Session, day: date | None) -> Sequence[InventoryRevision]:
    return session.scalars(
        select(InventoryRevision)
        .join(InventoryRevision.item)
        .options(
            joinedload(InventoryRevision.item),
            joinedload(InventoryRevision.unit),
            selectinload(InventoryRevision.fields),
        )
        .where(InventoryRevision.listed(day))
        .order_by(InventoryItem.resource_code, InventoryRevision.valid_from)
    ).all()


def _statement(
    row: Row, names: UnitNames, fields: dict[str, list[Row]] | None, default_from: date, today: date
) -> Statement:
    code = row.code("resource_code", is_resource_code, _CODE, required=True)
    start, end = period_of(row)
    openness = row.term("openness", OPENNESS, required=True)
    provider = row.text("unit", required=True)
    unit = names.find(provider, start or default_from, today)
    if provider and unit is None:
        row.fault(
            "unknown-reference",
            "unit",
            f"名录中没有单位 {provider!r}，或有多个同名单位",
            f"the roster has no unit {provider!r}, or several of that name",
            "单位编码、名称或别名",
        )
    schema_name = row.text("schema_name")
    if schema_name and not is_slug(schema_name):
        row.fault("bad-code", "schema_name", "不是模式名", "is not a schema's name", "air-quality-hourly")
    facts: Facts = {
        "unit_id": unit.id if unit else "",
        "title": row.text("title", required=True),
        "title_en": row.text("title_en"),
        "abstract": row.text("abstract"),
        "keywords": row.words("keywords"),
        "formats": [
            part.strip() for word in row.words("formats") for part in _SEPARATORS.split(word) if part.strip()
        ],
        "sharing": row.term("sharing", SHARING, default="unconditional"),
        "sharing_condition": row.text("sharing_condition"),
        "openness": openness,
        "open_condition": row.text("open_condition", required=openness == "conditional"),
        "closed_basis": row.text("closed_basis"),
        "update_cycle": row.term("update_cycle", UPDATE_CYCLE, required=True),
        "domain": row.term("domain", DOMAIN, required=True),
        "theme": row.term("theme", THEME, default=""),
        "schema_name": schema_name,
        "fields": KEEP if fields is None else _fields(fields.get(code, ()), openness),
    }
    return Statement(code, facts["title"], Stated(facts, start, end), row)


def _read_fields(
    path: Path, fields_path: Path | None, findings: list[Finding]
) -> dict[str, list[Row]] | None:
    """The rows of 信息项 by resource code; None if there is no such sheet."""
    if fields_path is not None:
        rows = read_sheet(fields_path, FIELD_COLUMNS, findings)
    else:
        grid: Grid | None = choose(read_grids(path), FIELD_COLUMNS)
        if grid is None:
            return None
        rows = read_rows(grid, FIELD_COLUMNS, findings)
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_code[row.code("resource_code", is_resource_code, _CODE, required=True)].append(row)
    return by_code


def _fields(rows: Sequence[Row], item_openness: str) -> list[dict[str, Any]]:
    fields: list[dict[str, Any]] = []
    for position, row in enumerate(rows, start=1):
        # A sheet without ASCII names still publishes columns that every tool can address.
        name = row.text("name") or f"field_{position:02d}"
        if not _FIELD_NAME.fullmatch(name):
            row.fault(
                "bad-code",
                "name",
                f"{name!r} 不是字段名",
                f"{name!r} is not a field name",
                "[A-Za-z][A-Za-z0-9_]*",
            )
        if any(name == field["name"] for field in fields):
            row.fault(
                "duplicate-code", "name", f"字段名 {name} 重复", f"the field name {name} stands there twice"
            )
        fields.append(
            {
                "position": position,
                "title": row.text("title", required=True),
                "name": name,
                "type": row.term("type", FIELD_TYPE, required=True),
                "length": row.number_of("length"),
                "required": row.flag("required"),
                "key": row.flag("key"),
                "openness": row.term("openness", OPENNESS, default=item_openness),
            }
        )
    return fields


def _row(revision: InventoryRevision) -> dict[str, str]:
    return {
        "信息资源代码": revision.item.resource_code,
        "信息资源名称": revision.title,
        "英文名称": revision.title_en,
        "信息资源提供方": revision.unit.code,
        "信息资源摘要": revision.abstract,
        "关键字": "；".join(revision.keywords),
        "信息资源格式": "；".join(revision.formats),
        "共享类型": SHARING.term(revision.sharing).zh,
        "共享条件": revision.sharing_condition,
        "开放属性": OPENNESS.term(revision.openness).zh,
        "开放条件": revision.open_condition,
        "不予开放依据": revision.closed_basis,
        "更新周期": UPDATE_CYCLE.term(revision.update_cycle).zh,
        "数据领域": DOMAIN.term(revision.domain).zh,
        "主题分类": THEME.term(revision.theme).zh if revision.theme else "",
        "标准模式": revision.schema_name,
        "登记日期": revision.valid_from.isoformat(),
        "失效日期": revision.valid_to.isoformat() if revision.valid_to else "",
    }


def _field_row(revision: InventoryRevision, field: InventoryField) -> dict[str, str]:
    return {
        "信息资源代码": revision.item.resource_code,
        "信息项名称": field.title,
        "字段名": field.name,
        "数据类型": field.type,
        "数据长度": "" if field.length is None else str(field.length),
        "是否必填": "是" if field.required else "否",
        "是否主键": "是" if field.key else "否",
        "开放属性": OPENNESS.term(field.openness).zh,
    }

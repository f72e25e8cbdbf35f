"""The sources (采集源): where agencies' data is pulled from, and whether a rule may sign for what comes."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import ledger
from catalog.codes import is_slug
from catalog.database import identifier
from catalog.errors import Conflict, InvalidInput
from catalog.models import Source
from catalog.records import Finding
from catalog.registry import Change, Loaded, count, difference, read_sheet, record, refuse_if_faulty
from catalog.roster import UnitNames
from catalog.sheets import Column, Row
from catalog.vocabularies import SOURCE_KIND

COLUMNS = (
    Column("code", "采集源标识", "Source code", ("标识", "采集源编码"), needed=True),
    Column("name", "名称", "Name", ("采集源名称",), needed=True),
    Column("kind", "类型", "Kind", ("采集方式", "采集源类型"), needed=True),
    Column("location", "地址", "Location", ("位置", "路径", "url"), needed=True),
    Column("unit", "单位", "Unit", ("单位编码", "所属单位")),
    Column("trusted", "可信", "Trusted", ("是否可信",)),
    Column("trust_basis", "可信依据", "Trust basis", ("依据",)),
    Column("enabled", "启用", "Enabled", ("是否启用",)),
)
#: The width of the column.
_LONGEST_CODE = 64
#: Kinds whose location is always a path.
_ON_DISK = frozenset({"sheet", "folder"})
_FACTS = ("name", "kind", "location", "unit_id", "trusted", "trust_basis", "enabled")


def source_id(code: str) -> str:
    """The identifier of the source with this *code*."""
    return identifier("source", code)


def load(
    session: Session,
    path: Path,
    *,
    now: datetime,
    actor: str,
    valid_from: date | None = None,  # noqa: ARG001 - doors load every registry alike; a source is not dated
) -> Loaded:
    """Load the sources' sheet at *path*; all or nothing, in the caller's transaction.

    Paths in it are relative to its own folder; they are kept absolute. A source that is switched off
    counts as retired.

    :raises InvalidInput: the sheet has faults; it carries all of them.
    """
    findings: list[Finding] = []
    names = UnitNames(session)
    stated: dict[str, dict[str, Any]] = {}
    for row in read_sheet(path, COLUMNS, findings):
        code = _code(row)
        if code in stated:
            row.fault("duplicate-code", "code", f"{code} 重复", f"{code} stands there twice")
        stated[code] = _facts(row, path.parent, names, now.date())
    refuse_if_faulty(path, findings)
    changes = [change for code, facts in stated.items() if (change := _put(session, code, facts, now))]
    session.flush()
    loaded = count(changes, len(stated))
    record(session, "sources", path, loaded, now=now, actor=actor)
    return loaded


def add(
    session: Session,
    *,
    code: str,
    name: str,
    kind: str,
    location: str,
    now: datetime,
    actor: str,
    unit_id: str | None = None,
    trust_basis: str = "",
) -> Source:
    """Add one source; a *trust_basis* makes it trusted, a path is kept absolute.

    :raises InvalidInput: the code is no slug, the kind unknown, or there is nothing at the path.
    :raises Conflict: there is a source of that *code* already.
    """
    if not is_source_code(code):
        raise InvalidInput(f"{code!r} 不是标识（a-z 0-9 -）", f"{code!r} is not a slug (a-z 0-9 -)")
    if kind not in {term.code for term in SOURCE_KIND}:
        raise InvalidInput(
            f"未知的采集源类型 {kind!r}，可用：{SOURCE_KIND.labels()}", f"unknown kind of source {kind!r}"
        )
    if not is_url(location):
        if not Path(location).exists():
            raise InvalidInput(f"{location} 不存在", f"{location} does not exist")
        location = str(Path(location).resolve())
    elif kind in _ON_DISK:
        raise InvalidInput(f"{kind} 类采集源须为路径", f"a source of kind {kind} must be a path")
    if session.get(Source, source_id(code)):
        raise Conflict(f"采集源 {code} 已存在", f"the source {code} exists already")
    source = Source(
        id=source_id(code),
        code=code,
        name=name,
        kind=kind,
        location=location,
        unit_id=unit_id,
        trusted=bool(trust_basis),
        trust_basis=trust_basis,
        enabled=True,
        recorded_at=now,
    )
    session.add(source)
    ledger.append(
        session,
        actor=actor,
        verb="source.added",
        subject_type="source",
        subject_id=source.id,
        details={"code": code, "kind": kind, "location": location, "trust_basis": trust_basis},
        at=now,
    )
    return source


def export(session: Session, day: date | None) -> list[dict[str, str]]:  # noqa: ARG001 - doors export every registry alike
    """Every source, as :func:`load` reads it."""
    return [
        {
            "采集源标识": source.code,
            "名称": source.name,
            "类型": SOURCE_KIND.term(source.kind).zh,
            "地址": source.location,
            "单位": source.unit.code if source.unit else "",
            "可信": "是" if source.trusted else "否",
            "可信依据": source.trust_basis,
            "启用": "是" if source.enabled else "否",
        }
        for source in session.scalars(select(Source).order_by(Source.code))
    ]


def is_source_code(code: str) -> bool:
    """Whether *code* can name a source."""
    return is_slug(code) and len(code) <= _LONGEST_CODE


def is_url(location: str) -> bool:
    """Whether *location* is a web address rather than a path."""
    return urlsplit(location).scheme in {"http", "https"}


def _code(row: Row) -> str:
    code = row.text("code", required=True)
    if code and not is_source_code(code):
        row.fault("bad-code", "code", f"{code!r} 不是标识", f"{code!r} is not a slug", "a-z 0-9 -")
    return code


def _facts(row: Row, folder: Path, names: UnitNames, today: date) -> dict[str, Any]:
    location = row.text("location", required=True)
    kind = row.term("kind", SOURCE_KIND, required=True)
    if is_url(location) and kind in _ON_DISK:
        row.fault("unknown-value", "location", "此类采集源须为路径", "this kind of source must be a path")
    if location and not is_url(location):
        where = (folder / location).resolve()
        if not where.exists():
            row.fault("missing-file", "location", f"{location} 不存在", f"{location} does not exist")
        location = str(where)
    named = row.text("unit")
    unit = names.find(named, today)
    if named and unit is None:
        row.fault(
            "unknown-reference", "unit", f"名录中没有单位 {named!r}", f"the roster has no unit {named!r}"
        )
    trusted = row.flag("trusted")
    return {
        "name": row.text("name", required=True),
        "kind": kind,
        "location": location,
        "unit_id": unit.id if unit else None,
        "trusted": trusted,
        "trust_basis": row.text("trust_basis", required=trusted),
        "enabled": row.flag("enabled", default=True),
    }


def _put(session: Session, code: str, facts: dict[str, Any], now: datetime) -> Change | None:
    source = session.get(Source, source_id(code))
    if source is None:
        session.add(Source(id=source_id(code), code=code, recorded_at=now, **facts))
        return Change("new", code, facts["name"], {}, facts)
    before, after = difference({name: getattr(source, name) for name in _FACTS}, facts)
    if not after:
        return None
    for name, value in after.items():
        setattr(source, name, value)
    return Change(
        "retired" if after.get("enabled") is False else "changed", code, facts["name"], before, after
    )

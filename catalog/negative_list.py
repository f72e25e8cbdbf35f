"""The negative list (负面清单): what must not be opened, and whether an item falls under it (opinion art. 18)."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from catalog.codes import is_resource_code
from catalog.database import identifier
from catalog.models import InventoryRevision, NegativeListEntry, NegativeListRevision
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
from catalog.sheets import Column, Row, normal
from catalog.vocabularies import SCOPE, fold

COLUMNS = (
    Column("code", "编号", "Code", ("清单编号", "条目编号"), needed=True),
    Column("matter", "事项", "Matter", ("事项名称", "内容"), needed=True),
    Column("scope", "适用方式", "Scope", ("适用范围", "匹配方式"), needed=True),
    Column("targets", "适用对象", "Targets", ("对象", "匹配内容"), needed=True),
    Column("category", "类别", "Category", ("分类",)),
    Column("legal_basis", "法律依据", "Legal basis", ("依据", "法规依据"), needed=True),
    Column("valid_from", "生效日期", "Valid from", ("发布日期", "effective date")),
    Column("review_on", "复核日期", "Review on", ("复审日期", "复核时间")),
    Column("valid_to", "失效日期", "Valid to", ("终止日期",)),
)
#: The narrowest scope speaks first: it names the item itself.
_NARROWEST_FIRST = {"resource": 0, "unit": 1, "keyword": 2}


def entry_id(code: str) -> str:
    """The identifier of the negative-list entry with this *code*."""
    return identifier("negative-list", code)


REGISTRY = Registry(
    name="negative-list",
    revision=NegativeListRevision,
    owner=NegativeListEntry,
    link=NegativeListRevision.entry_id,
    owner_id=entry_id,
    make_owner=lambda code: NegativeListEntry(id=entry_id(code), code=code),
    facts_of=lambda revision: simple_facts(
        revision, ("matter", "scope", "targets", "category", "legal_basis", "review_on")
    ),
    make=lambda owner, facts: NegativeListRevision(entry_id=owner, **facts),
    blank={},
)


def load(
    session: Session, path: Path, *, now: datetime, actor: str, valid_from: date | None = None
) -> Loaded:
    """Load the negative list's sheet at *path*; all or nothing, in the caller's transaction.

    :param valid_from: start day of changed rows that state none; default: the day of *now*.
    :raises InvalidInput: the sheet has faults; it carries all of them.
    """
    findings: list[Finding] = []
    default_from = valid_from or now.date()
    names = UnitNames(session)
    statements = [
        _statement(row, names, default_from, now.date()) for row in read_sheet(path, COLUMNS, findings)
    ]
    check_repeats(statements, "code", "valid_to")
    refuse_if_faulty(path, findings)
    return merge(session, REGISTRY, statements, path=path, now=now, actor=actor, default_from=default_from)


def export(session: Session, day: date | None) -> list[dict[str, str]]:
    """The negative list as it holds on *day* (None: its whole history), as :func:`load` reads it."""
    return [
        {
            "编号": revision.entry.code,
            "事项": revision.matter,
            "适用方式": SCOPE.term(revision.scope).zh,
            "适用对象": "；".join(revision.targets),
            "类别": revision.category,
            "法律依据": revision.legal_basis,
            "生效日期": revision.valid_from.isoformat(),
            "复核日期": revision.review_on.isoformat() if revision.review_on else "",
            "失效日期": revision.valid_to.isoformat() if revision.valid_to else "",
        }
        for revision in _holding(session, day)
    ]


@dataclass(frozen=True, slots=True)
class NegativeList:
    """The entries that hold on one day, by code, ready to be asked about many items."""

    entries: tuple[NegativeListRevision, ...]

    def forbidding(self, code: str, title: str, unit_code: str) -> tuple[NegativeListRevision, ...]:
        """The entries that speak of an item with this resource *code* and *title*, held by this unit.

        The narrowest scope comes first, then by code.
        """
        folded = fold(title)
        found = [one for one in self.entries if _speaks_of(one, code, folded, unit_code)]
        return tuple(sorted(found, key=lambda one: (_NARROWEST_FIRST[one.scope], one.entry.code)))


def in_force(session: Session, day: date) -> NegativeList:
    """The negative list of *day*; one statement."""
    return NegativeList(tuple(_holding(session, day)))


def matches(session: Session, item: InventoryRevision, day: date) -> NegativeListRevision | None:
    """The entry that forbids on *day* to open this *item*; where several do, the narrowest, then by code."""
    found = in_force(session, day).forbidding(item.item.resource_code, item.title, item.unit.code)
    return found[0] if found else None


def _holding(session: Session, day: date | None) -> list[NegativeListRevision]:
    query = (
        select(NegativeListRevision)
        .join(NegativeListRevision.entry)
        .options(joinedload(NegativeListRevision.entry))
        .where(NegativeListRevision.listed(day))
        .order_by(NegativeListEntry.code, NegativeListRevision.valid_from)
    )
    return list(session.scalars(query))


def _speaks_of(entry: NegativeListRevision, code: str, folded_title: str, unit_code: str) -> bool:
    match entry.scope:
        case "resource":
            return code in entry.targets
        case "unit":
            return unit_code in entry.targets
        case _:
            return any(word in folded_title for word in map(fold, entry.targets) if word)


def _statement(row: Row, names: UnitNames, default_from: date, today: date) -> Statement:
    scope = row.term("scope", SCOPE, required=True)
    start, end = period_of(row)
    row.text("targets", required=True)
    facts: Facts = {
        "matter": row.text("matter", required=True),
        "scope": scope,
        "targets": _targets(row, scope, names, (start or default_from, today)),
        "category": row.text("category"),
        "legal_basis": row.text("legal_basis", required=True),
        "review_on": row.day("review_on"),
    }
    code = code_of(row)
    return Statement(code, facts["matter"], Stated(facts, start, end), row)


def _targets(row: Row, scope: str, names: UnitNames, days: tuple[date, date]) -> list[str]:
    if scope == "resource":
        return row.codes("targets", is_resource_code, "307013/0004")
    words = row.words("targets")
    if scope != "unit":
        return [word for word in map(normal, words) if word]
    units = {word: names.find(word, *days) for word in words}
    for word, unit in units.items():
        if unit is None:
            row.fault(
                "unknown-reference", "targets", f"名录中没有单位 {word!r}", f"the roster has no unit {word!r}"
            )
    return [unit.code for unit in units.values() if unit]

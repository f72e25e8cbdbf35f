"""The inventory: every data resource that a unit holds, open or not, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from catalog.embargo import open_datasets
from catalog.errors import NotFound
from catalog.models import Dataset, InventoryItem, InventoryRevision, Unit
from catalog.queries.negative_list import Blocker, blockers
from catalog.queries.plan import PlanRow, plan
from catalog.queries.revisions import latest, mentions
from catalog.queries.slices import Slice, cut
from catalog.queries.units import UnitName, names


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One inventory item; ``dataset`` is the slug of what was published of it.

    ``justified`` is False for an item that is closed with neither a legal basis nor a negative-list entry.
    """

    code: str
    title: str
    title_en: str
    unit: UnitName
    domain: str
    openness: str
    sharing: str
    update_cycle: str
    justified: bool
    dataset: str | None
    open: bool


@dataclass(frozen=True, slots=True)
class ItemField:
    """One 信息项."""

    name: str
    title: str
    type: str
    length: int | None
    required: bool
    key: bool
    openness: str


@dataclass(frozen=True, slots=True)
class ItemPeriod:
    """What an item was from ``valid_from`` until before ``valid_to``."""

    title: str
    openness: str
    unit: UnitName
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One inventory item with everything that its page shows."""

    row: ItemRow
    abstract: str
    keywords: tuple[str, ...]
    formats: tuple[str, ...]
    sharing_condition: str
    open_condition: str
    closed_basis: str
    theme: str
    schema_name: str
    valid_from: date
    valid_to: date | None
    fields: tuple[ItemField, ...]
    history: tuple[ItemPeriod, ...]
    plan: tuple[PlanRow, ...]
    blockers: tuple[Blocker, ...]


def items(
    session: Session,
    day: date,
    *,
    openness: str | None = None,
    domain: str | None = None,
    unit: str | None = None,
    text: str = "",
    unjustified: bool = False,
    page: int = 1,
    size: int = 50,
) -> Slice[ItemRow]:
    """The items that the inventory holds on *day*, by code.

    :param unit: a unit's code.
    :param unjustified: only those that are closed without a reason.
    """
    statement = _held(day).order_by(InventoryItem.resource_code)
    if openness or unjustified:
        statement = statement.where(InventoryRevision.openness == ("closed" if unjustified else openness))
    if domain:
        statement = statement.where(InventoryRevision.domain == domain)
    if unit:
        statement = statement.where(Unit.code == unit)
    if text:
        statement = statement.where(
            mentions(text, InventoryRevision.title, InventoryRevision.title_en, InventoryItem.resource_code)
        )
    rows = session.execute(statement).all()
    if unjustified:
        reasons = blockers(session, day)
        rows = [row for row in rows if not _justified(row, reasons.of(row[0], row[1], row[2]))]
    chosen = cut(rows, page, size)
    return Slice(tuple(_rows(session, chosen.items, day)), chosen.total, page, size)


def item(session: Session, code: str, day: date) -> ItemPage:
    """One item as known on *day*, even if it has left the inventory by then.

    :raises NotFound: the inventory never had it.
    """
    row = session.execute(_known(day).where(InventoryItem.resource_code == code)).first()
    if row is None:
        raise NotFound(f"资源清单中没有 {code}", f"the inventory has no item {code}")
    _, now, _, _ = row
    known = session.scalars(
        select(InventoryRevision)
        .where(InventoryRevision.item_id == now.item_id, InventoryRevision.known())
        .order_by(InventoryRevision.valid_from)
        .options(selectinload(InventoryRevision.fields))
    ).all()
    holders = names(session, [one.unit_id for one in known], day)
    return ItemPage(
        row=_rows(session, [row], day)[0],
        abstract=now.abstract,
        keywords=tuple(now.keywords),
        formats=tuple(now.formats),
        sharing_condition=now.sharing_condition,
        open_condition=now.open_condition,
        closed_basis=now.closed_basis,
        theme=now.theme,
        schema_name=now.schema_name,
        valid_from=now.valid_from,
        valid_to=now.valid_to,
        fields=fields(now),
        history=tuple(
            ItemPeriod(one.title, one.openness, holders[one.unit_id], one.valid_from, one.valid_to)
            for one in known
        ),
        plan=plan(session, day, item=code, size=100).items,
        blockers=blockers(session, day).of(row[0], now, row[2]),
    )


def fields(revision: InventoryRevision) -> tuple[ItemField, ...]:
    """The 信息项 of a revision, in order."""
    return tuple(
        ItemField(one.name, one.title, one.type, one.length, one.required, one.key, one.openness)
        for one in revision.fields
    )


def _joined() -> Select[*tuple[Any, ...]]:
    return (
        select(InventoryItem.resource_code, InventoryRevision, Unit.code, Dataset)
        .join(InventoryRevision, InventoryRevision.item_id == InventoryItem.id)
        .join(Unit, Unit.id == InventoryRevision.unit_id)
        .outerjoin(Dataset, Dataset.item_id == InventoryItem.id)
    )


def _held(day: date) -> Select[*tuple[Any, ...]]:
    return _joined().where(InventoryRevision.holds(day))


def _known(day: date) -> Select[*tuple[Any, ...]]:
    return _joined().where(latest(InventoryRevision, "item_id", day))


def _justified(row: Sequence[Any], found: tuple[Blocker, ...]) -> bool:
    revision: InventoryRevision = row[1]
    return revision.openness != "closed" or bool(revision.closed_basis) or bool(found)


def _rows(session: Session, rows: Sequence[Any], day: date) -> list[ItemRow]:
    holders = names(session, [revision.unit_id for _, revision, _, _ in rows], day)
    reasons = blockers(session, day)
    seen = open_datasets(session, [dataset.id for *_, dataset in rows if dataset])
    return [
        ItemRow(
            code=code,
            title=revision.title,
            title_en=revision.title_en,
            unit=holders[revision.unit_id],
            domain=revision.domain,
            openness=revision.openness,
            sharing=revision.sharing,
            update_cycle=revision.update_cycle,
            justified=_justified((code, revision), reasons.of(code, revision, unit_code)),
            dataset=dataset.slug if dataset else None,
            open=dataset is not None and dataset.id in seen,
        )
        for code, revision, unit_code, dataset in rows
    ]

"""Units: the roster, and one unit with its history, its inventory's size and its relatives."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from catalog.embargo import current_id
from catalog.errors import NotFound
from catalog.models import Dataset, InventoryRevision, Unit, UnitRevision
from catalog.queries.revisions import latest, mentions
from catalog.queries.slices import Slice, cut


@dataclass(frozen=True, slots=True)
class UnitName:
    """Who somebody is: enough for a link."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as the roster holds it on a day; ``items`` and ``datasets`` count what it has and has opened."""

    code: str
    name: str
    name_en: str
    level: str
    division_code: str
    unit_class: str
    parent_code: str | None
    obliged: bool
    exclusion_reason: str
    items: int
    datasets: int


@dataclass(frozen=True, slots=True)
class UnitPeriod:
    """What a unit was from ``valid_from`` until before ``valid_to``."""

    name: str
    name_en: str
    level: str
    division_code: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class UnitPage:
    """One unit with everything that its page shows."""

    row: UnitRow
    aliases: tuple[str, ...]
    uscc: str | None
    valid_from: date
    valid_to: date | None
    history: tuple[UnitPeriod, ...]
    parent: UnitName | None
    predecessors: tuple[UnitName, ...]
    successors: tuple[UnitName, ...]
    children: tuple[UnitName, ...]


def names(session: Session, ids: Collection[str], day: date) -> dict[str, UnitName]:
    """The names on *day* of the units with these *ids*, by id; one statement."""
    statement = (
        select(Unit.id, Unit.code, UnitRevision.name, UnitRevision.name_en)
        .outerjoin(UnitRevision, (UnitRevision.unit_id == Unit.id) & latest(UnitRevision, "unit_id", day))
        .where(Unit.id.in_(set(ids)))
    )
    return {
        id_: UnitName(code, name or code, name_en or "")
        for id_, code, name, name_en in session.execute(statement)
    }


def called(session: Session, codes: Collection[str], day: date) -> list[UnitName]:
    """The names on *day* of the units with these *codes*; those that never were are left out."""
    ids = session.scalars(select(Unit.id).where(Unit.code.in_(set(codes)))).all()
    return list(names(session, ids, day).values())


def division_names(session: Session, day: date) -> dict[str, str]:
    """Division code → what people call the place: the name of the government unit that carries its code."""
    statement = (
        select(Unit.code, UnitRevision.division_code, UnitRevision.name)
        .join(UnitRevision, UnitRevision.unit_id == Unit.id)
        .where(latest(UnitRevision, "unit_id", day))
    )
    return {
        division: name.removesuffix("人民政府")
        for code, division, name in session.execute(statement)
        if code == division or name.endswith("人民政府")
    }


def roster(
    session: Session,
    day: date,
    *,
    level: str | None = None,
    division: str | None = None,
    text: str = "",
    page: int = 1,
    size: int = 50,
) -> Slice[UnitRow]:
    """The units that exist on *day*, province first.

    :param division: a prefix of the division code, e.g. ``3701`` for a city with its counties.
    """
    statement = _current(day)
    if level:
        statement = statement.where(UnitRevision.level == level)
    if division:
        statement = statement.where(UnitRevision.division_code.startswith(division, autoescape=True))
    if text:
        statement = statement.where(mentions(text, UnitRevision.name, UnitRevision.name_en, Unit.code))
    found = session.execute(statement).all()
    found = sorted(found, key=lambda row: (_RANK.get(row[1].level, 9), row[1].division_code, row[0].code))
    chosen = cut(found, page, size)
    counts = _counts(session, [unit.id for unit, _ in chosen.items], day)
    rows = tuple(_row(unit, revision, counts) for unit, revision in chosen.items)
    return Slice(rows, chosen.total, page, size)


def unit(session: Session, code: str, day: date) -> UnitPage:
    """One unit as known on *day*, even if it has ended by then.

    :raises NotFound: the roster never had it.
    """
    found = session.scalars(select(Unit).where(Unit.code == code)).first()
    known = session.scalars(
        select(UnitRevision)
        .where(UnitRevision.unit_id == (found.id if found else ""), UnitRevision.known())
        .order_by(UnitRevision.valid_from)
    ).all()
    if found is None or not known:
        raise NotFound(f"没有编码为 {code} 的单位", f"there is no unit with the code {code}")
    now = next((one for one in reversed(known) if one.valid_from <= day), known[0])
    everyone = session.execute(
        select(Unit.code, UnitRevision)
        .join(UnitRevision, UnitRevision.unit_id == Unit.id)
        .where(latest(UnitRevision, "unit_id", day))
    ).all()
    by_code = {other: UnitName(other, revision.name, revision.name_en) for other, revision in everyone}
    return UnitPage(
        row=_row(found, now, _counts(session, [found.id], day)),
        aliases=tuple(now.aliases),
        uscc=now.uscc,
        valid_from=now.valid_from,
        valid_to=now.valid_to,
        history=tuple(_period(one) for one in known),
        parent=by_code.get(now.parent_code or ""),
        predecessors=tuple(by_code[one] for one in now.predecessors if one in by_code),
        successors=tuple(by_code[other] for other, revision in everyone if code in revision.predecessors),
        children=tuple(by_code[other] for other, revision in everyone if _is_child(revision, code, day)),
    )


_RANK = {"province": 0, "city": 1, "county": 2}


def _current(day: date) -> Select[Unit, UnitRevision]:
    return (
        select(Unit, UnitRevision)
        .join(UnitRevision, UnitRevision.unit_id == Unit.id)
        .where(UnitRevision.holds(day))
    )


def _is_child(revision: UnitRevision, code: str, day: date) -> bool:
    return revision.parent_code == code and (revision.valid_to is None or revision.valid_to > day)


def _counts(session: Session, ids: list[str], day: date) -> dict[str, tuple[int, int]]:
    statement = (
        select(InventoryRevision.unit_id, func.count(), func.count(current_id(session)))
        .outerjoin(Dataset, Dataset.item_id == InventoryRevision.item_id)
        .where(InventoryRevision.unit_id.in_(ids), InventoryRevision.holds(day))
        .group_by(InventoryRevision.unit_id)
    )
    return {unit_id: (items, datasets) for unit_id, items, datasets in session.execute(statement)}


def _row(unit: Unit, revision: UnitRevision, counts: dict[str, tuple[int, int]]) -> UnitRow:
    items, datasets = counts.get(unit.id, (0, 0))
    return UnitRow(
        code=unit.code,
        name=revision.name,
        name_en=revision.name_en,
        level=revision.level,
        division_code=revision.division_code,
        unit_class=revision.unit_class,
        parent_code=revision.parent_code,
        obliged=revision.obliged,
        exclusion_reason=revision.exclusion_reason,
        items=items,
        datasets=datasets,
    )


def _period(revision: UnitRevision) -> UnitPeriod:
    return UnitPeriod(
        name=revision.name,
        name_en=revision.name_en,
        level=revision.level,
        division_code=revision.division_code,
        valid_from=revision.valid_from,
        valid_to=revision.valid_to,
    )

"""The facts that held on a day, as known at a moment: what coverage is counted from."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog.codes import is_division_code
from catalog.models import Dataset, InventoryRevision, PublicCheck, Release, Report, UnitRevision


def units_on(session: Session, as_of: date, known_at: datetime | None) -> list[UnitRevision]:
    """The roster of that day, in the order of the units' codes."""
    query = select(UnitRevision).where(UnitRevision.holds(as_of, known_at))
    return sorted(
        session.scalars(query.options(joinedload(UnitRevision.unit))), key=lambda row: row.unit.code
    )


def items_on(session: Session, as_of: date, known_at: datetime | None) -> list[InventoryRevision]:
    """The inventory of that day, in the order of the resource codes."""
    query = select(InventoryRevision).where(InventoryRevision.holds(as_of, known_at))
    rows = session.scalars(query.options(joinedload(InventoryRevision.item)))
    return sorted(rows, key=lambda row: row.item.resource_code)


def open_releases(session: Session, as_of: date, known_at: datetime | None) -> dict[str, Release]:
    """The release of each dataset that was the open one that day, by inventory item id."""
    query = select(Release).where(Release.published_at.is_not(None), Release.open_from <= as_of)
    ended = Release.open_to > as_of
    if known_at is None:
        query = query.where(or_(Release.ended_at.is_(None), ended))
    else:
        query = query.where(Release.published_at <= known_at)
        query = query.where(or_(Release.ended_at.is_(None), Release.ended_at > known_at, ended))
    query = query.options(
        joinedload(Release.dataset).joinedload(Dataset.item),
        selectinload(Release.report).load_only(Report.valid),
        selectinload(Release.checks),
    )
    # Two releases can be open on one day only while the end of the older was not known yet: the newer counts.
    releases = sorted(session.scalars(query), key=lambda release: release.number)
    return {release.dataset.item_id: release for release in releases}


def deciding_check(
    checks: Sequence[PublicCheck], end_of_day: datetime, known_at: datetime | None
) -> PublicCheck | None:
    """The public check that counts for a day.

    The last one made until the end of that day; where none was (history that was loaded later), the
    first one made after it. Releases never change, so a later fetch proves the same bytes.
    """
    seen = [check for check in checks if known_at is None or check.checked_at <= known_at]
    before = [check for check in seen if check.checked_at <= end_of_day]
    if before:
        return before[-1]
    return seen[0] if seen else None


def successors(roster: Sequence[UnitRevision]) -> dict[str, str]:
    """Code of a unit that is gone → id of the one unit on *roster* that followed it.

    A unit that was split has several: what it held is credited to none of them until one registers it.
    """
    heirs: dict[str, set[str]] = defaultdict(set)
    for unit in roster:
        for code in unit.predecessors:
            heirs[code].add(unit.unit_id)
    return {code: ids.pop() for code, ids in heirs.items() if len(ids) == 1}


def in_region(division_code: str, region: str | None) -> bool:
    """Whether a division lies in *region*: a province (370000), a city (370100) or a county (370102)."""
    if region is None:
        return True
    if not is_division_code(region):
        return False
    if region.endswith("0000"):
        return division_code[:2] == region[:2]
    if region.endswith("00"):
        return division_code[:4] == region[:4]
    return division_code == region

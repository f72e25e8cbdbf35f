"""The headline of coverage on many days: the same count as :mod:`opendata.indicators.coverage`, loaded once.

``measure`` gathers the evidence of one day from the database; a trend asks for forty days and needs only
the numbers. Here the facts of all days are read in four statements and each day is counted in memory.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from catalog import ledger
from catalog.models import Dataset, InventoryRevision, PublicCheck, Release, Report, Unit, UnitRevision
from catalog.moments import CHINA
from catalog.vocabularies import TABLE
from opendata.indicators import facts
from opendata.indicators.base import Measurement
from opendata.indicators.coverage import HEADLINE


@dataclass(frozen=True, slots=True)
class _Item:
    """An inventory item that may be opened, over a period; ``unit`` is the holder's id and code."""

    item_id: str
    unit: tuple[str, str]
    domain: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class _Open:
    """A release that was open over a period; ``sound`` if it was valid and not empty."""

    number: int
    open_from: date
    open_to: date | None
    sound: bool
    checks: tuple[PublicCheck, ...]


@dataclass(frozen=True, slots=True)
class History:
    """The facts of all days, as known at ``known_at``."""

    known_at: datetime | None
    roster: tuple[UnitRevision, ...]
    items: tuple[_Item, ...]
    releases: dict[str, tuple[_Open, ...]]

    def headline(self, day: date, *, target: int, domain: str | None = None) -> Measurement:
        """How many of the obliged units of *day* were covered."""
        roster = [unit for unit in self.roster if _holds(unit, day)]
        obliged = {unit.unit_id for unit in roster if unit.obliged}
        everyone = {unit.unit_id for unit in roster}
        heirs = facts.successors(roster)
        covered = set()
        for item in self.items:
            if _holds(item, day) and domain in (None, item.domain):
                id_, code = item.unit
                owner = id_ if id_ in everyone else heirs.get(code, "")
                if owner in obliged and owner not in covered and self._counts(item.item_id, day):
                    covered.add(owner)
        return Measurement(HEADLINE, len(covered), len(obliged), target)

    def _counts(self, item_id: str, day: date) -> bool:
        """Whether the item's release of that day was sound and fetched."""
        found = [
            one
            for one in self.releases.get(item_id, ())
            if one.open_from <= day and (one.open_to is None or one.open_to > day)
        ]
        if not found or not found[-1].sound:
            return False
        end_of_day = datetime.combine(day + timedelta(days=1), time(), tzinfo=CHINA)
        check = facts.deciding_check(found[-1].checks, end_of_day, self.known_at)
        return check is not None and check.intact


def history(session: Session, known_at: datetime | None = None) -> History:
    """Read the facts of all days as known at *known_at* (default: everything recorded so far)."""
    known_at = known_at or ledger.last_recorded(session)
    roster = session.scalars(
        select(UnitRevision).where(UnitRevision.known(known_at)).options(joinedload(UnitRevision.unit))
    ).all()
    items = session.execute(
        select(
            InventoryRevision.item_id,
            InventoryRevision.unit_id,
            Unit.code,
            InventoryRevision.domain,
            InventoryRevision.valid_from,
            InventoryRevision.valid_to,
        )
        .join(Unit, Unit.id == InventoryRevision.unit_id)
        .where(InventoryRevision.known(known_at), InventoryRevision.openness != "closed")
    )
    return History(
        known_at,
        tuple(roster),
        tuple(
            _Item(item, (unit, code), domain, start, end) for item, unit, code, domain, start, end in items
        ),
        _releases(session, known_at),
    )


def _releases(session: Session, known_at: datetime | None) -> dict[str, tuple[_Open, ...]]:
    """Inventory item id → its releases that were ever open, by number."""
    checks: dict[str, list[PublicCheck]] = defaultdict(list)
    for check in session.scalars(select(PublicCheck).order_by(PublicCheck.id)):
        checks[check.release_id].append(check)
    query = (
        select(
            Dataset.item_id, Release.id, Release.number, Release.open_from, Release.open_to, Release.ended_at,
            Release.kind, Release.rows, Report.valid,
        )
        .join(Dataset, Dataset.id == Release.dataset_id)
        .outerjoin(Report, Report.release_id == Release.id)
        .where(Release.published_at.is_not(None), Release.open_from.is_not(None))
        .order_by(Release.number)
    )  # fmt: skip
    if known_at is not None:
        query = query.where(Release.published_at <= known_at)
    found: dict[str, list[_Open]] = defaultdict(list)
    for item, id_, number, start, end, ended, kind, rows, valid in session.execute(query):
        unknown = ended is None or (known_at is not None and ended > known_at)
        sound = bool(valid) and ((rows or 0) > 0 or kind != TABLE)
        if start is not None:
            found[item].append(_Open(number, start, None if unknown else end, sound, tuple(checks[id_])))
    return {item: tuple(releases) for item, releases in found.items()}


def _holds(fact: UnitRevision | _Item, day: date) -> bool:
    return fact.valid_from <= day and (fact.valid_to is None or fact.valid_to > day)

"""Coverage of the units that owe open data (公共数据开放单位覆盖率), the opinion's art. 14.

For a day, a moment of knowledge and a scope: of the obliged units on the roster, how many were
``registered`` (≥ 1 inventory item), ``listed`` (≥ 1 item that may be opened), ``covered`` (≥ 1 dataset
whose open release was valid, not empty, and fetched by the public check) and ``current`` (covered, and no
dataset past its update cycle plus grace). The headline is ``covered``. No evidence is not covered; an
empty denominator is undefined. The same question gives the same bytes whenever it is asked.
"""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from catalog import ledger
from catalog.models import InventoryRevision, PublicCheck, Release, UnitRevision
from catalog.moments import CHINA
from catalog.records import Text
from catalog.vocabularies import TABLE, due_on
from opendata.indicators import facts
from opendata.indicators.base import Measurement

TITLE = Text("公共数据开放单位覆盖率", "Coverage of the units that owe open data")
DEFINITIONS: dict[str, Text] = {
    "registered": Text("已编目：至少有一条资源清单条目", "registered: at least one inventory item"),
    "listed": Text("已列入开放：至少有一条可开放条目", "listed: at least one item that may be opened"),
    "covered": Text(
        "已覆盖：至少有一个数据集的当日版本已发布、合格、非空且公众可取",
        "covered: at least one dataset whose release that day was published, valid, not empty, and fetched",
    ),
    "current": Text(
        "保持更新：已覆盖，且没有数据集超过更新周期加宽限期",
        "current: covered, and no dataset past its update cycle plus grace",
    ),
}
HEADLINE = "covered"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One dataset that speaks for its unit, down to the bytes that were fetched."""

    resource_code: str
    title: str
    domain: str
    dataset: str
    release: int
    release_id: str
    open_from: date
    kind: str
    rows: int
    sha256: str
    valid: bool
    check_url: str
    check_status: int | None
    check_intact: bool
    checked_at: datetime | None
    due: date | None
    overdue: bool

    @property
    def counts(self) -> bool:
        """Whether it makes its unit covered; a document that is empty is never valid."""
        return self.valid and (self.rows > 0 or self.kind != TABLE) and self.check_intact


@dataclass(frozen=True, slots=True)
class UnitCoverage:
    """How one obliged unit stands, with what proves it."""

    code: str
    name: str
    name_en: str
    level: str
    division_code: str
    parent_code: str | None
    items: int
    open_items: int
    evidence: tuple[Evidence, ...]

    @property
    def registered(self) -> bool:
        """At least one inventory item."""
        return self.items > 0

    @property
    def listed(self) -> bool:
        """At least one item that may be opened."""
        return self.open_items > 0

    @property
    def covered(self) -> bool:
        """At least one dataset whose release counts."""
        return any(piece.counts for piece in self.evidence)

    @property
    def current(self) -> bool:
        """Covered, and nothing overdue."""
        return self.covered and not any(piece.overdue for piece in self.evidence if piece.counts)

    def standing(self, definition: str) -> bool:
        """Whether it counts under *definition*, one of :data:`DEFINITIONS`."""
        return bool(getattr(self, definition))


@dataclass(frozen=True, slots=True)
class Excluded:
    """A unit on the roster that is not counted, with the reason."""

    code: str
    name: str
    level: str
    reason: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """The answer to one question, with its evidence."""

    as_of: date
    known_at: datetime | None
    target: int
    level: str | None
    region: str | None
    domain: str | None
    units: tuple[UnitCoverage, ...]
    excluded: tuple[Excluded, ...]

    @property
    def definitions(self) -> dict[str, Measurement]:
        """The four measurements, in their fixed order."""
        return {name: self.measurement(name) for name in DEFINITIONS}

    @property
    def with_exclusions(self) -> dict[str, Measurement]:
        """The same, had the excluded units been counted as not covered."""
        return {name: self.measurement(name, len(self.excluded)) for name in DEFINITIONS}

    def measurement(self, definition: str, more: int = 0) -> Measurement:
        """The measurement of one definition, with *more* units in the denominator."""
        numerator = sum(unit.standing(definition) for unit in self.units)
        return Measurement(definition, numerator, len(self.units) + more, self.target)

    def to_dict(self) -> dict[str, Any]:
        """Everything, as JSON-ready values in a fixed order."""
        return {
            "as_of": self.as_of.isoformat(),
            "known_at": self.known_at.isoformat() if self.known_at else None,
            "scope": {"level": self.level, "region": self.region, "domain": self.domain},
            "headline": HEADLINE,
            "definitions": {name: value.to_dict() for name, value in self.definitions.items()},
            "with_exclusions": {name: value.to_dict() for name, value in self.with_exclusions.items()},
            "excluded": [asdict(unit) for unit in self.excluded],
            "units": [_unit_dict(unit) for unit in self.units],
        }


def measure(
    session: Session,
    as_of: date,
    known_at: datetime | None = None,
    *,
    target: int = 80,
    grace_days: int = 30,
    level: str | None = None,
    region: str | None = None,
    domain: str | None = None,
) -> Coverage:
    """Measure coverage on the day *as_of*, as known at *known_at* (default: everything recorded so far).

    :param level: only units of this level; :param region: only units in this division;
    :param domain: only items and datasets of this domain (the denominator stays).
    """
    known_at = known_at or ledger.last_recorded(session)
    roster = facts.units_on(session, as_of, known_at)
    holdings = _holdings(session, as_of, known_at, roster, domain)
    releases = facts.open_releases(session, as_of, known_at)
    end_of_day = datetime.combine(as_of + timedelta(days=1), time(), tzinfo=CHINA)
    units, excluded = [], []
    for unit in roster:
        if (level and unit.level != level) or not facts.in_region(unit.division_code, region):
            continue
        if not unit.obliged:
            excluded.append(Excluded(unit.unit.code, unit.name, unit.level, unit.exclusion_reason))
            continue
        items = holdings[unit.unit_id]
        evidence = [
            _evidence(
                item, release, facts.deciding_check(release.checks, end_of_day, known_at), as_of, grace_days
            )
            for item in items
            if item.openness != "closed" and (release := releases.get(item.item_id))
        ]
        units.append(_unit_coverage(unit, items, evidence))
    return Coverage(as_of, known_at, target, level, region, domain, tuple(units), tuple(excluded))


def _holdings(
    session: Session, as_of: date, known_at: datetime | None, roster: list[UnitRevision], domain: str | None
) -> dict[str, list[InventoryRevision]]:
    """Unit id → its inventory items that day; those of a unit that is gone go to its one successor."""
    on_roster = {unit.unit_id for unit in roster}
    heirs = facts.successors(roster)
    holdings: dict[str, list[InventoryRevision]] = defaultdict(list)
    for item in facts.items_on(session, as_of, known_at):
        if domain is None or item.domain == domain:
            owner = item.unit_id if item.unit_id in on_roster else heirs.get(item.unit.code, "")
            holdings[owner].append(item)
    return holdings


def _evidence(
    item: InventoryRevision, release: Release, check: PublicCheck | None, as_of: date, grace_days: int
) -> Evidence:
    if release.open_from is None:
        raise AssertionError("a published release has the day from which it was open")
    due = due_on(item.update_cycle, release.open_from, grace_days)
    return Evidence(
        resource_code=item.item.resource_code,
        title=item.title,
        domain=item.domain,
        dataset=release.dataset.slug,
        release=release.number,
        release_id=release.id,
        open_from=release.open_from,
        kind=release.kind,
        rows=release.rows or 0,
        sha256=release.file_sha256,
        valid=bool(release.report and release.report.valid),
        check_url=check.url if check else "",
        check_status=check.status if check else None,
        check_intact=bool(check and check.intact),
        checked_at=check.checked_at if check else None,
        due=due,
        overdue=due is not None and as_of > due,
    )


def _unit_coverage(
    unit: UnitRevision, items: list[InventoryRevision], evidence: list[Evidence]
) -> UnitCoverage:
    return UnitCoverage(
        code=unit.unit.code,
        name=unit.name,
        name_en=unit.name_en,
        level=unit.level,
        division_code=unit.division_code,
        parent_code=unit.parent_code,
        items=len(items),
        open_items=sum(item.openness != "closed" for item in items),
        evidence=tuple(evidence),
    )


def _unit_dict(unit: UnitCoverage) -> dict[str, Any]:
    values = asdict(unit)
    values["evidence"] = [_evidence_dict(piece) for piece in unit.evidence]
    return {**values, **{name: unit.standing(name) for name in DEFINITIONS}}


def _evidence_dict(piece: Evidence) -> dict[str, Any]:
    values = asdict(piece)
    for name in ("open_from", "due", "checked_at"):
        values[name] = values[name].isoformat() if values[name] else None
    return {**values, "counts": piece.counts}

"""Coverage broken down by level, by city and over the opinion's milestones."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from catalog.records import Text
from opendata.indicators.coverage import Coverage, UnitCoverage


@dataclass(frozen=True, slots=True)
class Milestone:
    """A date that the opinion sets (art. 14)."""

    day: date
    title: Text


MILESTONES = (
    Milestone(date(2017, 12, 31), Text("八个重点领域数据向社会开放", "the eight priority domains are open")),
    Milestone(date(2018, 12, 31), Text("建成省级政府数据统一开放平台", "one provincial platform stands")),
    Milestone(
        date(2020, 12, 31), Text("公共数据开放单位覆盖 80% 以上", "at least 80 % of the units are covered")
    ),
)


def by_level(coverage: Coverage) -> dict[str, Coverage]:
    """Level → the same coverage of that level's units."""
    return _split(coverage, lambda unit: unit.level)


def by_city(coverage: Coverage) -> dict[str, Coverage]:
    """Division code of a city (370100) or of the province (370000) → the coverage of the units there."""
    return _split(coverage, lambda unit: f"{unit.division_code[:4]}00")


def quarter_ends(first: date, last: date) -> list[date]:
    """Every last day of a quarter from *first* to *last*, for a trend."""
    quarters = ((3, 31), (6, 30), (9, 30), (12, 31))
    days: Iterable[date] = (date(year, *end) for year in range(first.year, last.year + 1) for end in quarters)
    return [day for day in days if first <= day <= last]


def _split(coverage: Coverage, key: Callable[[UnitCoverage], str]) -> dict[str, Coverage]:
    groups: dict[str, list[UnitCoverage]] = defaultdict(list)
    for unit in coverage.units:
        groups[key(unit)].append(unit)
    return {
        name: replace(coverage, units=tuple(units), excluded=()) for name, units in sorted(groups.items())
    }

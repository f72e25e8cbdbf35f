"""The first page."""

from dataclasses import dataclass

from flask import render_template

from catalog.queries import datasets, refused
from catalog.queries.summary import DomainCount, summary
from opendata.indicators.breakdown import MILESTONES, Milestone
from opendata.web.blueprint import pages
from opendata.web.door import session, today
from opendata.web.trend import coverage_on, headline_on

NEWEST = 6


@pages.get("/")
def home() -> str:
    """Search, the eight domains, coverage, what is new, how far the opinion's milestones are met."""
    day = today()
    counts = summary(session(), day)
    coverage = coverage_on(day)
    return render_template(
        "home.html",
        summary=counts,
        coverage=coverage,
        newest=datasets.datasets(session(), day, size=NEWEST).items,
        refused=refused.refused(session(), day, size=1).total,
        milestones=[_milestone(milestone, counts.domains) for milestone in MILESTONES],
    )


@dataclass(frozen=True, slots=True)
class Reached:
    """What stood on a milestone's day: ``n`` of ``d``; ``reached`` is None where figures cannot tell."""

    milestone: Milestone
    counted: str
    n: int
    d: int
    reached: bool | None


def _milestone(milestone: Milestone, domains: tuple[DomainCount, ...]) -> Reached:
    """The first milestone speaks of domains, the last of coverage; whether a platform stands is no figure."""
    by_then = min(milestone.day, today())
    if milestone is MILESTONES[0]:
        opened = sum(domain.opened is not None and domain.opened <= by_then for domain in domains)
        return Reached(milestone, "domains", opened, len(domains), opened == len(domains))
    headline = headline_on(by_then)
    met = headline.met if milestone is MILESTONES[-1] else None
    return Reached(milestone, "units", headline.numerator, headline.denominator, met)

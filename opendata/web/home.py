"""The first page."""

from flask import render_template

from catalog.queries import datasets, refused
from catalog.queries.summary import DomainCount, summary
from opendata.indicators.breakdown import MILESTONES, Milestone
from opendata.indicators.coverage import Coverage
from opendata.web.blueprint import pages
from opendata.web.door import session, today
from opendata.web.trend import coverage_on

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
        milestones=[(milestone, *_reached(milestone, counts.domains, coverage)) for milestone in MILESTONES],
    )


def _reached(
    milestone: Milestone, domains: tuple[DomainCount, ...], coverage: Coverage
) -> tuple[int, int, bool | None]:
    """What was reached by a milestone's day: a count, out of how many, and whether that meets it."""
    by_then = min(milestone.day, today())
    opened = sum(domain.opened is not None and domain.opened <= by_then for domain in domains)
    if milestone is MILESTONES[0]:
        return opened, len(domains), opened == len(domains)
    if milestone is MILESTONES[1]:
        return int(opened > 0), 1, opened > 0
    then = coverage if by_then == coverage.as_of else coverage_on(by_then)
    headline = then.measurement("covered")
    return headline.numerator, headline.denominator, headline.met

"""Coverage: the figures, and the way down from each of them to its evidence."""

from datetime import date, timedelta

from flask import render_template, request

from catalog.codes import is_division_code
from catalog.queries.units import division_names
from catalog.vocabularies import DOMAIN, LEVEL
from opendata.indicators.breakdown import MILESTONES, by_city, by_level, quarter_ends
from opendata.indicators.coverage import DEFINITIONS, HEADLINE
from opendata.web import chart
from opendata.web.blueprint import pages
from opendata.web.door import choice, day, session, today
from opendata.web.trend import coverage_on, headline_on

FIRST_DAY = date(2016, 9, 30)


@pages.get("/coverage")
def coverage() -> str:
    """Four definitions, target, trend, milestones, breakdown by level, city and domain."""
    as_of = day("as_of", today())
    found = coverage_on(as_of)
    last = max(as_of, FIRST_DAY + timedelta(days=1))
    days = [*quarter_ends(FIRST_DAY, last - timedelta(days=1)), last]
    series = [(each, headline_on(each)) for each in days]
    return render_template(
        "coverage.html",
        coverage=found,
        definitions=DEFINITIONS,
        headline=HEADLINE,
        chart=chart.draw(series, found.target),
        series=series,
        milestones=[(milestone, headline_on(milestone.day)) for milestone in MILESTONES],
        levels=[(term.code, by_level(found).get(term.code)) for term in LEVEL],
        cities=by_city(found),
        cities_names=division_names(session(), as_of),
        domains=[(term.code, headline_on(as_of, term.code)) for term in DOMAIN],
        today=today(),
    )


@pages.get("/coverage/units")
def coverage_units() -> str:
    """The units behind one number: which of them count under a definition, which do not, and why."""
    as_of = day("as_of", today())
    definition = request.args.get("definition", HEADLINE)
    definition = definition if definition in DEFINITIONS else HEADLINE
    wanted = request.args.get("standing", "")
    region = request.args.get("region", "")
    region = region if is_division_code(region) else ""
    level, domain = choice("level", LEVEL), choice("domain", DOMAIN)
    found = coverage_on(as_of, level=level, domain=domain)
    if region:
        found = by_city(found).get(region) or coverage_on(as_of, level=level, domain=domain, region=region)
    units = [
        (unit, unit.standing(definition))
        for unit in found.units
        if wanted not in ("yes", "no") or unit.standing(definition) == (wanted == "yes")
    ]
    return render_template(
        "coverage_units.html",
        coverage=found,
        units=units,
        definition=definition,
        definitions=DEFINITIONS,
        measurement=found.measurement(definition),
        standing=wanted,
        level=level,
        domain=domain,
        region=region,
        region_names=division_names(session(), as_of),
        as_of=as_of,
    )

"""The roster, and one unit with how it stands."""

from flask import render_template, request

from catalog.queries import inventory, units
from catalog.vocabularies import LEVEL
from opendata.indicators.coverage import DEFINITIONS
from opendata.web.blueprint import pages
from opendata.web.door import choice, day, page_number, session, today, words
from opendata.web.trend import coverage_on


@pages.get("/units")
def unit_list() -> str:
    """The roster of a day, province first."""
    as_of = day("as_of", today())
    found = units.roster(
        session(),
        as_of,
        level=choice("level", LEVEL),
        division=request.args.get("division") or None,
        text=words("q"),
        page=page_number(),
    )
    standing = {unit.code: unit for unit in coverage_on(as_of).units}
    return render_template("units.html", found=found, standing=standing, as_of=as_of, levels=LEVEL)


@pages.get("/units/<code>")
def unit_page(code: str) -> str:
    """One unit: its history, its inventory, and the evidence for how it stands."""
    as_of = day("as_of", today())
    found = units.unit(session(), code, as_of)
    coverage = coverage_on(as_of)
    return render_template(
        "unit.html",
        unit=found,
        items=inventory.items(session(), as_of, unit=code, page=page_number()),
        standing=next((one for one in coverage.units if one.code == code), None),
        definitions=DEFINITIONS,
        as_of=as_of,
    )

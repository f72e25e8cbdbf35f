"""Units, inventory, plan, negative list, and what was refused."""

from flask import Response, url_for

from catalog.queries import inventory, negative_list, plan, refused, units
from catalog.queries.inventory import ItemRow
from catalog.queries.plan import PlanRow
from catalog.queries.refused import RefusedRow
from catalog.queries.slices import cut
from catalog.queries.units import UnitRow
from opendata.api import answers, arguments
from opendata.api.answers import Links
from opendata.api.blueprint import api, services, session


@api.get("/units")
def list_units() -> Response:
    """The units on the roster of a day, province first."""
    found = units.roster(
        session(),
        arguments.AS_OF.read() or services().today(),
        level=arguments.LEVEL.read(),
        division=arguments.REGION.read(),
        text=arguments.QUERY.read() or "",
        page=arguments.PAGE.read(),
        size=arguments.SIZE.read(),
    )
    return answers.many(found, _unit_links)


@api.get("/units/<code>")
def get_unit(code: str) -> Response:
    """One unit with its history and relatives."""
    found = units.unit(session(), code, arguments.AS_OF.read() or services().today())
    return answers.one(found, _unit_links(found.row))


@api.get("/inventory")
def list_inventory() -> Response:
    """The inventory items, open or not, by code."""
    found = inventory.items(
        session(),
        arguments.AS_OF.read() or services().today(),
        openness=arguments.OPENNESS.read(),
        domain=arguments.DOMAIN.read(),
        unit=arguments.UNIT.read(),
        text=arguments.QUERY.read() or "",
        unjustified=bool(arguments.UNJUSTIFIED.read()),
        page=arguments.PAGE.read(),
        size=arguments.SIZE.read(),
    )
    return answers.many(found, _item_links)


@api.get("/inventory/<path:code>")
def get_item(code: str) -> Response:
    """One inventory item with its fields, plan and history; its code may hold a slash."""
    found = inventory.item(session(), code, arguments.AS_OF.read() or services().today())
    return answers.one(found, _item_links(found.row))


@api.get("/plan")
def list_plan() -> Response:
    """The open-data plan with what became of each promise, the earliest due first."""
    found = plan.plan(
        session(),
        arguments.AS_OF.read() or services().today(),
        status=arguments.STATUS.read(),
        domain=arguments.DOMAIN.read(),
        page=arguments.PAGE.read(),
        size=arguments.SIZE.read(),
    )
    return answers.many(found, _plan_links)


@api.get("/negative-list")
def list_negative() -> Response:
    """What must not be opened, and by which law."""
    entries = negative_list.blockers(session(), arguments.AS_OF.read() or services().today()).entries
    return answers.many(
        cut(entries, arguments.PAGE.read(), arguments.SIZE.read()),
        lambda _: {"page": url_for("web.negative_list_page", _external=True)},
    )


@api.get("/refused")
def list_refused() -> Response:
    """What was not published, and why, the latest first."""
    found = refused.refused(
        session(),
        services().today(),
        stage=arguments.STAGE.read(),
        code=arguments.CODE.read(),
        page=arguments.PAGE.read(),
        size=arguments.SIZE.read(),
    )
    return answers.many(found, _refused_links)


def _unit_links(row: UnitRow) -> Links:
    return {
        "self": url_for("api.get_unit", code=row.code, _external=True),
        "inventory": url_for("api.list_inventory", unit=row.code, _external=True),
        "datasets": url_for("api.list_datasets", unit=row.code, _external=True),
        "page": url_for("web.unit_page", code=row.code, _external=True),
    }


def _item_links(row: ItemRow) -> Links:
    links = {
        "self": url_for("api.get_item", code=row.code, _external=True),
        "unit": url_for("api.get_unit", code=row.unit.code, _external=True),
        "page": url_for("web.item_page", code=row.code, _external=True),
    }
    if row.dataset:
        links["dataset"] = url_for("api.get_dataset", slug=row.dataset, _external=True)
    return links


def _plan_links(row: PlanRow) -> Links:
    links = {"item": url_for("api.get_item", code=row.item_code, _external=True)}
    if row.dataset:
        links["dataset"] = url_for("api.get_dataset", slug=row.dataset, _external=True)
    return links


def _refused_links(row: RefusedRow) -> Links:
    if row.dataset is None or row.release is None:
        return {}
    return {"release": url_for("api.get_release", slug=row.dataset, number=row.release, _external=True)}

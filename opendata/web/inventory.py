"""The inventory and one of its items."""

from flask import render_template, request

from catalog.queries import inventory
from catalog.vocabularies import DOMAIN, OPENNESS
from opendata.web.blueprint import pages
from opendata.web.door import choice, page_number, session, today, words


@pages.get("/inventory")
def item_list() -> str:
    """What the units hold, open or not; ``unjustified=1`` keeps what is closed without a reason."""
    found = inventory.items(
        session(),
        today(),
        openness=choice("openness", OPENNESS),
        domain=choice("domain", DOMAIN),
        unit=words("unit") or None,
        text=words("q"),
        unjustified=request.args.get("unjustified") == "1",
        page=page_number(),
    )
    unjustified = inventory.items(session(), today(), unjustified=True, size=1).total
    return render_template(
        "inventory.html", found=found, unjustified=unjustified, domains=DOMAIN, openness=OPENNESS
    )


@pages.get("/inventory/<path:code>")
def item_page(code: str) -> str:
    """One item: its metadata, its 信息项, its plan, and what forbids opening it."""
    return render_template("item.html", item=inventory.item(session(), code, today()))

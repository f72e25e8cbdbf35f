"""The plan, the negative list, what was refused, and the ledger: each a table with its filters."""

from flask import render_template, request

from catalog.queries import events, negative_list, plan, refused
from catalog.vocabularies import DOMAIN
from opendata.web.blueprint import pages
from opendata.web.door import choice, page_number, session, today
from opendata.web.verification import verification


@pages.get("/plan")
def plan_list() -> str:
    """What was promised for when, and whether it was kept."""
    status = request.args.get("status")
    status = status if status in plan.STATUSES else None
    domain = choice("domain", DOMAIN)
    return render_template(
        "plan.html",
        found=plan.plan(session(), today(), status=status, domain=domain, page=page_number()),
        tally=plan.tally(session(), today()),
        status=status,
        domains=DOMAIN,
    )


@pages.get("/negative-list")
def negative_list_page() -> str:
    """What must not be opened, and by which law."""
    return render_template("negative_list.html", entries=negative_list.blockers(session(), today()).entries)


@pages.get("/refused")
def refused_list() -> str:
    """What was not published, and why."""
    stage, code = request.args.get("stage"), request.args.get("code") or None
    everything = refused.everything(session(), today())
    codes: dict[str, int] = {}
    stages: dict[str, int] = dict.fromkeys(("register", "validate", "review"), 0)
    for row in everything:
        stages[row.stage] += 1
        for kind in {finding.code for finding in row.findings if finding.severity == "error"}:
            codes[kind] = codes.get(kind, 0) + 1
    return render_template(
        "refused.html",
        found=refused.refused(
            session(), today(), stage=stage if stage in stages else None, code=code, page=page_number()
        ),
        stages=stages,
        codes=sorted(codes.items(), key=lambda pair: (-pair[1], pair[0])),
        total=len(everything),
    )


@pages.get("/ledger")
def ledger_page() -> str:
    """The latest events, and whether the whole chain holds."""
    return render_template(
        "ledger.html",
        found=events.events(session(), page=page_number()),
        verification=verification(),
    )


@pages.get("/about")
def about() -> str:
    """What this is, the words it uses, and how to read it by machine."""
    return render_template("about.html")

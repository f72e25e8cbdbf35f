"""What the pipeline is doing: harvest runs, what each saw, and what waits for which step."""

from http import HTTPStatus

from flask import abort, render_template, request

from catalog.queries import pending, runs
from opendata.web.blueprint import pages
from opendata.web.door import page_number, session, today, words

#: How many of the things that wait for a step the page names.
NAMED = 5
#: Seconds after which a page about a run that goes on is loaded again.
AGAIN = 5


@pages.get("/runs")
def run_list() -> str:
    """The latest run of each source, what waits now, and all runs."""
    source, state = words("source"), request.args.get("state")
    state = state if state in runs.STATES else None
    return render_template(
        "runs.html",
        again=_again(runs.going_on(session())),
        waiting=pending.overview(session(), today(), size=NAMED),
        sources=runs.sources(session()),
        found=runs.runs(session(), source=source or None, state=state, page=page_number()),
        source=source,
        state=state,
        states=runs.STATES,
    )


@pages.get("/runs/waiting/<step>")
def waiting_list(step: str) -> str:
    """Everything that waits for one step."""
    known = next((one for one in pending.STEPS if one == step), None)
    if known is None:
        abort(HTTPStatus.NOT_FOUND)
    found = pending.pending(session(), today(), known, page=page_number(), size=50)
    return render_template("waiting.html", step=known, found=found)


@pages.get("/runs/<int:number>")
def run_page(number: int) -> str:
    """One run with the records that it was the last to see, and what was found on each."""
    found = runs.run(session(), number)
    return render_template(
        "run.html",
        run=found,
        again=_again(found.state == "running"),
        records=runs.records(session(), number, page=page_number()),
    )


def _again(going_on: int) -> int | None:
    """After how many seconds to load the page again; a reader may say ``refresh=no``."""
    return AGAIN if going_on and request.args.get("refresh") != "no" else None

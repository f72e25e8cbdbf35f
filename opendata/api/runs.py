"""Harvest runs, what they saw, and what waits in the pipeline."""

from flask import Response, url_for

from catalog.queries import pending, runs
from catalog.queries.pending import PendingRow
from catalog.queries.runs import RecordRow, RunRow
from opendata.api import answers, arguments
from opendata.api.answers import Links
from opendata.api.blueprint import api, services, session


@api.get("/runs")
def list_runs() -> Response:
    """The harvest runs, the latest first."""
    found = runs.runs(
        session(),
        source=arguments.SOURCE.read(),
        state=arguments.RUN_STATE.read(),
        page=arguments.PAGE.read(),
        size=arguments.SIZE.read(),
    )
    return answers.many(found, _run_links)


@api.get("/runs/<int:number>")
def get_run(number: int) -> Response:
    """One harvest run."""
    found = runs.run(session(), number)
    return answers.one(found, _run_links(found))


@api.get("/runs/<int:number>/records")
def list_records(number: int) -> Response:
    """What was last seen by a run, the refused first."""
    runs.run(session(), number)
    found = runs.records(session(), number, page=arguments.PAGE.read(), size=arguments.SIZE.read())
    return answers.many(found, _record_links)


@api.get("/pending")
def list_pending() -> Response:
    """What waits for a step, the longest-waiting first."""
    found = pending.pending(
        session(),
        services().today(),
        arguments.STEP.read(),
        page=arguments.PAGE.read(),
        size=arguments.SIZE.read(),
    )
    return answers.many(found, _pending_links)


def _run_links(row: RunRow) -> Links:
    return {
        "self": url_for("api.get_run", number=row.id, _external=True),
        "records": url_for("api.list_records", number=row.id, _external=True),
        "page": url_for("web.run_page", number=row.id, _external=True),
    }


def _record_links(row: RecordRow) -> Links:
    return _release(row.dataset, row.release)


def _pending_links(row: PendingRow) -> Links:
    item = {"item": url_for("api.get_item", code=row.item_code, _external=True)}
    return item | _release(row.dataset, row.release)


def _release(slug: str | None, number: int | None) -> Links:
    if slug is None or number is None:
        return {}
    return {"release": url_for("api.get_release", slug=slug, number=number, _external=True)}

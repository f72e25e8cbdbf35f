"""Datasets and their releases."""

from functools import partial

from flask import Response, url_for

from catalog.queries import datasets, releases
from catalog.queries.datasets import DatasetRow, ReleaseRow
from catalog.queries.slices import Slice
from opendata.api import answers, arguments
from opendata.api.answers import Links
from opendata.api.blueprint import api, services, session


@api.get("/datasets")
def list_datasets() -> Response:
    """The datasets that are open, the newest first."""
    found = datasets.datasets(
        session(),
        services().today(),
        text=arguments.QUERY.read() or "",
        domain=arguments.DOMAIN.read(),
        unit=arguments.UNIT.read(),
        level=arguments.LEVEL.read(),
        openness=arguments.OPENNESS.read(),
        update_cycle=arguments.UPDATE_CYCLE.read(),
        format=arguments.FORMAT.read(),
        kind=arguments.KIND.read(),
        page=arguments.PAGE.read(),
        size=arguments.SIZE.read(),
    )
    return answers.many(found, dataset_links)


@api.get("/datasets/<slug>")
def get_dataset(slug: str) -> Response:
    """One dataset with its fields and all of its public releases."""
    found = datasets.dataset(session(), slug, services().today())
    return answers.one(found, dataset_links(found.row))


@api.get("/datasets/<slug>/releases")
def list_releases(slug: str) -> Response:
    """The public releases of a dataset, the newest first."""
    found = datasets.dataset(session(), slug, services().today()).releases
    page, size = arguments.PAGE.read(), arguments.SIZE.read()
    chosen = found[(page - 1) * size : page * size]
    return answers.many(Slice(chosen, len(found), page, size), lambda row: release_links(slug, row))


@api.get("/datasets/<slug>/releases/<int:number>")
def get_release(slug: str, number: int) -> Response:
    """One release with its schema, report, decisions, checks and provenance, published or refused."""
    found = releases.release(session(), slug, number)
    return answers.one(found, release_links(slug, found.row))


def dataset_links(row: DatasetRow) -> Links:
    """Where a dataset is told of, here and on the portal."""
    return {
        "self": url_for("api.get_dataset", slug=row.slug, _external=True),
        "releases": url_for("api.list_releases", slug=row.slug, _external=True),
        "unit": url_for("api.get_unit", code=row.unit.code, _external=True),
        "page": url_for("web.dataset_page", slug=row.slug, _external=True),
    }


def release_links(slug: str, row: ReleaseRow) -> Links:
    """Where a release is told of, and where each of its files is fetched, as ``file:NAME``."""
    address = partial(url_for, slug=slug, number=row.number, _external=True)
    names = [] if row.state == "withdrawn" else [file.name for file in row.files]
    return {
        "self": address("api.get_release"),
        "dataset": url_for("api.get_dataset", slug=slug, _external=True),
        "page": address("web.release_page"),
        "report": address("web.report_page"),
        **{f"file:{name}": address("web.release_file", name=name) for name in names},
    }

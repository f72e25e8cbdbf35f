"""A dataset, and one of its releases."""

import json
from contextlib import closing
from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from catalog.errors import NotFound
from catalog.queries import datasets, downloads, releases
from opendata.pipeline import on_request
from opendata.web import images
from opendata.web.blueprint import pages
from opendata.web.column_chart import ColumnChart, column_chart, point_map
from opendata.web.door import services, session, today
from opendata.web.filters import permanent, plain
from opendata.web.related import related_to
from opendata.web.snippets import Snippet, snippets

PROFILE = "profile.json"


@pages.get("/datasets")
def dataset_list() -> Response:
    """There is one list of datasets: the search without words."""
    return redirect(url_for("web.search", kind="dataset"))


@pages.get("/datasets/<slug>")
def dataset_page(slug: str) -> str:
    """Metadata, dictionary, first rows, files, releases, verdict, provenance, citation."""
    found = datasets.dataset(session(), slug, today())
    number = found.row.release or (found.releases[0].number if found.releases else None)
    release = releases.release(session(), slug, number) if number else None
    profile = _profile(slug, number) if number and found.row.release else None
    return render_template(
        "dataset.html",
        dataset=found,
        release=release,
        profile=profile,
        columns={column["name"]: column for column in profile["columns"]} if profile else {},
        titles=_titles(release),
        charts=_charts(profile),
        map=point_map(profile.get("extent")) if profile else None,
        snippets=_snippets(slug, release) if release and found.row.release else (),
        unmade=_unmade(slug, number) if number else (),
        image=bool(release and found.row.release and images.shows(release.row)),
        downloads=downloads.of_dataset(session(), slug, today()),
        related=related_to(slug),
    )


@pages.get("/datasets/<slug>/releases/<int:number>")
def release_page(slug: str, number: int) -> str:
    """One release, published or refused, with its evidence."""
    release = releases.release(session(), slug, number)
    return render_template(
        "release.html",
        dataset=datasets.dataset(session(), slug, today()),
        release=release,
        unmade=_unmade(slug, number),
        image=images.shows(release.row) and release.row.state != "withdrawn",
    )


def _unmade(slug: str, number: int) -> tuple[on_request.Unmade, ...]:
    return on_request.offered(session(), slug, number, services().settings.eager_rows)


def _charts(profile: dict[str, Any] | None) -> dict[str, ColumnChart | None]:
    if profile is None:
        return {}
    return {column["name"]: column_chart(column, profile["rows"]) for column in profile["columns"]}


def _snippets(slug: str, release: releases.ReleasePage) -> tuple[Snippet, ...]:
    portal = permanent("web.home").rstrip("/")
    return snippets(portal, slug, release.row.number, release.row.kind, release.row.files)


def _titles(release: releases.ReleasePage | None) -> dict[str, str]:
    """What the release's columns are called in the reader's language."""
    fields = (release.schema or {}).get("fields", ()) if release else ()
    return {one["name"]: plain(one.get("title") or one["name"], one.get("title_en", "")) for one in fields}


def _profile(slug: str, number: int) -> dict[str, Any] | None:
    """The first rows and the columns in numbers, as publication wrote them beside the files; None where it wrote none."""
    try:
        file = releases.stored_file(session(), slug, number, PROFILE, today())
        with closing(services().storage.open(file.key)) as stream:
            found: dict[str, Any] = json.load(stream)
            return found
    except NotFound:
        return None

"""How often datasets were downloaded."""

from flask import Response, url_for

from catalog.queries import downloads
from opendata.api import answers
from opendata.api.blueprint import api, services, session


@api.get("/datasets/<slug>/downloads")
def get_downloads(slug: str) -> Response:
    """The downloads of one dataset: all, the last 30 days, by release, format and day."""
    found = downloads.of_dataset(session(), slug, services().today())
    links = {
        "self": url_for("api.get_downloads", slug=slug, _external=True),
        "dataset": url_for("api.get_dataset", slug=slug, _external=True),
        "page": url_for("web.dataset_page", slug=slug, _external=True),
    }
    return answers.one(found, links)

"""The portal: pages for people, one subject per file, in two languages."""

from http import HTTPStatus

from flask import Flask, Response, make_response, render_template, request

from catalog.records import Text
from opendata.web import (
    archives,
    asked,
    bulk,
    counting,
    coverage,
    datasets,
    diffs,
    door,
    feed,
    files,
    filters,
    home,
    images,
    inventory,
    keys,
    making,
    registers,
    reports,
    runs,
    saved,
    search,
    statistics,
    trend,
    units,
    verification,
)
from opendata.web.blueprint import pages
from opendata.web.language import LanguagePrefix
from opendata.web.strings import STATUS_TEXTS

__all__ = [
    "DOWNLOADS", "STATUS_TEXTS", "archives", "attach", "bulk", "coverage", "datasets", "diffs", "error_page", "feed", "files", "home", "images",
    "inventory", "keys", "registers", "reports", "runs", "saved", "search", "statistics", "units",
]  # fmt: skip


#: Where programs fetch files: who does not say that it reads HTML is told in JSON what went wrong.
DOWNLOADS = frozenset(
    {
        "web.release_file",
        "web.latest_file",
        "web.bulk_index",
        "web.bulk_files",
        "web.release_archive",
        "web.latest_archive",
        "web.search_archive",
        "web.diff_json",
        "web.diff_csv",
    }
)


def attach(app: Flask) -> None:
    """Put the portal into *app*."""
    filters.attach(app)
    door.attach(app)
    asked.attach(app)
    trend.attach(app)
    verification.attach(app)
    making.attach(app)
    counting.attach(app, app.extensions["services"])
    app.register_blueprint(pages)
    app.context_processor(lambda: {"settings": app.extensions["services"].settings})
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign, assignment]  # Flask's own way


def error_page(status: HTTPStatus, text: Text) -> Response:
    """The page that tells a reader what went wrong and where to go on."""
    return make_response(render_template("error.html", status=int(status), text=text), status)


@pages.after_request
def revalidate(response: Response) -> Response:
    """Let caches keep pages, but ask each time whether they are still true."""
    if request.endpoint == "web.static":
        if "v" in request.args:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
    if response.status_code == HTTPStatus.OK and response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-cache")
        response.add_etag()
        response.make_conditional(request)
    return response

"""Usage as a public table: every day's downloads, for whoever counts further."""

import csv
import io
from collections.abc import Iterator

from flask import Response

from catalog.queries import downloads
from opendata.services import Services
from opendata.web.blueprint import pages
from opendata.web.door import services

_COLUMNS = ("day", "dataset", "release", "format", "count")


@pages.get("/downloads.csv")
def download_table() -> Response:
    """One line a day, dataset, release and format; the columns are those of the API."""
    return Response(_lines(services()), content_type="text/csv; charset=utf-8")


def _lines(opened: Services) -> Iterator[str]:
    """The table, read with a session of its own: the request's has ended before the last line is sent."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    with opened.readers() as session:
        for row in downloads.every(session):
            writer.writerow([getattr(row, name) for name in _COLUMNS])
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()

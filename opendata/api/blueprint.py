"""The blueprint of the API, and what every answer of it has in common."""

from datetime import UTC, datetime, time
from http import HTTPStatus

from flask import Blueprint, Response, current_app, g, request
from sqlalchemy.orm import Session

from catalog.moments import CHINA
from catalog.queries.events import last_change
from opendata.services import Services

api = Blueprint("api", __name__, url_prefix="/api/v1")
#: What changes without an entry in the ledger, and so has no Last-Modified.
LIVE = (
    "api.get_downloads",
    "api.list_runs",
    "api.get_run",
    "api.list_records",
    "api.list_pending",
    "api.search",
    "api.suggest",
)


def services() -> Services:
    """The services that the application was made with."""
    found: Services = current_app.extensions["services"]
    return found


def session() -> Session:
    """The one reading session of this request; the application closes it."""
    if "session" not in g:
        g.session = services().readers()
    found: Session = g.session
    return found


@api.after_request
def tag(response: Response) -> Response:
    """Give a good answer its ETag and Last-Modified, and answer 304 to who has it already."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link"
    if response.status_code == HTTPStatus.OK:
        response.headers["Cache-Control"] = "public, no-cache"
        if request.endpoint not in LIVE:
            response.last_modified = _last_modified()
        response.add_etag()
        response.make_conditional(request)
    return response


def _last_modified() -> datetime:
    """The latest change of the catalogue, or midnight: what is late or in force depends on the day."""
    midnight = datetime.combine(services().today(), time(), tzinfo=CHINA).astimezone(UTC)
    return max(last_change(session()) or midnight, midnight)

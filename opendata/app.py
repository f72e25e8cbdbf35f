"""The WSGI application: the portal at ``/`` (English under ``/en``), the API at ``/api/v1``."""

import logging
import os
import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, jsonify, request
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter
from werkzeug.wrappers import Response as AnyResponse

from catalog.errors import (
    InvalidInput,
    NotFound,
    OpenDataError,
    SettingError,
    Tampered,
    TerminalError,
    TransientError,
)
from catalog.keys import is_misleading
from catalog.records import Text
from opendata import api, web
from opendata.services import Services, build
from opendata.settings import read_settings

LOG = logging.getLogger(__name__)
#: Addresses that lead to no route, and that somebody had meant for a file.
_FETCHED = re.compile(r"/datasets/.*(?:/files/|/latest/|\.zip$|\.json$|\.csv$)")
SECURITY = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self';"
    " frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class _Number(IntegerConverter):
    """The number of a release or a run in an address: more digits no database's integer holds, and no thing has."""

    regex = "[0-9]{1,9}"


def create_app(services: Services) -> Flask:
    """The application on these *services*; it opens nothing of its own."""
    app = Flask("opendata", static_folder=None)
    app.extensions["services"] = services
    app.url_map.converters["int"] = _Number
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.json.sort_keys = False  # type: ignore[attr-defined]  # fields stand in the order of their meaning
    web.attach(app)
    app.register_blueprint(api.api)
    app.jinja_env.globals["operations"] = api.OPERATIONS
    app.add_url_rule("/healthz", view_func=_alive)
    app.add_url_rule("/readyz", view_func=lambda: _ready(services))
    app.register_error_handler(OpenDataError, _failed)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(500, _broken)
    app.before_request(_require_sound_address)
    app.after_request(_finish)
    if hops := services.settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's own way
    return app


def from_environment() -> Flask:
    """The application by the environment's settings: what a web server's worker process starts."""
    return create_app(build(read_settings(os.environ, Path.cwd())))


def _require_sound_address() -> None:
    """Refuse an address that no page or file of ours has, before a database is asked that cannot take a NUL.

    :raises InvalidInput: it holds a control character or a mark that turns the direction of writing.
    """
    if is_misleading(request.path):
        shown = ascii(request.path[:200])
        raise InvalidInput(
            f"地址中含有控制字符或改变书写方向的字符：{shown}",
            f"the address holds a control character or a mark that turns the direction of writing: {shown}",
        )


def _alive() -> Response:
    return jsonify(status="alive")


def _ready(services: Services) -> tuple[Response, int]:
    """200 if database, storage and search all answer, else 503; the body names each."""
    parts = {"database": _ask_database, "storage": _ask_storage, "search": _ask_search}
    answers = {name: _answer(ask, services) for name, ask in parts.items()}
    ready = all(answer == "ok" for answer in answers.values())
    status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    return jsonify(status="ready" if ready else "not ready", **answers), status


def _answer(ask: Callable[[Services], object], services: Services) -> str:
    try:
        ask(services)
    except (OpenDataError, SQLAlchemyError) as error:
        LOG.warning("not ready: %s", error)
        return "does not answer"
    return "ok"


def _ask_database(services: Services) -> None:
    with services.readers() as session:
        session.execute(select(1))


def _ask_storage(services: Services) -> None:
    services.storage.exists("ready")


def _ask_search(services: Services) -> None:
    services.index.count()


def _failed(error: OpenDataError) -> AnyResponse:
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if isinstance(error, NotFound):
        status = HTTPStatus.NOT_FOUND
    elif isinstance(error, InvalidInput):
        status = HTTPStatus.BAD_REQUEST
    elif isinstance(error, TransientError):
        status = HTTPStatus.SERVICE_UNAVAILABLE
    elif isinstance(error, TerminalError) and not isinstance(error, (SettingError, Tampered)):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        LOG.error("%s %s: %s", request.method, request.path, error)
    return _tell(status, error.code, error.text)


def _refused(error: HTTPException) -> AnyResponse:
    response = error.get_response()
    if response.status_code < HTTPStatus.BAD_REQUEST:
        return response
    known = web.STATUS_TEXTS.get(response.status_code, web.STATUS_TEXTS[HTTPStatus.BAD_REQUEST])
    text = getattr(error, "text", known)
    answer = _tell(HTTPStatus(response.status_code), HTTPStatus(response.status_code).phrase, text)
    for name in ("Allow", "Content-Range"):
        if name in response.headers:
            answer.headers[name] = response.headers[name]
    return answer


def _broken(error: Exception) -> AnyResponse:
    # Flask has logged the cause; a reader must not see it.
    del error
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _tell(status, "internal", web.STATUS_TEXTS[status])


def _tell(status: HTTPStatus, code: str, text: Text) -> AnyResponse:
    answer = api.problem(status, code, text) if _wants_data() else web.error_page(status, text)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = "10"
    return answer


def _wants_data() -> bool:
    if request.path.startswith(("/api/", "/healthz", "/readyz")) or request.path == "/api":
        return True
    fetched = request.endpoint in web.DOWNLOADS or (request.endpoint is None and _FETCHED.match(request.path))
    return bool(fetched) and "text/html" not in request.headers.get("Accept", "")


def _finish(response: Response) -> Response:
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
    return response

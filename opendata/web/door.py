"""What every page needs of the request: the services, a session that reads, and checked arguments."""

from datetime import date

from flask import Flask, abort, current_app, g, request
from sqlalchemy.orm import Session

from catalog.vocabularies import Vocabulary
from opendata.services import Services

_MOST_DIGITS = 6


def services() -> Services:
    """The services that the application was made with."""
    found: Services = current_app.extensions["services"]
    return found


def session() -> Session:
    """The one reading session of this request; closed when the request ends."""
    if "session" not in g:
        g.session = services().readers()
    found: Session = g.session
    return found


def today() -> date:
    """The present day in China."""
    return services().today()


def page_number() -> int:
    """The ``page`` that was asked for; what is no number is page 1."""
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 1


def choice(name: str, vocabulary: Vocabulary) -> str | None:
    """The code that the argument *name* chose from *vocabulary*; None if it chose none that exists."""
    term = vocabulary.find(request.args.get(name, ""))
    return term.code if term else None


def words(name: str) -> str:
    """The words that were typed into the field *name*, cut to a length that somebody might type."""
    return request.args.get(name, "").replace("\x00", "").strip()[:200]


def day(name: str, default: date) -> date:
    """The day that the argument *name* names, ``YYYY-MM-DD``; anything else is answered with 400."""
    text = request.args.get(name, "")
    if not text:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(400)


def attach(app: Flask) -> None:
    """Have *app* close the session of every request."""
    app.teardown_appcontext(_close)


def _close(_error: BaseException | None) -> None:
    opened: Session | None = g.pop("session", None)
    if opened is not None:
        opened.close()

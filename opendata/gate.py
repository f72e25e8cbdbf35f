"""Let few requests work at once while many are being sent.

A slow reader holds a thread for as long as his download takes, but he needs neither processor nor database.
So a server has many threads, of which only some may be inside the application; the others are sending.
"""

import os
from collections.abc import Iterable
from threading import BoundedSemaphore

from flask import Flask

from opendata.app import from_environment
from opendata.web.language import Environ, Start, Wsgi

#: At most as many as a worker's pool has database connections: more would only wait for one.
MOST_AT_WORK = 15


class Gate:
    """WSGI middleware: at most *places* requests are worked on; sending the answer needs no place."""

    def __init__(self, wsgi: Wsgi, places: int) -> None:
        self._wsgi = wsgi
        self._places = BoundedSemaphore(places)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer one request."""
        with self._places:
            return self._wsgi(environ, start)


def worker() -> Flask:
    """The application by the environment's settings, behind a gate: what a web server's process starts."""
    app = from_environment()
    places = min(MOST_AT_WORK, 2 * (os.cpu_count() or 1) + 1)
    app.wsgi_app = Gate(app.wsgi_app, places)  # type: ignore[method-assign, assignment]  # Flask's own way
    return app

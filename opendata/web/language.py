"""Two languages by address: Chinese at ``/``, English at ``/en/``, so that caches keep them apart."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import request

Environ = dict[str, Any]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]

ENGLISH = "/en"
_KEY = "opendata.language"


class LanguagePrefix:
    """WSGI middleware that moves ``/en`` from the path to the mount point.

    Routes are written once; every address that ``url_for`` makes within an English request is English.
    """

    def __init__(self, wsgi: Wsgi) -> None:
        """Wrap *wsgi*."""
        self._wsgi = wsgi

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        environ[_KEY] = "zh"
        if path == ENGLISH or path.startswith(f"{ENGLISH}/"):
            environ[_KEY] = "en"
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + ENGLISH
            environ["PATH_INFO"] = path[len(ENGLISH) :] or "/"
        return self._wsgi(environ, start)


def language() -> str:
    """``zh`` or ``en``."""
    return str(request.environ.get(_KEY, "zh"))


def other_language() -> str:
    """The address of this page in the other language."""
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    if language() == "en":
        return request.root_path.removesuffix(ENGLISH) + request.path + query
    return request.root_path + ENGLISH + request.path + query

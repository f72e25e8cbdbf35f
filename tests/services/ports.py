"""Free ports on the loopback address, and the shortest questions one can ask a server."""

import contextlib
import random
import socket
import urllib.error
import urllib.request

LOOPBACK = "127.0.0.1"
#: Below those that the system gives to outgoing connections (from 32768 on), any of which could
#: take a server's port in the moment between its end and its next start.
PORTS = range(15000, 32000)
TRIES = 100


def free_port(wish: int | None = None) -> int:
    """A port that nobody listens on: *wish* if it is free, else one of :data:`PORTS` at random."""
    candidates = random.sample(PORTS, TRIES)
    return next(port for port in ([wish] if wish else []) + candidates if _is_free(port))


def _is_free(port: int) -> bool:
    with contextlib.suppress(OSError), socket.socket() as probe:
        # a port whose last connections still fade away is free for a server, so it is for us
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((LOOPBACK, port))
        return True
    return False


def http_status(port: int, path: str, seconds: float = 2) -> int | None:
    """The status that a GET of *path* is answered with, None where nobody answers."""
    # a proxy set for the outside world must not be asked about this machine
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{LOOPBACK}:{port}{path}", timeout=seconds) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code
    except OSError:
        return None


def line_answer(port: int, question: bytes, seconds: float = 2) -> bytes:
    """The first bytes that come back for *question*, b"" where nobody answers."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=seconds) as connection:
            connection.sendall(question)
            return connection.recv(64)
    except OSError:
        return b""

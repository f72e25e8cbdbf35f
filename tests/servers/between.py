"""A door before an S3 server, at which a test decides what becomes of each request.

A request's signature holds behind the door as before it: it is made for the host that the client called, and that is
passed on.
"""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import urlsplit, urlunsplit

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_CONTINUE = re.compile(rb"\r\nexpect: *100-continue\r\n", re.IGNORECASE)


@dataclass(frozen=True)
class Half:
    """Half of the body goes through, then *then* is called and the connection ends."""

    then: Callable[[], object]


class Silence:
    """Nothing is answered, as long as the door stands."""


#: What becomes of a request: it is passed on, answered here with a status and an S3 error code, or one of the above.
Fate = None | tuple[int, str] | Half | Silence


@dataclass
class Between:
    """The door; ``decide`` is asked about each request's method and target, and may be changed at any time."""

    server: tuple[str, int]
    address: tuple[str, int] = ("", 0)
    decide: Callable[[str, str], Fate] = lambda _method, _target: None
    closing: threading.Event = field(default_factory=threading.Event)

    def serve(self, client: socket.socket) -> None:
        """Take the one request of a connection."""
        with suppress(OSError), client, client.makefile("rb") as stream:
            head = _head(stream)
            if not head:
                return
            method, target = head.decode("latin-1").split(" ", 2)[:2]
            fate = self.decide(method, target)
            if isinstance(fate, Silence):
                self.closing.wait()
            elif isinstance(fate, tuple):
                client.sendall(_refusal(*fate, head_only=method == "HEAD"))
                for _ in _pieces(
                    stream, 1 << 30
                ):  # else the system ends the connection before the answer is read
                    continue
            else:
                self._pass(client, stream, head, fate)

    def _pass(self, client: socket.socket, stream: BinaryIO, head: bytes, fate: Half | None) -> None:
        """Hand the request on and its answer back; each has a connection of its own before and behind the door."""
        with socket.create_connection(self.server) as server:
            server.sendall(_CONTINUE.sub(b"\r\n", head).replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            if _CONTINUE.search(head):
                client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            length = _LENGTH.search(head)
            left = int(length[1]) if length else 0
            for piece in _pieces(stream, left // 2 if fate else left):
                server.sendall(piece)
            if fate:
                fate.then()
                return
            while answer := server.recv(1 << 16):
                client.sendall(answer)


def _head(stream: BinaryIO) -> bytes:
    head = b""
    while not head.endswith(_END):
        line = stream.readline()
        if not line:
            return b""
        head += line
    return head


def _pieces(stream: BinaryIO, left: int) -> Iterator[bytes]:
    while left and (piece := stream.read(min(1 << 16, left))):
        left -= len(piece)
        yield piece


def _refusal(status: int, code: str, *, head_only: bool) -> bytes:
    body = b"" if head_only else f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
    head = f"HTTP/1.1 {status} No\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


@contextmanager
def between(url: str) -> Iterator[tuple[Between, str]]:
    """A door before the server of the storage address *url*; with it the address through the door."""
    parts = urlsplit(url)
    endpoint = urlsplit(parts.query.partition("endpoint=")[2])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        door = Between((endpoint.hostname or "", endpoint.port or 80), listening.getsockname())
        threads: list[threading.Thread] = []

        def accept() -> None:
            while True:
                try:
                    client, _ = listening.accept()
                except OSError:
                    return
                threads.append(threading.Thread(target=door.serve, args=(client,)))
                threads[-1].start()

        threads.append(threading.Thread(target=accept))
        threads[0].start()
        try:
            query = f"endpoint=http://127.0.0.1:{door.address[1]}"
            yield door, urlunsplit(parts._replace(query=query))
        finally:
            door.closing.set()
            listening.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()

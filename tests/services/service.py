"""What one has to say to add a server. Register it in ``catalogue.py``."""

import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Launch:
    """How a server is started: in the foreground, since its pid is the one that we keep."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None


class Program(Protocol):
    """Something that pip cannot give."""

    name: str

    def packages(self) -> Sequence[str]:
        """The Debian packages that are still to be installed; none when all is there."""

    def build(self) -> None:
        """Fetch and build into the cache what Debian does not carry; instant when it is there."""


class Server(Program, Protocol):
    """A program that answers on a port of the loopback address."""

    #: What makes it close its files and end without waiting for its clients.
    stop_signal: signal.Signals

    def launch(self, folder: Path, port: int) -> Launch:
        """Lay out *folder* if it is new and say how to start there. A half laid-out one must not remain."""

    def answers(self, port: int) -> bool:
        """Whether it would serve a test now; a connection that is merely accepted is not enough."""

    def exports(self, port: int) -> dict[str, str]:
        """The variables that tell the tests where it answers."""

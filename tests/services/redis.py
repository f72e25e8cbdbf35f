"""Redis from Debian's packages, in memory only."""

import shutil
import signal
from pathlib import Path

from .ports import LOOPBACK, line_answer
from .service import Launch


class Redis:
    """A broker for workers, forgotten when it stops."""

    name = "redis"
    stop_signal = signal.SIGTERM

    def packages(self) -> tuple[str, ...]:
        """Debian's version."""
        return () if shutil.which("redis-server") else ("redis-server",)

    def build(self) -> None:
        """Debian has built it."""

    def launch(self, folder: Path, port: int) -> Launch:
        """No snapshots, no log of writes."""
        words = [
            "--port",
            str(port),
            "--bind",
            LOOPBACK,
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(folder),
        ]
        return Launch(["redis-server", *words])

    def answers(self, port: int) -> bool:
        """Whether it says PONG."""
        return line_answer(port, b"PING\r\n").startswith(b"+PONG")

    def exports(self, port: int) -> dict[str, str]:
        """Its first database."""
        return {"TEST_BROKER_URL": f"redis://{LOOPBACK}:{port}/0"}

"""PostgreSQL from Debian's packages, in a cluster of its own."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .faults import StartError
from .ports import LOOPBACK
from .processes import as_user
from .service import Launch

#: Debian keeps every major version in a folder of its own, off the PATH.
VERSIONS = Path("/usr/lib/postgresql")
OLDEST = 15
ROLE = "opendata"
#: Safe against a killed process, whose pages the kernel keeps; not against a power cut.
HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Postgres:
    """:param durable: write through to the disk at every commit, for tests of what survives."""

    durable: bool = False
    name = "postgres"
    stop_signal = signal.SIGINT  # its "fast" shutdown; SIGTERM waits for the clients to leave

    def packages(self) -> tuple[str, ...]:
        """Debian's default version."""
        return () if _programs() else ("postgresql",)

    def build(self) -> None:
        """Debian has built it."""

    def launch(self, folder: Path, port: int) -> Launch:
        """A cluster with the role and the database ``opendata``, no password, TCP only.

        A Unix socket is not opened: its path may have 107 bytes at most, and test folders are deep.
        """
        user = _user()
        cluster = _cluster(folder, user)
        # The instance has ended every process of an earlier server. PostgreSQL would look for itself, and take
        # the pid of one that was killed but not yet collected for a running one.
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        options = [
            f"port={port}",
            f"listen_addresses={LOOPBACK}",
            "unix_socket_directories=",
            "log_timezone=UTC",
        ]
        options += () if self.durable else HASTE
        command = [str(_program("postgres")), "-D", str(cluster)]
        return Launch([*command, *(word for option in options for word in ("-c", option))], user=user)

    def answers(self, port: int) -> bool:
        """Whether it takes connections; false while it recovers from a crash."""
        command: list[str | Path] = [
            _program("pg_isready"),
            "--quiet",
            f"--host={LOOPBACK}",
            f"--port={port}",
            f"--username={ROLE}",
        ]
        return subprocess.run(command, check=False).returncode == 0

    def exports(self, port: int) -> dict[str, str]:
        """An SQLAlchemy address, driver named."""
        return {"TEST_DATABASE_URL": f"postgresql+psycopg://{ROLE}@{LOOPBACK}:{port}/{ROLE}"}


def _programs() -> Path | None:
    """The folder of the newest version that is new enough."""
    debian = [path for path in VERSIONS.glob("*/bin/initdb") if path.parts[-3].isdigit()]
    newest = max(debian, key=lambda path: int(path.parts[-3]), default=None)
    if newest and int(newest.parts[-3]) >= OLDEST:
        return newest.parent
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


def _program(name: str) -> Path:
    programs = _programs()
    if programs is None:
        raise StartError("PostgreSQL is not installed")
    return programs / name


def _user() -> str | None:
    """PostgreSQL refuses to run as root; Debian's package brings a user for it."""
    if os.geteuid() != 0:
        return None
    return pwd.getpwnam("postgres").pw_name


def _cluster(folder: Path, user: str | None) -> Path:
    """The data folder, made if it is new; it appears under its name only when it is whole."""
    home = _home(folder, user)
    cluster = home / "data"
    if not cluster.exists():
        unfinished = home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        _initialise(unfinished, user)
        unfinished.rename(cluster)
    return cluster


def _home(folder: Path, user: str | None) -> Path:
    """A folder that *user* owns and can reach.

    Where a parent is closed to *user* (a clone under ``/root``, a folder from ``mkdtemp``), the
    home is made outside and a link to it is left inside.
    """
    home = folder / "cluster"
    if home.exists():
        return home.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    home.unlink(missing_ok=True)  # a link whose target somebody has cleared away
    if user is None or _reaches(user, folder):
        home.mkdir()
        place = home
    else:
        place = Path(tempfile.mkdtemp(prefix="opendata-postgres-", dir="/var/tmp"))
        home.symlink_to(place)
    if user:
        shutil.chown(place, user, user)
    return place


def _reaches(user: str, folder: Path) -> bool:
    return subprocess.run(["test", "-x", str(folder)], cwd="/", check=False, **as_user(user)).returncode == 0


def _initialise(cluster: Path, user: str | None) -> None:
    """Make the cluster, then its database: a single-user server needs no port for that."""
    words = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    _run([_program("initdb"), "-D", cluster, "-U", ROLE, *words], user)
    _run([_program("postgres"), "--single", "-D", cluster, "postgres"], user, f"CREATE DATABASE {ROLE};\n")


def _run(command: list[str | Path], user: str | None, typed: str = "") -> None:
    done = subprocess.run(
        command,
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        check=False,
        **as_user(user),
    )
    if done.returncode != 0:
        raise StartError(f"{Path(command[0]).name} failed:\n{done.stdout}")

"""An office at its terminal: a working directory of its own, the settings of its own, the real command."""

import hashlib
import json
import os
import re
import subprocess
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from catalog.database import Base, open_database
from opendata.cli import main
from tests.cli import county
from tests.conftest import ROOT

COMMAND = Path(sysconfig.get_path("scripts"), "opendata")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Lock files say nothing of what is kept.
_LOCKS = frozenset({"writer.lock", ".tantivy-writer.lock", ".tantivy-meta.lock"})


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What was printed on stdout, which must be JSON and nothing else."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The error that was printed as JSON."""
        told: dict[str, Any] = self.json["error"]
        return told


@dataclass(frozen=True)
class Office:
    """Where commands are typed: ``home`` is the working directory, ``environment`` holds the settings."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str | Path, stdin: bytes | None = None, **settings: str) -> Said:
        """Type ``opendata WORDS`` in this process; *settings* (``search_url=…``) hold for this once."""
        result = CliRunner().invoke(main, [*map(str, words)], input=stdin, env=self._with(settings))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    def program(self, *words: str | Path, before: Callable[[], None] | None = None, **settings: str) -> Said:
        """The same as a program of its own; *before* is called in the child first."""
        with self.started(*words, before=before, **settings) as process:
            out, err = process.communicate(timeout=120)
        return Said(process.returncode, out, err)

    def started(
        self, *words: str | Path, before: Callable[[], None] | None = None, **settings: str
    ) -> "subprocess.Popen[str]":
        """The program, running; *before* is called in the child first."""
        return subprocess.Popen(
            [COMMAND, *map(str, words)],
            cwd=self.home,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home), **self._with(settings)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=before,  # noqa: PLW1509 - it only sets a limit
        )

    def _with(self, settings: dict[str, str]) -> dict[str, str]:
        return self.environment | {f"OPENDATA_{name.upper()}": value for name, value in settings.items()}

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        engine = open_database(self.environment["OPENDATA_DATABASE_URL"])
        with engine.connect() as connection:
            counted = {
                name: connection.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }
        engine.dispose()
        return counted

    def files(self) -> dict[str, str]:
        """Every file below the working directory, by the sha256 of its bytes."""
        paths = (path for path in self.home.rglob("*") if path.is_file() and path.name not in _LOCKS)
        return {
            str(path.relative_to(self.home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
        }

    def kept(self) -> tuple[dict[str, int], dict[str, str]]:
        """Everything that a command which fails must leave as it was."""
        return self.rows(), self.files()

    def refuses(
        self, *words: str | Path, code: str, says: tuple[str, ...] = (), ends: int = 2, **settings: str
    ) -> dict[str, Any]:
        """Type the command for people and for machines: it must be refused alike, and change nothing.

        :param code: the error's name for machines; *says*: words that stand in both sentences.
        :returns: the error.
        """
        before = self.kept()
        spoken, told = self(*words, **settings), self(*words, "--json", **settings)
        assert (spoken.code, told.code) == (ends, ends), (spoken, told)
        error = told.error
        lines = [line for line in spoken.err.splitlines() if line.strip()]
        assert f"错误 {error['zh']}" in lines
        assert f"error {error['en']}" in lines
        assert spoken.out == ""
        assert error["code"] == code
        assert _CHINESE.search(error["zh"])
        assert [word for word in says if word not in error["zh"] or word not in error["en"]] == []
        assert self.kept() == before
        return error


@pytest.fixture
def office(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    template: str,
    copy_database: Callable[[str], str],
) -> Office:
    """An office whose database is initialised and empty; everything else stands on its default."""
    home = tmp_path / "home"
    home.mkdir()
    for name in os.environ:
        if name.startswith("OPENDATA_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(home)
    return Office(
        home,
        {"OPENDATA_DATABASE_URL": copy_database(template), "OPENDATA_CONTENT_DIR": str(ROOT)},
    )


@pytest.fixture
def settled(office: Office, tmp_path: Path) -> Office:
    """The same with the small county's registries loaded and its sources waiting to be harvested."""
    sheets = county.write(tmp_path / "county")
    for registry in ("roster", "inventory", "plan", "negative-list", "source"):
        said = office(registry, "load", sheets / f"{registry}.csv", "--json")
        assert said.code == 0, said
    return office

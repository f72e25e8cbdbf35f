"""The fixtures that every test may use, in one strategy.

One migrated template database is made per test process. ``session`` is a session on a copy of it inside
a transaction that is rolled back. ``services`` is a whole installation of its own: a fresh copy of the
database, storage and search, on the embedded defaults or on the servers that the variables name:
``TEST_DATABASE_URL``, ``TEST_STORAGE_URL``, ``TEST_SEARCH_URL`` (see docs/services.md). The clock stands
still at :data:`NOON`.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session, sessionmaker

from catalog import migrate
from catalog.database import open_database
from opendata.services import Services, build
from opendata.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2021, 3, 1, 4, 0, tzinfo=UTC)


def _in_server(server: str, statement: str) -> None:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a migrated database that nobody writes to: copies are made of it."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        url = f"sqlite:///{tmp_path_factory.mktemp('template')}/template.db"
        engine = open_database(url)
        migrate.upgrade(engine)
        engine.dispose()  # the last connection folds the write-ahead log into the one file that is copied
        yield url
        return
    name = f"template_{uuid4().hex[:12]}"
    _in_server(server, f"CREATE DATABASE {name}")
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    engine = open_database(url)
    migrate.upgrade(engine)
    engine.dispose()
    yield url
    _in_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def new_database(template: str, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """A function that makes a fresh migrated database and returns its URL."""
    server = os.environ.get("TEST_DATABASE_URL")
    made: list[str] = []

    def make() -> str:
        name = f"test_{uuid4().hex[:12]}"
        if not server:
            path = tmp_path / f"{name}.db"
            shutil.copy(str(make_url(template).database), path)
            return f"sqlite:///{path}"
        _in_server(server, f"CREATE DATABASE {name} TEMPLATE {make_url(template).database}")
        made.append(name)
        return make_url(server).set(database=name).render_as_string(hide_password=False)

    yield make
    for name in made:
        _in_server(str(server), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(new_database: Callable[[], str]) -> Iterator[Engine]:
    """An engine on a fresh database."""
    engine = open_database(new_database())
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions on a fresh database, for tests that commit."""
    return sessionmaker(engine, expire_on_commit=False)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session inside a transaction that is rolled back."""
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, expire_on_commit=False) as session:
            yield session
        if transaction.is_active:
            transaction.rollback()


def _own_part(url: str) -> str:
    """*url* with a last part of its own, so that no two tests meet."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}-{uuid4().hex[:12]}"))


@pytest.fixture
def new_settings(new_database: Callable[[], str], tmp_path: Path) -> Callable[[], Settings]:
    """A function that gives the settings of a fresh installation."""

    def make() -> Settings:
        home = tmp_path / f"home-{uuid4().hex[:8]}"
        home.mkdir()
        storage, search = os.environ.get("TEST_STORAGE_URL"), os.environ.get("TEST_SEARCH_URL")
        return Settings(
            database_url=new_database(),
            storage_url=_own_part(storage) if storage else f"file:{home}/published",
            search_url=_own_part(search) if search else f"embedded:{home}/index",
            work_dir=home,
            content_dir=ROOT,
        )

    return make


@pytest.fixture
def settings(new_settings: Callable[[], Settings]) -> Settings:
    """The settings of a fresh installation."""
    return new_settings()


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    """A fresh installation whose clock stands still."""
    services = build(settings, clock=lambda: NOON)
    yield services
    services.close()

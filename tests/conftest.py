"""The fixtures that every test may use, in one strategy.

One migrated template database is made per test process. ``session`` is a session on a copy of it inside
a transaction that is rolled back. ``services`` is a whole installation of its own: a fresh copy of the
database, storage and search, on the embedded defaults or on the servers that the variables name:
``TEST_DATABASE_URL``, ``TEST_STORAGE_URL``, ``TEST_SEARCH_URL`` (see docs/services.md). The clock stands
still at :data:`NOON`.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from catalog import migrate
from catalog.database import open_database
from opendata.publishing.storage import open_storage
from opendata.services import Services, build
from opendata.settings import Settings
from tests import databases

ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2021, 3, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a migrated database that nobody writes to: copies are made of it."""
    url = databases.create(tmp_path_factory.mktemp("template"))
    engine = open_database(url)
    migrate.upgrade(engine)
    engine.dispose()  # the last connection folds SQLite's write-ahead log into the one file that is copied
    yield url
    databases.drop(url)


@pytest.fixture
def copy_database(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """A function that copies the database of a URL and returns the copy's URL."""
    made: list[str] = []

    def copy(url: str) -> str:
        made.append(databases.copy(url, tmp_path))
        return made[-1]

    yield copy
    for url in made:
        databases.drop(url)


@pytest.fixture
def engine(copy_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    """An engine on a fresh database."""
    engine = open_database(copy_database(template))
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


def own_part(url: str) -> str:
    """*url* with a last part of its own, so that no two tests meet."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}-{uuid4().hex[:12]}"))


def installation(database_url: str, home: Path) -> Settings:
    """The settings of an installation of its own in the new folder *home*."""
    home.mkdir()
    storage, search = os.environ.get("TEST_STORAGE_URL"), os.environ.get("TEST_SEARCH_URL")
    return Settings(
        database_url=database_url,
        storage_url=own_part(storage) if storage else f"file:{home}/published",
        search_url=own_part(search) if search else f"embedded:{home}/index",
        work_dir=home,
        content_dir=ROOT,
    )


def remove(settings: Settings) -> None:
    """Take what an installation put on servers away; folders go with pytest's own."""
    if settings.storage_url.startswith("s3"):
        storage = open_storage(settings.storage_url)
        for folder in {key.partition("/")[0] for key in storage.list("")}:
            storage.delete_prefix(f"{folder}/")
    if settings.search_url.startswith("http"):
        address, _, name = settings.search_url.rpartition("/")
        with Elasticsearch(address) as client:
            for index in client.indices.get(index=f"{name}*", expand_wildcards="all"):
                client.indices.delete(index=index)


@pytest.fixture
def settings(copy_database: Callable[[str], str], template: str, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a fresh installation."""
    settings = installation(copy_database(template), tmp_path / "home")
    yield settings
    remove(settings)


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    """A fresh installation whose clock stands still."""
    services = build(settings, clock=lambda: NOON)
    yield services
    services.close()

"""Fresh databases for tests: files of SQLite, or databases on the server that TEST_DATABASE_URL names."""

import os
import shutil
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text


def server() -> str | None:
    """The PostgreSQL server to test on; None: SQLite."""
    return os.environ.get("TEST_DATABASE_URL")


def _on_server(statement: str) -> None:
    admin = create_engine(str(server()), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()


def create(folder: Path) -> str:
    """A new empty database; *folder* holds it if it is a file. Returns its URL."""
    name = f"test_{uuid4().hex[:16]}"
    if server() is None:
        return f"sqlite:///{folder}/{name}.db"
    _on_server(f"CREATE DATABASE {name}")
    return make_url(str(server())).set(database=name).render_as_string(hide_password=False)


def copy(url: str, folder: Path) -> str:
    """A copy of a database that nobody is connected to. Returns its URL."""
    source = make_url(url).database
    name = f"test_{uuid4().hex[:16]}"
    if server() is None:
        shutil.copy(str(source), folder / f"{name}.db")
        return f"sqlite:///{folder}/{name}.db"
    _on_server(f"CREATE DATABASE {name} TEMPLATE {source}")
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def drop(url: str) -> None:
    """Remove a database from the server; a file goes with its folder."""
    if server() is not None:
        _on_server(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

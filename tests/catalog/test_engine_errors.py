"""What the engines refuse, in our own words; what is a programming error stays what it is."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import OperationalError as Operational

from catalog.database import open_database
from catalog.errors import Busy, OpenDataError, SettingError, StorageFull, Unreachable
from tests import databases


def test_a_constraint_that_breaks_is_the_callers_to_expect(engine: Engine) -> None:
    twice = text("INSERT INTO unit (id, code) VALUES ('1', 'A'), ('1', 'A')")
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(twice)


def test_a_statement_that_is_wrong_is_a_programming_error(engine: Engine) -> None:
    with pytest.raises((ProgrammingError, Operational)) as raised, engine.connect() as connection:
        connection.execute(text("SELECT * FROM nothing"))
    assert isinstance(raised.value, SQLAlchemyError)


def test_a_full_database_file(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/small.db")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA max_page_count = 4"))
        with pytest.raises(StorageFull, match=r"small\.db"):
            connection.execute(text("CREATE TABLE much AS SELECT randomblob(100000)"))
    engine.dispose()


def test_a_database_file_that_another_process_writes(tmp_path: Path) -> None:
    first, second = (open_database(f"sqlite:///{tmp_path}/one.db") for _ in range(2))
    with second.connect() as impatient:
        impatient.exec_driver_sql("PRAGMA busy_timeout = 0")
        impatient.rollback()
        with first.begin(), pytest.raises(Busy, match=r"one\.db"):
            impatient.execute(text("SELECT 1"))
    first.dispose()
    second.dispose()


@pytest.mark.parametrize("content", [b"no database at all, only text" * 40, b"%PDF-1.7" + bytes(2000)])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.db").write_bytes(content)
    with pytest.raises(SettingError, match=r"x\.db"):
        open_database(f"sqlite:///{tmp_path}/x.db")


def test_a_server_that_ends_the_connection(engine: Engine) -> None:
    """A file has no server: there the place in which it should lie is what can be missing."""
    if databases.server() is None:
        with pytest.raises(Unreachable, match="folder"):
            open_database(f"sqlite:///{Path(str(engine.url.database))}/folder/x.db")
        return
    with engine.connect() as other, engine.connect() as connection:
        number = other.scalar(text("SELECT pg_backend_pid()"))
        connection.execute(text(f"SELECT pg_terminate_backend({number})"))
        with pytest.raises(Unreachable) as raised:
            other.execute(text("SELECT 1"))
    assert isinstance(raised.value, OpenDataError)
    with engine.connect() as again:
        assert again.scalar(text("SELECT 1")) == 1

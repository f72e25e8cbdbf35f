"""The database: base class, constraint names, column types that both engines keep alike, and the opener.

Ordinary code receives a ``session`` from a door or a pipeline step and never commits; only those open
a transaction (``with sessions.begin() as session``).
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import (
    JSON,
    Connection,
    Dialect,
    Engine,
    MetaData,
    String,
    Table,
    TypeDecorator,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

from catalog.engine_errors import meaning
from catalog.errors import SettingError, Unreachable

#: Stable names, so that a migration can drop what another created on either engine.
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
#: Under which name a session carries the clock of its installation.
CLOCK = "clock"
_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
#: Identifiers are derived from what a thing is, so loading the same province twice gives the same ones.
_NAMESPACE = UUID("9f0a3c9e-6f4b-5d7c-8a55-0d6f1a2b3c4d")


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, kept as ISO text of fixed width, so that it sorts alike and never loses its zone."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Aware datetime to text; a naive one is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Text to aware datetime."""
        return None if value is None else datetime.fromisoformat(value)


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: Moment(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[dict[str, Any]]: JSON(),
    }


def present(session: Session) -> datetime:
    """The present moment of *session*'s installation: its ``clock`` if it was given one, else the machine's."""
    clock: Callable[[], datetime] | None = session.info.get(CLOCK)
    return clock() if clock else datetime.now(UTC)


def identifier(kind: str, *key: str | int) -> str:
    """The stable UUID of the thing of this *kind* with this natural *key*."""
    return str(uuid5(_NAMESPACE, "\x1f".join((kind, *map(str, key)))))


def insert(session: Session, model: type[Base]) -> Any:  # noqa: ANN401 - each engine has its own class of INSERT … ON CONFLICT
    """An INSERT into the table of *model* that can say what happens on a conflict."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError("a row stands in a table")
    return _INSERTS[session.get_bind().dialect.name](table)


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the driver's own type
    # The driver's own transactions begin too late for SELECT-then-UPDATE; SQLAlchemy begins them below.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=20000", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE takes the write lock at once, so that two writers queue instead of failing halfway;
    # readers (execution option ``read_only``) must not queue behind them.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _open_sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = _speaking(create_engine(url))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _open_postgresql(url: URL) -> Engine:
    return _speaking(create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True))


def _speaking(engine: Engine) -> Engine:
    """*engine*, whose failures are this project's errors from now on."""
    event.listen(engine, "handle_error", meaning, retval=True)
    return engine


OPENERS: dict[str, Callable[[URL], Engine]] = {"sqlite": _open_sqlite, "postgresql": _open_postgresql}


def open_database(url: str) -> Engine:
    """Open the database that *url* names and make sure that it answers.

    :raises SettingError: the scheme is unknown or the URL malformed.
    :raises Unreachable: nothing answers there.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # it is not shown: it may hold a password
        raise SettingError(
            "数据库地址无法解析，应为 sqlite:///路径 或 postgresql+psycopg://用户@主机/库名",
            "the database URL cannot be parsed; expected sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME",
        ) from error
    opener = OPENERS.get(parsed.get_backend_name())
    if opener is None:
        known = ", ".join(OPENERS)
        raise SettingError(
            f"未知的数据库类型 {parsed.drivername!r}，可用：{known}",
            f"unknown database scheme {parsed.drivername!r}; known: {known}",
        )
    where = parsed.render_as_string(hide_password=True)
    try:
        engine = opener(parsed)
        with engine.connect():
            return engine
    except (DBAPIError, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise Unreachable(
            f"数据库无法连接：{where}（{why}）", f"the database does not answer: {where} ({why})"
        ) from error

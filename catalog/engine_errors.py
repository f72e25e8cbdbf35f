"""What the two database engines refuse, in our own words.

Heard by every engine that :func:`catalog.database.open_database` opens, so that no caller sees a driver's
exception that means "unreachable", "no space left", "busy" or "refused". Broken constraints and wrong
statements pass through: the first are their caller's to expect, the second programming errors.
"""

import sqlite3
from dataclasses import dataclass

from sqlalchemy.engine import ExceptionContext

from catalog.errors import Busy, OpenDataError, SettingError, StorageFull, Unreachable


@dataclass(frozen=True, slots=True)
class _Meaning:
    error: type[OpenDataError]
    zh: str
    en: str


_UNREACHABLE = _Meaning(Unreachable, "数据库无法连接", "the database does not answer")
_FULL = _Meaning(StorageFull, "数据库所在磁盘空间不足", "no space is left where the database lies")
_BROKEN = _Meaning(
    Unreachable,
    "数据库所在磁盘无法读写（可能已满、超出限额或损坏）",
    "the disk under the database fails (full, over quota or damaged)",
)
_BUSY = _Meaning(Busy, "数据库正忙，请稍后再试", "the database is busy; try again later")
_REFUSED = _Meaning(
    SettingError, "数据库拒绝访问或不是本平台的数据库", "the database refuses, or is none of ours"
)

#: SQLite's primary result codes.
_SQLITE = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _BROKEN,
    sqlite3.SQLITE_CANTOPEN: _UNREACHABLE,
    sqlite3.SQLITE_PERM: _REFUSED,
    sqlite3.SQLITE_READONLY: _REFUSED,
    sqlite3.SQLITE_NOTADB: _REFUSED,
    sqlite3.SQLITE_CORRUPT: _REFUSED,
}
#: SQLite's low byte is the result; what stands above it says where it happened.
_PRIMARY = 0xFF
#: Beginnings of PostgreSQL's SQLSTATE, the longer ones first.
_POSTGRESQL = {
    "53100": _FULL,
    "55P03": _BUSY,
    "25006": _REFUSED,
    "57P": _UNREACHABLE,
    "53": _BUSY,
    "40": _BUSY,
    "08": _UNREACHABLE,
    "58": _BROKEN,
    "28": _REFUSED,
    "3D": _REFUSED,
}


def meaning(context: ExceptionContext) -> OpenDataError | None:
    """What a driver's exception means to us; None: nothing that a door should say.

    A listener for SQLAlchemy's ``handle_error``: what it returns is raised in the exception's place.
    """
    found = _found(context)
    if found is None:
        return None
    where = context.engine.url.render_as_string(hide_password=True) if context.engine else "?"
    why = " ".join(str(context.original_exception).split())
    return found.error(f"{found.zh}：{where}（{why}）", f"{found.en}: {where} ({why})")


def _found(context: ExceptionContext) -> _Meaning | None:
    error = context.original_exception
    if isinstance(error, sqlite3.Error):
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & _PRIMARY)
    state = getattr(error, "sqlstate", None)
    if state:
        return next((found for begin, found in _POSTGRESQL.items() if state.startswith(begin)), None)
    # Before a connection stands, or after it broke, PostgreSQL's driver has no SQLSTATE to give.
    is_lost = context.is_disconnect or context.connection is None
    return _UNREACHABLE if is_lost and context.sqlalchemy_exception else None

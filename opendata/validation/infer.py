"""What every row of a table agrees on, column by column."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from opendata.tables import Table
from opendata.tables.columns import fold

#: Beyond 15 digits a spreadsheet and a browser lose digits: such a number is a code.
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}", re.ASCII)
_DIGITS_KEPT = 15


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) and len(text.split(".", maxsplit=1)[0].lstrip("-")) <= _DIGITS_KEPT


def _is_date(text: str) -> bool:
    return bool(_DATE.fullmatch(text)) and _parses(date.fromisoformat, text)


def _is_moment(text: str) -> bool:
    return bool(_MOMENT.fullmatch(text)) and _parses(datetime.fromisoformat, text)


def _parses(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


#: From the narrowest type to the widest; the first that every value fits is the column's.
_TESTS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("boolean", lambda text: text in {"true", "false"}),
    ("integer", lambda text: bool(_INTEGER.fullmatch(text))),
    ("number", _is_number),
    ("date", _is_date),
    ("datetime", _is_moment),
)


class _Column:
    """The types that all values seen so far fit."""

    def __init__(self) -> None:
        self._left = list(_TESTS)
        self._seen = False

    def see(self, text: str) -> None:
        if text:
            self._seen = True
            if self._left:
                self._left = [(kind, fits) for kind, fits in self._left if fits(text)]

    @property
    def kind(self) -> str:
        return self._left[0][0] if self._seen and self._left else "string"


def _kinds(rows: Iterable[list[str]], width: int) -> list[str]:
    columns = [_Column() for _ in range(width)]
    for row in rows:
        for column, text in zip(columns, row, strict=False):
            column.see(text)
    return [column.kind for column in columns]


def inferred_fields(table: Table) -> list[dict[str, Any]]:
    """A field per label, named by it, of the narrowest type that all rows fit; an empty column is text.

    Blank and repeated labels get no field, so that the header's judge names them.
    """
    kinds = _kinds(table.records(), len(table.labels))
    fields: dict[str, dict[str, Any]] = {}
    for label, kind in zip(table.labels, kinds, strict=True):
        if fold(label):
            fields.setdefault(fold(label), {"name": label, "title": label, "type": kind})
    return list(fields.values())

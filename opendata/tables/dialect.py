"""How a file is laid out, declared beside it as a Frictionless Table Dialect; each property as frictionless means it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import frictionless
from frictionless.formats import CsvControl

from catalog.errors import InvalidInput
from catalog.records import Finding, Text

#: What may be declared. ``csv`` and ``excel`` hold frictionless' own properties of a format.
KNOWN = (
    *("header", "headerRows", "headerJoin", "commentRows", "commentChar", "skipBlankRows"),
    *("delimiter", "lineTerminator", "quoteChar", "doubleQuote", "escapeChar", "skipInitialSpace"),
    *("csv", "excel", "sheetName", "name", "title", "description", "$schema"),
)
_ONE_CHARACTER = ("delimiter", "quoteChar", "escapeChar")

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """A declared layout; None is what the reader has to find out by itself.

    ``header_rows`` are physical rows from 1, of which the last is the header's end; ``header`` False says
    that the file has none, and then ``labels`` name the columns in order. ``comment_rows``, and rows whose
    first cell begins with ``comment``, are no rows of the table; nor are blank ones if ``skip_blank``.
    """

    delimiter: str | None = None
    quote: str | None = None
    double_quote: bool = True
    escape: str | None = None
    skip_space: bool = False
    header: bool = True
    header_rows: tuple[int, ...] | None = None
    header_join: str = " "
    comment: str | None = None
    comment_rows: frozenset[int] = frozenset()
    skip_blank: bool = False
    sheet: str | None = None
    labels: tuple[str, ...] = ()

    @property
    def drops_rows(self) -> bool:
        """Whether rows below the header may be no rows of the table."""
        return bool(self.comment or self.comment_rows or self.skip_blank)

    @property
    def places_header(self) -> bool:
        """Whether it is declared where the header is, or that there is none."""
        return not self.header or self.header_rows is not None

    def is_row(self, number: int, cells: Row) -> bool:
        """Whether the record with the physical *number* counts as one."""
        if number in self.comment_rows or (self.comment and cells and cells[0].startswith(self.comment)):
            return False
        return not self.skip_blank or any(cells)

    def joined(self, rows: Sequence[Row]) -> list[str]:
        """The labels of a header of several *rows*: what changes from row to row, joined."""
        labels: list[str] = []
        last: dict[int, str] = {}
        for cells in rows:
            for index, cell in enumerate(cells):
                if last.get(index) == cell:
                    continue
                last[index] = cell
                if len(labels) <= index:
                    labels.append(cell)
                else:
                    labels[index] = self.header_join.join([labels[index], cell])
        return labels

    def naming(self, labels: Sequence[str]) -> "Dialect":
        """This dialect for a file whose columns, if it has no header, are *labels*."""
        return replace(self, labels=tuple(labels))


FOUND_OUT = Dialect()


def _refusal(zh: str, en: str) -> InvalidInput:
    return InvalidInput(
        f"方言（dialect）有误：{zh}", f"The dialect is wrong: {en}", [Finding("bad-schema", Text(zh, en))]
    )


def dialect_faults(declared: Mapping[str, Any]) -> Iterator[Text]:
    """What is wrong with the dialect *declared*."""
    for name in declared:
        if name not in KNOWN:
            known = ", ".join(KNOWN)
            yield Text(
                f"未知的方言属性 {name}；可用：{known}。", f"unknown dialect property {name}; known: {known}."
            )
    nested = declared.get("csv", {})
    given = {**declared, **nested} if isinstance(nested, Mapping) else dict(declared)
    for name in _ONE_CHARACTER:
        value = given.get(name)
        if value is not None and not (isinstance(value, str) and len(value) == 1):
            if name == "quoteChar" and value == "":
                continue
            yield Text(
                f"{name} 应为一个字符，而不是 {value!r}。", f"{name} must be one character, not {value!r}."
            )
    for name in ("headerRows", "commentRows"):
        rows = declared.get(name, [])
        if not isinstance(rows, list) or not all(type(row) is int and row > 0 for row in rows):
            yield Text(f"{name} 应为自 1 起的行号列表。", f"{name} must be a list of row numbers from 1.")
        elif name == "headerRows" and rows != sorted(set(rows)):
            yield Text("headerRows 应递增且不重复。", "headerRows must ascend without repeats.")


def make_dialect(declared: Mapping[str, Any] | None) -> Dialect:
    """The dialect that the descriptor *declared* describes.

    :raises InvalidInput: it is not sound, or has a property that nothing here would heed.
    """
    if not declared:
        return FOUND_OUT
    for wrong in dialect_faults(declared):
        raise _refusal(wrong.zh, wrong.en)
    try:
        parsed = frictionless.Dialect.from_descriptor(dict(declared))
    except frictionless.FrictionlessException as error:
        reason = "; ".join(str(reason.note) for reason in error.reasons) or str(error.error.note)
        raise _refusal(f"{reason}。", f"{reason}.") from error
    control = CsvControl.from_dialect(parsed)
    config = control.to_python()
    nested = declared.get("csv", {})
    given = {*declared, *nested}
    excel = declared.get("excel", {})
    named = declared.get("sheetName", excel.get("sheet") if isinstance(excel, Mapping) else None)
    return Dialect(
        delimiter=control.delimiter if "delimiter" in given else None,
        quote=control.quote_char if "quoteChar" in given else None,
        double_quote=bool(config.doublequote),
        escape=control.escape_char,
        skip_space=control.skip_initial_space,
        header=parsed.header and declared.get("headerRows") != [],
        header_rows=tuple(parsed.header_rows) if "headerRows" in declared else None,
        header_join=parsed.header_join,
        comment=parsed.comment_char,
        comment_rows=frozenset(parsed.comment_rows),
        skip_blank=parsed.skip_blank_rows,
        sheet=named if isinstance(named, str) else None,
    )


def dialect_of(schema: Mapping[str, Any]) -> Dialect:
    """The dialect that the schema descriptor *schema* carries; without a header its fields name the columns.

    :raises InvalidInput: it is not sound.
    """
    return make_dialect(schema.get("dialect")).naming([field["name"] for field in schema["fields"]])

"""Tables of a web page, and spreadsheets in XML of 2003: what many programs save under the name .xls."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from catalog.encoding import Encoding
from opendata.tables.dialect import FOUND_OUT, Dialect
from opendata.tables.faults import malformed, too_large, unsupported
from opendata.tables.grid import Grid
from opendata.tables.limits import MAX_COLUMNS, MAX_DOCUMENT, MAX_SHEET_ROWS
from opendata.tables.merges import Merge, filled_rows
from opendata.tables.repeated import refuse_vast
from opendata.tables.sheets import choose, sheet_grid

#: A tag, a comment, or a declaration; no part of the pattern can run past the next "<", so it is linear.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9:_-]*)(?P<rest>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)>"
    r"|<![^<>]*>|<\?[^<>]*>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([A-Za-z:_-]+)\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)'|([^\s\"'<>]+))")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_SILENT = re.compile(r"<(script|style|head)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_BREAKS = frozenset({"br", "p", "div", "li"})
_ENTITY = "<!ENTITY"


@dataclass(slots=True)
class _Page:
    """One table: its rows and which cells span several."""

    name: str
    rows: list[list[str]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    #: By column: the last row into which a cell above reaches.
    reach: dict[int, int] = field(default_factory=dict)


class _Tables:
    """Collects the outermost tables of a page; what an inner table says is its cell's text."""

    def __init__(self) -> None:
        self.tables: list[_Page] = []
        self._depth = 0
        self._text: list[str] | None = None
        self._spans = (1, 1)

    def tag(self, name: str, *, ends: bool, attributes: str) -> None:
        """Take a tag, in small letters; one that is never closed ends where HTML says it does."""
        if name == "table":
            self._table(ends=ends)
        elif self._depth == 1 and name == "tr":
            self._close()
            if not ends:
                self.tables[-1].rows.append([])
        elif self._depth == 1 and name in {"td", "th"}:
            self._close()
            if not ends:
                self._open(attributes)
        elif self._text is not None and name in _BREAKS:
            self._text.append("\n")

    def _table(self, *, ends: bool) -> None:
        if ends and self._depth == 1:
            self._close()
        elif not ends and not self._depth:
            self.tables.append(_Page(f"table {len(self.tables) + 1}"))
        self._depth = max(0, self._depth + (-1 if ends else 1))

    def _open(self, attributes: str) -> None:
        given = {key.lower(): one or two or three for key, one, two, three in _ATTRIBUTE.findall(attributes)}
        self._text = []
        self._spans = _span(given, "rowspan", MAX_SHEET_ROWS), _span(given, "colspan", MAX_COLUMNS)
        if not self.tables[-1].rows:
            self.tables[-1].rows.append([])

    def _close(self) -> None:
        if self._text is None:
            return
        table = self.tables[-1]
        top, row = len(table.rows) - 1, table.rows[-1]
        while table.reach.get(len(row), -1) >= top:
            row.append("")
        down, across = self._spans
        left = len(row)
        row += [_shown(self._text), *[""] * (across - 1)]
        refuse_vast(len(table.rows), len(row), "HTML")
        if down > 1 or across > 1:
            table.merges.append(((top, left), (top + down - 1, left + across - 1)))
            table.reach.update(dict.fromkeys(range(left, left + across), top + down - 1))
        self._text = None

    def data(self, text: str) -> None:
        """Take text between tags; runs of white space are one space."""
        if self._text is not None:
            self._text.append(_SPACE.sub(" ", text))


def _span(given: Mapping[str, str], name: str, most: int) -> int:
    text = given.get(name, "1")
    return max(1, min(int(text), most)) if text.isdecimal() and len(text) < 8 else 1  # noqa: PLR2004 - digits


def _shown(pieces: list[str]) -> str:
    text = html.unescape("".join(pieces)).replace("\xa0", " ")
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def _outline(text: str) -> list[_Page]:
    tables = _Tables()
    at = 0
    for token in _TOKEN.finditer(text):
        tables.data(text[at : token.start()])
        at = token.end()
        if token["name"]:
            tables.tag(token["name"].lower(), ends=bool(token["end"]), attributes=token["rest"])
    return tables.tables


def _decoded(path: Path, encoding: Encoding) -> str:
    size = path.stat().st_size
    if size > MAX_DOCUMENT:
        limit = MAX_DOCUMENT // 2**20
        raise too_large(f"网页有 {size // 2**20} MB", f"the page has {size // 2**20} MB", f"<= {limit} MB")
    return path.read_bytes()[encoding.skip :].decode(encoding.codec)


def read_page(
    path: Path, encoding: Encoding, wanted: str | None = None, dialect: Dialect = FOUND_OUT
) -> Grid:
    """The first table of a page that has cells; other tables are noted.

    Cells say what they show; a cell that spans rows repeats its text as a merged one does. Scripts and
    styles are no text, and nothing that the page refers to is looked at.

    :raises UnreadableFile: there is no table, a document type declares entities, or a limit is passed.
    """
    text = _decoded(path, encoding)
    if _ENTITY in text[: 1 << 16].upper():
        raise malformed("HTML", "文档类型中声明了实体", "its document type declares entities")
    tables = _outline(_SILENT.sub("", text))
    if not tables:
        raise unsupported("HTML/XML")
    used = [
        table
        for table in tables
        if any(cell for row in table.rows for cell in row) and table.name == (wanted or table.name)
    ]
    notes = choose([table.name for table in used], wanted, [table.name for table in tables], "HTML")
    chosen = used[0]
    return sheet_grid(
        filled_rows(_even(chosen.rows), chosen.merges, 0),
        chosen.merges,
        0,
        "html",
        chosen.name,
        notes,
        dialect,
    )


def _even(rows: list[list[str]]) -> Iterator[list[str]]:
    width = max(len(row) for row in rows)
    refuse_vast(len(rows), width, "HTML")
    return ([*row, *[""] * (width - len(row))] for row in rows)

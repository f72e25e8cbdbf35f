"""An open workbook: its sheets in order, its shared strings, and what its cell styles say of numbers."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from opendata.tables.faults import malformed
from opendata.tables.package import Package, local, open_package
from opendata.tables.xlsx.formats import NumberFormat, built_in_format, custom_format
from opendata.tables.xlsx.strings import shared_strings

_BOOK = "xl/workbook.xml"
_LINKS = "xl/_rels/workbook.xml.rels"
_ROOT = "_rels/.rels"


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet: its name, the part that holds it, and whether people see it."""

    name: str
    part: str
    visible: bool


@dataclass(frozen=True, slots=True)
class Book:
    """``strings`` are the shared strings, ``formats`` the number format of each cell style."""

    package: Package
    sheets: Sequence[SheetPart]
    strings: pa.LargeStringArray
    formats: Sequence[NumberFormat]
    from_1904: bool


class _Outline:
    """Collects what ``workbook.xml`` says."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, str]] = []
        self.from_1904 = False

    def __call__(self, tag: str, attributes: Mapping[str, str]) -> None:
        plain = {local(key): value for key, value in attributes.items()}
        if local(tag) == "sheet":
            link = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            self.sheets.append((plain.get("name", ""), link, plain.get("state", "visible")))
        elif local(tag) == "workbookPr":
            self.from_1904 = plain.get("date1904", "0") in {"1", "true"}


class _Styles:
    """Collects the number formats that ``styles.xml`` gives to cell styles."""

    def __init__(self) -> None:
        self._codes: dict[int, NumberFormat] = {}
        self._inside = False
        self.styles: list[int] = []

    def __call__(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = local(tag)
        if name == "numFmt":
            self._codes[int(attributes["numFmtId"])] = custom_format(attributes.get("formatCode", ""))
        elif name in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            self._inside = name == "cellXfs"
        elif name == "xf" and self._inside:
            self.styles.append(int(attributes.get("numFmtId", "0")))

    def formats(self) -> list[NumberFormat]:
        """One format per cell style."""
        return [self._codes.get(number) or built_in_format(number) for number in self.styles]


def _links(package: Package) -> tuple[dict[str, tuple[str, str]], str | None]:
    """Where the workbook's links lead: by id the kind and the part; and the part of the shared strings."""
    links: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            kind = attributes.get("Type", "").rpartition("/")[2]
            links[attributes.get("Id", "")] = kind, posixpath.normpath(part)

    package.elements(_LINKS, start)
    return links, next((part for kind, part in links.values() if kind == "sharedStrings"), None)


def _require_home(package: Package) -> None:
    """The workbook must be where every program puts it."""

    def start(_: str, attributes: Mapping[str, str]) -> None:
        target = attributes.get("Target", "").lstrip("/").lower()
        if attributes.get("Type", "").endswith("/officeDocument") and target != _BOOK:
            shown = target[:60]
            raise malformed("XLSX", f"工作簿不在应在之处（{shown}）", f"the workbook is misplaced ({shown})")

    if package.has(_ROOT):
        package.elements(_ROOT, start)


def _sheets(outline: _Outline, links: Mapping[str, tuple[str, str]]) -> Iterator[SheetPart]:
    for name, link, state in outline.sheets:
        kind, part = links.get(link, ("", ""))
        if not part.lower().endswith(".xml"):
            shown = name[:40]
            raise malformed("XLSX", f"找不到工作表“{shown}”", f"the sheet {shown} leads nowhere")
        if kind == "worksheet":
            yield SheetPart(name, part, state == "visible")


@contextmanager
def open_book(path: Path) -> Iterator[Book]:
    """The workbook at *path*.

    :raises UnreadableFile: it is no sound XLSX workbook, or a bomb.
    """
    with open_package(path, "XLSX") as package:
        _require_home(package)
        outline, styles = _Outline(), _Styles()
        package.elements(_BOOK, outline)
        links, strings = _links(package)
        sheets = list(_sheets(outline, links))
        part = next((part for kind, part in links.values() if kind == "styles"), None)
        if part and package.has(part):
            package.elements(part, styles)
        shared = shared_strings(package.read(strings)) if strings and package.has(strings) else None
        yield Book(
            package,
            sheets,
            pa.array([], pa.large_string()) if shared is None else shared,
            styles.formats(),
            outline.from_1904,
        )

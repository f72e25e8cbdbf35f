"""What an XLSX file really holds, measured before a reader allocates for it.

A reader makes room for the rectangle up to the farthest cell, so a few bytes that claim a cell at
XFD1048576, or at row 99999999, end the whole program. Every part is unpacked once (which proves declared
sizes and checksums) and every XML part parsed strictly; what is not plainly a workbook is refused.
"""

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from catalog.cell_names import cell_place, row_number
from catalog.plainsheets import PlainScan

_CHUNK = 2**20
_BOOK = "xl/workbook.xml"
_LINKS = "xl/_rels/workbook.xml.rels"
_ROOT = "_rels/.rels"
_NAMING = frozenset({_BOOK, _LINKS, _ROOT})
#: Parts by which a reader that tries every format would take the archive for another one.
_OTHERS = frozenset({"xl/workbook.bin", "content.xml", "mimetype"})


@dataclass(frozen=True, slots=True)
class Extent:
    """How far one part's cells reach."""

    rows: int
    columns: int


def measure(archive: zipfile.ZipFile) -> list[Extent]:
    """The extent of every part that holds cells.

    :raises ValueError: the archive is not a sound workbook, or is one that hides its sheets.
    :raises zipfile.BadZipFile: a part is damaged, or not as large as it is declared.
    """
    names = [name.lower() for name in archive.namelist()]
    if len(set(names)) < len(names) or _BOOK not in names or _OTHERS & set(names):
        raise ValueError("the archive is not an XLSX workbook")
    parts = [_read(archive, member) for member in archive.infolist()]
    _check_links(parts)
    return [Extent(part.rows, part.columns) for part in parts if part.rows]


@dataclass(slots=True)
class _Part:
    """One part while it is read."""

    name: str
    rows: int = 0
    columns: int = 0
    row: int = 0
    column: int = 0
    #: Of the workbook: the ids of its sheets; of its links: id → target.
    sheets: list[str] = field(default_factory=list)
    targets: dict[str, str] = field(default_factory=dict)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """One element begins."""
        kind = tag.rpartition(":")[2]
        if kind == "c":
            self._cell(attributes.get("r"))
        elif kind == "row":
            self._row(attributes.get("r"))
        elif kind == "sheet" and self.name == _BOOK:
            self.sheets += [value for key, value in attributes.items() if key.rpartition(":")[2] == "id"]
        elif kind == "Relationship" and self.name == _LINKS:
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")
        elif kind == "Relationship" and self.name == _ROOT:
            target = attributes.get("Target", "").lstrip("/").lower()
            if attributes.get("Type", "").endswith("/officeDocument") and target != _BOOK:
                raise ValueError(f"the workbook is not where it belongs: {target[:40]!r}")

    def _cell(self, place: str | None) -> None:
        if place is None:
            self.column += 1
        else:
            self.column, self.row = cell_place(place)
        self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)

    def _row(self, place: str | None) -> None:
        self.row = self.row + 1 if place is None else row_number(place)
        self.column = 0


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> _Part:
    """One part, parsed strictly if it is XML; any other is unpacked all the same, for its checksum."""
    part = _Part(member.filename.lower())
    if not part.name.endswith((".xml", ".rels")):
        with archive.open(member) as stream:
            while stream.read(_CHUNK):
                pass
    elif part.name not in _NAMING:
        scan = PlainScan()
        _parse(archive, member, look=scan.look)
        if scan.plain():
            part.rows, part.columns = scan.rows, scan.columns
        else:
            _parse(archive, member, start=part.start)
    else:
        _parse(archive, member, start=part.start)
    return part


def _parse(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    start: Callable[[str, Mapping[str, str]], None] | None = None,
    look: Callable[[bytes], None] | None = None,
) -> None:
    """Parse a part, giving every element to *start* and every chunk of its bytes to *look*."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    with archive.open(member) as stream:
        try:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
                if look:
                    look(chunk)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise ValueError(f"{member.filename}: {error}") from error


def _refuse_doctype(*_: object) -> None:
    raise ValueError("a workbook has no document type")


def _check_links(parts: list[_Part]) -> None:
    """Every sheet must be one of the XML parts that were measured."""
    sheets = [identifier for part in parts for identifier in part.sheets]
    targets = {key: target for part in parts for key, target in part.targets.items()}
    for identifier in sheets:
        if not targets.get(identifier, "").lower().endswith(".xml"):
            raise ValueError(f"the sheet {identifier[:20]!r} leads nowhere")

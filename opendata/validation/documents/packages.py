"""Office documents that are zips of XML (DOCX, PPTX, ODT, ODP, OFD): their text, and whatever acts in them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from catalog.errors import UnreadableFile
from opendata.tables.faults import malformed
from opendata.validation.documents.active import Acting
from opendata.validation.documents.addresses import is_foreign, runs
from opendata.validation.documents.archives import Examine, keep_findings
from opendata.validation.documents.hidden_tables import look_for_persons
from opendata.validation.documents.identity import FORMS
from opendata.validation.documents.inspection import Inspection, Notebook
from opendata.validation.documents.members import encrypted, on_disk, sound_members
from opendata.validation.documents.ole import ole_entries
from opendata.validation.documents.programs import program_kind
from opendata.validation.documents.signatures import identify
from opendata.validation.documents.told_persons import PersonWatch
from opendata.validation.documents.xml_events import Listener, listen
from opendata.validation.documents.zips import Zip, ZipMember, open_zip

#: The part without which the package is none.
_MAIN: Mapping[str, str] = {
    "docx": "word/document.xml",
    "pptx": "ppt/presentation.xml",
    "odt": "content.xml",
    "odp": "content.xml",
    "ofd": "ofd.xml",
}
#: Elements at whose end a line ends, by their local names in every format.
_LINES = frozenset({"p", "h", "br", "tab", "line-break", "tr", "tc", "table-cell", "TextCode", "cr"})
#: Parts of an OOXML relationship's type that are fetched when the document is opened.
_PASSIVE_LINKS = ("/hyperlink",)
_DDE = re.compile(r"^\s*\"?\s*(?:DDEAUTO|DDE)\b", re.IGNORECASE)
_SLIDE = re.compile(r"ppt/slides/slide\d+\.xml")
_MACRO_TYPE = re.compile(r"macroEnabled|vbaProject", re.IGNORECASE)
#: What an ODF document calls an object of another program.
_ODF_OBJECT = re.compile(r"object \d+")
_OLE_NATIVE = "\x01Ole10Native"
#: Elements of ODF that show what an address leads to.
_SHOWN = frozenset({"image", "object", "object-ole", "plugin", "applet", "floating-frame", "section-source"})  # fmt: skip
_OF_PICTURES = frozenset({"photo-location", "camera-identity"})
_IMAGES = frozenset({"jpeg", "tiff", "webp", "png"})


@dataclass(slots=True)
class _Seen:
    """What was met in the parts of one package."""

    acting: Acting
    watch: PersonWatch
    pages: int = 0
    is_locked: bool = False
    attached: list[str] = field(default_factory=list)


def check_package(inspection: Inspection, examine: Examine) -> None:
    """An office document in a zip.

    :raises UnreadableFile: the zip is broken, a bomb, or lacks its main part.
    """
    form = inspection.identity.form
    with open_zip(inspection.path, inspection.limits) as archive:
        if _MAIN[form] not in archive.names:
            raise malformed(
                FORMS[form].label, f"缺少部件 {_MAIN[form]}", f"the part {_MAIN[form]} is missing"
            )
        seen = _Seen(Acting(inspection), PersonWatch(inspection))
        try:
            for member in sound_members(inspection, archive):
                _part(inspection, archive, member, seen, examine)
        finally:
            seen.acting.close()
            seen.watch.close()
    _tell(inspection, seen)


def _tell(inspection: Inspection, seen: _Seen) -> None:
    form = inspection.identity.form
    if seen.is_locked:
        encrypted(inspection, FORMS[form].label)
    if seen.pages:
        inspection.tell({"pages": seen.pages})
    elif form in {"pptx", "odp", "ofd"} and not seen.is_locked:
        inspection.add("empty-file", "文档没有任何页。", "The document has no page at all.")
    if seen.attached:
        names = "、".join(seen.attached[:5])
        inspection.warn(
            "attached-file",
            f"文档内嵌有 {len(seen.attached)} 个文件：{names}；会随文档一起公开。",
            f"{len(seen.attached)} files are attached to the document: {names}; they are published with it.",
            value=names,
        )


def _part(inspection: Inspection, archive: Zip, member: ZipMember, seen: _Seen, examine: Examine) -> None:
    name = member.name.lower().lstrip("/")
    suffix = PurePosixPath(name).suffix
    if _is_macro(name):
        seen.acting.acts("macro", member.name)
    elif "activex/" in name:
        seen.acting.acts("control", member.name)
    if _SLIDE.fullmatch(name):
        seen.pages += 1
    if suffix in {".xml", ".rels"}:
        _Part(inspection, name, seen).read(archive.chunks(member))
        return
    place = inspection.place(member.name)
    with on_disk(inspection, archive.chunks(member), place) as path:
        inner = inspection.inside(path, member.name, identify(path, name))
        with path.open("rb") as source:
            head = source.read(16)
        if program_kind(head, name):
            seen.acting.acts("program-object", member.name)
        elif _is_attached(inner, name):
            _attached(inner, seen, examine)
        elif inner.identity.form == "svg":
            examine(inner)
        elif inner.identity.form in _IMAGES:
            _picture(inner, examine)


def _is_macro(name: str) -> bool:
    return name.endswith(("vbaproject.bin", "vbadata.xml")) or name.startswith(("basic/", "scripts/"))


def _is_attached(inner: Inspection, name: str) -> bool:
    """Whether the part is a file of its own: by where it lies, or because it is a document."""
    if "embeddings/" in name or "/attach" in name or _ODF_OBJECT.fullmatch(name):
        return True
    return inner.identity.kind == "document" and inner.identity.form not in {"txt", "md"}


def _attached(inner: Inspection, seen: _Seen, examine: Examine) -> None:
    """A file within the document: a chart's workbook, an object of another program."""
    seen.attached.append(inner.member or inner.name)
    if inner.identity.is_table:
        look_for_persons(inner, inner.path, inner.name, inner.member or inner.name)
    elif inner.identity.form == "unknown":
        if _OLE_NATIVE in ole_entries(inner.path):
            seen.acting.acts("program-object", inner.name)
    elif inner.depth <= inner.limits.depth + 1:
        examine(inner)


def _picture(inner: Inspection, examine: Examine) -> None:
    """Of a picture in a document only what it tells on persons matters, not whether it is whole."""
    apart = replace(inner, book=Notebook(used=inner.book.used))
    examine(apart)
    for finding in apart.book.findings:
        if finding.code in _OF_PICTURES:
            inner.keep(finding)


class _Part:
    """One XML part of a package: its text goes to the watch, what acts in it is noted."""

    def __init__(self, inspection: Inspection, name: str, seen: _Seen) -> None:
        self._inspection, self._name, self._seen = inspection, name, seen
        self._instruction: list[str] | None = None
        self._is_text = not name.endswith(".rels") and name != "[content_types].xml"

    def read(self, chunks: Iterator[bytes]) -> None:
        try:
            listener = Listener(self._start, self._end, self._text)
            listen(chunks, self._name, FORMS[self._inspection.identity.form].label, listener)
        except UnreadableFile as error:
            keep_findings(self._inspection, error, self._inspection.place(self._name))
        self._seen.watch.see("\n")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship":
            self._relationship(attributes)
        elif name == "instrText":
            self._instruction = []
        elif name == "fldSimple":
            self._field(next((value for key, value in attributes.items() if key.endswith("instr")), ""))
        elif name == "event-listener":
            self._seen.acting.acts("macro", next(iter(attributes.values()), ""))
        elif name in {"encryption-data", "EncryptInfo", "DecyptSeed", "Encryptions"}:
            self._seen.is_locked = True
        elif name in {"Override", "Default"} and _MACRO_TYPE.search(attributes.get("ContentType", "")):
            self._seen.acting.acts("macro", attributes.get("PartName", ""))
        elif (name == "Page" and self._name.endswith("document.xml")) or (
            name == "page" and self._name == "content.xml"
        ):
            self._seen.pages += 1
        else:
            self._link(name, attributes)

    def _relationship(self, attributes: Mapping[str, str]) -> None:
        target, kind = attributes.get("Target", ""), attributes.get("Type", "")
        if kind.endswith("/vbaProject"):
            self._seen.acting.acts("macro", target)
        elif runs(target):
            self._seen.acting.acts("script-address", target)
        elif attributes.get("TargetMode") == "External" and not kind.endswith(_PASSIVE_LINKS):
            self._seen.acting.fetches(target)

    def _link(self, name: str, attributes: Mapping[str, str]) -> None:
        """A picture or object of an ODF document that lies elsewhere; a link to follow is none of these."""
        for key, value in attributes.items():
            if not key.endswith("href"):
                continue
            if runs(value) or value.startswith("vnd.sun.star.script:"):
                self._seen.acting.acts("script-address", value)
            elif name in _SHOWN and is_foreign(value):
                self._seen.acting.fetches(value)

    def _text(self, text: str) -> None:
        if self._instruction is not None:
            self._instruction.append(text)
        elif self._is_text:
            self._seen.watch.see(text)

    def _end(self, name: str) -> None:
        if name == "instrText" and self._instruction is not None:
            self._field("".join(self._instruction))
            self._instruction = None
        elif name in _LINES:
            self._seen.watch.see("\n")

    def _field(self, instruction: str) -> None:
        if _DDE.match(instruction):
            self._seen.acting.acts("dde", instruction)

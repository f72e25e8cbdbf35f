"""DOC, PPT and WPS: locks, macros and objects told from the directory; text found as a search would find it."""

import mmap
import re
import struct
from collections.abc import Iterator

from opendata.tables.faults import malformed
from opendata.validation.documents.active import Acting
from opendata.validation.documents.identity import FORMS
from opendata.validation.documents.inspection import Inspection
from opendata.validation.documents.members import encrypted
from opendata.validation.documents.ole import OleFile
from opendata.validation.documents.told_persons import PersonWatch

_MACROS = frozenset({"Macros", "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR"})
_OBJECTS = frozenset({"\x01Ole10Native"})
#: Kingsoft's own and Word 6 have another number there.
_WORDS = frozenset({0xA5EC, 0xA5DC, 0xA699})
_PPT_LOCKED = struct.pack("<I", 0xF3D1C4DF)
#: Runs of letters, digits and signs as these programs write them: a byte each, or two. Shorter ones than
#: a telephone number occur by chance in pictures; ends of cells and paragraphs belong to a run.
_NARROW = re.compile(rb"[\x07\x09-\x0d\x20-\x7e]{11,65536}")
_WIDE = re.compile(rb"(?:[\x07\x09-\x0d\x20-\x7e]\x00|[\x00-\xff][\x4e-\x9f]|[\x00-\xff]\xff|[\x00-\x1f]\x30){11,65536}")  # fmt: skip


def check_old_office(inspection: Inspection) -> None:
    """DOC, WPS, PPT, DPS.

    :raises UnreadableFile: the directory is damaged.
    """
    form = inspection.identity.form
    with inspection.path.open("rb") as source:
        document = OleFile(source, inspection.size)
        names = document.names
        acting = Acting(inspection)
        if names & _MACROS:
            acting.acts("macro", ", ".join(sorted(names & _MACROS)))
        if names & _OBJECTS:
            acting.acts("program-object")
        acting.close()
        if _is_locked(document, form):
            encrypted(inspection, FORMS[form].label)
            return
    watch = PersonWatch(inspection)
    for text in _runs(inspection):
        watch.see(f"{text}\n")
    watch.close()


def check_locked_office(inspection: Inspection) -> None:
    """An office document of today that is encrypted: it lies in an OLE file."""
    encrypted(inspection, "Office")


def _is_locked(document: OleFile, form: str) -> bool:
    """Whether the file's own flags say that it is encrypted ([MS-DOC] FibBase, [MS-PPT] CurrentUserAtom)."""
    if form == "ppt":
        return "EncryptedSummary" in document.names or _PPT_LOCKED in document.beginning("Current User", 64)
    head = document.beginning("WordDocument", 12)
    if len(head) < 12:  # noqa: PLR2004 - up to the flags
        raise malformed("DOC", "正文流缺失", "the stream of its text is missing")
    if struct.unpack_from("<H", head)[0] not in _WORDS:
        raise malformed("DOC", "正文流的标识不对", "the stream of its text has the wrong mark")
    return bool(struct.unpack_from("<H", head, 10)[0] & 0x0100)


def _runs(inspection: Inspection) -> Iterator[str]:
    """The runs of text in the file, wherever they lie; what was deleted but not taken out is among them."""
    with (
        inspection.path.open("rb") as source,
        mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        for pattern, codec in ((_NARROW, "latin-1"), (_WIDE, "utf-16-le")):
            for found in pattern.finditer(content):
                yield found[0].decode(codec, "replace")

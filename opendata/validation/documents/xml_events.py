"""XML read as it streams by, without any entity that a document type could declare."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from catalog.errors import UnreadableFile
from catalog.records import Finding, Text
from opendata.tables.package import local, sound

Start = Callable[[str, Mapping[str, str]], None]


def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Listener:
    """What is told of an XML document: elements by their local names, their attributes, text, instructions."""

    start: Start = _nothing
    end: Callable[[str], None] = _nothing
    text: Callable[[str], None] = _nothing
    instruction: Callable[[str, str], None] = _nothing


def _entity(part: str) -> UnreadableFile:
    zh = f"{part} 的 XML 含有文档类型声明或实体，可被用来读取其他文件。"
    en = f"The XML of {part} has a document type or entities, by which other files could be read."
    return UnreadableFile(
        zh,
        en,
        [Finding("external-entity", Text(zh, en), expected="不含 DOCTYPE 和实体 no DOCTYPE, no entity")],
    )


def listen(
    chunks: Iterable[bytes], part: str, form: str, listener: Listener, *, public_doctype: bool = False
) -> None:
    """Tell *listener* of the XML in *chunks*.

    :param part: what the document is called where it is wrong.
    :param public_doctype: allow a document type that declares nothing itself, as drawing programs write it.
    :raises UnreadableFile: not well formed (``malformed-file``), or it declares a document type (``external-entity``).
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def doctype(_name: str, _system: object, _public: object, has_subset: int) -> None:
        if has_subset or not public_doctype:
            raise _entity(part)

    def entity(*_: object) -> None:
        raise _entity(part)

    def start(name: str, attributes: Mapping[str, str]) -> None:
        listener.start(local(name), attributes)

    def end(name: str) -> None:
        listener.end(local(name))

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = entity
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = listener.text
    parser.ProcessingInstructionHandler = listener.instruction
    with sound(part, form):
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def file_chunks(path: Path) -> Iterator[bytes]:
    """The bytes of the file *path*, piece by piece."""
    with path.open("rb") as source:
        while chunk := source.read(1 << 18):
            yield chunk

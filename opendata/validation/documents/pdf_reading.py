"""What a PDF says and does, told line by line in JSON: runs as a program of its own, within limits of time and memory.

A PDF is a program in a language whose readers can be made to work for hours. This file is therefore never
imported by the platform but run by :mod:`opendata.validation.documents.pdf`, and knows nothing of it:
``python pdf_reading.py FILE PAGES SECONDS BYTES``. Its messages, in order: ``encrypted`` or ``pages``, then
``acts`` (what acts in it: how often, a sample), ``text`` (outside pages), ``page`` with ``text`` for each;
``broken`` if it cannot be read.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

#: Actions (ISO 32000 12.6.4) and annotations that act, by what they are called in the report.
_ACTIONS = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/SubmitForm": "submit",
    "/ImportData": "submit",
    "/GoToE": "attachment",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/RichMediaExecute": "media",
}
_SUBTYPES = {
    "/RichMedia": "media",
    "/3D": "media",
    "/Movie": "media",
    "/Screen": "media",
    "/Sound": "media",
    "/FileAttachment": "attachment",
}
#: Where persons are named outside of the pages' own text: comments, filled forms, the document's properties.
_SPEAKING = ("/Contents", "/RC", "/V", "/Author", "/Subject", "/Keywords", "/Title")
_DEPTH = 20
_MOST_TEXT = 5_000_000
Message = dict[str, Any]


def messages(path: Path, most_pages: int) -> Iterator[Message]:
    """What is to be told of the PDF *path*, of which *most_pages* are read."""
    reader = PdfReader(path, strict=False)
    if reader.is_encrypted:
        yield {"encrypted": True}
        return
    count = len(reader.pages)
    yield {"pages": count}
    acts: dict[str, list[Any]] = {}
    texts: list[str] = []
    unreadable: list[str] = []
    for value in _objects(reader, unreadable):
        _look(value, acts, texts, 0)
    yield {"acts": acts}
    if unreadable:
        yield {"unreadable": len(unreadable), "such as": unreadable[0]}
    yield {"text": "\n".join(texts)[:_MOST_TEXT]}
    for number in range(min(count, most_pages)):
        yield _page(reader, number)


def _page(reader: PdfReader, number: int) -> Message:
    try:
        text = reader.pages[number].extract_text()
    except Exception as error:  # noqa: BLE001 - whatever a hostile page makes the library raise, it is told
        return {"page": number + 1, "text": "", "unread": str(error)[:120]}
    return {"page": number + 1, "text": text[:_MOST_TEXT]}


def _objects(reader: PdfReader, unreadable: list[str]) -> Iterator[Any]:
    """Every object of the file, whether or not anything refers to it; *unreadable* learns which cannot be read."""
    places = [(number, generation) for generation, numbers in reader.xref.items() for number in numbers]
    packed = [(number, 0) for number in reader.xref_objStm]
    yield reader.trailer
    for number, generation in [*places, *packed]:
        try:
            yield reader.get_object(IndirectObject(number, generation, reader))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a hostile object makes the library raise, it is told
            unreadable.append(f"{number} {generation} obj: {error}"[:120])


def _look(value: object, acts: dict[str, list[Any]], texts: list[str], depth: int) -> None:
    if depth > _DEPTH:
        return
    if isinstance(value, DictionaryObject):
        _dictionary(value, acts, texts)
        for inner in value.values():
            _look(inner, acts, texts, depth + 1)
    elif isinstance(value, ArrayObject):
        for inner in value:
            _look(inner, acts, texts, depth + 1)


def _dictionary(value: DictionaryObject, acts: dict[str, list[Any]], texts: list[str]) -> None:
    action, subtype = value.get("/S"), value.get("/Subtype")
    thing = _ACTIONS.get(str(action)) or _SUBTYPES.get(str(subtype))
    if thing is None and "/JS" in value:
        thing = "javascript"
    if thing is None and "/XFA" in value:
        thing = "xfa"
    if thing is None and "/EF" in value:
        thing = "attachment"
    if thing is not None:
        sample = value.get("/JS") or value.get("/UF") or value.get("/F") or action or subtype
        found = acts.setdefault(thing, [0, str(sample)[:120]])
        found[0] += 1
    for key in _SPEAKING:
        said = value.get(key)
        if isinstance(said, str) and len(said) < _MOST_TEXT:
            texts.append(said)


def main(arguments: list[str]) -> None:
    """Read the file that *arguments* name and print the messages."""
    path, pages, seconds, memory = Path(arguments[0]), *map(int, arguments[1:4])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        for message in messages(path, pages):
            sys.stdout.write(json.dumps(message) + "\n")
            sys.stdout.flush()
    except Exception as error:  # noqa: BLE001 - whatever hostile bytes make the library raise, it is told
        told = {"broken": str(error)[:200] or type(error).__name__, "memory": isinstance(error, MemoryError)}
        sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])

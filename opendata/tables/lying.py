"""A table of text that needs no copy, or only one in UTF-8."""

import codecs
import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path

from catalog.encoding import Encoding, decide
from opendata.tables.dialect import FOUND_OUT, Dialect
from opendata.tables.direct import layout, survey
from opendata.tables.grid import title_notes
from opendata.tables.sniff import text_kind
from opendata.tables.table import Table

_CHUNK = 1 << 20


def fingerprint(path: Path) -> str:
    """The SHA-256 of the file's bytes."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def new_file(scratch: Path) -> Path:
    """A new file in *scratch*."""
    with tempfile.NamedTemporaryFile(dir=scratch, prefix="table-", suffix=".csv", delete=False) as made:
        return Path(made.name)


def _transcode(path: Path, encoding: Encoding, target: Path) -> None:
    with path.open("rb") as source, target.open("wb") as out:
        source.seek(encoding.skip)
        decoder = codecs.getincrementaldecoder(encoding.codec)("strict")
        while chunk := source.read(_CHUNK):
            out.write(decoder.decode(chunk).encode())
        out.write(decoder.decode(b"", final=True).encode())


def _utf8(path: Path, suffix: str, delimiter: str | None) -> Table | None:
    """The UTF-8 text *path*, under its own name."""
    with path.open("rb") as source:
        beginning = source.read(4096)
    if text_kind(beginning.decode("utf-8-sig", "ignore"), suffix) != "csv":
        return None
    known = layout(path, delimiter)
    found = known and survey(path, known)
    if not known or not found:
        return None
    return Table(
        text=path,
        name=path.name,
        labels=known.labels,
        header_row=len(known.titles) + 1,
        rows=found.rows,
        format="tsv" if known.delimiter == "\t" else "csv",
        sha256=found.sha256,
        size=path.stat().st_size,
        encoding="utf-8-sig" if beginning.startswith(codecs.BOM_UTF8) else "utf-8",
        notes=title_notes(known.titles),
        start=known.start,
        delimiter=known.delimiter,
        quoted=found.quoted,
    )


def read_lying(path: Path, suffix: str, scratch: Path, dialect: Dialect) -> Table | None:
    """The text file *path* as a table that is read where it lies, or in UTF-8 in *scratch*; None if it
    has to be normalised.

    :raises UnreadableFile: it is in no known encoding.
    """
    if replace(dialect, labels=(), delimiter=None) != FOUND_OUT:
        return None
    table = _utf8(path, suffix, dialect.delimiter)
    if table:
        return table
    with path.open("rb") as source:
        encoding = decide(source)
    if encoding.codec == "utf-8":
        return None
    copy = new_file(scratch)
    _transcode(path, encoding, copy)
    table = _utf8(copy, suffix, dialect.delimiter)
    if table is None:
        copy.unlink()
        return None
    return replace(table, sha256=fingerprint(path), size=path.stat().st_size, encoding=encoding.name)

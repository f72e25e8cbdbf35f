"""Delimited text that is parsed where it lies: UTF-8, every quotation mark in its place.

One pass over the bytes proves it. What the strict reader would take otherwise than the fast parser, or
would refuse, is not for here: it goes the long way (:mod:`opendata.tables.delimited`), which says what is wrong.
"""

import csv
import hashlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import polars as pl

from catalog.errors import UnreadableFile
from opendata.tables.blocks import LINE_FEED, QUOTE, EndlessRecord, blocks, record_ends
from opendata.tables.delimited import SAMPLE, find_delimiter, find_quote
from opendata.tables.grid import checked_width, clean_label, find_header
from opendata.tables.limits import HEAD_ROWS

#: Bytes looked at together: they, and what is made of them, stay in the processor's cache.
_CHUNK = 1 << 18
#: A line as long as two of these may have more cells than a table may; such files go the long way.
_PAGE = 8192
_CARRIAGE_RETURN = ord("\r")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the rows of a direct text begin, and how they are divided; ``titles`` are the rows above the header."""

    start: int
    delimiter: str
    labels: tuple[str, ...]
    titles: tuple[list[str], ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """What the pass found: the hash of all bytes, the rows from the layout's start on, whether any is quoted."""

    sha256: str
    rows: int
    quoted: bool


def _records(sample: bytes, skip: int, delimiter: str) -> Iterator[tuple[list[str], int]]:
    """The records at the beginning of the text with the byte at which each ends."""
    at = skip

    def lines() -> Iterator[str]:
        nonlocal at
        while at < len(sample):
            end = sample.find(b"\n", at) + 1 or len(sample)
            line = sample[at:end].decode()
            at = end
            yield line

    for record in csv.reader(lines(), delimiter=delimiter, strict=True):
        yield record, at


def layout(path: Path, declared: str | None = None) -> Layout | None:
    """The layout of *path*, judged by its beginning; None if that is not plain, or not surely whole.

    :param declared: the delimiter, if it is known.
    """
    with path.open("rb") as source:
        sample = source.read(SAMPLE)
        whole = not source.read(1)
    skip = len(BOM_UTF8) if sample.startswith(BOM_UTF8) else 0
    if not whole:
        sample = sample[: sample.rfind(b"\n") + 1]
    if sample.count(b"\r") != sample.count(b"\r\n"):
        return None
    try:
        text = sample[skip:].decode()
        delimiter = declared or find_delimiter(text)
        if find_quote(text, delimiter) != '"':
            return None
        head = list(islice(_records(sample, skip, delimiter), HEAD_ROWS))
        if not whole and len(head) < HEAD_ROWS:
            return None
        rows = [record for record, _ in head]
        checked_width(max((len(row) for row in rows), default=0))
        at = find_header(rows)
    except (UnicodeDecodeError, csv.Error, UnreadableFile):
        # The strict reader meets the same, and words it.
        return None
    labels = tuple(clean_label(cell) for cell in rows[at])
    # In a table of one column nothing tells a blank row from an empty cell.
    return Layout(head[at][1], delimiter, labels, tuple(rows[:at])) if len(labels) > 1 else None


def _plain_lines(piece: bytes) -> int | None:
    """How many line feeds *piece*, which begins a line, has; None if it is not plain: UTF-8 without NUL and lone
    carriage returns, its lines not long.
    """
    seen = np.frombuffer(piece, np.uint8)
    feeds = seen == LINE_FEED
    pages = len(seen) // _PAGE
    if b"\0" in piece or not feeds[: pages * _PAGE].reshape(pages, _PAGE).any(axis=1).all():
        return None
    if b"\r" in piece:
        returns = np.flatnonzero(seen == _CARRIAGE_RETURN) + 1
        if returns[-1] == len(seen) or not feeds[returns].all():
            return None
    try:
        pl.Series([piece], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.ComputeError:
        return None
    return int(np.count_nonzero(feeds))


def _pieces(path: Path, see: Callable[[memoryview], None]) -> Iterator[bytes]:
    """The bytes of *path*, of which *see* is shown every one, in pieces that end where a line ends."""
    room, held = bytearray(_CHUNK + 2 * _PAGE), 0
    view = memoryview(room)
    with path.open("rb", buffering=0) as source:
        while got := source.readinto(view[held : held + _CHUNK]):
            filled = held + got
            see(view[held:filled])
            end = room.rfind(b"\n", 0, filled) + 1
            if end:
                yield bytes(view[:end])
                room[: filled - end] = room[end:filled]
            held = filled - end
            if held > 2 * _PAGE:
                break  # what is left is no piece of a plain text
    if held:
        yield bytes(view[:held])


def _quoted_rows(path: Path, layout: Layout) -> int | None:
    """How many records there are, if every quotation mark opens or closes a cell, or is one of two inside."""
    before = np.zeros(256, dtype=np.bool_)
    before[[ord(layout.delimiter), LINE_FEED, QUOTE]] = True
    after = before.copy()
    after[_CARRIAGE_RETURN] = True
    rows = 0
    try:
        for block in blocks(path, layout.start, quoted=True):
            seen = np.frombuffer(b"\n" + block + b"\n", np.uint8)
            marks = np.flatnonzero(seen == QUOTE)
            regular = before[seen[marks[0::2] - 1]].all() and after[seen[marks[1::2] + 1]].all()
            ends = record_ends(seen[1:-1])
            lengths = np.diff(ends, prepend=-1, append=len(block) - 1)
            if len(marks) % 2 or not regular or lengths.max(initial=0) > 2 * _PAGE:
                return None
            rows += len(ends) + (seen[-2] != LINE_FEED)
    except EndlessRecord:
        return None
    return rows


def survey(path: Path, layout: Layout) -> Survey | None:
    """One pass over all bytes; None if they are not as :mod:`opendata.tables.direct` wants them."""
    digest = hashlib.sha256()
    lines, quoted, last = 0, False, b"\n"
    for piece in _pieces(path, digest.update):
        found = _plain_lines(piece)
        if found is None:
            return None
        lines += found
        quoted = quoted or b'"' in piece
        last = piece[-1:]
    if quoted:
        rows = _quoted_rows(path, layout)
        return None if rows is None else Survey(digest.hexdigest(), rows, quoted=True)
    with path.open("rb") as source:
        above = source.read(layout.start).count(b"\n")
    unended = last != b"\n" and path.stat().st_size > layout.start
    return Survey(digest.hexdigest(), lines - above + unended, quoted=False)

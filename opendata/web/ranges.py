"""Which parts of a file a request wants (RFC 9110, section 14)."""

import re
from dataclasses import dataclass
from datetime import datetime

from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import parse_if_range_header

from catalog.records import Text

#: More parts than this in one request are refused: each costs a read of its own.
MOST_RANGES = 20
_PART = re.compile(r"\s*([0-9]{0,18})-([0-9]{0,18})\s*")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The bytes from *start* up to, not including, *stop*."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        """How many bytes these are."""
        return self.stop - self.start

    def header(self, size: int) -> str:
        """The value of Content-Range in a file of *size* bytes."""
        return f"bytes {self.start}-{self.stop - 1}/{size}"


class RangeRefused(RequestedRangeNotSatisfiable):
    """A range that cannot be served; ``text`` says why."""

    def __init__(self, size: int, text: Text) -> None:
        super().__init__(size)
        self.text = text


def wanted(header: str | None, size: int) -> tuple[Span, ...] | None:
    """The parts that *header* asks of a file of *size* bytes, ascending, overlapping ones made one; None: all of it.

    A header of another unit or without sense is ignored, as RFC 9110 says.

    :raises RangeRefused: every part lies past the end, or there are more than :data:`MOST_RANGES`.
    """
    asked = _asked(header or "")
    if not asked:
        return None
    if len(asked) > MOST_RANGES:
        raise RangeRefused(
            size,
            Text(
                f"一次请求最多 {MOST_RANGES} 个字节范围，实际为 {len(asked)} 个；请整份下载或分次请求",
                f"one request may ask for at most {MOST_RANGES} ranges, not {len(asked)};"
                " fetch the whole file or ask in several requests",
            ),
        )
    spans = [span for first, last in asked if (span := _resolved(first, last, size))]
    if not spans:
        raise RangeRefused(
            size,
            Text(
                f"请求的字节范围 {header} 超出文件：文件共 {size} 字节",
                f"the requested range {header} lies outside the file, which has {size} bytes",
            ),
        )
    return _merged(spans)


def holds(if_range: str | None, etag: str, modified: datetime | None) -> bool:
    """Whether the ranges count: the reader's copy is this very version, or it named none (If-Range)."""
    if not if_range:
        return True
    condition = parse_if_range_header(if_range)
    if condition.etag is not None:
        return condition.etag == etag and not if_range.startswith("W/")
    return condition.date is not None and modified is not None and condition.date == modified


def _asked(header: str) -> list[tuple[str, str]]:
    """First and last byte of each part, as they are written; none if one of them makes no sense."""
    unit, _, parts = header.partition("=")
    if unit.strip().lower() != "bytes":
        return []
    asked = [_PART.fullmatch(part) for part in parts.split(",") if part.strip()]
    pairs = [(match[1], match[2]) for match in asked if match]
    sound = len(pairs) == len(asked) and all(first or last for first, last in pairs)
    ordered = all(int(first) <= int(last) for first, last in pairs if first and last)
    return pairs if sound and ordered else []


def _resolved(first: str, last: str, size: int) -> Span | None:
    """A part with both ends; without its first byte it is the last so many."""
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
    return Span(start, stop) if start < stop else None


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].stop:
            merged[-1] = Span(merged[-1].start, max(merged[-1].stop, span.stop))
        else:
            merged.append(span)
    return tuple(merged)

"""Marking in the original text what answers a query: segments, never HTML, the same for both engines."""

import re
import unicodedata
from dataclasses import dataclass

from search import tokens
from search.base import Segment
from search.meanings import pieces
from search.query import Query
from search.scripts import simplified

#: An excerpt of an abstract is about so long.
EXCERPT = 160
_BEFORE_MARK = 40

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_OTHER_WORD = re.compile(tokens.OTHER)
#: What folding leaves as it is, but for case, or turns into what is no part of a word.
_PLAIN = re.compile(
    "[\x20-\x7e\u3400-\u4dbf\u4e00-\u9fff\u3000-\u3003\u3008-\u3011\u2010-\u2027，。：；！？（）]*"
)
_CLUSTER = re.compile(r".[\u0300-\u036f]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Needles:
    """What to mark: Han text wherever it stands, other words only as whole words."""

    han: re.Pattern[str] | None
    words: frozenset[str]


def needles(query: Query) -> Needles:
    """Return what of a query is marked: its phrases and words, their dictionary words, what means the same."""
    han: set[str] = set()
    words: set[str] = set()
    for term in query.wanted:
        others = [] if term.phrase else [text for piece in pieces(term.text) for text in piece.others]
        plain = simplified(term.text)
        han.update(text for text in others if tokens.is_han(text))
        for run in [*tokens.cut(term.text), *(tokens.cut(plain) if plain != term.text else ())]:
            stretch, other = run
            if not stretch:
                words.add(other)
                continue
            han.add(stretch)
            if not term.phrase:
                inside = [piece for piece in tokens.pieces(run) if len(piece) > 1]
                han.update(inside, *map(tokens.parts, inside))
    longest_first = sorted(han, key=lambda text: (-len(text), text))
    return Needles(re.compile("|".join(longest_first)) if han else None, frozenset(words))


def mark(text: str, wanted: Needles) -> tuple[Segment, ...]:
    """Cut ``text`` into marked and plain segments; joined they are ``text`` again."""
    return _cut(text, _spans(text, wanted), 0, len(text))


def excerpt(text: str, wanted: Needles) -> tuple[Segment, ...]:
    """Like :func:`mark`, but of a long text only the part around the first mark, with … where it is cut."""
    spans = _spans(text, wanted)
    if len(text) <= EXCERPT:
        return _cut(text, spans, 0, len(text))
    start = max(0, min(spans[0][0] - _BEFORE_MARK if spans else 0, len(text) - EXCERPT))
    end = start + EXCERPT
    before = (Segment("…", marked=False),) if start else ()
    after = (Segment("…", marked=False),) if end < len(text) else ()
    return before + _cut(text, spans, start, end) + after


def _cut(text: str, spans: list[tuple[int, int]], start: int, end: int) -> tuple[Segment, ...]:
    segments = []
    at = start
    for first, last in spans:
        first, last = max(first, at), min(last, end)  # noqa: PLW2901 - the span as far as it lies inside
        if first >= last:
            continue
        if first > at:
            segments.append(Segment(text[at:first], marked=False))
        segments.append(Segment(text[first:last], marked=True))
        at = last
    if at < end:
        segments.append(Segment(text[at:end], marked=False))
    return tuple(segments)


def _spans(text: str, wanted: Needles) -> list[tuple[int, int]]:
    """Return where marks stand in ``text``, in order, those that touch or overlap as one."""
    folded, origin = _aligned(text)
    spans = [found.span() for found in wanted.han.finditer(folded)] if wanted.han else []
    if wanted.words:
        spans += [f.span() for f in _OTHER_WORD.finditer(folded) if tokens.stem(f[0]) in wanted.words]
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        start, end = (first, last) if origin is None else (origin[first], origin[last])
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _aligned(text: str) -> tuple[str, list[int] | None]:
    """Fold ``text`` and say where each folded character comes from; None: each from its own place."""
    if _PLAIN.fullmatch(text):
        return text.lower(), None
    plain = text.translate(_FULL_WIDTH)
    if plain.isascii() or unicodedata.is_normalized("NFKC", plain):
        folded = plain.casefold()
        if len(folded) == len(text):
            return folded, None
    parts, origin = [], []
    for cluster in _CLUSTER.finditer(text):
        part = unicodedata.normalize("NFKC", cluster[0]).casefold()
        parts.append(part)
        origin += [cluster.start()] * len(part)
    return "".join(parts), [*origin, len(text)]

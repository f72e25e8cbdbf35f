"""A web page as what it says: its text, and whether that is a document or rows of a table."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from opendata.validation.documents.html_tokens import Raw, tokens

_BREAKS = frozenset({"br", "p", "div", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd"})  # fmt: skip
_CELLS = frozenset({"td", "th"})
#: A table: so many rows of as many cells, short ones, that hold most of what the page says.
_ROWS, _CELL, _SHARE = 3, 40, 0.6


def said(text: str) -> Iterator[str]:
    """The pieces of text that the page *text* shows, a line break where a block begins or ends."""
    for token in tokens(text):
        if isinstance(token, str):
            yield token
        elif isinstance(token, Raw):
            if token.element in {"textarea", "title", "noscript", "xmp"}:
                yield f"\n{token.text}\n"
        elif token.name in _BREAKS:
            yield "\n"


@dataclass(slots=True)
class _Table:
    rows: list[list[int]] = field(default_factory=list)


def mostly_table(text: str) -> bool:
    """Whether most of what the page *text* says stands in the rows of one or more tables of data.

    Tables that only lay a page out have few rows of equal width, or long cells.
    """
    everything, finished = 0, list[_Table]()
    stack: list[_Table] = []
    for token in tokens(text):
        if isinstance(token, str):
            length = len(token.strip())
            everything += length
            if stack and stack[-1].rows and stack[-1].rows[-1]:
                stack[-1].rows[-1][-1] += length
        elif isinstance(token, Raw) or (token.ends and token.name != "table"):
            continue
        elif token.name == "table":
            if not token.ends:
                stack.append(_Table())
            elif stack:
                finished.append(stack.pop())
        elif stack and token.name == "tr":
            stack[-1].rows.append([])
        elif stack and token.name in _CELLS:
            if not stack[-1].rows:
                stack[-1].rows.append([])
            stack[-1].rows[-1].append(0)
    inside = sum(_data(table) for table in [*finished, *stack])
    return inside >= _SHARE * everything and inside > 0


def _data(table: _Table) -> int:
    """How many characters of *table* stand in rows of data."""
    widths = Counter(len(row) for row in table.rows if len(row) > 1)
    if not widths:
        return 0
    width, times = widths.most_common(1)[0]
    length = sum(sum(row) for row in table.rows if len(row) == width)
    return length if times >= _ROWS and length / (times * width) <= _CELL else 0

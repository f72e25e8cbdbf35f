"""Whether a text is prose, or rows that somebody saved as text: rows are a table whatever the name says."""

import re
from collections import Counter
from collections.abc import Sequence

#: What divides the cells of a row; two blanks and more are what a printed table has.
_DELIMITERS = (
    ("\t", 1, 0.5, 2),
    ("|", 2, 0.5, 2),
    (",", 1, 0.6, 3),
    ("，", 2, 0.9, 4),
    (";", 1, 0.6, 3),
    ("  ", 2, 0.7, 4),
)
_BLANKS = re.compile(r"(?<=\S)[ \u3000]{2,}(?=\S)")
#: A cell of a table is short; a sentence that happens to hold as many commas as the next is not.
_CELL = 40
_LONE = 0.8
_JSON = re.compile(r"\s*(?:\{\s*(?:\"|\}\s*$)|\[\s*[\[{\"])")
_LINES = 400


def is_json(head: str) -> bool:
    """Whether *head* begins as a JSON document does, and no footnote or link."""
    return _JSON.match(head.removeprefix("\ufeff")) is not None


def is_rows(text: str) -> bool:
    """Whether most of the lines of *text* (its beginning is enough) are rows of cells.

    Rows have the same number of delimiters one after the other, and short cells; titles above and
    notes below them change nothing.
    """
    lines = [line.strip("\r\n") for line in text.split("\n") if line.strip()][:_LINES]
    return any(_divided(lines, *one) for one in _DELIMITERS)


def _divided(lines: Sequence[str], delimiter: str, least: int, share: float, fewest: int) -> bool:
    if delimiter == "  ":
        counts = [len(_BLANKS.findall(line)) for line in lines]
    else:
        counts = [line.strip(" ").count(delimiter) for line in lines]
    common = Counter(count for count in counts if count >= least).most_common(1)
    if not common:
        return False
    number, times = common[0]
    if number == 1 and delimiter != "\t":  # one comma a line: half the sentences of a letter have that
        share = max(share, _LONE)
    if times < fewest or times < share * len(lines):
        return False
    length = sum(len(line) for line, count in zip(lines, counts, strict=True) if count == number)
    return length / times / (number + 1) <= _CELL

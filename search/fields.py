"""What ``field:value`` means for each field that may stand before a colon."""

import re

from catalog.vocabularies import DOMAIN, LEVEL, OPENNESS, THEME, UPDATE_CYCLE, Vocabulary
from search import tokens
from search.clauses import NOTHING, Between, Clause, Values, Word, side_by_side, some
from search.layout import GRAMS

#: Facets whose values people may type as code, label or alias.
_VOCABULARIES: dict[str, Vocabulary] = {
    "domain": DOMAIN,
    "theme": THEME,
    "level": LEVEL,
    "openness": OPENNESS,
    "update_cycle": UPDATE_CYCLE,
}
#: Fields that hold text, with the part of the document that they look in.
_PARTS = {"title": "title", "column": "column", "keyword": "label"}
_YEAR = re.compile(r"(?:19|20|21)\d\d", re.ASCII)
_DAY = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?", re.ASCII)
_LAST_DAY = 99_991_231
#: Tokens of a text that must stand side by side.
_LONGEST_STRETCH = 64


def in_field(field: str, text: str) -> Clause:
    """Return the clause for ``field:text``; ``field`` is one of :data:`search.query.FIELDS`."""
    if field in _PARTS:
        return standing(f"{_PARTS[field]}_grams", tokens.cut(text))
    if field in ("issued", "modified"):
        return _days(field, text)
    if field == "year":
        return _years(text)
    exact = Values(field, tuple(dict.fromkeys((text, text.lower(), text.upper(), *_codes(field, text)))))
    # A unit and a region are found by their code, or by any part of any of their names.
    by_name = {"unit": "unit_grams", "region": "label_grams"}
    return some([exact, standing(by_name[field], tokens.cut(text))]) if field in by_name else exact


def anywhere(runs: list[tokens.Run]) -> Clause:
    """Return the clause for text that stands in any part of a document, across word borders too."""
    if len(runs) == 1:
        han, other = runs[0]
        if other or (len(han) > 1 and tokens.is_word(han)):
            return Word("held", other or han)
    return some([standing(field, runs) for field in GRAMS])


def standing(field: str, runs: list[tokens.Run]) -> Clause:
    """Return the clause for text that stands in a text field, across word borders too.

    Of a text that was pasted, only its beginning must stand there: no title is so long, and a phrase of a thousand
    tokens takes an engine longer than a thousand words.
    """
    grams, begun = tokens.stretch(runs)
    if len(grams) > _LONGEST_STRETCH:
        grams, begun = grams[:_LONGEST_STRETCH], False
    return side_by_side(field, grams, begun=begun)


def _codes(field: str, text: str) -> tuple[str, ...]:
    term = _VOCABULARIES[field].find(text) if field in _VOCABULARIES else None
    return (term.code,) if term else ()


def _years(text: str) -> Clause:
    """``2018``, or ``2016..2018``."""
    ends = _YEAR.findall(text)
    return Values("year", tuple(map(str, range(int(ends[0]), int(ends[-1]) + 1)))) if ends else NOTHING


def _days(field: str, text: str) -> Clause:
    """``2018``, ``2018-06``, ``2018-06-30``, or two of them with ``..`` between, either end open."""
    first, dots, last = text.partition("..")
    low, high = _day(first, "0101", 0), _day(last if dots else first, "1231", _LAST_DAY)
    return Between(field, low, high) if low is not None and high is not None else NOTHING


def _day(text: str, rest: str, otherwise: int) -> int | None:
    """Return YYYYMMDD, what is missing taken from ``rest``; None if it is no date."""
    if not text:
        return otherwise
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = found.groups()
    return int(f"{year}{int(month or rest[:2]):02}{int(day or rest[2:]):02}")

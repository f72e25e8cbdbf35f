"""What of a document goes into which field: the same for every engine.

Text fields hold tokens joined by spaces. ``…_words`` and ``title_chars`` rank; ``…_grams`` find text in one
part of the document; ``grams`` holds all of it and decides whether it is found at all.
``title_sounds`` and ``title_initials`` hold the pinyin of title and unit, whole and by first letters.
Keyword fields hold values as they are, number fields whole numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from search import sounds, tokens
from search.base import Document, digest
from search.scripts import simplified

#: Text fields with positions, in which phrases can be found.
PLACED: Final = (
    "title_grams",
    "unit_grams",
    "label_grams",
    "column_grams",
    "grams",
    "title_sounds",
    "title_initials",
)
#: Text fields of which only the frequency counts.
COUNTED: Final = ("title_words", "title_chars", "label_words", "body_words")
#: Keyword fields beside the facets: the whole folded title, a unit's code and name, and by what hits are
#: ordered, ascending; each order ends with the id, so that no two documents are equal.
KEYS: Final = ("title_key", "unit_key", "by_title", "by_newest", "by_used")
NUMBERS: Final = ("issued", "modified")

#: Stands between two values of one field, so that no phrase reaches across; and at the head of every field,
#: since engines differ in whether a document without a field counts for that field's averages.
_BORDER = "|"
_LONGEST_KEY = 200
_LATEST = 99_991_231
_MOST_USES = 10**12 - 1
_DIVISION_CODE = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """One document, ready for an engine."""

    id: str
    texts: dict[str, str]
    keywords: dict[str, tuple[str, ...]]
    numbers: dict[str, int]
    digest: str
    stored: str


def entry(document: Document) -> Entry:
    """Analyse a document."""
    stored = document.to_json()
    return Entry(
        id=document.id,
        texts=_texts(document),
        keywords={**facet_values(document), **_keys(document)},
        numbers=_numbers(document),
        digest=document.digest if document.uses else digest(stored),
        stored=stored,
    )


def facet_values(document: Document) -> dict[str, tuple[str, ...]]:
    """Return every facet's values of a document; a facet for which it has none is left out."""
    facets = {
        "kind": (document.kind,),
        "unit": (document.unit_code,),
        "level": (document.unit_level,),
        "domain": (document.domain,),
        "theme": (document.theme,),
        "region": region_path(document.region),
        "format": tuple(dict.fromkeys(document.formats)),
        "openness": (document.openness,),
        "update_cycle": (document.update_cycle,),
        "year": (str(document.year or ""),),
    }
    return {name: values for name, values in facets.items() if values and values[0]}


def region_path(code: str) -> tuple[str, ...]:
    """Return a division code and the divisions it lies in: 370102 lies in 370100, which lies in 370000.

    Chosen as a filter, a city so finds what its counties publish.
    """
    if len(code) != _DIVISION_CODE or not code.isdigit():
        return (code,) if code else ()
    return tuple(dict.fromkeys((f"{code[:2]}0000", f"{code[:4]}00", code)))


def day_number(day: date) -> int:
    """Return a day as the number YYYYMMDD."""
    return day.year * 10_000 + day.month * 100 + day.day


def title_key(title: str) -> str:
    """Return a title as two titles are compared for being the same."""
    return "".join(tokens.chars(tokens.cut(title)))[:_LONGEST_KEY]


class _Analysed(NamedTuple):
    """Every view of one value, its tokens joined by spaces."""

    words: str
    grams: str
    chars: str


class _Spoken(NamedTuple):
    """How one value sounds, syllables joined by spaces."""

    sounds: str
    initials: str


def _texts(document: Document) -> dict[str, str]:
    title = [_analyse(value) for value in (*_written(document.title), document.title_en) if value]
    unit = _known(document.unit_name, *document.unit_aliases)
    label = _known(*document.keywords, *document.labels, *document.region_names)
    column = _known(*document.column_titles, *document.column_names)
    abstract = [_analyse(document.abstract)] if document.abstract else []
    spoken = [_speak(document.title), *map(_known_sound, (document.unit_name, *document.unit_aliases))]
    grams = {
        "title_grams": _placed(title),
        "unit_grams": _placed(unit),
        "label_grams": _placed(label),
        "column_grams": _placed(column),
    }
    return {
        "title_words": _counted(one.words for one in title),
        "title_chars": _counted(one.chars for one in title),
        "label_words": _counted(one.words for one in label + unit),
        "body_words": _counted(one.words for one in column + abstract),
        "title_sounds": "".join(f"{_BORDER} {one.sounds} " for one in spoken),
        "title_initials": "".join(f"{_BORDER} {one.initials} " for one in spoken),
        **grams,
        "grams": "".join(grams.values()) + _placed(abstract),
    }


def _written(title: str) -> tuple[str, ...]:
    """A title, and in simplified characters as well if it has others."""
    plain = simplified(title)
    return (title,) if plain == title else (title, plain)


def _known(*values: str) -> list[_Analysed]:
    return [_known_value(value) for value in values if value]


def _analyse(value: str) -> _Analysed:
    runs = tokens.cut(value)
    return _Analysed(*(" ".join(view(runs)) for view in (tokens.words, tokens.grams, tokens.chars)))


def _speak(value: str) -> _Spoken:
    spoken = [syllable for run in tokens.cut(value) for syllable in _syllables(run)]
    return _Spoken(" ".join(spoken), " ".join(syllable[:1] for syllable in spoken))


# Units, keywords and columns come again and again, titles and abstracts hardly ever.
_known_value = lru_cache(maxsize=16_384)(_analyse)
_known_sound = lru_cache(maxsize=4_096)(_speak)


def _syllables(run: tokens.Run) -> list[str]:
    han, other = run
    if not han:
        return [other]
    return [syllable for word in tokens.pieces(run) for syllable in sounds.syllables(word)]


def _counted(views: Iterable[str]) -> str:
    return " ".join((_BORDER, *views))


def _placed(values: list[_Analysed]) -> str:
    return "".join(f"{_BORDER} {one.grams} " for one in values) or f"{_BORDER} "


def _keys(document: Document) -> dict[str, tuple[str, ...]]:
    # GB 18030 orders the common characters by pinyin, as a Chinese reader expects a list of titles.
    order = tokens.fold(document.title)[:_LONGEST_KEY].encode("gb18030", "replace").hex()
    newest = max((day_number(day) for day in (document.issued, document.modified) if day), default=0)
    keys: dict[str, tuple[str, ...]] = {
        "title_key": (title_key(document.title),),
        "by_title": (f"{order} {document.id}",),
        "by_newest": (f"{_LATEST - newest:08} {document.id}",),
        # What is used as much as another, or never, stands by its date.
        "by_used": (f"{_MOST_USES - document.uses:012} {_LATEST - newest:08} {document.id}",),
    }
    if document.unit_code:
        keys["unit_key"] = (f"{document.unit_code}\n{document.unit_name}",)
    return keys


def _numbers(document: Document) -> dict[str, int]:
    days = {"issued": document.issued, "modified": document.modified}
    return {name: day_number(day) for name, day in days.items() if day}

"""What of a document goes into which field: the same for every engine.

Text fields hold tokens joined by spaces. ``…_words`` and ``title_chars`` rank; ``…_grams`` find text in one
part of the document; ``held`` has the dictionary words of all parts.
``title_sounds`` and ``title_initials`` hold the pinyin of title and unit, whole and by first letters.
Keyword fields hold values as they are, number fields whole numbers.
"""

import zlib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from search import sounds, tokens
from search.base import Document, digest
from search.scripts import simplified

#: Text fields with positions, in which phrases can be found.
GRAMS: Final = ("title_grams", "unit_grams", "label_grams", "column_grams", "abstract_grams")
PLACED: Final = (*GRAMS, "title_sounds", "title_initials")
#: Text fields of which only the frequency counts.
COUNTED: Final = ("title_words", "title_chars", "label_words", "body_words")
#: Text fields of which only counts whether a token is there.
LISTED: Final = ("held",)
#: Keyword fields beside the facets: the whole folded title, a unit's code and name, and an order by title that
#: ends with the id.
KEYS: Final = ("title_key", "unit_key", "by_title")
#: Of these only whether a document has a value is ever asked, never which one.
LOOKED_UP: Final = ("title_key",)
NUMBERS: Final = ("issued", "modified")
#: Numbers by which hits are ordered, ascending. They end with bits of a checksum of the id, so that documents of
#: one day keep one order, the same in every engine.
ORDERS: Final = ("by_newest", "by_used")

#: Stands between two values of one field, so that no phrase reaches across; and at the head of every field,
#: since engines differ in whether a document without a field counts for that field's averages.
_BORDER = "|"
_LONGEST_KEY = 200
_MOST_USES = (1 << 26) - 1
_DAY_BITS, _LONG_TIE, _SHORT_TIE = 22, 32, 14
_DIVISION_CODE = 6
#: Characters of a stretch of Han that is worth keeping.
_LONGEST_KNOWN = 16


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
    titles = [tokens.cut(value) for value in (*_written(document.title), document.title_en) if value]
    return Entry(
        id=document.id,
        texts=_texts(document, titles),
        keywords={**facet_values(document), **_keys(document, titles)},
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
    return _key(tokens.cut(title))


def _key(runs: list[tokens.Run]) -> str:
    return "".join([han or other for han, other in runs])[:_LONGEST_KEY]


class _Analysed(NamedTuple):
    """Three views of one value, the tokens of each joined by spaces."""

    words: str
    grams: str
    held: str


class _Spoken(NamedTuple):
    """How one value sounds, syllables joined by spaces."""

    sounds: str
    initials: str


def _texts(document: Document, titles: list[list[tokens.Run]]) -> dict[str, str]:
    title = [_views(runs) for runs in titles]
    unit = _known(document.unit_name, *document.unit_aliases)
    label = _known(*document.keywords, *document.labels, *document.region_names)
    column = _known(*document.column_titles, *document.column_names, *document.values)
    abstract = [_analyse(document.abstract)] if document.abstract else []
    read = [_read(titles[0])] if document.title else []
    spoken = [*read, *[_known_sound(name) for name in (document.unit_name, *document.unit_aliases)]]
    return {
        "title_words": _counted([one.words for one in title]),
        "title_chars": _counted([" ".join(tokens.chars(runs)) for runs in titles]),
        "label_words": _counted([one.words for one in label + unit]),
        "body_words": _counted([one.words for one in column + abstract]),
        "title_sounds": _bordered([one.sounds for one in spoken]),
        "title_initials": _bordered([one.initials for one in spoken]),
        "title_grams": _bordered([one.grams for one in title]),
        "unit_grams": _bordered([one.grams for one in unit]),
        "label_grams": _bordered([one.grams for one in label]),
        "column_grams": _bordered([one.grams for one in column]),
        "abstract_grams": _bordered([one.grams for one in abstract]),
        "held": " ".join([one.held for part in (title, unit, label, column, abstract) for one in part]),
    }


def _written(title: str) -> tuple[str, ...]:
    """A title, and in simplified characters as well if it has others."""
    plain = simplified(title)
    return (title,) if plain == title else (title, plain)


def _known(*values: str) -> list[_Analysed]:
    return [_known_value(value) for value in values if value]


def _analyse(value: str) -> _Analysed:
    return _views(tokens.cut(value))


def _views(runs: list[tokens.Run]) -> _Analysed:
    found = [_known_run(run) if len(run[0]) <= _LONGEST_KNOWN else _run(run) for run in runs]
    return _Analysed(*map(" ".join, zip(*found, strict=True))) if found else _Analysed("", "", "")


def _run(run: tokens.Run) -> _Analysed:
    runs = (run,)
    return _Analysed(" ".join(tokens.words(runs)), " ".join(tokens.grams(runs)), " ".join(tokens.held(runs)))


def _speak(value: str) -> _Spoken:
    return _read(tokens.cut(value))


def _read(runs: list[tokens.Run]) -> _Spoken:
    found = [_known_reading(run) if len(run[0]) <= _LONGEST_KNOWN else _reading(run) for run in runs]
    return _Spoken(*map(" ".join, zip(*found, strict=True))) if found else _Spoken("", "")


def _reading(run: tokens.Run) -> _Spoken:
    spoken = _syllables(run)
    return _Spoken(" ".join(spoken), " ".join([syllable[0] for syllable in spoken]))


# Units, keywords and columns come again and again, titles and abstracts hardly ever.
_known_value = lru_cache(maxsize=16_384)(_analyse)
_known_sound = lru_cache(maxsize=4_096)(_speak)
# So do the stretches of which titles and abstracts are made up: 统计数据, 济南市, 包括名称.
_known_run = lru_cache(maxsize=32_768)(_run)
_known_reading = lru_cache(maxsize=8_192)(_reading)


def _syllables(run: tokens.Run) -> list[str]:
    han, other = run
    if not han:
        return [other]
    return [syllable for word in tokens.pieces(run) for syllable in sounds.syllables(word)]


def _counted(views: list[str]) -> str:
    return f"{_BORDER} {' '.join(views)}"


def _bordered(views: list[str]) -> str:
    return f"{_BORDER} {f' {_BORDER} '.join(views)}"


def _keys(document: Document, titles: list[list[tokens.Run]]) -> dict[str, tuple[str, ...]]:
    title = _key(titles[0]) if document.title else ""
    # GB 18030 orders the common characters by pinyin, as a Chinese reader expects a list of titles.
    order = title.encode("gb18030", "replace").hex()
    keys: dict[str, tuple[str, ...]] = {
        "title_key": (title,),
        "by_title": (f"{order} {document.id}",),
    }
    if document.unit_code:
        keys["unit_key"] = (f"{document.unit_code}\n{document.unit_name}",)
    return keys


def _numbers(document: Document) -> dict[str, int]:
    days = {"issued": document.issued, "modified": document.modified}
    return {name: day_number(day) for name, day in days.items() if day} | _orders(document)


def _orders(document: Document) -> dict[str, int]:
    """The smaller stands first; what is used as much as another, or never, stands by its date."""
    issued, modified = document.issued or date.min, document.modified or document.issued or date.min
    old = date.max.toordinal() - max(issued, modified).toordinal()
    rare = _MOST_USES - min(document.uses, _MOST_USES)
    tie = zlib.crc32(document.id.encode("utf-8", "replace"))
    return {
        "by_newest": old << _LONG_TIE | tie,
        "by_used": (rare << _DAY_BITS | old) << _SHORT_TIE | tie >> (_LONG_TIE - _SHORT_TIE),
    }

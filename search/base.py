"""The contract of a search engine, and the values that cross it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from operator import attrgetter
from typing import Any, Literal, NamedTuple, Protocol

from search.query import Query

#: Raised when the analysis or the layout changes: every document indexed before is then stale.
FORMAT = 5

Kind = Literal["dataset", "inventory-item"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One thing to be found, flat: a dataset, or an inventory item that is not open yet.

    Codes are the catalogue's own (``domain`` "transport", ``formats`` "csv"); ``labels`` holds the names
    of those codes in every language, so that a search for the name finds the document. ``year`` is the
    year that the data speak of; ``values`` are what closed columns may hold, ``warnings`` how many the
    validation report has. ``rows`` is None where nothing was published. ``uses`` says how often it was used when
    it was indexed: a document is not stale because it was used again since.
    """

    id: str
    kind: Kind
    title: str
    title_en: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    unit_code: str = ""
    unit_name: str = ""
    unit_aliases: tuple[str, ...] = ()
    unit_level: str = ""
    domain: str = ""
    theme: str = ""
    region: str = ""
    region_names: tuple[str, ...] = ()
    column_names: tuple[str, ...] = ()
    column_titles: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    openness: str = ""
    update_cycle: str = ""
    year: int | None = None
    period_from: date | None = None
    period_to: date | None = None
    rows: int | None = None
    warnings: int | None = None
    issued: date | None = None
    modified: date | None = None
    slug: str = ""
    uses: int = 0

    def to_json(self) -> str:
        """The document as an engine stores it; what is empty is left out."""
        values = {
            name: value for name, value in zip(_FIELDS, _values(self), strict=True) if value or value == 0
        }
        if not self.uses:
            del values["uses"]
        return _encode(values).encode("utf-8", "replace").decode()  # half a surrogate pair cannot be stored

    @classmethod
    def from_json(cls, stored: str | bytes) -> "Document":
        """The inverse of :meth:`to_json`."""
        values: dict[str, Any] = json.loads(stored)
        for name in _LISTS & values.keys():
            values[name] = tuple(values[name])
        for name in _DATES & values.keys():
            values[name] = date.fromisoformat(values[name])
        return cls(**values)

    @property
    def digest(self) -> str:
        """SHA-256 of how it is indexed and of everything in it but its uses: equal means up to date."""
        return digest((replace(self, uses=0) if self.uses else self).to_json())


_FIELDS = tuple(field.name for field in fields(Document))
_values = attrgetter(*_FIELDS)
_LISTS = frozenset(field.name for field in fields(Document) if field.type == tuple[str, ...])
_DATES = frozenset({"issued", "modified", "period_from", "period_to"})
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=date.isoformat).encode


def digest(stored: str) -> str:
    """Return the digest of a document that was never used, from how it is stored."""
    return hashlib.sha256(f"{FORMAT}{stored}".encode()).hexdigest()


class Segment(NamedTuple):
    """A piece of original text; ``marked`` where it answers the query. Escape it, then wrap it."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """One document of an answer; the segments of ``title`` joined are its title."""

    id: str
    score: float
    document: Document
    title: tuple[Segment, ...]
    abstract: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an answer.

    ``facets`` maps a facet to its values and counts, most first; the counts of a facet heed the choices in
    all other facets but not its own, so that they say what choosing that value as well would add.
    ``did_you_mean`` is set where nothing was found for what was typed: the page then answers this instead.
    Where that helps nothing either, ``partly`` says that no document has all words and these have most.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    took_ms: float
    did_you_mean: str | None = None
    partly: bool = False


class Suggestion(NamedTuple):
    """What a person may be about to type; ``id`` is a title's document or a unit's code."""

    kind: Literal["title", "unit", "column"]
    text: str
    id: str = ""


class Reason(NamedTuple):
    """A part of a score: what was looked for, in which field, and how much it counts."""

    text: str
    field: str
    score: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a document stands where it stands among the answers to a query.

    ``place`` counts from 1; it is None if the document is not found, or stands beyond the last place that
    is shown. ``conditions`` says of each condition, as it was typed, whether it holds.
    """

    place: int | None
    total: int
    conditions: tuple[tuple[str, bool], ...]
    reasons: tuple[Reason, ...]


class SearchIndex(Protocol):
    """An index of documents, found by their id, their words and their facets.

    Every method may raise :class:`catalog.errors.Unreachable` when the engine does not answer and
    :class:`catalog.errors.Conflict` when the index was built by another version and must be rebuilt.
    """

    def put(self, documents: Iterable[Document]) -> int:
        """Add or replace documents by id, return how many: found when it returns, or Busy is raised."""

    def delete(self, ids: Iterable[str]) -> None:
        """Remove documents: an id that is not there is no error, since a repair may run twice."""

    def search(self, query: Query) -> Page:
        """Answer a query: an index that was never written answers empty instead of raising."""

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Complete what is being typed, its last word maybe half a word: nothing typed suggests nothing."""

    def related(self, id_: str, limit: int = 5) -> tuple[Document, ...]:
        """Return the documents most like one, best first: an unknown id is like none."""

    def explain(self, query: Query, id_: str) -> Explanation:
        """Say why a document ranks where it ranks, or is not found: an unknown id fulfils no condition."""

    def count(self) -> int:
        """Return how many documents there are: deleted ones that still lie in the files are not counted."""

    def digests(self) -> Iterator[tuple[str, str]]:
        """Yield id and digest of every document: what is written meanwhile may or may not be among them."""

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Build anew beside the old, then swap: pass a lazy iterable, so that it reads after the start."""

    def close(self) -> None:
        """Let go of files and connections: the index cannot be used afterwards."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What keeps an index from being equal to the catalogue: ids, each in order."""

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    extra: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.extra)


def compare(index: SearchIndex, expected: Iterable[tuple[str, str]]) -> Difference:
    """Compare an index with the ids and digests that it should hold, exactly."""
    found = dict(index.digests())
    missing, stale = [], []
    for id_, digest in expected:
        there = found.pop(id_, None)
        if there is None:
            missing.append(id_)
        elif there != digest:
            stale.append(id_)
    return Difference(tuple(sorted(missing)), tuple(sorted(stale)), tuple(sorted(found)))

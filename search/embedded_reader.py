"""One state of the embedded index, as a reader holds it until the files change."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import tantivy

from catalog.errors import Conflict
from search.answer import Found, ordered
from search.base import FORMAT, Document
from search.clauses import Clause, Every, Values
from search.embedded_clauses import ranked, schema, translate
from search.generations import Generations, translated
from search.plan import MOST_FACET_VALUES, Ask

_SORTED_BY = {"newest": "by_newest", "used": "by_used", "title": "by_title"}
_KINDS = (Values("kind", ("dataset",)), Values("kind", ("inventory-item",)))  # what is open stands first
_FORMAT_FILE = "format"
_TRIES = 20  # generations that may go by while one is being opened
_REMEMBERED = 256  # counts; a portal's front pages ask for the same ones again and again

Stamp = tuple[int, int]
Counts = dict[str, tuple[tuple[str, int], ...]]


class Snapshot:
    """An opened generation.

    :param stamps: what pointer and meta file looked like just before it was opened.
    """

    def __init__(self, generations: Generations, folder: Path, stamps: tuple[Stamp, Stamp]) -> None:
        self._files = (generations.pointer, folder / "meta.json")
        self._stamps = stamps
        self._searcher = open_generation(folder).searcher()
        self._counted: dict[object, tuple[dict[str, int], Counts]] = {}

    def is_current(self) -> bool:
        """Tell whether nothing was written since."""
        try:
            return (_stamp(self._files[0]), _stamp(self._files[1])) == self._stamps
        except FileNotFoundError:
            return False

    @property
    def count(self) -> int:
        """How many documents there are."""
        return self._searcher.num_docs

    def digests(self) -> Iterator[tuple[str, str]]:
        """Yield id and digest of every document."""
        if not self.count:  # tantivy refuses to look for no hits
            return
        for _, address in self._searcher.search(tantivy.Query.all_query(), self.count, count=False).hits:
            stored = self._searcher.doc(address)
            yield str(stored.get_first("id")), _bytes(stored, "digest").hex()

    def find(self, ask: Ask) -> Found:
        """Answer an ask: the open documents first, then those that are not open, each in order."""
        by_kind, facets = self._counts(ask)
        hits: list[tuple[float, Document]] = []
        offset, limit = ask.offset, ask.limit
        for kind in _KINDS:
            there = by_kind.get(kind.values[0], 0)
            if limit and offset < there:
                found = translate(Every((ask.found, *ask.filters, kind)))
                part = self._hits(found, ask, offset, limit)
                hits += part
                limit -= len(part)
            offset = max(0, offset - there)
        return Found(sum(by_kind.values()), hits, facets)

    def _hits(self, found: tantivy.Query, ask: Ask, offset: int, limit: int) -> list[tuple[float, Document]]:
        if ask.sort == "relevance":
            result = self._searcher.search(ranked(found, ask.ranking), limit, count=False, offset=offset)
            hits = [(score, self._stored(at)) for score, at in result.hits]
            # tantivy orders equal scores by where they lie in its files
            return sorted(hits, key=lambda hit: (-hit[0], hit[1].id))
        by, ascending = _SORTED_BY[ask.sort], tantivy.Order.Asc
        result = self._searcher.search(
            found, limit, count=False, offset=offset, order_by_field=by, order=ascending
        )
        return [(0.0, self._stored(at)) for _, at in result.hits]

    def _stored(self, at: tantivy.DocAddress) -> Document:
        return _document(_bytes(self._searcher.doc(at), "stored"))

    def _counts(self, ask: Ask) -> tuple[dict[str, int], Counts]:
        key = (ask.found, ask.filters, ask.facets)
        known = self._counted.get(key)
        if known is None:
            if len(self._counted) >= _REMEMBERED:
                self._counted.clear()
            known = self._counted[key] = self._count_all(ask)
        return known

    def _count_all(self, ask: Ask) -> tuple[dict[str, int], Counts]:
        """Return how many of each kind were found, and the counts of the facets asked for.

        A facet in which something was chosen is counted by itself, without its own choice.
        """
        chosen = {values.field for values in ask.filters}
        together = [facet for facet in ask.facets if facet not in chosen]
        under_all = Every((ask.found, *ask.filters))
        counts = self._count(under_all, {"kind", *together})
        by_kind = counts["kind"]
        for facet in ask.facets:
            if facet in chosen:
                counts |= self._count(Every((ask.found, *ask.others(facet))), {facet})
        return by_kind, {facet: ordered(counts[facet]) for facet in ask.facets}

    def _count(self, found: Clause, wanted: set[str]) -> dict[str, dict[str, int]]:
        """Count the values of fields."""
        request = {field: {"terms": {"field": field, "size": MOST_FACET_VALUES}} for field in wanted}
        answered = self._searcher.aggregate(translate(found), request)
        return {
            field: {bucket["key"]: bucket["doc_count"] for bucket in answered[field]["buckets"]}
            for field in wanted
        }


#: Documents never change, and the same ones are found again and again.
_document = lru_cache(maxsize=4_096)(Document.from_json)


def _bytes(stored: tantivy.Document, field: str) -> bytes:
    value = stored.get_first(field)
    assert isinstance(value, bytes)
    return value


def load(generations: Generations) -> Snapshot | None:
    """Open the current generation, or return None if nothing was ever written.

    What the files look like is noted before they are opened, so that no change goes unseen.
    """
    for _ in range(_TRIES):
        generation = generations.current()
        if generation is None:
            return None
        try:
            stamps = _stamp(generations.pointer), _stamp(generation / "meta.json")
            return Snapshot(generations, generation, stamps)
        except FileNotFoundError:
            continue  # a rebuild moved the pointer and removed this one meanwhile
    raise _unusable(generations.folder)


def create_generation(generation: Path) -> tantivy.Index:
    """Make an empty index in an empty folder."""
    with translated(generation):
        (generation / _FORMAT_FILE).write_text(str(FORMAT), encoding="ascii")
        return tantivy.Index(schema(), str(generation))


def open_generation(generation: Path) -> tantivy.Index:
    """Open an index that was made by this version; raises Conflict if it was not, or is damaged."""
    if (generation / _FORMAT_FILE).read_text(encoding="ascii") != str(FORMAT):
        raise _unusable(generation)
    try:
        index = tantivy.Index.open(str(generation))
        index.config_reader("manual", 0)
    except ValueError as error:
        if not generation.exists():
            raise FileNotFoundError(generation) from error
        raise _unusable(generation) from error
    return index


def _stamp(path: Path) -> Stamp:
    """Return what changes whenever a file is replaced."""
    status = path.stat()
    return status.st_ino, status.st_mtime_ns


def _unusable(path: Path) -> Conflict:
    return Conflict(
        f"检索索引 {path} 由其他版本建立或已损坏，请重建索引（opendata search rebuild）",
        f"the search index {path} was built by another version or is damaged; "
        "rebuild it (opendata search rebuild)",
    )

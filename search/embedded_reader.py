"""One state of the embedded index, as a reader holds it until the files change."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import tantivy

from catalog.errors import Conflict
from search.answer import Found
from search.base import FORMAT, Document
from search.clauses import Every, Values
from search.embedded_absent import without_absent
from search.embedded_clauses import ranked, schema, translate
from search.embedded_counts import Counts, count_all
from search.generations import Generations, translated
from search.plan import Ask

_SORTED_BY = {"newest": "by_newest", "used": "by_used", "title": "by_title"}
_OPEN, _NOT_OPEN = "dataset", "inventory-item"
_FORMAT_FILE = "format"
_MANY = 300_000  # documents, from which on it is worth a thread to find and to count at the same time
_TRIES = 20  # generations that may go by while one is being opened
_REMEMBERED = 256  # counts; a portal's front pages ask for the same ones again and again
_DEEPEST = 64  # levels of a query
_KNOWN_WORDS = 100_000  # of which it is remembered whether any document has them
_FEW = 1_500  # found documents, up to which each is looked up in every word that ranks

Stamp = tuple[int, int]


class Snapshot:
    """An opened generation.

    :param stamps: what pointer and meta file looked like just before it was opened.
    """

    def __init__(self, generations: Generations, folder: Path, stamps: tuple[Stamp, Stamp]) -> None:
        self._files = (generations.pointer, folder / "meta.json")
        self._stamps = stamps
        self._searcher = open_generation(folder).searcher()
        self._counted: dict[object, tuple[dict[str, int], Counts]] = {}
        self._holds: dict[tuple[str, str], bool] = {}

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
        ask = without_absent(ask, self._held)
        key = _counted_by(ask)
        known = self._counted.get(key)
        few = False
        if known is None and ask.limit and self.count > _MANY:
            with ThreadPoolExecutor(
                1, thread_name_prefix="count"
            ) as beside:  # tantivy lets go of Python's lock
                counting = beside.submit(self._counts, ask, key)
                hits = self._hits(ask, _OPEN, ask.offset, ask.limit)
                by_kind, facets = counting.result()
        else:
            by_kind, facets = known or self._counts(ask, key)
            few = self.count <= _MANY and sum(by_kind.values()) <= _FEW and len(ask.ranking) <= _DEEPEST
            hits = self._hits(ask, _OPEN, ask.offset, ask.limit, few=few) if by_kind.get(_OPEN) else []
        if len(hits) < ask.limit and by_kind.get(_NOT_OPEN):
            offset = max(0, ask.offset - by_kind.get(_OPEN, 0))
            hits += self._hits(ask, _NOT_OPEN, offset, ask.limit - len(hits), few=few)
        return Found(sum(by_kind.values()), hits, facets)

    def _held(self, field: str, token: str) -> bool:
        """Tell whether any document has a word; of a deleted one, that it may."""
        word = field, token
        known = self._holds.get(word)
        if known is None:
            if len(self._holds) >= _KNOWN_WORDS:
                self._holds.clear()
            known = self._holds[word] = self._searcher.doc_freq(field, token) > 0
        return known

    def _hits(
        self, ask: Ask, kind: str, offset: int, limit: int, *, few: bool = False
    ) -> list[tuple[float, Document]]:
        """Return hits of one kind, ranked for ``few`` or for many."""
        if not limit:
            return []
        found = translate(Every((ask.found, *ask.filters, Values("kind", (kind,)))))
        if ask.sort == "relevance":
            query = ranked(found, ask.ranking, few=few)
            result = self._searcher.search(query, limit, count=False, offset=offset)
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

    def _counts(self, ask: Ask, key: object) -> tuple[dict[str, int], Counts]:
        """Count, and remember it under a key."""
        if len(self._counted) >= _REMEMBERED:
            self._counted.clear()
        counted = self._counted[key] = count_all(self._searcher, ask)
        return counted


def _counted_by(ask: Ask) -> object:
    """What an ask's counts depend on."""
    return ask.found, ask.filters, ask.facets


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

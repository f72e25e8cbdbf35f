"""The embedded engine: a tantivy index in a folder, one writer at a time, readers in many processes."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import tantivy

from catalog.errors import Conflict
from search.answer import Found, answer, complete, ordered
from search.base import FORMAT, Document, Page, Suggestion
from search.clauses import Every, Values
from search.embedded_clauses import ranked, row, schema, translate
from search.generations import Generations, translated
from search.layout import entry
from search.plan import MOST_FACET_VALUES, Ask
from search.query import Query

_ONE_THREAD = 32_000_000  # bytes of memory that a writer fills before it writes a segment
_REBUILD = 200_000_000
_REBUILD_THREADS = 2
_SORTED_BY = {"newest": "by_newest", "title": "by_title"}
_OPEN, _NOT_OPEN = Values("kind", ("dataset",)), Values("kind", ("inventory-item",))
_FORMAT_FILE = "format"
_TRIES = 20  # generations that may go by while one is being opened
_KIND = "*"  # the count by kind under all filters, beside the facet of that name


@dataclass(frozen=True, slots=True)
class _Reader:
    """An opened generation, and what the files looked like when it was loaded."""

    index: tantivy.Index
    folder: Path
    pointer: tuple[int, int]
    meta: tuple[int, int]


class EmbeddedIndex:
    """A tantivy index in a folder.

    :param folder: made by the first write.
    :param patience: seconds that a write waits for another writer.
    """

    def __init__(self, folder: Path, patience: float = 5.0) -> None:
        self._generations = Generations(folder, patience)
        self._reader: _Reader | None = None
        self._opening = threading.Lock()

    def put(self, documents: Iterable[Document]) -> int:
        """Add or replace documents by id; they are found when it returns."""
        with self._generations.writing(), self._writer() as writer:
            return _write(writer, documents, replace=True)

    def delete(self, ids: Iterable[str]) -> None:
        """Remove documents by id."""
        with self._generations.writing(), self._writer() as writer:
            for id_ in ids:
                writer.delete_documents_by_term("id", id_)

    def search(self, query: Query) -> Page:
        """Answer a query."""
        return answer(self._find, query)

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Complete what is being typed."""
        return complete(self._find, text, limit)

    def count(self) -> int:
        """Return how many documents there are."""
        searcher = self._searcher()
        return searcher.num_docs if searcher else 0

    def digests(self) -> Iterator[tuple[str, str]]:
        """Yield id and digest of every document, as they were when the first was asked for."""
        searcher = self._searcher()
        if searcher is None or not searcher.num_docs:
            return
        everything = searcher.search(tantivy.Query.all_query(), searcher.num_docs, count=False)
        for _, address in everything.hits:
            stored = searcher.doc(address)
            yield str(stored.get_first("id")), str(stored.get_first("digest"))

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Build a new generation and move every reader over to it; other writers wait, readers do not."""
        with self._generations.writing():
            generation = self._generations.fresh()
            with _writing(_create(generation), _REBUILD, _REBUILD_THREADS) as writer:
                count = _write(writer, documents, replace=False)
            self._generations.point_at(generation)
        return count

    def close(self) -> None:
        """Let go of the files."""
        with self._opening:
            self._reader = None

    @contextmanager
    def _writer(self) -> Iterator[tantivy.IndexWriter]:
        generation = self._generations.current()
        if generation is not None:
            with _writing(_open(generation), _ONE_THREAD, 1) as writer:
                yield writer
            return
        generation = self._generations.fresh()
        with _writing(_create(generation), _ONE_THREAD, 1) as writer:
            yield writer
        self._generations.point_at(generation)

    def _find(self, ask: Ask) -> Found:
        searcher = self._searcher()
        if searcher is None:
            return Found(0, [], dict.fromkeys(ask.facets, ()))
        narrowed = translate(Every((ask.found, *ask.filters)))
        by_kind, facets = _facets(searcher, ask, narrowed)
        hits = []
        offset, limit = ask.offset, ask.limit
        for kind in (_OPEN, _NOT_OPEN):
            there = by_kind.get(kind.values[0], 0)
            if limit and offset < there:
                part = translate(Every((ask.found, *ask.filters, kind)))
                found = _hits(searcher, part, ask, offset, limit)
                hits += found
                limit -= len(found)
            offset = max(0, offset - there)
        return Found(sum(by_kind.values()), hits, facets)

    def _searcher(self) -> tantivy.Searcher | None:
        """Return a view of the newest committed state, or None if nothing was ever written."""
        reader = self._reader
        try:
            if (
                reader
                and _seen(self._generations.pointer) == reader.pointer
                and _seen(reader.folder / "meta.json") == reader.meta
            ):
                return reader.index.searcher()
        except FileNotFoundError:
            pass  # the whole folder was removed; what is there now decides
        with self._opening:
            self._reader = reader = self._load()
        return reader.index.searcher() if reader else None

    def _load(self) -> _Reader | None:
        """Open the current generation; what the files look like is noted first, so no change is missed."""
        for _ in range(_TRIES):
            try:
                pointer = _seen(self._generations.pointer)
            except FileNotFoundError:
                return None
            generation = self._generations.current()
            if generation is None:
                continue
            try:
                meta = _seen(generation / "meta.json")
                index = _open(generation)
            except FileNotFoundError:
                continue  # a rebuild moved the pointer and removed this one meanwhile
            return _Reader(index, generation, pointer, meta)
        raise _unusable(self._generations.folder)


def _seen(path: Path) -> tuple[int, int]:
    """Return what changes whenever a file is replaced."""
    status = path.stat()
    return status.st_ino, status.st_mtime_ns


def _create(generation: Path) -> tantivy.Index:
    with translated(generation):
        (generation / _FORMAT_FILE).write_text(str(FORMAT), encoding="ascii")
        return tantivy.Index(schema(), str(generation))


def _open(generation: Path) -> tantivy.Index:
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


def _unusable(path: Path) -> Conflict:
    return Conflict(
        f"检索索引 {path} 由其他版本建立或已损坏，请重建索引（opendata search rebuild）。",
        f"The search index {path} was built by another version or is damaged; "
        "rebuild it (opendata search rebuild).",
    )


@contextmanager
def _writing(index: tantivy.Index, memory: int, threads: int) -> Iterator[tantivy.IndexWriter]:
    """Commit what is written inside, all of it or, after an exception, nothing."""
    with translated(Path()):
        writer = index.writer(memory, threads)
    try:
        yield writer
    except BaseException:
        writer.rollback()
        raise
    with translated(Path()):
        writer.commit()
        writer.wait_merging_threads()


def _write(writer: tantivy.IndexWriter, documents: Iterable[Document], *, replace: bool) -> int:
    count = 0
    for document in documents:
        if replace:
            writer.delete_documents_by_term("id", document.id)
        writer.add_document(row(entry(document)))
        count += 1
    return count


def _hits(
    searcher: tantivy.Searcher, found: tantivy.Query, ask: Ask, offset: int, limit: int
) -> list[tuple[float, Document]]:
    if ask.sort == "relevance":
        result = searcher.search(ranked(found, ask.ranking), limit, count=False, offset=offset)
    else:
        order, by = tantivy.Order.Asc, _SORTED_BY[ask.sort]
        result = searcher.search(found, limit, count=False, offset=offset, order_by_field=by, order=order)
    hits = [
        (score if isinstance(score, float) else 0.0, str(searcher.doc(address).get_first("stored")))
        for score, address in result.hits
    ]
    documents = [(score, Document.from_json(stored)) for score, stored in hits]
    if ask.sort == "relevance":  # tantivy orders equal scores by where they lie in its files
        documents.sort(key=lambda hit: (-hit[0], hit[1].id))
    return documents


def _facets(
    searcher: tantivy.Searcher, ask: Ask, narrowed: tantivy.Query
) -> tuple[dict[str, int], dict[str, tuple[tuple[str, int], ...]]]:
    """Return how many of each kind were found, and the counts of the facets asked for.

    A facet in which something was chosen is counted by itself, without its own choice.
    """
    chosen = {values.field for values in ask.filters}
    together = [facet for facet in ask.facets if facet not in chosen]
    counts = _count(searcher, narrowed, {_KIND: "kind"} | {facet: facet for facet in together})
    for facet in ask.facets:
        if facet in chosen:
            others = translate(Every((ask.found, *ask.others(facet))))
            counts |= _count(searcher, others, {facet: facet})
    return counts.pop(_KIND), {facet: ordered(counts[facet]) for facet in ask.facets}


def _count(
    searcher: tantivy.Searcher, found: tantivy.Query, wanted: dict[str, str]
) -> dict[str, dict[str, int]]:
    """Count the values of fields; ``wanted`` maps a name in the answer to its field."""
    request = {name: {"terms": {"field": field, "size": MOST_FACET_VALUES}} for name, field in wanted.items()}
    answered = searcher.aggregate(found, request)
    return {
        name: {bucket["key"]: bucket["doc_count"] for bucket in answered[name]["buckets"]} for name in wanted
    }

"""The embedded engine: a tantivy index in a folder, one writer at a time, readers in many processes."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import tantivy

from search.answer import Found, answer, complete
from search.base import Document, Explanation, Page, Suggestion
from search.embedded_clauses import row
from search.embedded_reader import Snapshot, create_generation, load, open_generation
from search.explain import explain
from search.generations import Generations, translated
from search.layout import entry
from search.plan import Ask
from search.query import Query
from search.related import related

_UPDATE = 32_000_000  # bytes of memory that are filled before a segment is written
_REBUILD = 200_000_000  # the same while all is built anew: few large segments are searched fastest
_REBUILD_THREADS = 2
_MARKS = 1 << 25  # one bit for each of so many ids that a rebuild can tell apart


class EmbeddedIndex:
    """A tantivy index in a folder.

    :param folder: made by the first write.
    :param patience: seconds that a write waits for another writer before it raises Busy.
    """

    def __init__(self, folder: Path, patience: float = 5.0) -> None:
        self._generations = Generations(folder, patience)
        self._snapshot: Snapshot | None = None
        self._opening = threading.Lock()

    def put(self, documents: Iterable[Document]) -> int:
        """Add or replace documents by id; they are found when it returns."""
        with self._generations.writing(), self._writer() as writer:
            return _write(self._generations.folder, writer, documents)

    def delete(self, ids: Iterable[str]) -> None:
        """Remove documents by id."""
        with self._generations.writing(), self._writer() as writer:
            for id_ in ids:
                writer.delete_documents_by_term("id", id_)

    def search(self, query: Query) -> Page:
        """Answer a query."""
        return answer(self._find_all, query)

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Complete what is being typed."""
        return complete(self._find_all, text, limit)

    def related(self, id_: str, limit: int = 5) -> tuple[Document, ...]:
        """Return the documents most like one."""
        return related(self._find, id_, limit)

    def explain(self, query: Query, id_: str) -> Explanation:
        """Say why a document ranks where it ranks."""
        return explain(self._find, query, id_)

    def count(self) -> int:
        """Return how many documents there are."""
        snapshot = self._newest()
        return snapshot.count if snapshot else 0

    def digests(self) -> Iterator[tuple[str, str]]:
        """Yield id and digest of every document, as they were when the first was asked for."""
        snapshot = self._newest()
        if snapshot:
            yield from snapshot.digests()

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Build a new generation and move every reader over to it; other writers wait, readers do not."""
        with self._generations.writing(), self._generations.next() as folder:
            with _committing(folder, create_generation(folder), _REBUILD, _REBUILD_THREADS) as writer:
                _fill(folder, writer, documents)
            return int(open_generation(folder).searcher().num_docs)

    def close(self) -> None:
        """Let go of the files."""
        with self._opening:
            self._snapshot = None

    def _find(self, ask: Ask) -> Found:
        snapshot = self._newest()
        return snapshot.find(ask) if snapshot else Found(0, [], dict.fromkeys(ask.facets, ()))

    def _find_all(self, asks: Sequence[Ask]) -> list[Found]:
        return [self._find(ask) for ask in asks]

    def _newest(self) -> Snapshot | None:
        """Return the newest committed state, or None if nothing was ever written."""
        snapshot = self._snapshot
        if snapshot and snapshot.is_current():
            return snapshot
        with self._opening:
            if self._snapshot is None or not self._snapshot.is_current():
                self._snapshot = load(self._generations)
            return self._snapshot

    @contextmanager
    def _writer(self) -> Iterator[tantivy.IndexWriter]:
        generation = self._generations.current()
        if generation is not None:
            with _committing(generation, open_generation(generation), _UPDATE) as writer:
                yield writer
            return
        with (
            self._generations.next() as folder,
            _committing(folder, create_generation(folder), _UPDATE) as writer,
        ):
            yield writer


@contextmanager
def _committing(
    folder: Path, index: tantivy.Index, memory: int, threads: int = 1
) -> Iterator[tantivy.IndexWriter]:
    """Commit what is written inside: all of it or, after an exception, nothing."""
    with translated(folder):
        writer = index.writer(memory, threads)
        # A process that was killed leaves files under names that the next commit would take again.
        writer.garbage_collect_files()
    try:
        yield writer
        with translated(folder):
            writer.commit()
    except BaseException:
        with suppress(ValueError):  # of a writer that died for want of space nothing is left to roll back
            writer.rollback()
            writer.garbage_collect_files()
        raise
    with translated(folder):
        writer.wait_merging_threads()


def _write(folder: Path, writer: tantivy.IndexWriter, documents: Iterable[Document]) -> int:
    """Add documents, the last of each id; return how many ids."""
    seen: set[str] = set()
    for document in documents:
        _add(folder, writer, document, replace=True)
        seen.add(document.id)
    return len(seen)


def _fill(folder: Path, writer: tantivy.IndexWriter, documents: Iterable[Document]) -> None:
    """Add documents to an empty index, the last of each id.

    Of a million ids only marks are kept: two that share one cost a look for what is to be replaced, no more.
    """
    marks = bytearray(_MARKS // 8)
    for document in documents:
        at, bit = divmod(hash(document.id) % _MARKS, 8)
        _add(folder, writer, document, replace=bool(marks[at] & 1 << bit))
        marks[at] |= 1 << bit


def _add(folder: Path, writer: tantivy.IndexWriter, document: Document, *, replace: bool) -> None:
    made = row(entry(document))
    with translated(folder):
        if replace:
            writer.delete_documents_by_term("id", document.id)
        writer.add_document(made)

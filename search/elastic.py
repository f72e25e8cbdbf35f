"""The Elasticsearch engine: an alias that names the index which is read, an index beside it while rebuilding.

::

    <name>            alias, read and written
    <name>-next       alias of the index that a rebuild fills; whoever writes meanwhile writes there as well
    <name>-<number>   the indices themselves

What others write during a rebuild carries the time as its version, what the rebuild copies the time of its
start: so the newer wins whichever comes first, and what was deleted meanwhile stays deleted.
"""

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from http import HTTPStatus
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from catalog.errors import Conflict, OpenDataError
from search.answer import Found, answer, complete, ordered
from search.base import FORMAT, Document, Explanation, Page, Suggestion
from search.elastic_address import parse_address
from search.elastic_bulk import AT_ONCE, line, send
from search.elastic_clauses import SETTINGS, Json, counts, mappings, requests, source
from search.elastic_errors import check_answer, check_item, translated
from search.explain import explain
from search.layout import entry
from search.plan import Ask
from search.query import Query
from search.related import related

#: More than the server works on at once: a sender waits for its turn in Python as well.
_SENDERS = 4
#: What of its answers the server need not leave out.
_ANSWERED = (
    "responses.status,responses.error,responses.hits.total.value,responses.hits.hits._score,"
    "responses.hits.hits._source.stored,responses.aggregations.*.buckets"
)
_READ_AT_ONCE = 2_000
#: A search can meet an index that a rebuild has just replaced (503): asked again, it meets the new one.
_TRIES = 10
_KEEP = "2m"
#: Longer than any rebuild takes: until then a deleted document's version is remembered.
_REMEMBER_DELETED = "24h"


class ElasticIndex:
    """An index of an Elasticsearch 9 cluster; the cluster needs no plugin.

    :param url: see :mod:`search.elastic_address`. Nothing is asked of the server before the first call.
    """

    def __init__(self, url: str) -> None:
        address = parse_address(url)
        self._server, self._name = address.server, address.index
        self._next = f"{address.index}-next"
        self._client = Elasticsearch(**address.options, max_retries=_TRIES)
        self._usable = False

    def put(self, documents: Iterable[Document]) -> int:
        """Add or replace documents by id; they are found when it returns."""
        entries = [entry(document) for document in documents]
        self._write([("index", made.id, source(made)) for made in entries])
        return len({made.id for made in entries})

    def delete(self, ids: Iterable[str]) -> None:
        """Remove documents by id."""
        self._write([("delete", id_, None) for id_ in ids])

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
        with translated(self._server):
            self._check_format()
            return int(self._client.count(index=self._name, ignore_unavailable=True)["count"])

    def digests(self) -> Iterator[tuple[str, str]]:
        """Yield id and digest of every document, as they were when the first was asked for."""
        with translated(self._server):
            self._check_format()
            try:
                view = self._client.open_point_in_time(index=self._name, keep_alive=_KEEP)["id"]
            except NotFoundError:
                return
        try:
            yield from self._read_all(view)
        finally:
            with translated(self._server):
                self._client.close_point_in_time(id=view)

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Build a new index and move the alias over to it; a second rebuild ends the first."""
        started = time.time_ns()
        index = f"{self._name}-{started}"
        building = f"{index}-building"
        with translated(self._server):
            self._drop_unread()
            self._create(index, (self._next, building), _WHILE_BUILDING)
        lines = (line("index", made.id, started, source(made)) for made in map(entry, documents))
        try:
            self._send(building, lines, senders=_SENDERS)
            with translated(self._server):
                self._client.indices.put_settings(index=index, settings=_AFTER_BUILDING)
                self._client.indices.refresh(index=index)
                count = int(self._client.count(index=index)["count"])
                self._swap(index, (self._next, building))
        except BaseException:
            with suppress(OpenDataError), translated(self._server):
                self._client.indices.delete(index=index, ignore_unavailable=True)
            raise
        self._usable = True
        return count

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _find(self, ask: Ask) -> Found:
        return self._find_all([ask])[0]

    def _find_all(self, asks: Sequence[Ask]) -> list[Found]:
        bodies = [requests(ask) for ask in asks]
        answers = iter(self._ask([body for each in bodies for body in each]))
        return [_found(ask, list(islice(answers, len(each)))) for ask, each in zip(asks, bodies, strict=True)]

    def _ask(self, bodies: list[Json]) -> list[Json]:
        """Send searches in one request; the server runs them side by side.

        The client repeats a request that is refused as a whole, but not one of which a part is.
        """
        answers = self._asked(bodies)
        for _ in range(_TRIES):
            if not any(answer_.get("status") == HTTPStatus.SERVICE_UNAVAILABLE for answer_ in answers):
                break
            answers = self._asked(bodies)
        for answer_ in answers:
            check_answer(self._server, answer_)
        return answers

    def _asked(self, bodies: list[Json]) -> list[Json]:
        header = {"index": self._name, "ignore_unavailable": True}
        with translated(self._server):
            self._check_format()
            answered = self._client.msearch(
                searches=[part for body in bodies for part in (header, body)], filter_path=_ANSWERED
            )
        answers: list[Json] = answered["responses"]
        return answers

    def _write(self, actions: list[tuple[str, str, Json | None]]) -> None:
        """Carry out actions, each a verb, an id and a document, on every index that is read or being built."""
        if not actions:
            return
        with translated(self._server):
            self._check_format()
            there = self._there()
            if self._name not in there:
                self._create(f"{self._name}-0", (self._name,), {})
        if self._next in there:  # first, so that a swap in between leaves nothing out
            now = time.time_ns()
            self._send(self._next, (line(verb, id_, now, made) for verb, id_, made in actions), may_end=True)
        lines = (line(verb, id_, None, made) for verb, id_, made in actions)
        self._send(self._name, lines, refresh=len(actions) <= AT_ONCE)
        if len(actions) > AT_ONCE:
            with translated(self._server):
                self._client.indices.refresh(index=self._name)

    def _send(
        self,
        alias: str,
        lines: Iterable[bytes],
        *,
        senders: int = 1,
        may_end: bool = False,
        refresh: bool = False,
    ) -> None:
        """Send lines to the index behind an alias; ``may_end`` if the alias may go away meanwhile."""
        with translated(self._server):
            for item in send(self._client, alias, lines, senders=senders, refresh=refresh):
                check_item(self._server, item, may_end=may_end)

    def _create(self, index: str, aliases: tuple[str, ...], settings: Json) -> None:
        names: dict[str, Any] = {alias: {} for alias in aliases}
        made = self._client.options(ignore_status=400).indices.create(
            index=index, aliases=names, mappings=mappings(), settings={**SETTINGS, **settings}
        )
        reason = made.get("error", {}).get("type")
        if reason and reason != "resource_already_exists_exception":  # another process made the first one
            raise Conflict(
                f"无法在 {self._server} 建立检索索引 {index}：{reason}",
                f"the search index {index} cannot be made on {self._server}: {reason}",
            )

    def _swap(self, index: str, temporary: tuple[str, ...]) -> None:
        """Move the alias; the index before stays until the next rebuild, for searches that are under way."""
        before = self._behind(self._name)
        actions: list[Json] = [{"remove": {"index": old, "alias": self._name}} for old in before]
        actions += [{"remove": {"index": index, "alias": alias}} for alias in temporary]
        actions.append({"add": {"index": index, "alias": self._name}})
        self._client.indices.update_aliases(actions=actions)

    def _drop_unread(self) -> None:
        """Remove what a rebuild has left that ended or died, and the index before the one that is read."""
        own = re.compile(re.escape(self._name) + r"-\d+")
        read = self._behind(self._name)
        for index in self._client.indices.get(index=f"{self._name}-*", features="aliases"):
            if own.fullmatch(index) and index not in read:
                self._client.indices.delete(index=index, ignore_unavailable=True)

    def _there(self) -> set[str]:
        """Return which of the two aliases there are."""
        answered = self._client.options(ignore_status=404).indices.get_alias(name=[self._name, self._next])
        held = [one["aliases"] for one in answered.values() if isinstance(one, dict) and "aliases" in one]
        return {alias for aliases in held for alias in aliases}

    def _behind(self, alias: str) -> list[str]:
        try:
            return list(self._client.indices.get_alias(name=alias))
        except NotFoundError:
            return []

    def _check_format(self) -> None:
        """Refuse an index that another version built; asked once, since a rebuild ends with a right one."""
        if self._usable:
            return
        found = self._client.indices.get_mapping(index=self._name, ignore_unavailable=True)
        for name, held in found.items():
            if held["mappings"].get("_meta", {}).get("format") != FORMAT:
                raise Conflict(
                    f"检索索引 {name} 由其他版本建立，请重建索引（opendata search rebuild）",
                    f"the search index {name} was built by another version; "
                    "rebuild it (opendata search rebuild)",
                )
            self._usable = True

    def _read_all(self, view: str) -> Iterator[tuple[str, str]]:
        after: list[Any] | None = None
        while True:
            with translated(self._server):
                answered = self._client.search(
                    pit={"id": view, "keep_alive": _KEEP},
                    size=_READ_AT_ONCE,
                    sort=[{"_shard_doc": "asc"}],
                    search_after=after,
                    source_includes=["id", "digest"],
                    track_total_hits=False,
                )
            hits = answered["hits"]["hits"]
            if not hits:
                return
            yield from ((hit["_source"]["id"], hit["_source"]["digest"]) for hit in hits)
            after = hits[-1]["sort"]


_WHILE_BUILDING: Json = {
    "refresh_interval": "-1",
    "gc_deletes": _REMEMBER_DELETED,
    "translog.durability": "async",  # until it is whole nobody reads it
}
_AFTER_BUILDING: Json = {"refresh_interval": None, "gc_deletes": None, "translog.durability": None}


def _found(ask: Ask, answers: list[Json]) -> Found:
    hits = [
        (float(hit["_score"] or 0.0), Document.from_json(hit["_source"]["stored"]))
        for hit in answers[0]["hits"].get("hits", ())  # the filter leaves out what is empty
    ]
    total = int(answers[0]["hits"]["total"]["value"])
    return Found(total, hits, {facet: ordered(counted) for facet, counted in counts(ask, answers).items()})

"""``make bench-search``: both search engines on synthetic Chinese catalogues and on judged queries, in one run.

    python -m tests.bench.search [DOCUMENTS] [ENGINE]

The embedded index always; Elasticsearch where TEST_SEARCH_URL says that servers can be had: one of its own, started as
it is in use, since the one of the tests starts fast instead of running fast. Every engine is filled by one process and
asked by another, so that each one's memory is its own. At the end stands what was wanted, beside what was measured.
"""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple, Self

from elasticsearch import Elasticsearch
from rich.console import Console
from rich.table import Table

from search import open_index
from search.base import Document, SearchIndex
from search.elastic_address import parse_address
from search.elastic_clauses import requests
from search.plan import plan
from search.query import Query, parse
from tests.bench.quality import by_kind
from tests.bench.synthetic import BEGUN, DOMAINS, FORMATS, MISSPELLED, PAGES, PLACES, THINGS, documents
from tests.contracts.strange import STRANGE
from tests.services.elastic import USUAL, Elastic
from tests.services.instance import Instance

OUT = Console()
TIMES = 20
#: How often all kinds of questions are asked before the clock runs.
WARMING = 20
MILLION = 1_000_000

REBUILD, REBUILD_MEMORY = "rebuild", "memory of who rebuilds, at most: its own"
AGAIN = "page asked for again: filters, 20 hits, highlights, facets (p50 / p95)"
FRESH, INSIDE = "page never asked for before, two filters", "the same, time inside the engine"
SUGGEST, UPDATE = "suggest", "one update, until it is found"
WORST, MEMORY = "the worst bad input, of three tries the best", "memory of who searches: its own"
JUDGED = "qrels: all (250)"


class Figure(NamedTuple):
    """What is shown of a measurement, and the number of it that a target is about."""

    text: str
    value: float


Figures = dict[str, Figure]


class Target(NamedTuple):
    """What a figure should be at least, or at most."""

    row: str
    limit: float
    unit: str
    least: bool = False


QUALITY = Target(JUDGED, 0.88, "nDCG@10", least=True)
TARGETS = (
    QUALITY,
    Target(REBUILD, 10_000, "documents/s", least=True),
    Target(INSIDE, 3, "ms"),
    Target(SUGGEST, 5, "ms"),
    Target(UPDATE, 50, "ms"),
    Target(WORST, 50, "ms"),
)
TARGETS_OF_A_MILLION = (
    QUALITY,
    Target(INSIDE, 15, "ms"),
    Target(REBUILD_MEMORY, 1024, "MB"),
    Target(MEMORY, 1024, "MB"),
)


def timed(call: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Milliseconds that a call takes."""
    started = clock()
    call()
    return (clock() - started) * 1000


def measured(calls: list[Callable[[], object]], times: int = TIMES) -> Figure:
    """Median and 95th percentile over all calls, in milliseconds; the first time of each does not count."""
    for call in calls:
        call()
    return shown([timed(call) for _ in range(times) for call in calls])


def measured_once(calls: list[Callable[[], object]]) -> Figure:
    """The same, over calls that nothing has been remembered for."""
    return shown([timed(call) for call in calls])


def shown(took: list[float]) -> Figure:
    """Median and 95th percentile; targets are about the second."""
    often = quantiles(took, n=20)[-1]
    return Figure(f"{median(took):.2f} / {often:.2f} ms", often)


class Clocked:
    """Documents with the time that it takes to make them up, which is no time of an engine."""

    def __init__(self, count: int) -> None:
        self._documents = documents(count)
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Document]:
        while True:
            started = time.perf_counter()
            document = next(self._documents, None)
            self.seconds += time.perf_counter() - started
            if document is None:
                return
            yield document


def fill(url: str, count: int) -> Figures:
    """Build an index, in a process of its own: the best of three times, since a server compiles what it runs."""
    index = open_index(url)
    rates = []
    with Memory() as held:
        for _ in range(1 if count >= MILLION else 3):
            made = Clocked(count)
            started = time.perf_counter()
            index.rebuild(made)
            rates.append(count / (time.perf_counter() - started - made.seconds))
    index.close()
    return {
        REBUILD: Figure(f"{max(rates):,.0f} documents/s", max(rates)),
        REBUILD_MEMORY: held.figure("RssAnon"),
        "beside it, files mapped into memory": held.figure("RssFile"),
    }


def ask(url: str, count: int) -> Figures:
    """Every figure of searching, in a process of its own."""
    index = open_index(url)
    warm(index)
    first = next(documents(count))

    def update() -> None:
        changed = replace(first, title=f"{first.title}{time.perf_counter_ns()}")
        index.put([changed])
        found = index.search(parse(f"id:{first.id}")).hits
        assert found[0].document == changed

    queries = [parse(text, filters) for text, filters in PAGES]
    fresh, others = list(unasked(0)), list(unasked(1))
    return {
        AGAIN: measured([lambda query=query: index.search(query) for query in queries]),
        FRESH: (whole := measured_once([lambda query=query: index.search(query) for query in fresh])),
        INSIDE: inside(url, fresh) or whole,
        "the same, work of this processor alone": shown(
            [timed(lambda query=query: index.search(query), time.thread_time) for query in others]
        ),
        "page in another spelling": measured(
            [lambda text=text: index.search(parse(text)) for text in MISSPELLED]
        ),
        SUGGEST: measured([lambda text=text: index.suggest(text) for text in BEGUN]),
        "related": measured([lambda id_=f"d{n:07}": index.related(id_) for n in range(20)]),
        UPDATE: measured([update], 20),
        WORST: worst(index),
        MEMORY: megabytes(resident()["RssAnon"]),
        "beside it, files mapped into memory, of who searches": megabytes(resident()["RssFile"]),
    }


def warm(index: SearchIndex) -> None:
    """Ask as much as a portal asks in its first minutes: a server compiles what it runs often."""
    for number in range(2, 2 + WARMING):
        for query in unasked(number):
            index.search(query)
        for text in BEGUN:
            index.suggest(text)


def unasked(first: int) -> Iterator[Query]:
    """Queries that differ from each other, each with two filters: others for another ``first``."""
    for number, (place, thing) in enumerate(((p, t) for p in PLACES for t in THINGS), first):
        chosen = {"domain": [DOMAINS[number % len(DOMAINS)]], "format": [FORMATS[number % len(FORMATS)]]}
        yield parse(f"{place}{thing}", chosen)


def inside(url: str, queries: Iterable[Query]) -> Figure | None:
    """What Elasticsearch says that it took, asked what the index asks; None of the embedded one: the whole call is."""
    if url.startswith("embedded:"):
        return None
    address = parse_address(url)
    header = {"index": address.index, "request_cache": False}
    took = []
    with Elasticsearch(**address.options) as client:
        for query in queries:
            searches = [part for body in requests(plan(query)) for part in (header, body)]
            took.append(float(client.msearch(searches=searches)["took"]))
    return shown(took)


def worst(index: SearchIndex) -> Figure:
    """The longest that something strange takes to be answered."""
    took = {}
    for name, text in STRANGE.items():
        query = parse(text)
        took[name] = min(timed(lambda query=query: index.search(query)) for _ in range(3))
    name = max(took, key=lambda one: took[one])
    return Figure(f"{took[name]:.1f} ms ({name})", took[name])


class Memory:
    """Watches this process inside the block: the most of each kind of memory that it held."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.most = resident()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def figure(self, kind: str) -> Figure:
        """The most of one kind."""
        return megabytes(self.most[kind])

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            self.most = {kind: max(held, self.most[kind]) for kind, held in resident().items()}


def resident() -> dict[str, int]:
    """Kilobytes of this process's own memory, and of files mapped into it, which the kernel drops when it likes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    told = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
    return {kind: int(told[kind].split()[0]) for kind in ("RssAnon", "RssFile")}


def megabytes(kilobytes: int) -> Figure:
    """Shown as megabytes."""
    return Figure(f"{kilobytes / 1024:,.0f} MB", kilobytes / 1024)


@contextmanager
def engines(only: str) -> Iterator[dict[str, str]]:
    """The URLs of the engines that are there; what they hold afterwards goes."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        urls = {}
        if only in ("", "embedded"):
            urls["embedded"] = f"embedded:{Path(folder) / 'index'}"
        if only in ("", "elasticsearch") and os.environ.get("TEST_SEARCH_URL"):
            server = servers.enter_context(Instance(Elastic(USUAL), Path(folder) / "server"))
            urls["elasticsearch"] = f"{server.exports()['TEST_SEARCH_URL']}?timeout=60"
        yield urls


def table(title: str, figures: dict[str, Figures]) -> None:
    """Print figures side by side, a column for each engine."""
    drawn = Table("", *figures, title=title, title_justify="left")
    for row in next(iter(figures.values())):
        drawn.add_row(row, *(held[row].text for held in figures.values()))
    OUT.print(drawn)


def targets(wanted: tuple[Target, ...], figures: dict[str, Figures]) -> None:
    """Print what was wanted beside what was measured, and how many times as good it is."""
    drawn = Table("", "wanted", *figures, title="targets", title_justify="left")
    for row, limit, unit, least in wanted:
        values = [held[row].value for held in figures.values()]
        ratios = [value / limit if least else limit / value for value in values]
        drawn.add_row(
            row,
            f"{'≥' if least else '≤'} {limit:,g} {unit}",
            *(
                f"{value:,.4g} ({ratio:.2f}, {'met' if ratio >= 1 else 'missed'})"
                for value, ratio in zip(values, ratios, strict=True)
            ),
        )
    OUT.print(drawn)


def alone(call: Callable[[str, int], Figures], url: str, count: int) -> Figures:
    """Measure in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(call, url, count).result()


def main(count: int, only: str = "") -> None:
    """Measure what is there and print it side by side."""
    with engines(only) as urls:
        judged = {name: by_kind(url) for name, url in urls.items()}
        quality = {
            name: {row: Figure(text, float(text)) for row, text in kinds.items()}
            for name, kinds in judged.items()
        }
        table("nDCG@10 by kind of query", quality)
        figures = {name: alone(fill, url, count) | alone(ask, url, count) for name, url in urls.items()}
    table(f"{count:,} documents", figures)
    together = {name: quality[name] | figures[name] for name in figures}
    targets(TARGETS_OF_A_MILLION if count >= MILLION else TARGETS, together)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, *sys.argv[2:3])

"""``make bench-search``: both search engines on synthetic Chinese catalogues and on judged queries, in one run.

    python -m tests.bench.search [DOCUMENTS] [ENGINE]

The embedded index always; Elasticsearch where TEST_SEARCH_URL names one. Every engine is filled by one process
and asked by another, so that each one's memory is its own.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles

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

OUT = Console()
TIMES = 20
Figures = dict[str, str]


def timed(call: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Milliseconds that a call takes."""
    started = clock()
    call()
    return (clock() - started) * 1000


def measured(calls: list[Callable[[], object]], times: int = TIMES) -> str:
    """Median and 95th percentile over all calls, in milliseconds; the first time of each does not count."""
    for call in calls:
        call()
    return shown([timed(call) for _ in range(times) for call in calls])


def measured_once(calls: list[Callable[[], object]]) -> str:
    """The same, over calls that nothing has been remembered for."""
    return shown([timed(call) for call in calls])


def shown(took: list[float]) -> str:
    """Median and 95th percentile."""
    return f"{median(took):.2f} / {quantiles(took, n=20)[-1]:.2f} ms"


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
    """Build an index, in a process of its own."""
    index = open_index(url)
    made = Clocked(count)
    started = time.perf_counter()
    index.rebuild(made)
    seconds = time.perf_counter() - started - made.seconds
    index.close()
    return {"rebuild": f"{count / seconds:,.0f} documents/s", "memory of who rebuilds, highest": memory()}


def ask(url: str, count: int) -> Figures:
    """Every figure of searching, in a process of its own."""
    index = open_index(url)
    index.search(parse("公交"))  # opens the files or the connection
    first = next(documents(count))

    def update() -> None:
        changed = replace(first, title=f"{first.title}{time.perf_counter_ns()}")
        index.put([changed])
        found = index.search(parse(f"id:{first.id}")).hits
        assert found[0].document == changed

    queries = [parse(text, filters) for text, filters in PAGES]
    fresh, others = list(unasked(0)), list(unasked(1))
    return {
        "page asked for again: filters, 20 hits, highlights, facets (p50 / p95)": measured(
            [lambda query=query: index.search(query) for query in queries]
        ),
        "page never asked for before, two filters": measured_once(
            [lambda query=query: index.search(query) for query in fresh]
        ),
        "the same, time inside the server": inside(url, fresh),
        "the same, work of this processor alone": shown(
            [timed(lambda query=query: index.search(query), time.thread_time) for query in others]
        ),
        "page in another spelling": measured(
            [lambda text=text: index.search(parse(text)) for text in MISSPELLED]
        ),
        "suggest": measured([lambda text=text: index.suggest(text) for text in BEGUN]),
        "related": measured([lambda id_=f"d{n:07}": index.related(id_) for n in range(20)]),
        "one update, until it is found": measured([update], 20),
        "the worst bad input, of three tries the best": worst(index),
        "memory of who searches, highest": memory(),
        "of it not files mapped into memory": private_memory(),
    }


def unasked(first: int) -> Iterator[Query]:
    """Queries that differ from each other, each with two filters: others for another ``first``."""
    for number, (place, thing) in enumerate(((p, t) for p in PLACES for t in THINGS), first):
        chosen = {"domain": [DOMAINS[number % len(DOMAINS)]], "format": [FORMATS[number % len(FORMATS)]]}
        yield parse(f"{place}{thing}", chosen)


def inside(url: str, queries: Iterable[Query]) -> str:
    """What Elasticsearch says that it took, asked what the index asks; of the embedded one the whole call is."""
    if url.startswith("embedded:"):
        return "–"
    address = parse_address(url)
    header = {"index": address.index, "request_cache": False}
    took = []
    with Elasticsearch(**address.options) as client:
        for query in queries:
            searches = [part for body in requests(plan(query)) for part in (header, body)]
            took.append(float(client.msearch(searches=searches)["took"]))
    return shown(took)


def worst(index: SearchIndex) -> str:
    """The longest that something strange takes to be answered."""
    took = {}
    for name, text in STRANGE.items():
        query = parse(text)
        took[name] = min(timed(lambda query=query: index.search(query)) for _ in range(3))
    name = max(took, key=lambda one: took[one])
    return f"{took[name]:.1f} ms ({name})"


def memory() -> str:
    """The most that this process has held so far."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"


def private_memory() -> str:
    """What of this process's memory is no page of a file, which the kernel can drop whenever it likes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))
    return f"{kilobytes / 1024:,.0f} MB"


@contextmanager
def engines() -> Iterator[dict[str, str]]:
    """The URLs of the engines that are there; what they hold afterwards goes."""
    with tempfile.TemporaryDirectory() as folder:
        urls = {"embedded": f"embedded:{Path(folder) / 'index'}"}
        server, _, name = os.environ.get("TEST_SEARCH_URL", "").rpartition("/")
        if name:
            urls["elasticsearch"] = f"{server}/{name}-bench?timeout=60"
        try:
            yield urls
        finally:
            if name:
                with Elasticsearch(server) as client:
                    for left in client.indices.get(index=f"{name}-bench*"):
                        client.indices.delete(index=left)


def table(title: str, figures: dict[str, Figures]) -> None:
    """Print figures side by side, a column for each engine."""
    drawn = Table("", *figures, title=title, title_justify="left")
    for row in next(iter(figures.values())):
        drawn.add_row(row, *(held[row] for held in figures.values()))
    OUT.print(drawn)


def alone(call: Callable[[str, int], Figures], url: str, count: int) -> Figures:
    """Measure in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(call, url, count).result()


def main(count: int, only: str = "") -> None:
    """Measure what is there and print it side by side."""
    with engines() as there:
        urls = {name: url for name, url in there.items() if only in ("", name)}
        table("nDCG@10 by kind of query", {name: by_kind(url) for name, url in urls.items()})
        figures = {name: alone(fill, url, count) | alone(ask, url, count) for name, url in urls.items()}
    table(f"{count:,} documents", figures)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, *sys.argv[2:3])

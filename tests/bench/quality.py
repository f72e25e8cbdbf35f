"""How good answers are, by kind of query, over the judged sets of ``tests/search/judged``."""

from search import open_index
from search.evaluate import evaluate
from search.query import parse
from tests.search.judgements import SETS, judgements, titles


def by_kind(url: str) -> dict[str, str]:
    """Fill the index of a URL with each set's titles in turn; nDCG@10 by set and kind, queries in brackets."""
    figures = {}
    for name in SETS:
        index = open_index(url)
        index.rebuild(titles(name))

        def find(text: str, size: int, index=index) -> list[str]:  # type: ignore[no-untyped-def]
            return [hit.id for hit in index.search(parse(text, size=size)).hits]

        scores = evaluate(judgements(name), find)
        index.close()
        figures |= {
            f"{name}: {kind or 'all'} ({score.queries})": f"{score.ndcg:.3f}"
            for kind, score in scores.items()
        }
    return figures

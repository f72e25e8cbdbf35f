"""How good answers are on real titles, on both engines; the figures guard against a turn for the worse."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from catalog.errors import UnreadableFile
from search import open_index
from search.base import SearchIndex
from search.embedded import EmbeddedIndex
from search.evaluate import Judged, Score, evaluate, read_judgements
from search.query import parse
from tests.contracts.test_search import ENGINES, address
from tests.search.judgements import judgements, titles

#: nDCG@10 by kind of query that no change may fall under.
LEAST = {
    "exact": 0.93,
    "synonym": 0.90,
    "abbreviation": 0.90,
    "traditional": 0.88,
    "no answer": 1.0,
    "pinyin": 0.95,
    "typo": 0.95,
    "english": 0.95,
    "natural question": 0.90,
    "several words": 0.95,
    "": 0.94,
}
#: nDCG@10 of the sets of everyday words, which the word lists have learnt since.
LEAST_OF_SET = {"everyday-1": 0.88, "everyday-2": 0.93, "everyday-3": 0.93, "everyday-4": 0.86}
ALIKE = 0.95


@pytest.fixture(scope="module", params=ENGINES)
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    for url in address(request.param, tmp_path_factory.mktemp("judged") / "index"):
        opened = open_index(url)
        opened.rebuild(titles())
        yield opened
        opened.close()


def ask(index: SearchIndex, text: str, size: int) -> list[str]:
    return [hit.id for hit in index.search(parse(text, size=size)).hits]


def test_the_judged_set_is_large_enough_and_speaks_of_its_own_titles():
    known = {title.id for title in titles()}
    assert len(judgements()) >= 150
    assert len(known) >= 240
    assert {id_ for judged in judgements() for id_ in judged.grades} <= known
    assert {judged.kind for judged in judgements()} == set(LEAST) - {""}


def test_answers_are_good(index: SearchIndex):
    scores = evaluate(judgements(), lambda text, size: ask(index, text, size))
    fallen = {kind: score.ndcg for kind, score in scores.items() if score.ndcg < LEAST[kind]}
    assert not fallen


def test_everyday_words_are_understood(tmp_path: Path):
    """On the other titles too: the embedded engine, since both answer alike."""
    scores = {}
    for name in LEAST_OF_SET:
        other = EmbeddedIndex(tmp_path / name)
        other.rebuild(titles(name))
        scores[name] = evaluate(judgements(name), partial(ask, other))[""].ndcg
        other.close()
    assert not {name: score for name, score in scores.items() if score < LEAST_OF_SET[name]}


def test_both_engines_answer_alike(index: SearchIndex, tmp_path: Path):
    reference = EmbeddedIndex(tmp_path / "reference")
    reference.rebuild(titles())
    different = [
        one.query for one in judgements() if ask(index, one.query, 5) != ask(reference, one.query, 5)
    ]
    assert len(different) <= (1 - ALIKE) * len(judgements()), different


def test_scores_by_hand():
    """Two queries: one answered in the second place and not in full, one that should find nothing and does."""
    judged = [Judged("a", "x", {"1": 3, "2": 1}), Judged("b", "y", {})]
    answers = {"x": ["0", "1"], "y": []}
    scores = evaluate(judged, lambda text, size: answers[text])
    dcg, ideal = 7 / 1.584962500721156, 7 + 1 / 1.584962500721156
    assert scores["a"] == Score(1, pytest.approx(dcg / ideal), 0.5, 0.5, ())
    assert scores["b"] == Score(1, 1.0, 1.0, 1.0, ())
    assert scores[""].ndcg == pytest.approx((dcg / ideal + 1) / 2)
    assert evaluate(judged, lambda text, size: [])[""].zero == ("x",)
    assert evaluate(judged, lambda text, size: ["9"])["b"].ndcg == 0.0


@pytest.mark.parametrize("line", ["exact\t公交\td1", "exact\t公交\td1\t4", "exact\t\td1\t1"])
def test_what_is_no_judgement_is_refused(tmp_path: Path, line: str):
    file = tmp_path / "qrels.tsv"
    file.write_text(f"kind\tquery\tid\tgrade\n{line}\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="no judgement"):
        read_judgements(file)

"""What is left out of an ask, and how its score is put together, change no answer."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.clauses import NOTHING, Clause, Every, Some, Without, Word
from search.embedded import EmbeddedIndex
from search.embedded_absent import without_absent
from search.embedded_clauses import ranked, translate
from search.embedded_reader import open_generation
from search.plan import Ask, plan
from search.query import parse
from tests.bench.synthetic import documents

HELD = "ab"
WORDS = st.builds(Word, st.just("held"), st.sampled_from("abcd"))


def _deeper(inner: st.SearchStrategy[Clause]) -> st.SearchStrategy[Clause]:
    several = st.lists(inner, max_size=4).map(tuple)
    return st.one_of(
        st.builds(Every, several), st.builds(Some, several, st.integers(1, 3)), st.builds(Without, inner)
    )


CLAUSES = st.recursive(WORDS, _deeper, max_leaves=12)


def _holds(clause: Clause, document: frozenset[str]) -> bool:
    match clause:
        case Word(_, token):
            return token in document
        case Every(clauses):
            return all(_holds(one, document) for one in clauses)
        case Some(clauses, least):
            return sum(_holds(one, document) for one in clauses) >= least
        case Without(inner):
            return not _holds(inner, document)
        case _:
            raise AssertionError(clause)


@given(CLAUSES, st.lists(CLAUSES, max_size=3))
def test_a_clause_without_absent_words_holds_for_the_same_documents(
    found: Clause, scoring: list[Clause]
) -> None:
    """Documents are made of words that the index has; a clause that scores nothing anywhere may go."""
    ask = Ask(found=found, ranking=tuple((clause, 1.0) for clause in scoring))
    less = without_absent(ask, lambda _, token: token in HELD)
    kept = [clause for clause, _ in less.ranking]
    for document in (frozenset(HELD[:size]) for size in range(len(HELD) + 1)):
        assert _holds(less.found, document) == _holds(found, document)
        assert all(clause in kept or not _holds(clause, document) for clause in scoring)


def test_an_absent_word_is_not_looked_up_again() -> None:
    asked = without_absent(
        plan(parse("排污许可")), lambda _, token: token in ("排污", "许可", "排", "污", "许", "可")
    )
    assert str(asked.found).count("Word(") == 2
    assert NOTHING not in (clause for clause, _ in asked.ranking)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("index")
    index = EmbeddedIndex(made)
    index.rebuild(documents(300))
    index.close()
    return made


@pytest.mark.parametrize("text", ["公交站点", "济南市空气质量", "药店", "yiliaojigou", "行政处罚 OR 博物馆"])
def test_few_and_many_are_scored_alike(folder: Path, text: str) -> None:
    searcher = open_generation(folder / (folder / "current").read_text()).searcher()
    ask = plan(parse(text))
    scores = [
        {
            (at.segment_ord, at.doc): score
            for score, at in searcher.search(
                ranked(translate(ask.found), ask.ranking, few=few), 300, count=False
            ).hits
        }
        for few in (False, True)
    ]
    assert scores[0]
    assert scores[1] == pytest.approx(scores[0], rel=1e-5)

"""Hits, facet counts and filters equal a scan over ten thousand documents, on both engines."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import open_index
from search.base import Document, SearchIndex
from search.query import FACETS, Query, Term, parse
from search.tokens import fold, parts, pieces
from tests.contracts.test_search import CHOICES, ENGINES, WORDS, address, some_document

MANY = 10_000
#: So many of an answer's hits are looked at, in pages of a hundred.
LOOKED_AT = 300


@cache
def many_documents() -> list[Document]:
    dice = random.Random(20181231)
    return [some_document(dice, f"d{number:05}") for number in range(MANY)]


@cache
def texts() -> list[str]:
    """All text of each document, folded, its values kept apart."""
    return [
        " | ".join(
            fold(text) for text in (one.title, one.abstract, one.unit_name, *one.keywords, *one.column_titles)
        )
        for one in many_documents()
    ]


@cache
def values() -> list[dict[str, tuple[str, ...]]]:
    return [values_of(one) for one in many_documents()]


@pytest.fixture(scope="module", params=ENGINES)
def many(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    for url in address(request.param, tmp_path_factory.mktemp("many") / "index"):
        opened = open_index(url)
        opened.rebuild(many_documents())
        yield opened
        opened.close()


def values_of(one: Document) -> dict[str, tuple[str, ...]]:
    path = {"370000": 1, "370100": 2, "370102": 3, "370200": 2}[one.region]
    region = (one.region[:2] + "0000", one.region[:4] + "00", one.region)[:path]
    values = {
        "kind": (one.kind,),
        "unit": (one.unit_code,),
        "level": (one.unit_level,),
        "domain": (one.domain,),
        "theme": (one.theme,),
        "region": region,
        "format": one.formats,
        "openness": (one.openness,),
        "update_cycle": (one.update_cycle,),
        "year": (str(one.year),) if one.year else (),
    }
    return {facet: tuple(value for value in held if value) for facet, held in values.items()}


def holds(term: Term) -> Callable[[str], bool]:
    """What a term asks of a document's text: that its words' parts all stand there, of many words most."""
    text = fold(term.text)
    if term.phrase:
        return lambda held: text in held
    if text == "bus" and not term.negated:
        return lambda held: "bus" in held or "公交" in held  # of these words the only one with a synonym here
    cut = [parts(piece) for piece in pieces((text, "") if ord(text[0]) > 0x2E80 else ("", text))]
    least = len(cut) - (len(cut) // 4 if len(cut) > 3 else 0)
    return lambda held: sum(all(part in held for part in piece) for piece in cut) >= least


def matching(query: Query) -> list[int]:
    """The places of the documents that a query finds, whatever is chosen."""
    groups = [[(holds(term), term.negated) for term in group] for group in query.groups]
    return [
        place
        for place, text in enumerate(texts())
        if all(any(held(text) is not negated for held, negated in group) for group in groups)
    ]


def is_chosen(held: dict[str, tuple[str, ...]], choices: dict[str, list[str]], besides: str = "") -> bool:
    return all(set(held[facet]) & set(chosen) for facet, chosen in choices.items() if facet != besides)


typed_words = st.sampled_from([*WORDS, "公交线路", "行政处罚企业", "气质量", "学", "院", "没有这个"])
typed_terms = st.tuples(st.sampled_from(["", "-", '"', '-"', "OR "]), typed_words).map(
    lambda pair: pair[0] + pair[1] + ('"' if '"' in pair[0] else "")
)
chosen_values = st.dictionaries(
    st.sampled_from(sorted(CHOICES)), st.integers(0, 7), max_size=3
).map(
    lambda bits: {
        facet: [value for place, value in enumerate(CHOICES[facet]) if number >> place & 1] or ["nowhere"]
        for facet, number in bits.items()
    }
)  # fmt: skip


@settings(
    max_examples=70,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(typed_terms, max_size=3).map(" ".join),
    chosen_values,
    st.sampled_from(["relevance", "newest", "used", "title"]),
)
def test_hits_and_facet_counts_equal_a_scan(
    many: SearchIndex, text: str, choices: dict[str, list[str]], sort: str
):
    query = parse(text, choices, sort, 1, 100)
    found = matching(query)
    expected = {many_documents()[place].id for place in found if is_chosen(values()[place], choices)}
    page = many.search(query)
    if page.partly or page.did_you_mean:  # another question was answered, since this one has no answer
        assert not expected
        return
    assert page.total == len(expected)
    assert {facet: dict(counts) for facet, counts in page.facets.items()} == expected_counts(found, choices)
    assert all(
        list(counts) == sorted(counts, key=lambda pair: (-pair[1], pair[0]))
        for facet, counts in page.facets.items()
        if facet not in choices
    )
    pages = [page, *(many.search(parse(text, choices, sort, number, 100)) for number in (2, 3))]
    hits = [hit for one in pages for hit in one.hits]
    ids = {hit.id for hit in hits}
    assert len(ids) == len(hits) == min(len(expected), LOOKED_AT)
    assert ids <= expected
    kinds = [hit.document.kind for hit in hits]
    assert kinds == sorted(kinds)


def expected_counts(found: list[int], choices: dict[str, list[str]]) -> dict[str, dict[str, int]]:
    """Every facet's counts among the found, without its own choice; what was chosen counts at least nothing."""
    counted = {}
    for facet in FACETS:
        chosen = (values()[place] for place in found)
        held = Counter(value for one in chosen if is_chosen(one, choices, facet) for value in one[facet])
        counted[facet] = dict.fromkeys(choices.get(facet, ()), 0) | dict(held)
    return counted

"""What people type, and the query that it becomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import (
    FACETS,
    FIELDS,
    LARGEST_PAGE,
    LONGEST_TEXT,
    MOST_TERMS,
    MOST_VALUES,
    Query,
    Term,
    parse,
)


def word(text: str, **facts) -> tuple[Term]:
    return (Term(text, **facts),)


def phrase(text: str, **facts) -> tuple[Term]:
    return (Term(text, phrase=True, **facts),)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("", ()),
        ("公交 线路", (word("公交"), word("线路"))),
        ('"公交 线路" 站', (phrase("公交 线路"), word("站"))),
        ("“公交”「线路」", (phrase("公交"), phrase("线路"))),
        ('"没有 结束', (phrase("没有 结束"),)),
        ("-公交 -“线 路”", (word("公交", negated=True), phrase("线 路", negated=True))),
        ("NOT 公交 AND 线路", (word("公交", negated=True), word("线路"))),
        ("甲 OR 乙 丙", ((Term("甲"), Term("乙")), word("丙"))),
        ("甲 | -乙 || “丙”", ((Term("甲"), Term("乙", negated=True), Term("丙", phrase=True)),)),
        ("OR 甲 OR", (word("甲"),)),
        ("甲 or 乙", (word("甲"), word("or"), word("乙"))),
        ("unit:市公安局", (word("市公安局", field="unit"),)),
        ("单位：市公安局", (word("市公安局", field="unit"),)),
        ("-FORMAT:csv", (word("csv", field="format", negated=True),)),
        ('title:"行政 处罚"', (phrase("行政 处罚", field="title"),)),
        ("unit: 公安", (word("unit:"), word("公安"))),
        ("http://a.b/c 12:30", (word("http://a.b/c"), word("12:30"))),
        ("nofield:x", (word("nofield:x"),)),
        ("2018-06 PM2.5", (word("2018-06"), word("PM2.5"))),
        ("ＡＢＣ　１", (word("ABC"), word("1"))),
        ("- -- ( ) \"\" ''", ()),
        ("a\x00b\u202ec", (word("a"), word("b"), word("c"))),
    ],
)
def test_language(text: str, groups: tuple[tuple[Term, ...], ...]):
    assert parse(text).groups == groups


def test_every_alias_names_its_field():
    aliases = {alias: name for name, others in FIELDS.items() for alias in (name, *others)}
    assert {alias: parse(f"{alias}:x").groups for alias in aliases} == {
        alias: (word("x", field=name),) for alias, name in aliases.items()
    }


def test_choices_sorting_and_paging():
    assert parse(
        "公交",
        {"format": ["json", "csv", "json", ""], "domain": ["transport"], "colour": ["red"], "year": []},
        sort="title",
        page="3",
        size="50",
    ) == Query(
        text="公交",
        groups=(word("公交"),),
        filters=(("domain", ("transport",)), ("format", ("json", "csv"))),
        sort="title",
        page=3,
        size=50,
        ignored=("colour",),
    )


@pytest.mark.parametrize(
    ("given_page", "given_size", "page", "size", "offset"),
    [
        ("1", "20", 1, 20, 0),
        (0, 0, 1, 1, 0),
        (-5, -5, 1, 20, 0),
        ("x", "", 1, 20, 0),
        ("10000000", "1000000", 10_000_000, LARGEST_PAGE, 999_999_900),
        ("9" * 5_000, "9" * 5_000, 999_999_999, LARGEST_PAGE, 99_999_999_800),
        ("²", "٣", 1, 20, 0),
    ],
)
def test_page_and_size_are_bounded(given_page, given_size, page: int, size: int, offset: int):
    query = parse(page=given_page, size=given_size)
    assert (query.page, query.size, query.offset) == (page, size, offset)


def test_what_is_left_out_is_said():
    many = parse(" ".join(f"w{number}" for number in range(100)))
    assert (len(many.groups), many.ignored) == (MOST_TERMS, (f"w{MOST_TERMS}",))
    long = parse("x" * (LONGEST_TEXT + 1))
    assert (long.groups, long.ignored) == ((word("x" * LONGEST_TEXT),), ("…x…",))
    values = parse(filters={"unit": [str(number) for number in range(MOST_VALUES + 1)]})
    assert (len(values.filters[0][1]), values.ignored) == (MOST_VALUES, (f"unit={MOST_VALUES}",))
    assert parse(sort="price") == Query(ignored=("sort=price",))


@given(
    st.text(st.characters() | st.sampled_from("\"-:|() ORand公交"), max_size=200),
    st.dictionaries(st.text(max_size=5) | st.sampled_from(FACETS), st.lists(st.text(max_size=5), max_size=3)),
    st.text(max_size=10),
    st.integers() | st.text(max_size=10),
)  # fmt: skip
def test_nothing_raises_and_everything_is_bounded(text, filters, sort, number):
    query = parse(text, filters, sort, number, number)
    terms = [term for group in query.groups for term in group]
    assert len(terms) <= MOST_TERMS
    assert all(group for group in query.groups)
    assert all(any(map(str.isalnum, term.text)) for term in terms)
    assert all(term.field in (None, *FIELDS) for term in terms)
    assert 1 <= query.size <= LARGEST_PAGE
    assert query.page >= 1
    assert {facet for facet, _ in query.filters} <= set(FACETS)
    hash(query)

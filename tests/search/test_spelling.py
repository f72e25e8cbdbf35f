"""One slip of the pen, against the textbook's distance (optimal string alignment)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.base import Document
from search.spelling import closest, distance, doubtful, one_slip, other_spelling

WORD = st.text(st.sampled_from("ab行"), max_size=5)


def optimal(one: str, other: str) -> int:
    table = [[max(i, j) if not i or not j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            ways = [
                table[i - 1][j] + 1,
                table[i][j - 1] + 1,
                table[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            ]
            if i > 1 and j > 1 and (one[i - 1], one[i - 2]) == (other[j - 2], other[j - 1]):
                ways.append(table[i - 2][j - 2] + 1)
            table[i][j] = min(ways)
    return table[-1][-1]


@given(WORD, WORD, st.integers(0, 3))
def test_distance(one: str, other: str, most: int):
    assert distance(one, other, most) == min(optimal(one, other), most + 1)


@given(WORD, WORD)
def test_one_slip(one: str, other: str):
    assert one_slip(one, other) == (optimal(one, other) == 1)


def test_the_commonest_neighbour_wins():
    titles = ["行政处罚决定", "行政处罚", "行政处分", "Hospitals"]
    answers = {word: closest(word, titles) for word in ("行正处罚", "hospitl", "行政处罚", "别的")}
    assert answers == {"行正处罚": "行政处罚", "hospitl": "hospital", "行政处罚": "行政处分", "别的": None}


def test_what_is_doubted_first_stands_around_what_is_no_word():
    assert list(doubtful("处罚 bus 行政储罚信息 hospitl")) == [
        *("行政储罚信息", "行政储罚", "储罚信息", "储罚"),
        *("行政", "信息"),  # words, that may be others which sound alike
        "hospitl",
    ]


@pytest.mark.parametrize(
    ("typed", "titles", "found"),
    [
        ("行政储罚", ["行政处罚信息", "行政许可信息"], ("行政储罚", "行政处罚")),  # sounds alike
        ("行正处罚", ["行政处分", "行政处罚"], ("行正处罚", "行政处罚")),
        ("住房公及金贷款", ["住房公积金贷款（一手房）"], ("住房公及金贷款", "住房公积金贷款")),
        ("医疗机钩", ["医疗机构信息"], ("医疗机钩", "医疗机构")),  # looks alike
        ("市场监督管管理", ["市场监督管理局"], ("监督管管理", "监督管理")),
        ("hospitl", ["Hospitals"], ("hospitl", "hospital")),
        ("kindergarden", [], ("kindergarden", "kindergarten")),
        ("设备查讯", ["设备查询"], ("查讯", "查询")),
        ("行政处罚", ["行政处分"], None),
        ("鑫魑魅", ["公交线路"], None),
    ],
)
def test_other_spelling(typed: str, titles: list[str], found: tuple[str, str] | None):
    documents = [Document(id=title, kind="dataset", title=title) for title in titles]
    pairs = ((word, other_spelling(word, documents)) for word in doubtful(typed))
    assert next((pair for pair in pairs if pair[1]), None) == found

"""One slip of the pen, against the textbook's distance (optimal string alignment)."""

from hypothesis import given
from hypothesis import strategies as st

from search.spelling import closest, doubtful, one_slip

WORD = st.text(st.sampled_from("ab行"), max_size=5)


def distance(one: str, other: str) -> int:
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


@given(WORD, WORD)
def test_one_slip(one: str, other: str):
    assert one_slip(one, other) == (distance(one, other) == 1)


def test_the_commonest_neighbour_wins():
    titles = ["行政处罚决定", "行政处罚", "行政处分", "Hospitals"]
    answers = {word: closest(word, titles) for word in ("行正处罚", "hospitl", "行政处罚", "别的")}
    assert answers == {"行正处罚": "行政处罚", "hospitl": "hospital", "行政处罚": "行政处分", "别的": None}


def test_short_words_are_not_doubted():
    assert list(doubtful("处罚 bus 行正处罚 hospitl")) == ["行正处罚", "hospitl"]

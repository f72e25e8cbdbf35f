"""Segmentation: what is folded away, and what three views are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.tokens import (
    LONGEST_TOKEN,
    chars,
    cut,
    fold,
    grams,
    held,
    is_word,
    parts,
    pieces,
    stem,
    stretch,
    words,
)

#: Characters that a title may hold, and those that have tripped up others.
ODD = st.text(
    st.sampled_from("公交线路处罚市〇々𠮷豈 \t\u3000\u200b\x00\ud800aBsé１２.,，-_(（Ⅳ㎡ﬁ\u0301ſİﷺ"),
    max_size=30,
)
HAN = st.text(st.sampled_from("公交线路车站"), max_size=12)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＰＭ２.５（小时）", "pm2.5(小时)"),
        ("济南市　公 交\n线路", "济南市公交线路"),
        ("Bus  Routes 公交", "bus  routes 公交"),
        ("公\x00交", "公交"),
        ("zero\u200bwidth\u00ad", "zerowidth"),
        ("㎡Ⅳ①ﬁ", "m2iv1fi"),
        ("Straße", "strasse"),
        ("half \ud83d pair", "half   pair"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "views"),
    [
        (
            "行政处罚信息",
            (
                ["行政", "处罚", "行政处罚", "信息"],
                ["行政", "政处", "处罚", "罚信", "信息", "息"],
                ["行", "政", "处", "罚", "信", "息"],
            ),
        ),
        (
            "PM2.5小时值, 4A级 v1.2.3",
            (
                ["pm2.5", "小时", "值", "4a", "级", "v1.2.3"],
                ["pm2.5", "小时", "时值", "值", "4a", "级", "v1.2.3"],
                ["pm2.5", "小", "时", "值", "4a", "级", "v1.2.3"],
            ),
        ),
        (
            "xk_xdr_mc 1,884 Cities.",
            (["xk", "xdr", "mc", "1", "884", "city"],) * 3,
        ),
        ("……！", ([], [], [])),
    ],
)
def test_views(text: str, views: tuple[list[str], list[str], list[str]]):
    runs = cut(text)
    assert (words(runs), grams(runs), chars(runs)) == views


def test_plurals_and_overlong_words():
    plurals = ("routes", "cities", "buses", "status", "class", "gas", "bus", "pm2s", "ﬁ", "a" * 100)
    assert [stem(word) for word in plurals] == [
        "route",
        "city",
        "buse",
        "status",
        "class",
        "gas",
        "bus",
        "pm2s",
        "ﬁ",
        "a" * LONGEST_TOKEN,
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("济南市公交车线路", ["济南市", "公交车", "线路"]),
        ("魑魅魍魉", ["魑魅魍魉"]),
    ],
)
def test_pieces(text: str, found: list[str]):
    assert pieces((text, "")) == found


def test_parts_make_up_the_word():
    compounds = ("公交线路", "行政处罚", "空气质量", "中华人民共和国", "公交车", "信息")
    assert [parts(word) for word in compounds] == [
        ["公交", "线路"],
        ["行政", "处罚"],
        ["空气", "质量"],
        ["中华", "人民", "共和国"],
        ["公交车"],
        ["信息"],
    ]


@given(ODD)
def test_no_view_loses_or_invents_a_character(text: str):
    runs = cut(text)
    whole = "".join(han or other for han, other in runs)
    assert "".join(chars(runs)) == whole
    assert (
        "".join(gram[:1] if han else gram for han, other in runs for gram in grams([(han, other)])) == whole
    )
    assert all(token and not token.isspace() for view in (words, grams, chars) for token in view(runs))
    assert all("".join(pieces(run)) == run[0] + run[1] for run in runs)
    assert all(fold(token) == token for token in chars(runs))


@given(HAN, HAN.filter(bool))
def test_a_stretch_is_found_exactly_where_its_text_stands(text: str, sought: str):
    """The grams of what is sought, side by side, the last maybe begun: the same as looking for the text."""
    held = grams(cut(text))
    needle, begun = stretch(cut(sought))

    def stands_at(place: int) -> bool:
        window = held[place : place + len(needle)]
        if len(window) < len(needle) or window[:-1] != needle[:-1]:
            return False
        return window[-1].startswith(needle[-1]) if begun else window[-1] == needle[-1]

    assert any(map(stands_at, range(len(held)))) == (sought in text)


@given(st.text(st.sampled_from("公交线路车站行政处罚决定预防接种医院南宁市的不"), max_size=14))
def test_a_word_is_held_exactly_where_its_characters_stand(text: str):
    """Every stretch of the text that the dictionary knows, and nothing else."""
    stretches = {text[at:end] for at in range(len(text)) for end in range(at + 2, len(text) + 1)}
    assert set(held(cut(text))) == {stretch for stretch in stretches if is_word(stretch)}

"""Marks lie on the original text, whatever folding did to it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.base import Segment
from search.highlight import EXCERPT, excerpt, mark, needles
from search.query import parse


def shown(segments: tuple[Segment, ...]) -> str:
    return "".join(f"[{part.text}]" if part.marked else part.text for part in segments)


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        ("行政处罚", "环境行政处罚决定", "环境[行政处罚]决定"),
        ("行政处罚", "处罚与行政许可", "[处罚]与[行政]许可"),
        ('"行政处罚"', "处罚与行政处罚", "处罚与[行政处罚]"),
        ("政处罚", "行政处罚", "行[政处罚]"),
        ("公交 线路", "公交线路", "[公交线路]"),
        ("池", "池塘与水池", "[池]塘与水[池]"),
        ("pm2.5", "ＰＭ２.５ 与 PM2.5、PM2", "[ＰＭ２.５] 与 [PM2.5]、PM2"),
        ("route", "Bus Routes, rerouted", "Bus [Routes], rerouted"),
        ("a級", "Ａ級", "[Ａ級]"),
        ("m2", "面积 ㎡", "面积 [㎡]"),
        ("cafe\u0301", "le Café CAFE\u0301", "le [Café] [CAFE\u0301]"),
        ("-公交 许可", "公交许可", "公交[许可]"),
        ("unit:公交", "公交", "公交"),
        ("<b>", "a <b> & </b>", "a <[b]> & </[b]>"),
        ("无", "", ""),
        ("", "公交", "公交"),
    ],
)
def test_marks(typed: str, text: str, marked: str):
    assert shown(mark(text, needles(parse(typed)))) == marked


def test_an_excerpt_shows_the_first_mark():
    text = "甲" * 500 + "处罚" + "乙" * 500
    found = excerpt(text, needles(parse("处罚")))
    assert shown(found) == "…" + "甲" * 40 + "[处罚]" + "乙" * 118 + "…"
    assert shown(excerpt(text, needles(parse("没有")))) == "甲" * EXCERPT + "…"
    assert shown(excerpt("丙" * 200 + "处罚", needles(parse("处罚")))) == "…" + "丙" * 158 + "[处罚]"
    assert shown(excerpt("短处罚", needles(parse("处罚")))) == "短[处罚]"


TEXT = st.text(st.sampled_from("公交线路aB ，\u3000Ｃﬁ㎡e\u0301ßİ\x00\ud800𠮷"), max_size=60)


@given(TEXT, TEXT)
def test_segments_joined_are_the_text(text: str, typed: str):
    wanted = needles(parse(typed))
    segments = mark(text, wanted)
    assert "".join(part.text for part in segments) == text
    assert all(part.text for part in segments)
    assert all(one.marked != other.marked for one, other in pairwise(segments))
    long = text * 20
    cut = "".join(part.text for part in excerpt(long, wanted) if part.text != "…")
    assert cut in long
    assert len(cut) <= EXCERPT or cut == long


@given(
    st.text(st.sampled_from("公交线路"), max_size=30),
    st.text(st.sampled_from("公交线路"), min_size=1, max_size=3),
)
def test_a_phrase_is_marked_wherever_it_stands(text: str, sought: str):
    marked = [False] * len(text)
    for place in range(len(text)):
        if text.startswith(sought, place) and not any(marked[place : place + len(sought)]):
            marked[place : place + len(sought)] = [True] * len(sought)
    segments = mark(text, needles(parse(f'"{sought}"')))
    assert [part.marked for part in segments for _ in part.text] == marked

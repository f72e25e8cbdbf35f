"""What typed words may mean: synonyms, abbreviations, English, pinyin, initials; and the curated files."""

import pytest

from search import sounds, wordlists
from search.meanings import Piece, pieces, says_little
from search.scripts import simplified
from search.tokens import cut, fold, is_han
from search.tokens import pieces as cut_pieces


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("空气质量", [Piece("空气质量", ("大气质量", "空气站点", "空气监测"))]),
        ("pm2.5", [Piece("pm2.5", ("细颗粒物",))]),
        ("PM 2.5", [Piece("pm 2.5", ("pm2.5", "细颗粒物"))]),
        ("Law Firms", [Piece("law firm", ("律师事务所", "律所"))]),
        (
            "xingzheng jigou",
            [Piece("xingzheng", (), (("xing", "zheng"),)), Piece("jigou", (), (("ji", "gou"),))],
        ),
        ("lü xing she", [Piece("lü xing she", (), (("lv", "xing", "she"),))]),
        ("xian", [Piece("xian")]),  # one syllable alone says too little
        ("xianlu", [Piece("xianlu", (), (("xian", "lu"), ("xi", "an", "lu")))]),
        ("gjj", [Piece("gjj", ("公积金", "住房公积金"))]),
        ("yhbz", [Piece("yhbz", ("烟花爆竹", "烟花", "爆竹", "鞭炮", "炮仗", "焰火"))]),
        ("xkzc", [Piece("xkzc", initials="xkzc")]),
        ("魑魅", [Piece("魑魅")]),
        ("", []),
    ],
)
def test_pieces(typed: str, found: list[Piece]):
    assert list(pieces(typed)) == found


def test_small_words_say_little_in_pinyin_too():
    assert [says_little(piece) for piece in pieces("yiliao xinxi")] == [False, True]


def test_traditional_becomes_simplified():
    texts = ("衛生健康委員會", "臺北 bus 公廁", "卫生", "\ud800公\x00")
    assert list(map(simplified, texts)) == ["卫生健康委员会", "台北 bus 公厕", "卫生", "\ud800公\x00"]


def test_syllables_stand_for_every_character():
    assert sounds.syllables("行政银行") == ("xing", "zheng", "yin", "hang")
    assert all(len(sounds.syllables(word)) == len(word) for word in wordlists.words() if is_han(word))
    assert [sounds.split(word) for word in ("bus", "xx", "", "公交", "a" * 100)] == [()] * 5


def test_the_curated_files_are_whole():
    synonyms, glossary = wordlists.synonyms(), wordlists.glossary()
    assert len(synonyms) >= 600
    assert len(glossary) >= 300
    written = [*synonyms, *(other for others in synonyms.values() for other in others), *glossary]
    assert [word for word in written if fold(word) != word or not cut(word)] == []
    chinese = [word for words in glossary.values() for word in words]
    assert [word for word in chinese if not word or simplified(word) != word] == []
    assert all(glossary.values())


def test_curated_words_are_words():
    """Every synonym is cut as one word, so that the others are found when it is typed."""
    torn = [word for word in wordlists.synonyms() if is_han(word) and cut_pieces((word, "")) != [word]]
    assert torn == []

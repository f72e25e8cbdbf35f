"""What tells on a person and what only looks like it."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.codes import identity_check_digit, uscc_check_digit
from opendata.validation.personal import KINDS, personal_kind
from opendata.validation.privacy import PrivacyWatch, mask
from opendata.validation.texts import Texts

PERSON = "37010219900307421" + identity_check_digit("37010219900307421")
OTHER = PERSON[:17] + ("1" if PERSON[17] != "1" else "2")
OLD = "370102900307421"
CARD = "6222020200112233446"
NUMERIC_USCC = "91370000163047757" + uscc_check_digit("91370000163047757")


def codes(*cells: str) -> list[tuple[str, int | None, str | None]]:
    watch = PrivacyWatch(1)
    for row, cell in enumerate(cells, start=2):
        watch.see(row, [cell])
    return [(one.message.en, one.row, one.value) for one in watch.findings(["甲"], [1], {})]


@pytest.mark.parametrize(
    ("cell", "kind", "sample"),
    [
        (PERSON, "citizen identity numbers", f"370*************{PERSON[16:]}"),
        (f"身份证{PERSON}，张某", "citizen identity numbers", f"身份证370*************{PERSON[16:]}，张某"),
        ("13812345678", "mobile telephone numbers", "138******78"),
        ("张某+86 13812345678", "mobile telephone numbers", "张某+861********78"),
        (OLD, "15-digit identity numbers", "370**********21"),
        (CARD, "bank card numbers", "622**************46"),
        (
            f"{PERSON[:6]} {PERSON[6:14]} {PERSON[14:]}",
            "citizen identity numbers",
            f"370*************{PERSON[16:]}",
        ),
        ("１３８１２３４５６７８", "mobile telephone numbers", "１３８******７８"),
        ("电话138-1234-5678。", "mobile telephone numbers", "电话138******78。"),
        ("8613812345678", "mobile telephone numbers", "861********78"),
        ("张某 zhang.mou@example.com", "e-mail addresses", "张某 z***@***"),
        ("鲁A12345", "licence plates", "鲁A***45"),
        ("车牌鲁AD12345。", "licence plates", "车牌鲁A***45。"),
        ("鲁A·1234学", "licence plates", "鲁A***4学"),
        ("E12345678", "passport numbers", "E12****78"),
    ],
)
def test_found_and_masked(cell: str, kind: str, sample: str) -> None:
    assert codes("x", cell) == [(f"Column 甲 holds 1 {kind}.", 3, sample)]


@pytest.mark.parametrize(
    "cell",
    [
        OTHER,
        NUMERIC_USCC,
        "0531-12345678",
        "117.13812345678",
        "2018123113812345678",
        "370102001234567",
        "12345678901",
        "13812345678.5",
        "9137010013812345678X",
        "307013/0004",
        "1382018-0001",
        "400-618-1234",
        "dsj@shandong.gov.cn",
        "鲁AA5310123",
        "鲁ABCDEF",
        "@全体成员",
        CARD[:-1] + ("0" if CARD[-1] != "0" else "1"),
    ],
)
def test_left_alone(cell: str) -> None:
    assert codes(cell) == []
    assert mask(cell) == cell


def test_grouped_digits_are_masked_too() -> None:
    assert mask(" ".join([CARD[:4], CARD[4:8], CARD[8:]])) == "622**************46"


PIECES = [
    *(PERSON, OTHER, OLD, CARD, NUMERIC_USCC, "13812345678", "138 1234 5678", "138-1234-5678", "86", "+86", "0531-"),
    *("E12345678", "EA1234567", "SE1234567", "G1", "鲁A12345", "鲁A", "D12345", "挂", "12345", "a@b.cn", "x@gov.cn", "@"),
    *(" ", "-", ".", "\t", "，", "（", "名", "a", "Z", "１３８", "１２３４５６７８", "－", "＠", "．cn", "Ｘ", "1", "9", "0"),
    *("4111111111111111", "370102", "19900307", "2018-01-02 03:04:05", "00000000000000000000"),
]  # fmt: skip
cells = st.none() | st.lists(st.sampled_from(PIECES) | st.text("0123456789Xx -", max_size=3), max_size=4).map(
    "".join
)


numbers = st.lists(
    st.sampled_from([one for one in PIECES if one.isascii() and one.isdigit()]), max_size=3
).map("".join)
words = st.sampled_from(["（甲）", "名", "，某某", "鲁", "１３８"])


@given(st.lists(cells, max_size=30) | st.lists(numbers, max_size=30) | st.lists(words, max_size=30))
@example([None, "", PERSON, OTHER, OLD, CARD, "x" * 9_995 + PERSON, "1" * 9_990 + " " + PERSON])
def test_a_column_at_once_holds_what_its_cells_hold(texts: list[str | None]) -> None:
    """The scan over bytes against every cell read by itself."""
    watch = PrivacyWatch(1)
    watch.see_column(
        0, np.arange(2, len(texts) + 2), Texts(pa.array([text or "" for text in texts], pa.string()))
    )
    kinds = [personal_kind(text) if text else None for text in texts]
    held = Counter(kind.en for kind in kinds if kind)
    filled = sum(bool(text) for text in texts)
    counted = [kind for kind in KINDS if held[kind.en] and held[kind.en] * 100 >= kind.share * filled]
    found = [(one.message.en, one.row) for one in watch.findings(["a"], [1], {})]
    rows = [row for row, kind in enumerate(kinds, start=2) if kind in counted]
    said = ", ".join(f"{held[kind.en]} {kind.en}" for kind in counted)
    assert found == ([(f"Column a holds {said}.", rows[0])] if counted else [])


@given(
    st.lists(st.integers(0, 9), min_size=15, max_size=19),
    st.sampled_from(["3701021990", "6222", "9558", "95", "37", "37010290", ""]),
)
def test_check_digits_are_reckoned_alike(digits: list[int], start: str) -> None:
    text = (start + "".join(map(str, digits)))[: len(digits)]
    for number in (text, *(text[:-1] + last for last in "0123456789X")):
        watch = PrivacyWatch(1)
        watch.see_column(0, np.array([2]), Texts(pa.array([number])))
        assert bool(list(watch.findings(["a"], [1], {}))) is (personal_kind(number) is not None)


def test_a_column_of_names_is_told_of_beside_what_blocks() -> None:
    def told(
        *rows: list[str], public: dict[str, str] | None = None, masked: tuple[str, ...] = ()
    ) -> list[str]:
        watch = PrivacyWatch(3, ["姓名", "联系电话", "单位名称"])
        for number, row in enumerate(rows, start=2):
            watch.see(number, row)
        return [
            one.message.en
            for one in watch.findings(["who", "phone", "unit"], [1, 2, 3], public or {}, masked)
        ]

    mobile = ["张三", "13812345678", "某单位"]
    alone = "Column 联系电话 holds 1 mobile telephone numbers."
    assert told(["张三", "0531-12345678", "某单位"]) == []
    assert told(mobile, ["", "", ""]) == [alone, "Column 姓名 holds 1 persons' names."]
    assert told(mobile, masked=("who",)) == [alone]
    assert told(mobile, public={"who": "依规公开"}) == [alone]
    assert told(mobile, masked=("phone",)) == []
    assert told(mobile, public={"phone": "值班电话"}) == [
        f"{alone[:-1]}; the schema declares the column public."
    ]


def test_old_numbers_and_cards_need_a_column_of_them() -> None:
    assert codes(OLD, "370000018012345", "370000018012346", "") == []
    assert codes(CARD, "JN-1", "JN-2") == []
    assert codes(OLD, OLD, "370000018012346", "")[0][0] == "Column 甲 holds 2 15-digit identity numbers."


@pytest.mark.parametrize(("cell", "blocks"), [(PERSON, True), ("13812345678", False)])
def test_no_schema_makes_identity_numbers_public(cell: str, blocks: bool) -> None:
    watch = PrivacyWatch(1)
    watch.see(2, [cell])
    (found,) = watch.findings(["甲"], [1], {"甲": "依法公示"})
    assert (found.severity == "error") is blocks

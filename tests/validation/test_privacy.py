"""What tells on a person and what only looks like it."""

import pytest

from catalog.codes import identity_check_digit, uscc_check_digit
from opendata.validation.privacy import PrivacyWatch, mask

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
        CARD[:-1] + ("0" if CARD[-1] != "0" else "1"),
    ],
)
def test_left_alone(cell: str) -> None:
    assert codes(cell) == []
    assert mask(cell) == cell


def test_grouped_digits_are_masked_too() -> None:
    assert mask(" ".join([CARD[:4], CARD[4:8], CARD[8:]])) == "622**************46"


def test_old_numbers_and_cards_need_a_column_of_them() -> None:
    assert codes(OLD, "370000018012345", "370000018012346", "") == []
    assert codes(CARD, "JN-1", "JN-2") == []
    assert codes(OLD, OLD, "370000018012346", "")[0][0] == "Column 甲 holds 2 15-digit identity numbers."

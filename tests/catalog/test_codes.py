"""Check digits, on codes from the standards and on every single-character mistake."""

import string

from hypothesis import given
from hypothesis import strategies as st

from catalog import codes


def test_codes_that_are_right() -> None:
    assert codes.is_uscc("11230500001755309F")
    assert codes.is_uscc("11332500MB1601924J")
    assert codes.is_uscc("9137130016829134XT")
    assert codes.is_organisation_code("16829134-X")
    assert codes.is_identity_number("11010519491231002X")  # the example of GB 11643
    assert codes.is_identity_number("11010519491231002x")
    assert all(map(codes.is_resource_code, ("307013/0004", "307013", "1020011/1")))
    assert all(map(codes.is_unit_code, ("370102", "37-DRC", "11230500001755309F")))
    assert all(map(codes.is_slug, ("bus-lines", "pm2-5-hourly", "2018")))


def test_codes_that_are_not() -> None:
    assert not codes.is_uscc("00000000000000000X")
    assert not codes.is_uscc("11230500001755309f")
    assert not codes.is_identity_number("110105194913310020")
    assert not any(map(codes.is_resource_code, ("407013/1", "3070/1", "307013/", "307013/a", "")))
    assert not any(map(codes.is_resource_code, ("３07013", "307013/٤", "3０7013/1")))
    assert not any(
        map(codes.is_division_code, ("37010", "070102", "3701021", "３７０１０２a", "3７0102", "37010٢"))
    )
    assert not any(map(codes.is_slug, ("", "-a", "a-", "a--b", "A", "a_b", "a/b", "甲", "a\n")))
    assert not any(map(codes.is_unit_code, ("", "x", "a/b", "37 01")))


@given(st.text(codes.USCC_ALPHABET, min_size=17, max_size=17), st.data())
def test_any_one_wrong_character_of_a_uscc_is_found(first17: str, data: st.DataObject) -> None:
    code = first17 + codes.uscc_check_digit(first17)
    assert codes.is_uscc(code)
    place = data.draw(st.integers(0, 17))
    wrong = data.draw(st.sampled_from([char for char in codes.USCC_ALPHABET if char != code[place]]))
    assert not codes.is_uscc(code[:place] + wrong + code[place + 1 :])


@given(st.text(string.digits, min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_any_one_wrong_digit_of_an_identity_number_is_found(first17: str, place: int, step: int) -> None:
    digit = str((int(first17[place]) + step) % 10)
    changed = first17[:place] + digit + first17[place + 1 :]
    assert codes.identity_check_digit(first17) != codes.identity_check_digit(changed)

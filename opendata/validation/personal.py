"""Numbers that tell on persons: what each kind looks like in a text, its check digits, and how it is starred.

Precision, kind by kind: an identity number has a known province, a real birth date and a right check
digit, so one is enough. A mobile number is eleven digits from 13 to 19 that stand alone, perhaps
grouped 3-4-4; landlines are no persons'. An e-mail address at gov.cn is an office's. A plate has a
province's character and ends where the letters end. Old 15-digit identity numbers, bank cards and
passports look like many other codes: they count only where most of a column holds them.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from catalog.codes import PROVINCES, is_identity_number, is_old_identity_number

_IDENTITY = re.compile(r"(?<![0-9A-Za-z.])[1-8][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z.])(?:\+?86[- ]?)?(1[3-9][0-9](?P<gap>[ -]?)[0-9]{4}(?P=gap)[0-9]{4})(?![0-9A-Za-z]|\.[0-9])"
)
#: UnionPay, Visa, Mastercard, JCB, American Express and the older domestic cards.
_CARD = re.compile(r"(?:62|60|9558|4|5|3[57])[0-9]+")
CARD_LENGTHS = range(15, 20)
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])([A-Za-z0-9][A-Za-z0-9._%+-]{0,63})@((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![A-Za-z0-9-])"
)
_OFFICES = ("gov.cn",)
#: Ordinary passports: E or G and eight digits, E with a second letter and seven; D, S, P for official ones.
_PASSPORT = re.compile(r"(?:[EGDSP][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|(?:DE|SE|PE)[0-9]{7})")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][· ]?"
    r"(?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]|[DF][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[DF])(?![0-9A-Za-z])"
)
#: A plate has digits; letters alone after a province's character are some other abbreviation.
_PLATE_DIGITS = 2
_GROUPED = re.compile(r"(?<=[0-9])[ -](?=[0-9])")
#: A long number, its groups perhaps set apart as on a bank card.
_RUN = re.compile(r"[0-9０-９](?:[ -]?[0-9０-９]){9,}[XxＸｘ]?")
_NARROW = str.maketrans("０１２３４５６７８９Ｘｘ－＠．", "0123456789Xx-@.")
#: Not up to today: the verdict on a file must not depend on the day it is given.
_BIRTH_YEARS = range(1900, 2100)
#: A longer text is looked at up to here.
LONGEST = 10_000


def narrow(text: str) -> str:
    """*text* with full-width digits and signs made narrow."""
    return text if text.isascii() else text.translate(_NARROW)


def _star(number: str) -> str:
    plain = "".join(char for char in number if char not in " -")
    return f"{plain[:3]}{'*' * (len(plain) - 5)}{plain[-2:]}"


def passes_luhn(number: str) -> bool:
    """Whether the last of the digits *number* is the check digit that Luhn's rule gives."""
    digits = [int(char) for char in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[0::2]) + sum(doubled)) % 10 == 0


def _is_identity(number: str) -> bool:
    return number[:2] in PROVINCES and int(number[6:10]) in _BIRTH_YEARS and is_identity_number(number)


def _identity(text: str) -> bool:
    return any(
        _is_identity(found[0])
        for one in dict.fromkeys((text, _GROUPED.sub("", text)))
        for found in _IDENTITY.finditer(one)
    )


def _old_identity(text: str) -> bool:
    return is_old_identity_number(_GROUPED.sub("", text))


def _mobile(text: str) -> bool:
    return _MOBILE.search(text) is not None


def _card(text: str) -> bool:
    plain = _GROUPED.sub("", text)
    return len(plain) in CARD_LENGTHS and bool(_CARD.fullmatch(plain)) and passes_luhn(plain)


def _is_office(domain: str) -> bool:
    return any(domain.lower() == one or domain.lower().endswith(f".{one}") for one in _OFFICES)


def _email(text: str) -> bool:
    return any(not _is_office(found[2]) for found in _EMAIL.finditer(text))


def _passport(text: str) -> bool:
    return text.isascii() and _PASSPORT.fullmatch(text.upper()) is not None


def _is_plate(plate: str) -> bool:
    return sum(char.isdigit() for char in plate) >= _PLATE_DIGITS


def _plate(text: str) -> bool:
    return any(_is_plate(found[0]) for found in _PLATE.finditer(text))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of personal number; ``share`` of a column's filled cells that must hold it, in percent.

    ``never_public``: no declaration of a schema makes it public. A column of names that the law makes
    public (法定代表人) does not make public the identity number that somebody typed behind a name.
    """

    zh: str
    en: str
    finds: Callable[[str], bool]
    share: int = 0
    never_public: bool = False


KINDS = (
    Kind("居民身份证号码", "citizen identity numbers", _identity, never_public=True),
    Kind("手机号码", "mobile telephone numbers", _mobile),
    Kind("15 位旧身份证号码", "15-digit identity numbers", _old_identity, share=50),
    Kind("银行卡号", "bank card numbers", _card, share=50),
    Kind("电子邮箱", "e-mail addresses", _email),
    Kind("车牌号", "licence plates", _plate),
    Kind("护照号码", "passport numbers", _passport, share=50),
)


_BY_NAME = {kind.en: kind for kind in KINDS}


def personal_kind(text: str) -> Kind | None:
    """The first kind of personal number that *text* holds."""
    candidate = narrow(text[:LONGEST]).strip(" \t\r\n")
    return next((kind for kind in KINDS if kind.finds(candidate)), None)


#: In running text a number without a telling shape is one of these only where a word of its kind is about.
SPOKEN_OF = {
    "15-digit identity numbers": re.compile(r"身份证|证件号|identity|\bID\b"),
    "bank card numbers": re.compile(
        r"卡号|银行卡|账号|帐号|账户|帐户|一卡通|存折|bank|card|account", re.IGNORECASE
    ),
    "passport numbers": re.compile(r"护照|passport", re.IGNORECASE),
}
_OLD_RUN = re.compile(r"(?<![0-9A-Za-z.])[1-9][0-9]{14}(?![0-9A-Za-z])")
_CARD_RUN = re.compile(r"(?<![0-9A-Za-z.])[3-69][0-9]{3}(?:[ -]?[0-9]){11,15}(?![0-9A-Za-z])")
_PASSPORT_RUN = re.compile(r"(?<![0-9A-Za-z])[EGDSP][A-Z]?[0-9]{7,8}(?![0-9A-Za-z])")


def occurrences(text: str) -> Iterator[tuple[Kind, str]]:
    """Every personal number in the running *text* as its kind and itself, in no order.

    Those of the kinds in :data:`SPOKEN_OF` are told whether or not a word of their kind is about.
    """
    plain = narrow(text)
    joined = _GROUPED.sub("", plain)
    found = [
        Counter(one[0] for one in _IDENTITY.finditer(form) if _is_identity(one[0]))
        for form in (plain, joined)
    ]
    # Groups set apart hide a number in the one, a number beside it hides it in the other.
    yield from ((_BY_NAME["citizen identity numbers"], one) for one in (found[0] | found[1]).elements())
    patterns = (
        ("mobile telephone numbers", _MOBILE, lambda _: True),
        ("e-mail addresses", _EMAIL, lambda one: not _is_office(one.rpartition("@")[2])),
        ("licence plates", _PLATE, _is_plate),
        ("15-digit identity numbers", _OLD_RUN, _old_identity),
        ("bank card numbers", _CARD_RUN, _card),
        ("passport numbers", _PASSPORT_RUN, _passport),
    )  # fmt: skip
    for name, pattern, is_one in patterns:
        yield from ((_BY_NAME[name], one[0]) for one in pattern.finditer(plain) if is_one(one[0]))


def mask(text: str) -> str:
    """*text* with the inside of every long run of digits, address and plate starred, if it holds a personal number."""
    if personal_kind(text) is None:
        return text
    if narrow(text).strip() != text.strip() and not _RUN.search(text):
        text = narrow(text)
    starred = _RUN.sub(lambda run: _star(run[0]), text)
    starred = _EMAIL.sub(lambda one: f"{one[1][:1]}***@***", starred)
    starred = _PLATE.sub(lambda one: f"{one[0][:2]}***{one[0][-2:]}", starred)
    return starred if starred != text else _star(text.strip())

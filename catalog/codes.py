"""Check digits and shapes of the codes that the state assigns, and the shape of our own names.

Sources: GB 32100-2015 (unified social credit code), GB 11714 (organisation code), GB 11643 (citizen
identity number), GB/T 2260 (division codes), the 2017 catalogue guide (resource code).
"""

import re
from dataclasses import dataclass
from datetime import date

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_ORGANISATION = re.compile(r"[0-9A-Z]{8}-?[0-9X]")
_IDENTITY = re.compile(r"[1-9][0-9]{16}[0-9X]")
_OLD_IDENTITY = re.compile(r"[1-9][0-9]{14}")
#: The provinces that a citizen identity number or a division code may begin with (GB/T 2260).
PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
_RESOURCE = re.compile(r"[1-3][0-9]{5,}(/[0-9]+)?")
_DIVISION = re.compile(r"[1-9][0-9]{5}")
_UNIT = re.compile(r"[0-9A-Z][0-9A-Z-]{1,31}")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def uscc_check_digit(first17: str) -> str:
    """The 18th character that GB 32100-2015 computes from the first 17."""
    total = sum(
        USCC_ALPHABET.index(char) * weight for char, weight in zip(first17, USCC_WEIGHTS, strict=True)
    )
    return USCC_ALPHABET[(31 - total % 31) % 31]


def is_uscc(code: str) -> bool:
    """Whether *code* is a unified social credit code with a right check digit."""
    return bool(_USCC.fullmatch(code)) and uscc_check_digit(code[:17]) == code[17]


def organisation_check_digit(first8: str) -> str:
    """The 9th character that GB 11714 computes from the first 8."""
    total = sum(
        _ORGANISATION_ALPHABET.index(char) * weight
        for char, weight in zip(first8, _ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X0"[11 - total % 11]


def is_organisation_code(code: str) -> bool:
    """Whether *code* is an organisation code (with or without the hyphen) with a right check digit."""
    if not _ORGANISATION.fullmatch(code):
        return False
    plain = code.replace("-", "")
    return organisation_check_digit(plain[:8]) == plain[8]


def identity_check_digit(first17: str) -> str:
    """The 18th character that GB 11643 computes from the first 17."""
    total = sum(int(char) * weight for char, weight in zip(first17, _IDENTITY_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def is_identity_number(code: str) -> bool:
    """Whether *code* is an 18-digit citizen identity number: real birth date, right check digit."""
    code = code.upper()
    if not _IDENTITY.fullmatch(code) or identity_check_digit(code[:17]) != code[17]:
        return False
    try:
        date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return False
    return True


def is_old_identity_number(code: str) -> bool:
    """Whether *code* is a 15-digit identity number as given out until 1999: a province, a real birth date.

    It has no check digit; its years are those of the twentieth century.
    """
    if not _OLD_IDENTITY.fullmatch(code) or code[:2] not in PROVINCES:
        return False
    try:
        date(1900 + int(code[6:8]), int(code[8:10]), int(code[10:12]))
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class IdentityParts:
    """What a citizen identity number says of its bearer: division, year of birth, sex (GB 11643)."""

    division: str
    birth_year: int
    sex: str


def identity_parts(code: str) -> IdentityParts | None:
    """The parts of an 18- or 15-digit identity number; None if *code* is neither."""
    code = code.upper()
    if is_identity_number(code):
        return IdentityParts(code[:6], int(code[6:10]), "女男"[int(code[16]) % 2])
    if is_old_identity_number(code):
        return IdentityParts(code[:6], 1900 + int(code[6:8]), "女男"[int(code[14]) % 2])
    return None


def is_resource_code(code: str) -> bool:
    """Whether *code* has the shape 类1 项2 目3 细目* [/ 顺序码*] of the 2017 guide."""
    return bool(_RESOURCE.fullmatch(code))


def is_division_code(code: str) -> bool:
    """Whether *code* has the shape of a six-digit GB/T 2260 division code."""
    return bool(_DIVISION.fullmatch(code))


def is_unit_code(code: str) -> bool:
    """Whether *code* can name a unit: 2 to 32 of digits, capitals and hyphens."""
    return bool(_UNIT.fullmatch(code))


def is_slug(name: str) -> bool:
    """Whether *name* can stand in an address or name a file: ``a-z`` and ``0-9``, parts joined by single hyphens."""
    return bool(_SLUG.fullmatch(name))

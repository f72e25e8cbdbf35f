"""Check digits and shapes of the codes that the state assigns.

Sources: GB 32100-2015 (unified social credit code), GB 11714 (organisation code), GB 11643 (citizen
identity number), GB/T 2260 (division codes), the 2017 catalogue guide (resource code).
"""

import re
from datetime import date

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_ORGANISATION = re.compile(r"[0-9A-Z]{8}-?[0-9X]")
_IDENTITY = re.compile(r"[1-9]\d{16}[0-9X]")
_RESOURCE = re.compile(r"[1-3]\d{2}\d{3}\d*(/\d+)?")
_DIVISION = re.compile(r"[1-9]\d{5}")
_UNIT = re.compile(r"[0-9A-Z][0-9A-Z-]{1,31}")


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


def is_resource_code(code: str) -> bool:
    """Whether *code* has the shape 类1 项2 目3 细目* [/ 顺序码*] of the 2017 guide."""
    return bool(_RESOURCE.fullmatch(code))


def is_division_code(code: str) -> bool:
    """Whether *code* has the shape of a six-digit GB/T 2260 division code."""
    return bool(_DIVISION.fullmatch(code))


def is_unit_code(code: str) -> bool:
    """Whether *code* can name a unit: 2 to 32 of digits, capitals and hyphens."""
    return bool(_UNIT.fullmatch(code))

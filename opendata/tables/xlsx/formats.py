"""What a number format says about a number: that it is a day, a time span, or a code with so many digits."""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["general", "date", "span"]

#: ECMA-376 part 1, 18.8.30: ids below 164 have no text in the file. 27 to 36 and 50 to 58 are the days and
#: times of the East Asian editions (31 is yyyy"年"m"月"d"日").
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
_BUILT_IN_SPANS = frozenset({46})
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
_ZEROS = re.compile(r"0{2,}")
#: A text written with a wider format is no code any more.
_WIDEST = 64


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """``kind`` of number; ``zeros``: the least number of digits that a whole number is shown with."""

    kind: Kind = "general"
    zeros: int = 0


GENERAL = NumberFormat()


def built_in_format(number: int) -> NumberFormat:
    """The format with the id *number*, which the file does not spell out."""
    if number in _BUILT_IN_DATES:
        return NumberFormat("date")
    return NumberFormat("span") if number in _BUILT_IN_SPANS else GENERAL


def custom_format(code: str) -> NumberFormat:
    """What the format *code* means; of several sections the first, for positive numbers, decides."""
    bare = _QUOTED.sub("", code).split(";")[0]
    if _ELAPSED.search(bare):
        return NumberFormat("span")
    bare = _BRACKETS.sub("", bare).strip()
    if bare.lower().startswith("general"):
        return GENERAL
    if _DATE_LETTERS.search(bare):
        return NumberFormat("date")
    plain = code.split(";", maxsplit=1)[0].strip()
    if _ZEROS.fullmatch(plain) and len(plain) <= _WIDEST:
        return NumberFormat(zeros=len(plain))
    return GENERAL

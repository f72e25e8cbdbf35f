"""Numbers that tell on persons: identity numbers, mobile numbers, bank cards; found, counted, masked.

Every cell of every column is looked at, whatever the schema calls the column. A single identity
number with a right check digit, or a single mobile number, is enough. The old 15-digit identity
numbers and bank cards look like many other codes, so they count only in a column that mostly holds them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from catalog.codes import is_identity_number
from catalog.records import Finding, Text

#: The provinces that an identity number may begin with (GB/T 2260).
_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
_IDENTITY = re.compile(r"(?<![0-9A-Za-z.])[1-8]\d{16}[0-9Xx](?![0-9A-Za-z])", re.ASCII)
_OLD_IDENTITY = re.compile(r"[1-8]\d{14}", re.ASCII)
_MOBILE = re.compile(r"(?<![0-9A-Za-z.])(?:\+?86[- ]?)?(1[3-9]\d{9})(?![0-9A-Za-z]|\.\d)", re.ASCII)
#: UnionPay, Visa, Mastercard, JCB, American Express and the older domestic cards.
_CARD = re.compile(r"(?:62|60|9558|4|5|3[57])\d{11,17}", re.ASCII)
_CARD_LENGTHS = range(15, 20)
_DIGITS = re.compile(r"\d{11}", re.ASCII)
_GROUPED = re.compile(r"(?<=\d)[ -](?=\d)")
#: A long number, its groups perhaps set apart as on a bank card.
_RUN = re.compile(r"\d(?:[ -]?\d){9,}[Xx]?", re.ASCII)
#: Not up to today: the verdict on a file must not depend on the day it is given.
_BIRTH_YEARS = range(1900, 2100)
_SAMPLES = 3
#: A mobile number.
_SHORTEST = 11
Numbers = npt.NDArray[np.int64]
_LONGEST = 10_000
#: What a text that holds a personal number surely matches, in the words that polars knows: no look-around.
_LIKELY = "|".join(
    (
        r"[1-8][0-9]{16}[0-9Xx]",
        r"(?:^|[^0-9A-Za-z.])(?:\+?86[- ]?)?1[3-9][0-9]{9}(?:$|[^0-9A-Za-z])",
        r"^[^0-9]*[1-8][0-9]{14}[^0-9]*$",
        r"^[^0-9]*(?:6[ -]?[20]|9[ -]?5[ -]?5[ -]?8|4|5|3[ -]?[57])(?:[ -]?[0-9]){11,17}[^0-9]*$",
    )
)


def mask(text: str) -> str:
    """*text* with the inside of every long run of digits starred, if it holds a personal number."""
    return _RUN.sub(lambda run: _star(_GROUPED.sub("", run[0])), text) if personal_kind(text) else text


def _star(number: str) -> str:
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"


def _is_identity(number: str) -> bool:
    return number[:2] in _PROVINCES and int(number[6:10]) in _BIRTH_YEARS and is_identity_number(number)


def _is_old_identity(number: str) -> bool:
    try:
        date(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))
    except ValueError:
        return False
    return number[:2] in _PROVINCES


def _passes_luhn(number: str) -> bool:
    digits = [int(char) for char in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[0::2]) + sum(doubled)) % 10 == 0


def _identity(text: str) -> str | None:
    return next((found[0] for found in _IDENTITY.finditer(text) if _is_identity(found[0])), None)


def _old_identity(text: str) -> str | None:
    return text if _OLD_IDENTITY.fullmatch(text) and _is_old_identity(text) else None


def _mobile(text: str) -> str | None:
    found = _MOBILE.search(text)
    return found[1] if found else None


def _card(text: str) -> str | None:
    plain = _GROUPED.sub("", text)
    whole = len(plain) in _CARD_LENGTHS and _CARD.fullmatch(plain)
    return plain if whole and _passes_luhn(plain) else None


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of personal number; ``share`` of a column's filled cells that must hold it, in percent.

    ``never_public``: no declaration of a schema makes it public. A column of names that the law makes
    public (法定代表人) does not make public the identity number that somebody typed behind a name.
    """

    zh: str
    en: str
    find: Callable[[str], str | None]
    share: int = 0
    never_public: bool = False


_KINDS = (
    _Kind("居民身份证号码", "citizen identity numbers", _identity, never_public=True),
    _Kind("手机号码", "mobile telephone numbers", _mobile),
    _Kind("15 位旧身份证号码", "15-digit identity numbers", _old_identity, share=50),
    _Kind("银行卡号", "bank card numbers", _card, share=50),
)


def personal_kind(text: str) -> _Kind | None:
    """The first kind of personal number that *text* holds."""
    candidate = text[:_LONGEST].strip()
    if not _DIGITS.search(_GROUPED.sub("", candidate)):
        return None
    return next((kind for kind in _KINDS if kind.find(candidate)), None)


@dataclass(slots=True)
class _Hits:
    count: int = 0
    first_row: int = 0
    samples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Watch:
    filled: int = 0
    hits: dict[str, _Hits] = field(default_factory=dict)

    def hit(self, kind: _Kind, row: int, cell: str) -> None:
        """Note that *cell* holds a number of *kind*."""
        hits = self.hits.setdefault(kind.en, _Hits(first_row=row))
        hits.count += 1
        if len(hits.samples) < _SAMPLES:
            hits.samples.append(mask(cell.strip())[:60])


class PrivacyWatch:
    """Sees every row once; afterwards says which columns hold personal numbers.

    :param width: how many columns there are; cells beyond are counted with the last one's neighbour.
    """

    def __init__(self, width: int) -> None:
        self._columns = [_Watch() for _ in range(width)]

    def see(self, row: int, cells: Sequence[str]) -> None:
        """Look at the cells of physical *row*."""
        for watch, cell in zip(self._columns, cells, strict=False):
            if not cell:
                continue
            watch.filled += 1
            kind = personal_kind(cell) if len(cell) >= _SHORTEST else None
            if kind:
                watch.hit(kind, row, cell)

    def see_column(self, column: int, rows: Numbers, cells: pl.Series) -> None:
        """Look at the cells of one *column* in a batch of physical *rows*; null where a row has no such cell."""
        watch = self._columns[column]
        watch.filled += int((cells.fill_null("") != "").sum())
        long = (cells.str.len_bytes() >= _SHORTEST).fill_null(value=False)
        if not long.any():
            return
        cells, rows = cells.filter(long), rows[long.to_numpy()]
        # A text cut at its longest may end in what only then is a number.
        likely = (cells.str.contains(_LIKELY) | (cells.str.len_chars() > _LONGEST)).fill_null(value=False)
        if not likely.any():
            return
        kinds = {text: personal_kind(text) for text in cells.filter(likely).unique().to_list()}
        for position in likely.arg_true().to_list():
            kind = kinds[cells[position]]
            if kind:
                watch.hit(kind, int(rows[position]), cells[position])

    def findings(
        self, names: Sequence[str], numbers: Sequence[int], public: Mapping[str, str]
    ) -> Iterator[Finding]:
        """One ``personal-information`` per column that holds any; a warning if *public* gives the reason,
        which it cannot give for identity numbers.

        :param names: each column's field name, or its label where no field claims it.
        :param numbers: each column's physical number.
        """
        for watch, name, number in zip(self._columns, names, numbers, strict=True):
            found = [
                (kind, watch.hits[kind.en])
                for kind in _KINDS
                if kind.en in watch.hits and watch.hits[kind.en].count * 100 >= kind.share * watch.filled
            ]
            if found:
                never = any(kind.never_public for kind, _ in found)
                yield _finding(found, name, number, None if never else public.get(name))


def _finding(found: Sequence[tuple[_Kind, _Hits]], name: str, number: int, reason: str | None) -> Finding:
    zh = "、".join(f"{kind.zh} {hits.count} 处" for kind, hits in found)
    en = ", ".join(f"{hits.count} {kind.en}" for kind, hits in found)
    allowed = (
        (f"；模式声明可公开：{reason}", "; the schema declares the column public") if reason else ("", "")
    )
    return Finding(
        "personal-information",
        Text(f"“{name}”列含有{zh}{allowed[0]}。", f"Column {name} holds {en}{allowed[1]}."),
        severity="warning" if reason else "error",
        row=min(hits.first_row for _, hits in found),
        column=number,
        field=name,
        value="; ".join(sample for _, hits in found for sample in hits.samples)[:200],
        expected="无个人信息 no personal information",
    )

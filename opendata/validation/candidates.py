"""The forms that a column's values may all have, from the narrowest type to the widest, each as one expression.

An expression is conservative: whatever it accepts, the judge's reader of the same field accepts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

#: Beyond 15 digits a spreadsheet and a browser lose digits: such a number is a code.
_WHOLE = r"(?:0|[1-9][0-9]{0,14})"
_YEAR = r"[1-9][0-9]{3}"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_MONTH = r"(?:0[1-9]|1[0-2])"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A form: the field properties it stands for and the texts it accepts.

    ``day`` is the part of the text that is a date, with its format: the calendar must know it.
    ``hinted``: only a column whose label holds one of these words may have it, because its texts
    could as well be numbers.
    """

    name: str
    field: Mapping[str, Any]
    pattern: str
    day: tuple[str, str] | None = None
    hinted: tuple[str, ...] = ()

    def accepts(self, text: pl.Expr) -> pl.Expr:
        """Whether *text* surely has this form."""
        fits = text.str.contains(f"^{self.pattern}$")
        if self.day is None:
            return fits
        part, form = self.day
        day_of = text.str.extract(f"^({part})", 1).str.replace_all("/", "-", literal=True)
        return fits & day_of.str.to_date(form.replace("/", "-"), strict=False).is_not_null()


def _dates() -> Sequence[Candidate]:
    """Dates and moments in the forms that are usual."""
    forms = {
        "": ("-", "-", "", "%Y-%m-%d"),
        "/": ("/", "/", "", "%Y/%m/%d"),
        ".": (r"\.", r"\.", "", "%Y.%m.%d"),
        "年": ("年", "月", "日", "%Y年%m月%d日"),
    }
    iso = f"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}"
    moment = f"{iso}[ T]{_CLOCK}:[0-5][0-9]"
    found = [Candidate("datetime", {"type": "datetime"}, moment, (iso, "%Y-%m-%d"))]
    for name, (first, second, last, form) in forms.items():
        digits = "{1,2}" if name else "{2}"
        day = f"{_YEAR}{first}[0-9]{digits}{second}[0-9]{digits}{last}"
        dated = {"type": "date", "format": form} if name else {"type": "date"}
        found.append(Candidate(f"date {form}", dated, day, (day, form)))
        for clock, clock_form in ((f"{_CLOCK}:[0-5][0-9]", "%H:%M:%S"), (_CLOCK, "%H:%M")):
            whole = f"{form} {clock_form}"
            found.append(
                Candidate(
                    f"datetime {whole}", {"type": "datetime", "format": whole}, f"{day} {clock}", (day, form)
                )
            )
    either = f"{_YEAR}[-/][0-9]{{1,2}}[-/][0-9]{{1,2}}"
    found.append(
        Candidate(
            "date in several forms", {"type": "date", "format": "any"}, _several(), (either, "%Y-%m-%d")
        )
    )
    return found  # fmt: skip


def _several() -> str:
    """Dates some of which have hyphens, some slashes: year first, so that no order is in doubt."""
    return f"{_YEAR}(?:-[0-9]{{2}}-[0-9]{{2}}|/[0-9]{{1,2}}/[0-9]{{1,2}})"


_CODES = (
    "代码",
    "编码",
    "编号",
    "号码",
    "区划",
    "邮编",
    "邮政",
    "电话",
    "手机",
    "证号",
    "code",
    "phone",
    "tel",
    "zip",
)
#: A code is text though it is all digits. First of all, so that no number wins over it.
CODES: Sequence[Candidate] = (
    Candidate(
        "identity number",
        {"type": "string"},
        rf"[1-8][0-9]{{5}}(?:19|20)[0-9]{{2}}{_MONTH}(?:0[1-9]|[12][0-9]|3[01])[0-9]{{3}}[0-9Xx]",
    ),
    Candidate("unified social credit code", {"type": "string", "check": "uscc"}, "[0-9A-HJ-NPQRTUWXY]{18}"),
    Candidate("mobile number", {"type": "string"}, "1[3-9][0-9]{9}"),
    Candidate("division code", {"type": "string"}, "[1-8][0-9]{5}", hinted=("区划", "division", "adcode")),
    Candidate("code of digits", {"type": "string"}, "[0-9]{3,}", hinted=_CODES),
)
TYPES: Sequence[Candidate] = (
    Candidate("year", {"type": "year"}, "(?:19|20)[0-9]{2}", hinted=("年份", "年度", "year")),
    Candidate("date %Y%m%d", {"type": "date", "format": "%Y%m%d"}, f"(?:19|20)[0-9]{{2}}{_MONTH}[0-9]{{2}}",
              (r"[0-9]{8}", "%Y%m%d"), hinted=("日期", "时间", "date")),
    Candidate("integer", {"type": "integer"}, "(?:0|-?[1-9][0-9]{0,14})"),
    Candidate("number", {"type": "number"}, rf"-?{_WHOLE}(?:\.[0-9]+)?"),
    Candidate("number with thousands separators", {"type": "number", "groupChar": ","},
              rf"-?(?:{_WHOLE}|[1-9][0-9]{{0,2}}(?:,[0-9]{{3}}){{1,4}})(?:\.[0-9]+)?"),
    *_dates(),
    Candidate("yearmonth", {"type": "yearmonth"}, f"{_YEAR}-{_MONTH}"),
    Candidate("time %H:%M:%S", {"type": "time"}, f"{_CLOCK}:[0-5][0-9]"),
    Candidate("time %H:%M", {"type": "time", "format": "%H:%M"}, _CLOCK),
)  # fmt: skip

#: Pairs of words for yes and no; 1 and 0 are numbers.
BOOLEANS: Sequence[tuple[tuple[str, ...], tuple[str, ...]]] = (
    (("true", "True", "TRUE"), ("false", "False", "FALSE")),
    (("是",), ("否",)),
    (("有",), ("无", "没有")),
    (("yes", "Yes", "YES"), ("no", "No", "NO")),
    (("Y", "y"), ("N", "n")),
    (("√", "✓"), ("×", "✗")),
)
#: Texts by which people say that there is no value; one counts as such only where the other values have a type.
MARKERS = frozenset(
    ("-", "--", "—", "——", "/", "\\", "无", "暂无", "空", "NULL", "null", "None", "N/A", "n/a", "NA", "NaN", "nan", "#N/A")
)  # fmt: skip

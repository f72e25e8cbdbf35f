"""Every type and format of Table Schema: how its values are written, in order, and what only looks like one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.validation.corpus.types import TRAPS

ORDERED = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
LENGTHS = ("minLength", "maxLength")


@dataclass(frozen=True, slots=True)
class Kind:
    """One type in one format.

    :param written: the text of the value with this place in the order of values.
    :param rules: the constraints that the type takes, beside ``required`` and ``enum``.
    :param traps: texts near its values.
    :param hashable: whether frictionless can compare its values as keys.
    """

    described: Mapping[str, Any]
    written: Callable[[int], str]
    rules: Sequence[str] = ()
    traps: Sequence[str] = ()
    hashable: bool = field(default=True)

    @property
    def type(self) -> str:
        return str(self.described["type"])


def _kind(type_: str, written: Callable[[int], str], *rules: str, **more: Any) -> Kind:
    unhashable = type_ in ("object", "array", "geojson", "list")
    odd = {"object": ODD_JSON, "array": ODD_JSON, "geojson": ODD_JSON}.get(type_, ODD.get(type_, ()))
    return Kind({"type": type_, **more}, written, rules, (*TRAPS.get(type_, ()), *odd), not unhashable)


ODD_JSON = (
    "{}",
    "[]",
    "null",
    "{",
    "1",
    '"x"',
    '{"a": 1, "a": 2}',
    "[1, 2",
    "[NaN]",
    "[[]]",
    '{"type": "Point"}',
    "{'a': 1}",
    " [1] ",
)
ODD: Mapping[str, Sequence[str]] = {
    "string": ("甲 ", " 甲", "\u3000", "a@", "example.cn", "urn:x:y", "====", "x", "0" * 32, "𠀀𠀀", "e\u0301", "a,b;c|d\te", '"', "''", "两\r\n行", "#1", "a\\b"),
    "integer": ("元", "-", "1 000", "约5", "5元", "--5", "1,000", "٣", "१२", "1" * 19, "-9223372036854775809", "9" * 5000, "²", "Ⅷ", "\t3"),
    "number": ("12%", "$5", "1,000.5", "1.000,5", "1..5", "-", "-.5", "1 000", "9" * 40, "0." + "1" * 40, "1e-400", "-0.0", "1e5,0", "５．５", "1_0.0_1", "-inf", "1e999999999"),
    "boolean": ("是", "否", "真", "1.0", "false ", "FALSE", "Y", "-1"),
    "date": ("2024-02-29", "2023-02-29", "0001-01-01", "9999-12-31", "2024年1月5日", "05.01.2024", "20240105", "2024-01", "5 Jan 2024", "today", "2024-01-05\n"),
    "datetime": ("2024-02-29 23:59:59", "2024-01-05T03:04:05.123456789", "2024-01-05 03:04:05,5", "2024-W01-5T03:04:05", "20240105T030405", "2024-01-05T03:04:05 ", "0000-01-05 03:04:05", "2024/01/05 03:04:05", "2024-01-05T030405", "2024-02-30T03:04:05"),
    "time": ("3:4", "030405", "03:04:05,5", "23:59:59", "00:00:00", "03：04：05", "3:04 PM"),
    "year": ("1", "12345", "-999", "9999", " 202", "1_99", "٢٠٢٤"),
    "yearmonth": ("1-1", "-1-1", "2024-00", "2024-12-", "99999-1", "２０２４-１", "2024- 1"),
    "duration": ("P", "1D", "P1Y2M", "PT", "p1d", "P1.5D", "-P1D", "P1W", "PT1H30M", "P0001-01-01T00:00:00", "P9999999999D"),
    "geopoint": ("181,36", "117", "117,36,5", "117 36", "[117, 36]", '{"lon": 117, "lat": 36}', "NaN,36", "１１７,36", "180,90", "-180.0,-90", ","),
    "list": ("", ",", "1,,2", "x,y", "1;2", " 1, 2", "1,2,"),
    "any": ("", " ", "\u200b", "1", "甲"),
}  # fmt: skip


def _day(at: int) -> tuple[int, int, int]:
    return 2024, 1 + at // 28, 1 + at % 28


KINDS: Sequence[Kind] = (
    _kind("string", lambda at: f"第{at}项", *LENGTHS, "pattern"),
    _kind("string", lambda at: "甲乙丙丁戊"[at % 5] * (1 + at // 5), *LENGTHS, "pattern"),
    _kind("string", lambda at: f"JY{at:05}", *LENGTHS, "pattern"),
    _kind("string", lambda at: f"a{at}@example.cn", *LENGTHS, format="email"),
    _kind("string", lambda at: f"http://example.cn/{at}", *LENGTHS, format="uri"),
    _kind("string", lambda at: f"b27a4d4b-0000-4000-8000-{at:012}", *LENGTHS, format="uuid"),
    _kind("string", lambda at: ["aGVsbG8=", "aGk=", "YQ==", "YWJj"][at % 4], *LENGTHS, format="binary"),
    _kind("integer", lambda at: str(at - 5), *ORDERED),
    _kind("integer", str, *ORDERED),
    _kind("integer", lambda at: f"{at} 元", *ORDERED, bareNumber=False),
    _kind("number", lambda at: f"{at}.{at % 10}", *ORDERED),
    _kind("number", lambda at: f"{at}.50" if at % 2 else f"{at}.5", *ORDERED),
    _kind("number", lambda at: f"{at},{at % 10}", *ORDERED, decimalChar=","),
    _kind("number", lambda at: f"1,{at:03}.5", *ORDERED, groupChar=","),
    _kind("number", lambda at: f"1.{at:03},5", *ORDERED, groupChar=".", decimalChar=","),
    _kind("number", lambda at: f"约 {at}.5%", *ORDERED, bareNumber=False),
    _kind("number", lambda at: f"{at}e1", *ORDERED, floatNumber=True),
    _kind("boolean", lambda at: ["true", "False", "1", "0", "TRUE"][at % 5]),
    _kind("boolean", lambda at: "是否"[at % 2], trueValues=["是", "true"], falseValues=["否", "0"]),
    _kind("date", lambda at: "{}-{:02}-{:02}".format(*_day(at)), *ORDERED),
    _kind("date", lambda at: "{}/{:02}/{:02}".format(*_day(at)), *ORDERED, format="%Y/%m/%d"),
    _kind("date", lambda at: "{}{:02}{:02}".format(*_day(at)), *ORDERED, format="%Y%m%d"),
    _kind("date", lambda at: "{}年{}月{}日".format(*_day(at)), *ORDERED, format="%Y年%m月%d日"),
    _kind("date", lambda at: ("{}-{:02}-{:02}" if at % 2 else "{}/{}/{}").format(*_day(at)), *ORDERED, format="any"),
    _kind("datetime", lambda at: "{}-{:02}-{:02}T03:04:05".format(*_day(at)), *ORDERED),
    _kind("datetime", lambda at: f"2024-01-05 03:04:{at % 60:02}", *ORDERED),
    _kind("datetime", lambda at: f"2024-01-05T03:04:{at % 60:02}{'Z' if at % 2 else '+08:00'}"),
    _kind("datetime", lambda at: f"2024-01-05 03:{at % 60:02}:05", *ORDERED, format="%Y-%m-%d %H:%M:%S"),
    _kind("datetime", lambda at: f"2024/01/05 03:{at % 60:02}", *ORDERED, format="%Y/%m/%d %H:%M"),
    _kind("datetime", lambda at: f"2024-01-05 03:{at % 60:02}" + ":05" * (at % 2), *ORDERED, format="any"),
    _kind("time", lambda at: f"03:04:{at % 60:02}", *ORDERED),
    _kind("time", lambda at: f"03:{at % 60:02}", *ORDERED, format="%H:%M"),
    _kind("time", lambda at: f"03:{at % 60:02}", *ORDERED, format="any"),
    _kind("year", lambda at: str(1990 + at), *ORDERED),
    _kind("yearmonth", lambda at: f"{2000 + at // 12}-{1 + at % 12:02}", *ORDERED),
    _kind("duration", lambda at: f"P{at}DT{at}H"),
    _kind("geopoint", lambda at: f"117.{at},36.{at}"),
    _kind("geopoint", lambda at: f"[117.{at}, 36]", format="array"),
    _kind("geopoint", lambda at: f'{{"lon": 117.{at}, "lat": 36}}', format="object"),
    _kind("geojson", lambda at: f'{{"type": "Point", "coordinates": [117, {at}]}}'),
    _kind("geojson", lambda at: f'{{"type": "Topology", "objects": {{}}, "arcs": [[[{at}, 0], [0, 1]]]}}', format="topojson"),
    _kind("object", lambda at: f'{{"a": {at}, "b": null}}', *LENGTHS),
    _kind("array", lambda at: f"[{at}, 2]", *LENGTHS),
    _kind("array", lambda at: f"[{at}]", *LENGTHS, arrayItem={"type": "integer", "constraints": {"maximum": 9}}),
    _kind("list", lambda at: f"{at},2", *LENGTHS, itemType="integer"),
    _kind("list", lambda at: f"a;b;{at}", *LENGTHS, delimiter=";"),
    _kind("any", lambda at: f"任意 {at}"),
)  # fmt: skip

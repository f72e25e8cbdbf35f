"""Every type in every format, every constraint and kind of missing value, every trap of a text by itself."""

from collections.abc import Iterator
from typing import Any

from tests.validation.corpus.case import Case, one_column

#: Texts that look like a value of some type, or of none.
POOL = (
    "", " ", "0", "1", "-1", "+5", " 5", "5 ", "007", "00", "-0", "5.0", "5.", ".5", "1e3", "1E-2", "0x1F", "1_000", "1,000", "１２", "٣",
    "9223372036854775807", "9223372036854775808", "99999999999999999999999", "NaN", "inf", "-inf", "Infinity", "--1", "12%", "$5", "€1.5",
    "true", "false", "True", "TRUE", "tRuE", " true", "t", "f", "yes", "no", "on", "off", "T", "F", "是", "否", "y",
    "2024-01-05", "2024-1-5", "24-01-05", " 2024-01-05", "2024-01-05 ", "2024/01/05", "2024/1/5", "20240105", "05.01.2024", "2024年1月5日",
    "2024-02-30", "2023-02-29", "2024-02-29", "0001-01-01", "0000-01-01", "9999-12-31", "20245-01-01", "epoch", "infinity", "2024-13-01",
    "2024-01-05T03:04:05", "2024-01-05 03:04:05", "2024-01-05x03:04:05", "2024-01-05T03:04:05Z", "2024-01-05T03:04:05+08:00",
    "2024-01-05T03:04:05.123", "2024-01-05 03:04", "2024-01-05 03:04:60", "2024-01-05 24:00:00", "2024/01/05 03:04", "2024-01-05T03:04:05.5Z",
    "03:04:05", "03:04", "3:4", "24:00:00", "23:59:60", "03:04:05.5", "03:04:05Z", "03:04:05+08:00",
    "2024", "1999", "99", "0999", "-001", "20245", "１９９９", "2024-01", "2024-1", "2024-00", "1-1",
    "P1Y", "P1DT2H", "PT0.5S", "P", "1D", "117.0,36.6", "117,36", "181,36", "117.0, 36.6", "[117.0, 36.6]", '{"lon": 117, "lat": 36}', "36",
    "a@example.cn", "a@", "http://example.cn/a", "example.cn", "urn:x:y", "b27a4d4b-0000-4000-8000-000000000001", "aGVsbG8=", "====",
    "{}", "[]", '{"a": 1}', "[1, 2]", "null", "{", '{"type": "Point", "coordinates": [117, 36]}', '{"type": "Topology"}',
    "甲", "甲 ", "乙", "𠀀𠀀", "e\u0301", "长" * 30, "a,b", 'say "x"', "两\r\n行", "a\nb", "a\rb", "tab\there", "\u3000", "\u00a0", "\u200b", "x" * 300,
)  # fmt: skip

FORMS: dict[str, dict[str, Any]] = {
    "string": {}, "string email": {"format": "email"}, "string uri": {"format": "uri"}, "string uuid": {"format": "uuid"},
    "string binary": {"format": "binary"}, "integer": {}, "integer not bare": {"bareNumber": False}, "integer grouped": {"groupChar": ","},
    "number": {}, "number decimal comma": {"decimalChar": ","}, "number grouped": {"groupChar": ","}, "number both": {"groupChar": ".", "decimalChar": ","},
    "number not bare": {"bareNumber": False}, "number float": {"floatNumber": True}, "boolean": {}, "boolean words": {"trueValues": ["是", "1"], "falseValues": ["否", "0"]},
    "date": {}, "date any": {"format": "any"}, "date slashes": {"format": "%Y/%m/%d"}, "date digits": {"format": "%Y%m%d"}, "date dots": {"format": "%d.%m.%Y"},
    "date hanzi": {"format": "%Y年%m月%d日"}, "datetime": {}, "datetime any": {"format": "any"}, "datetime space": {"format": "%Y-%m-%d %H:%M:%S"},
    "datetime minutes": {"format": "%Y/%m/%d %H:%M"}, "time": {}, "time any": {"format": "any"}, "time minutes": {"format": "%H:%M"},
    "year": {}, "yearmonth": {}, "duration": {}, "geopoint": {}, "geopoint array": {"format": "array"}, "geopoint object": {"format": "object"},
    "geojson": {}, "geojson topojson": {"format": "topojson"}, "object": {}, "array": {}, "array items": {"arrayItem": {"type": "integer", "constraints": {"maximum": 1}}}, "any": {},
}  # fmt: skip

_REQUIRED: list[dict[str, Any]] = [{"required": True}, {"unique": True}, {"required": True, "unique": True}]
_ORDER: dict[str, tuple[Any, Any]] = {
    "integer": (1, 9), "number": ("0.5", "100"), "date": ("2000-01-01", "2024-01-05"), "datetime": ("2000-01-01T00:00:00", "2024-01-05T03:04:05"),
    "time": ("03:00:00", "12:00:00"), "year": (1999, 2024), "yearmonth": ("2000-01", "2024-01"),
}  # fmt: skip
_ENUMS: dict[str, list[Any]] = {
    "string": ["甲", "1", "true"], "integer": [1, 7], "number": ["1", "5.0", "1000"], "date": ["2024-01-05"], "year": [2024], "time": ["03:04:05"],
    "datetime": ["2024-01-05T03:04:05"], "yearmonth": ["2024-01"], "boolean": [True],
}  # fmt: skip
_LENGTHS = ("string", "array", "object")
_MISSING = (
    ["", "-"],
    ["", "0", "1"],
    ["", "NaN", "null"],
    ["-"],
    ["", "2024-01-05", "甲"],
    ["", " ", "\u3000"],
)


def forms() -> Iterator[Case]:
    for name, described in FORMS.items():
        yield one_column(f"type {name}", {"type": name.split()[0], **described}, POOL)


def constraints() -> Iterator[Case]:
    for name in [name for name in FORMS if " " not in name]:
        kinds = list(_REQUIRED)
        if name in _ORDER:
            low, high = _ORDER[name]
            kinds += [{"minimum": low}, {"maximum": high}, {"minimum": low, "maximum": high}]
        if name in _LENGTHS:
            kinds += [{"minLength": 2}, {"maxLength": 3}, {"minLength": 1, "maxLength": 20}]
        if name == "string":
            kinds += [
                {"pattern": "[0-9]+"},
                {"pattern": "[甲乙]"},
                {"pattern": ".*"},
                {"pattern": "a|b"},
                {"pattern": r"\d{4}"},
                {"pattern": "[^,]*"},
            ]
        if name in _ENUMS:
            kinds.append({"enum": _ENUMS[name]})
        if name in ("any", "geopoint", "geojson", "object", "array", "duration"):
            kinds = [kind for kind in kinds if "unique" not in kind]
        for kind in kinds:
            label = " ".join(f"{key} {value}" for key, value in kind.items())
            texts = [*POOL, *POOL[2:40]]
            if name in ("datetime", "time") and kind.keys() & {"minimum", "maximum"}:
                # Frictionless raises where a zone is compared with none.
                texts = [text for text in texts if not text.endswith(("Z", "+08:00"))]
            yield one_column(f"{name} {label}", {"type": name, "constraints": kind}, texts)


def missing() -> Iterator[Case]:
    for name in ("string", "integer", "number", "boolean", "date", "year", "datetime", "any"):
        for values in _MISSING:
            described = {"type": name, "constraints": {"required": name in ("string", "date", "any")}}
            yield one_column(f"{name} missing {values}", described, POOL, missingValues=values)
        yield one_column(
            f"{name} missing of its own",
            {"type": name, "missingValues": ["", "1", "甲"]},
            POOL,
            missingValues=["", "x"],
        )


#: Type, then a text that some engine reads otherwise than frictionless does.
TRAPS = {
    "integer": ("0x1F", "1e3", "5.0", "1_000", "１２", "٣", "9223372036854775808", " 5", "5 ", "+5", "-0", "007", "1__0", "_1", "\u00a05", "5\n"),
    "number": ("1e3", "NaN", "nan", "inf", "Infinity", "1_000.5", "１.５", ".5", "5.", "1e400", "0x1F", "1e", "+1.5", " 1.5 "),
    "boolean": ("t", "yes", "on", "tRuE", " true", "TRUE", "True", "1", "0", "T", "true "),
    "date": ("24-01-05", " 2024-01-05", "2024/01/05", "epoch", "infinity", "2024-1-5", "2024-01-05 ", "2024-02-30", "0000-01-01", "２０２４-01-05", "2024-01-05T00:00:00"),
    "datetime": ("2024-01-05 03:04:60", "2024-01-05", "2024-01-05 03:04", "2024-01-05T03:04:05Z", "2024-01-05T03:04:05.5", "2024-01-05T24:00:00", "2024-01-05_03:04:05", "2024-01-05t03:04:05", "2024-1-5 03:04:05"),
    "time": ("24:00:00", "03:04", "03:04:60", "3:04:05", "03:04:05Z", "03:04:05.5", " 03:04:05"),
    "year": ("99", "20245", "-001", "0999", "２０２４", "2024 ", "+2024", "0000", "2024.0"),
    "yearmonth": ("2024-1", "2024-13", "24-01", "2024/01", "2024-01-01"),
    "string": ("\u200b", "两\n行", '"', "'", "甲\u3000", "x" * 40_000),
}  # fmt: skip


def traps() -> Iterator[Case]:
    good = {"integer": "1", "number": "1.5", "boolean": "true", "date": "2024-01-05", "datetime": "2024-01-05T03:04:05", "time": "03:04:05", "year": "2024", "yearmonth": "2024-01", "string": "甲"}  # fmt: skip
    for name, texts in TRAPS.items():
        for text in texts:
            yield one_column(f"trap {name} {text[:20]!r}", {"type": name}, [good[name], text, good[name]])

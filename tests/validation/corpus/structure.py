"""Shapes of rows, keys, layouts and encodings, byte by byte."""

from collections.abc import Iterator
from typing import Any

from tests.validation.corpus.case import Case, written

AB: dict[str, Any] = {"fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "string"}]}
NEED: dict[str, Any] = {
    "fields": [{"name": "a", "type": "integer", "constraints": {"required": True}}, {"name": "b", "constraints": {"required": True}}]
}  # fmt: skip

SHAPES = {
    "plain": "a,b\n1,x\n2,y\n", "no last line break": "a,b\n1,x\n2,y", "CRLF": "a,b\r\n1,x\r\n2,y\r\n", "mixed breaks": "a,b\r\n1,x\n2,y\r\nz,1\n",
    "missing cell": "a,b\n1\n2,y\n", "missing all but a blank": "a,b\n1,x\n\n2,y\n", "extra cell": "a,b\n1,x,z\n", "extra cells": "a,b\n1,x,z,w\n2,y,\n",
    "extra empty cell": "a,b\n1,x,\n", "blank rows": "a,b\n\n\n1,x\n\n", "row of empty cells": "a,b\n,\n1,x\n", "row of too many empty cells": "a,b\n,,,\n1,x\n",
    "row of too few empty cells": 'a,b\n""\n1,x\n', "blank at the end": "a,b\n1,x\n\n", "white row": "a,b\n  \n1,x\n", "white cells": "a,b\n , \n1,x\n",
    "quoted": 'a,b\n"1","x"\n', "quoted break": 'a,b\n1,"x\ny"\n2,z\n', "quoted CRLF": 'a,b\r\n1,"x\r\ny"\r\nq,z\r\n', "quoted delimiter": 'a,b\n1,"x,y"\n',
    "doubled quote": 'a,b\n1,"x""y"\n', "empty quoted": 'a,b\n1,""\n"",x\n', "quote inside": 'a,b\n1,x"y\n', "quote at the end": 'a,b\n1,x"\n',
    "space before quote": 'a,b\n1, "x"\n', "missing and wrong": "a,b\nx\ny,z,w\n,\n", "many ragged": "a,b\n" + "1\n2,x,y\n" * 40,
    "wide break": "a,b\n1,x\u2028y\n2,z\n", "vertical tab": "a,b\n1,x\x0by\n2,\x0c\n", "separators": "a,b\n1,x\x1cy\x1d\x1e\n2,\x85\n", "all wrong": "a,b\n" + "x,y\n" * 60,
    "one column": "a\n1\nx\n2\n", "one column with blanks": "a\n1\n\n2\n", "long row": "a,b\n1," + "x" * 100_000 + "\n2\n",
}  # fmt: skip

KEYS: dict[str, tuple[dict[str, Any], str]] = {
    "key": ({"primaryKey": ["a"]}, "a,b\n1,x\n1,y\n2,z\n1,w\n"), "key as text": ({"primaryKey": "a"}, "a,b\n1,x\n1,y\n"),
    "key by value": ({"primaryKey": ["a"]}, "a,b\n1,x\n01,y\n+1,z\n１,w\n"), "key missing": ({"primaryKey": ["a"]}, "a,b\n,x\n,y\n1,z\n"),
    "key of wrong type": ({"primaryKey": ["a"]}, "a,b\nx,x\nx,y\n1,z\n"), "key of two": ({"primaryKey": ["a", "b"]}, "a,b\n1,x\n1,y\n1,x\n2,x\n"),
    "key of two, parts missing": ({"primaryKey": ["a", "b"]}, "a,b\n1,\n1,\n,x\n,x\n,\n2,y\n"), "key of text": ({"primaryKey": ["b"]}, "a,b\n1,x\n2,x \n3,X\n4,x\n"),
    "key in a short row": ({"primaryKey": ["b"]}, "a,b\n1\n2,x\n3\n"), "key in a blank row": ({"primaryKey": ["a"]}, "a,b\n1,x\n\n2,y\n"),
    "key that no row repeats": ({"primaryKey": ["a"]}, "a,b\n" + "".join(f"{n},x\n" for n in range(300))),
    "key of empty and missing": ({"primaryKey": ["b"], "missingValues": ["", "-"]}, "a,b\n1,-\n2,\n3,x\n"),
}  # fmt: skip

UNIQUE = {
    "integer": "1,01,1,2,,,+1", "string": "x,x ,X,x,,", "number": "1,1.0,1.00,2,1e0", "date": "2024-01-05,2024-01-05,2024-1-5,2024-01-06",
    "boolean": "true,True,false,1", "year": "2024,2024,1999", "time": "03:04:05,03:04:05,03:04:06",
}  # fmt: skip

#: The dialect, and the text that it lays out.
DIALECTS: dict[str, tuple[dict[str, Any], str]] = {
    "semicolon": ({"csv": {"delimiter": ";"}}, "a;b\n1;x,y\nq;z\n"), "tab": ({"csv": {"delimiter": "\t"}}, "a\tb\n1\tx\nq\tz\t\n"), "bar": ({"csv": {"delimiter": "|"}}, "a|b\n1|x\n2\n"),
    "colon": ({"csv": {"delimiter": ":"}}, "a:b\n1:x\nq:z\n"), "single quote": ({"csv": {"quoteChar": "'"}}, "a,b\n1,'x,y'\nq,'it''s'\n"),
    "quotes not doubled": ({"csv": {"doubleQuote": False, "escapeChar": "\\"}}, 'a,b\n1,"x\\"y"\nq,z\n'), "escape": ({"csv": {"escapeChar": "\\"}}, "a,b\n1,x\\,y\nq,z\n"),
    "skip space": ({"csv": {"skipInitialSpace": True}}, "a, b\n1, x\nq, z\n"), "header row 2": ({"headerRows": [2]}, "标题\na,b\n1,x\nq,z\n"),
    "header row 3": ({"headerRows": [3]}, "标题,\n单位,元\na,b\n1,x\nq,z\n"),
    "no header": ({"header": False}, "1,x\nq,z\n2\n"), "comment character": ({"commentChar": "#"}, "a,b\n# note\n1,x\n#q,z\nq,y\n"),
    "comment rows": ({"commentRows": [2, 4]}, "a,b\n说明,,\n1,x\n合计,,\nq,y\n"), "skip blank rows": ({"skipBlankRows": True}, "a,b\n\n1,x\n,\nq,y\n"),
    "comment before the header": ({"commentRows": [1], "headerRows": [2]}, "说明\na,b\n1,x\nq,z\n"), "comments and blanks": ({"commentChar": "#", "skipBlankRows": True}, "a,b\n#1\n\nq,x\n1\n"),
    "header row 2 and semicolons": ({"headerRows": [2], "csv": {"delimiter": ";"}}, "标题\na;b\n1;x\nq;z;w\n"), "all at once": ({"headerRows": [2], "commentChar": "#", "csv": {"delimiter": "|", "quoteChar": "'"}}, "t\na|b\n#x|y\n1|'x|y'\nq|z\n"),
}  # fmt: skip

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "gbk")
_CHINESE = "a,b\n1,公共数据开放平台的统一目录\nq,本省各单位公共交通线路名称\n3\n4,全部数据,多\n"


def cases() -> Iterator[Case]:
    """All of them."""
    for name, text in SHAPES.items():
        for label, schema in (("", AB), (" required", NEED)):
            fields = schema["fields"][:1] if text.startswith("a\n") else schema["fields"]
            yield Case(f"shape {name}{label}", {"fields": fields}, text.encode())
    for name, (more, text) in KEYS.items():
        yield Case(f"key {name}", {**AB, **more}, text.encode())
    for kind, texts in UNIQUE.items():
        rows = "".join(f"{number},{text}\n" for number, text in enumerate(texts.split(",")))
        for label, more in (("unique", {}), ("key", {"primaryKey": ["f"]})):
            rules = {"constraints": {"unique": True}} if label == "unique" else {}
            fields = [{"name": "n", "type": "integer"}, {"name": "f", "type": kind, **rules}]
            yield Case(f"{label} {kind}", {"fields": fields, **more}, f"n,f\n{rows}".encode())
    for name, (dialect, text) in DIALECTS.items():
        yield Case(f"dialect {name}", AB, text.encode(), dialect=dialect)
    for encoding in ENCODINGS:
        yield Case(f"encoding {encoding}", AB, _CHINESE.encode(encoding), encoding=encoding)
    traditional = "a,b\n1,公共資料開放平臺的統一目錄與說明\nq,本省各單位的公共交通路線名稱\n3\n"
    yield Case("encoding big5", AB, traditional.encode("big5"), encoding="big5")
    yield from different()


#: Two texts of one value, and one of another.
_JSON = {"object": ('{"a": 1, "b": 2}', '{"b": 2, "a": 1.0}', '{"a": 2}'), "array": ("[1, [2]]", "[1,[2]]", "[1]"), "list": ("甲;乙", "甲;乙", "乙;甲"),
         "geojson": ('{"type": "Point", "coordinates": [1, 2]}', '{"coordinates": [1, 2.0], "type": "Point"}', '{"type": "Point", "coordinates": [2, 1]}')}  # fmt: skip


def incomparable() -> Iterator[Case]:
    """Values at which frictionless raises when it compares them."""
    for kind, texts in _JSON.items():
        field = {"name": "f", "type": kind, **({"delimiter": ";"} if kind == "list" else {})}
        data = written([["n", "f"], *([str(at), text] for at, text in enumerate((*texts, "")))]).encode()
        for label, rules, schema in (
            ("unique", {"constraints": {"unique": True}}, {}),
            ("key", {}, {"primaryKey": ["f", "n"]}),
            ("key alone", {}, {"primaryKey": "f"}),
        ):
            fields = [{"name": "n", "type": "integer"}, {**field, **rules}]
            faults = {
                "unique": [(3, "f", "unique-error")],
                "key": [],
                "key alone": [(3, None, "primary-key"), (5, None, "primary-key")],
            }
            yield Case(
                f"{label} {kind}",
                {"fields": fields, **schema},
                data,
                differs="object-key",
                found=faults[label],
            )
    for label, rules, faults in (
        ("bound", {"minimum": 1}, [(2, "f", "constraint-error"), (4, "f", "constraint-error")]),
        ("enum", {"enum": ["1"]}, [(2, "f", "constraint-error"), (4, "f", "constraint-error")]),
        ("unique", {"unique": True}, [(5, "f", "unique-error")]),
    ):
        fields = [{"name": "n", "type": "integer"}, {"name": "f", "type": "number", "constraints": rules}]
        yield Case(
            f"signalling NaN {label}",
            {"fields": fields},
            b"n,f\n1,sNaN\n2,1\n3,-sNaN12\n4,1.0\n",
            differs="signalling-nan",
            found=faults,
        )


def different() -> Iterator[Case]:
    """Where we mean to say something else than frictionless."""
    utf8 = _CHINESE.encode()
    yield Case("damaged UTF-8", AB, utf8[:40] + utf8[41:], encoding="", differs="damaged-encoding")
    yield Case(
        "UTF-8, then GBK", AB, utf8 + "5,公共数据\n".encode("gbk"), encoding="", differs="damaged-encoding"
    )
    yield Case("UTF-16", AB, _CHINESE.encode("utf-16"), encoding="", differs="utf-16")
    yield Case("NUL", AB, b"a,b\n1,x\0y\n", differs="nul")
    yield Case("unclosed quote", AB, b'a,b\n1,"x\n2,y\n', differs="unpaired-quote")
    yield Case("quote then text", AB, b'a,b\n1,"x"y\n2,z\n', differs="unpaired-quote")
    yield Case("header alone", AB, b"a,b\n", differs="no-rows")
    yield Case("nothing", AB, b"", differs="no-rows")
    yield Case("blank row and key", {**AB, "primaryKey": ["a"]}, b"a,b\n\n1,x\n", differs="blank-row-key")
    yield Case("columns in another order", AB, b"b,a\nx,1\n", differs="header")
    yield Case(
        "label by title", {"fields": [{"name": "a", "title": "甲"}]}, "甲\nx\n".encode(), differs="header"
    )
    yield Case("optional column absent", AB, b"a\n1\n", differs="header")
    yield Case("header of two rows", AB, b"a,b\n,\n1,x\n", dialect={"headerRows": [1, 2]}, differs="header")
    for kind, bound, text in (
        ("datetime", "2000-01-01T00:00:00", "2024-01-05T03:04:05Z"),
        ("datetime", "2000-01-01T00:00:00Z", "2024-01-05T03:04:05"),
        ("time", "03:00:00", "03:04:05+08:00"),
    ):
        fields = [{"name": "f", "type": kind, "constraints": {"minimum": bound}}, {"name": "n"}]
        fault = (2, "f", "constraint-error")
        data = f"f,n\n{text},1\n".encode()
        yield Case(f"zone {kind} {text}", {"fields": fields}, data, differs="zone", found=[fault])
    yield from incomparable()
    yield Case("titles above", AB, "标题\n,\na,b\n1,x\n2,y\n3,z\n".encode(), differs="titles")

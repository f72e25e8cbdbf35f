"""What the checks of bytes call right the judge accepts, and what they count as broken it counts: field by field."""

from typing import Any

import frictionless
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendata.validation.surely import check_of
from opendata.validation.texts import Texts

DAYS = ["2018-01-02", "2016-02-29", "2017-02-29", "1900-02-29", "2000-02-29", "2018-13-01", "2018-04-31"]
CLOCKS = [
    "03:04:05",
    "23:59:59",
    "24:00:00",
    "03:04",
    "03:04:60",
    "13:45:00Z",
    "03:04:05.123",
    "03:04:05+08:00",
]
NUMBERS = [
    "0",
    "7",
    "50",
    "51",
    "-1",
    "1,234",
    "1.234,5",
    "12.5",
    "50.0000000001",
    "123456789012",
    "007",
    ".5",
    "5.",
]
NUMBERS += [
    "￥1,234.50元",
    "约5个",
    "5%",
    "-5元",
    "５元5",
    "1-5",
    "1 000",
    "12345678",
    "123456789",
    "1234567.5",
    "1_0",
]
WORDS = [
    "甲",
    "true",
    "是",
    "1",
    "2",
    "1.5",
    "True",
    "1900",
    "1999",
    "2018-01",
    "2016-03",
    "2018-13",
    "P1Y",
    "鲁A12345",
    "",
    " ",
]
PLACES = [
    "117.1,36.6",
    "117.1, 36.6",
    "181,0",
    "180,90",
    "-17,-89.5",
    "[117.1,36.6]",
    '{"lon":117.1,"lat":36}',
    "01,2",
]
JSONS = [
    '{"a":1}',
    '{"a": [1, "x"], "b": null}',
    "[]",
    "[1,2]",
    '["x"]',
    '["\\u0041"]',
    "[01]",
    '{"a":1,}',
    "[[1]]",
]
JSONS += ['{"type":"Point","coordinates":[117.1,36.6]}', '{"type":"Point","coordinates":[117.1]}']
ADDRESSES = [
    "a.b@jinan.gov.cn",
    "a@b",
    "a..b@x.cn",
    "-@x.cn",
    "a@-x.cn",
    "a@x_y.cn",
    "http://www.sd.gov.cn/a?b=1",
]
ADDRESSES += [
    "https://x.cn:80/",
    "http://x",
    "//x.cn",
    "2bc1c94f-0deb-43e9-92a1-4775189ec9f8",
    "ftp://x.cn",
    "http://x.cn/ ",
]
CODES = [
    "JY1234",
    "JY4234",
    "AB-1",
    "AI-1",
    "京A1",
    "A1",
    "x乙",
    "乙",
    "乙bb",
    "甲x",
    "370102003001",
    "370102",
    "AB12",
    "A:12",
]
MOMENTS = [f"{day}{between}{clock}" for day in DAYS[:3] for between in "T x" for clock in CLOCKS]
WRITTEN = [day.replace("-", sign) for day in DAYS for sign in ("/", ".", "")] + [
    "2018年01月02日",
    "02.01.2018",
    "20180102030405",
]
POOL = [*DAYS, *CLOCKS, *NUMBERS, *WORDS, *PLACES, *JSONS, *ADDRESSES, *MOMENTS, *WRITTEN, *CODES]
BOUND = {"minimum": "1", "maximum": "50"}
SPAN = {"minimum": "2016-02-29", "maximum": "2018-01-02"}
PATTERNS = [
    r"\d{6}",
    r"^\d{6}(?:\d{3}(?:\d{3})?)?$",
    r"^JY[123]\d{3}$",
    r"[^0-9]+",
    r"[0-9A-Z]{2,6}",
    r"[0-9]*",
    r"甲|乙b?",
]
PATTERNS += [
    r"(?:19|20)\d{2}-(?:0[1-9]|1[0-2])",
    r"[京津]?A\d",
    r"[A-HJ-N]{2}-[0-9]",
    r"[^A-Z]{2,3}",
    r"\d",
    r"(甲|true)x?",
]
FIELDS: list[dict[str, Any]] = [
    *({"type": "string", "constraints": {"pattern": one}} for one in PATTERNS),
    {"type": "string", "constraints": {"pattern": r"[0-9A-Z]+", "minLength": 5, "maxLength": 6}},
    *({"type": "string", "format": form} for form in ("email", "uri", "uuid")),
    {"type": "string", "format": "email", "constraints": {"maxLength": 12}},
    {"type": "string", "constraints": {"enum": ["甲", "true", "http://x", "2018-01-02T03:04:05"]}},
    {"type": "string", "constraints": {"enum": [*"甲是12", *POOL[:20]]}},
    *({"type": kind, "constraints": rules} for kind in ("integer", "number") for rules in ({}, BOUND)),
    *({"type": kind, "constraints": BOUND, "bareNumber": False} for kind in ("integer", "number")),
    {"type": "number", "groupChar": ",", "constraints": BOUND},
    {"type": "number", "groupChar": ".", "decimalChar": ",", "constraints": BOUND},
    {"type": "number", "groupChar": ",", "bareNumber": False, "floatNumber": True, "constraints": BOUND},
    {"type": "number", "decimalChar": ","},
    {"type": "integer", "constraints": {"enum": [1, 7, "50", "x", True]}},
    {"type": "number", "constraints": {"enum": [1.5, "12.5", 7]}},
    {"type": "boolean", "trueValues": ["是", "1"], "falseValues": ["2", "true"]},
    *({"type": "date", "format": form} for form in ("default", "any", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%d.%m.%Y")),
    *({"type": "date", "format": form, "constraints": SPAN} for form in ("default", "any")),
    {"type": "date", "format": "%Y-%m", "constraints": {"minimum": "2018-01", "maximum": "2018-01"}},
    *({"type": "datetime", "format": form} for form in ("default", "any", "%Y-%m-%d %H:%M", "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%SZ")),
    {"type": "datetime", "constraints": {"minimum": "2018-01-02T03:04:05"}},
    {"type": "datetime", "format": "any", "constraints": {"maximum": "2016-02-29 03:04"}},
    *({"type": "time", "format": form} for form in ("default", "any", "%H:%M")),
    {"type": "time", "constraints": {"minimum": "03:04:05", "maximum": "13:00:00"}},
    *({"type": kind} for kind in ("year", "yearmonth", "object", "array", "geopoint", "geojson", "list")),
    *({"type": "geopoint", "format": form} for form in ("array", "object")),
    {"type": "year", "constraints": {"minimum": 1950, "maximum": 2020}},
]  # fmt: skip


def judged(field: dict[str, Any], texts: list[str]) -> tuple[int, int]:
    """Assert that the check says nothing false of *texts*; how many it calls right, and how many broken."""
    check = check_of(field)
    assert check is not None
    # Of an array that begins and ends within its buffers, as those of a table do.
    found = check(Texts(pa.array(["年", *texts, "月"], pa.string())[1:-1]))
    right = np.ones(len(texts), dtype=np.bool_) if found.right is None else found.right
    broken = np.zeros(len(texts), dtype=np.int64) if found.broken is None else found.broken
    read = frictionless.Schema.from_descriptor({"fields": [field]}).fields[0].create_cell_reader()
    for text, yes, count in zip(texts, right.tolist(), broken.tolist(), strict=True):
        if yes or count:
            _, notes = read(text)
            assert len(notes or {}) == count, (field, text, notes, count)
            assert "type" not in (notes or {}), (field, text, notes)
    return int(right.sum()), int(broken.sum())


@pytest.mark.parametrize("described", FIELDS, ids=str)
def test_each_trap(described: dict[str, Any]) -> None:
    field = {"name": "f", **described}
    texts = [text for text in POOL if text]
    told, broken = judged(field, texts)
    assert told
    assert broken or {"minimum", "maximum", "maxLength"}.isdisjoint(described.get("constraints", {}))
    for text in texts:
        assert judged(field, [text, text])[0] in {0, 2}


near = st.sampled_from([text for text in POOL if text]).flatmap(
    lambda text: st.builds(
        lambda at, sign, cut: text[: at % (len(text) + 1)] + sign + text[at % (len(text) + 1) + cut :],
        st.integers(0, 30),
        st.sampled_from(["", *"0123459-/.:,T Z年元+_eE\n\t٣５"]),
        st.integers(0, 2),
    )
)


@settings(max_examples=300, deadline=None)
@given(field=st.sampled_from(FIELDS), texts=st.lists(near.filter(bool), min_size=1, max_size=40))
def test_what_is_nearly_right(field: dict[str, Any], texts: list[str]) -> None:
    judged({"name": "f", **field}, texts)

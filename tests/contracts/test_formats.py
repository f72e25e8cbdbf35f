"""Every output format gives back exactly what was written: one table, one reader per format, one expectation."""

import csv
import gzip
import json
import math
import random
import re
import zipfile
from datetime import UTC, date, datetime
from datetime import time as clock
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, unquote
from xml.etree import ElementTree as ET

import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
import rdflib
from frictionless import Resource
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from catalog.records import Text
from opendata.publishing.formats import FORMATS
from opendata.publishing.formats.base import Rows
from opendata.publishing.formats.coordinates import wgs84
from opendata.publishing.formats.csv import NEUTRALISED
from opendata.publishing.formats.rdf import GEO, located
from opendata.publishing.formats.shape import Shape
from opendata.publishing.formats.workbook import letters
from opendata.publishing.formats.xlsx import LONGEST_TEXT, SHEET
from opendata.publishing.package import published_schema
from opendata.publishing.sink import Sink
from opendata.tables.typed_file import write_typed

SCHEMAS = Path(__file__).parents[2] / "schemas"
PROPERTY = "https://data.example/property/"
BEIJING = "Asia/Shanghai"
BIG = 2**53 + 1
moment = datetime.fromisoformat


def column(type_: str, arrow: pa.DataType, *values) -> tuple[str, pa.Array]:
    return type_, pa.array(values, arrow)


COLUMNS = {
    "code": column("string", pa.string(), "00123", "370100000000000001", None, "1e5"),
    "name": column("string", pa.string(), "济南市“历下区”", "𠮷野家😀", None, 'a,b;"c"\t\\'),
    "note": column("string", pa.string(), "two\nlines", "", None, "=HYPERLINK(1)"),
    "phone": column("string", pa.string(), "+86-531-1234567", "-2.5", None, "-cmd|' /C calc'!A0"),
    "quoted": column("string", pa.string(), "'=x", "'x", None, "@SUM(A1)"),
    "count": column("integer", pa.int64(), 0, -7, None, 999_999_999_999_999),
    "big": column("integer", pa.int64(), BIG, -BIG, None, 1),
    "ratio": column("number", pa.float64(), 0.1, -2.5, None, 1e-7),
    "whole": column("number", pa.float64(), 35.0, 1e16, None, 0.0),
    "price": column("number", pa.decimal128(9, 2), Decimal("1.10"), Decimal("-0.05"), None, Decimal("1234567.00")),
    "exact": column("number", pa.decimal128(30, 4), Decimal("12345678901234567.0001"), Decimal("-1.0000"), None, None),
    "vast": column("integer", pa.decimal256(40, 0), Decimal(10**39), Decimal(-5), None, None),
    "day": column("date", pa.date32(), date(2018, 12, 31), date(2020, 2, 29), None, date(9999, 12, 31)),
    "past": column("date", pa.date32(), date(1636, 5, 1), date(1900, 2, 28), None, date(1949, 10, 1)),
    "opens": column("time", pa.time64("us"), clock(8, 30), clock(23, 59, 59, 500_000), None, clock(0)),
    "seen": column("datetime", pa.timestamp("us"), moment("2018-01-02T03:00"), moment("2018-01-02"), None, None),
    "fine": column("datetime", pa.timestamp("us"), moment("2018-01-02T03:04:05.000006"), None, None, None),
    "zoned": column("datetime", pa.timestamp("us", BEIJING), datetime(2018, 1, 2, tzinfo=UTC), None, None, None),
    "open": column("boolean", pa.bool_(), True, False, None, True),
    "nothing": column("string", pa.string(), None, None, None, None),
}  # fmt: skip
SCHEMA = {
    "fields": [
        {
            "name": name,
            "title": f"标题 {name}",
            "title_en": name,
            "type": type_,
            "uri": PROPERTY + quote(name),
        }
        for name, (type_, _) in COLUMNS.items()
    ],
    "missingValues": ["", "—"],
}
TABLE = pa.table({name: values for name, (_, values) in COLUMNS.items()})


def written(name: str, folder: Path, table: pa.Table = TABLE, schema=SCHEMA) -> Path:
    path = folder / f"table{FORMATS[name].extension}"
    assert reason(name, folder, table, schema) is None
    return path


def reason(name: str, folder: Path, table: pa.Table, schema=SCHEMA) -> Text | None:
    """Write a table; why the format refuses it, if it does."""
    path = folder / f"table{FORMATS[name].extension}"
    path.unlink(missing_ok=True)
    shape = Shape(schema, write_typed(table, folder / "typed.parquet"))
    with Sink(path) as sink:
        writer = FORMATS[name].open(shape, sink)
        for batch in table.to_batches(max_chunksize=2) or shape.file.batches():
            if writer.alone:
                break
            if refusal := writer.write(Rows(batch)):
                return refusal
        if writer.alone:
            assert [*writer.steps()]
        writer.close()
    assert (sink.size, sink.sha256) == (path.stat().st_size, sha256(path.read_bytes()).hexdigest())
    return None


def typed(text: str | None, type_: pa.DataType):
    """The value that a text stands for; what docs/formats.md tells a reader to do."""
    if text is None:
        return None
    if pa.types.is_string(type_):
        return text
    if pa.types.is_boolean(type_):
        return {"true": True, "false": False}[text]
    readers = {
        pa.types.is_integer: int,
        pa.types.is_floating: float,
        pa.types.is_decimal: Decimal,
        pa.types.is_date: date.fromisoformat,
        pa.types.is_time: clock.fromisoformat,
        pa.types.is_timestamp: datetime.fromisoformat,
    }
    return next(reader for knows, reader in readers.items() if knows(type_))(text)


def read_csv(path: Path, table: pa.Table) -> list[dict]:
    """With a reader that tells nothing from an empty text; one ``'`` is taken away from before a formula."""
    options = pa.csv.ConvertOptions(
        column_types={name: pa.string() for name in table.column_names},
        strings_can_be_null=True,
        null_values=[""],
        quoted_strings_can_be_null=False,
    )
    parse = pa.csv.ParseOptions(newlines_in_values=True)
    texts = pa.csv.read_csv(path, convert_options=options, parse_options=parse).to_pylist()
    return [
        {name: typed(text and re.sub(NEUTRALISED, r"\g<text>", text), table.schema.field(name).type) for name, text in row.items()}
        for row in texts
    ]  # fmt: skip


def read_json(path: Path, table: pa.Table) -> list[dict]:
    rows = json.loads(path.read_bytes(), parse_float=Decimal)
    return [
        {name: plain(value, table.schema.field(name).type) for name, value in row.items()} for row in rows
    ]


def plain(value, type_: pa.DataType):
    """A value as JSON or a cell holds it, in the field's type."""
    if pa.types.is_date(type_) and isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, bool | date | clock):
        return value
    return typed(str(value), type_)


def read_csv_gz(path: Path, table: pa.Table) -> list[dict]:
    plain_path = path.with_suffix(".plain")
    plain_path.write_bytes(gzip.decompress(path.read_bytes()))
    return read_csv(plain_path, table)


def read_jsonl(path: Path, table: pa.Table) -> list[dict]:
    lines_ = path.read_bytes().decode().split("\n")
    assert lines_.pop() == ""
    rows = [json.loads(line, parse_float=Decimal) for line in lines_]
    return [
        {name: plain(value, table.schema.field(name).type) for name, value in row.items()} for row in rows
    ]


def read_xml(path: Path, table: pa.Table) -> list[dict]:
    """Python's own parser; an element's name is read back, a row without one has a null."""
    rows = []
    for row in ET.parse(path).getroot():
        found = {
            re.sub("_x([0-9A-F]{4,6})_", lambda m: chr(int(m[1], 16)), one.tag): one.text or "" for one in row
        }
        rows.append(
            {name: typed(found.get(name), table.schema.field(name).type) for name in table.column_names}
        )
    return rows


#: A triple as the grammar of N-Triples has it, with a blank node or an address for its subject.
TRIPLE = re.compile(
    r'(?:_:r(\d+)|<([^<> ]+)>) <([^<> ]+)> (?:<([^<> ]+)>|"((?:[^"\\\n\r]|\\[nr"\\])*)"(?:\^\^<[^<> ]+>)?) \.'
)
ESCAPED = {r"\n": "\n", r"\r": "\r", r"\"": '"', "\\\\": "\\"}


def triples(path: Path) -> list[tuple[str, str, str]]:
    *lines_, last = path.read_bytes().decode().split("\n")
    assert last == ""
    found = [TRIPLE.fullmatch(line).groups() for line in lines_]
    return [
        (blank or subject, property_, address or re.sub(r"\\.", lambda m: ESCAPED[m[0]], text))
        for blank, subject, property_, address, text in found
    ]


def read_rdf(path: Path, table: pa.Table) -> list[dict]:
    """The rows by their numbers: no row but one of nulls has no triple."""
    rows: list[dict] = [dict.fromkeys(table.column_names) for _ in range(table.num_rows)]
    for subject, property_, text in triples(path):
        name = unquote(property_.removeprefix(PROPERTY))
        rows[int(subject)][name] = typed(text, table.schema.field(name).type)
    return rows


def read_xlsx(path: Path, table: pa.Table) -> list[dict]:
    header, *rows = openpyxl.load_workbook(path)[SHEET].iter_rows(values_only=True)
    return [
        {name: plain(value, table.schema.field(name).type) for name, value in zip(header, row, strict=True)} for row in rows
    ]  # fmt: skip


def read_parquet(path: Path, table: pa.Table) -> list[dict]:
    return pq.read_table(path).to_pylist()


READERS = {
    "csv": read_csv,
    "csv.gz": read_csv_gz,
    "json": read_json,
    "jsonl": read_jsonl,
    "xlsx": read_xlsx,
    "xml": read_xml,
    "parquet": read_parquet,
    "rdf": read_rdf,
}


@pytest.mark.parametrize("name", READERS)
def test_every_value_comes_back(name, tmp_path):
    expected = TABLE.to_pylist()
    if name == "xlsx":  # a cell can't be an empty text
        expected = [{key: None if value == "" else value for key, value in row.items()} for row in expected]
    assert READERS[name](written(name, tmp_path), TABLE) == expected


def test_every_format_has_a_reader_here():
    assert set(FORMATS) == {*READERS, "geojson"}


@pytest.mark.parametrize("name", ["csv", "json", "xlsx"])
def test_frictionless_reads_the_types_of_the_schema(name, tmp_path):
    table = pa.concat_tables([TABLE.slice(0, 2), TABLE.slice(3)])  # without the row of nulls, a `blank-row`
    path = written(name, tmp_path, table)
    described = {
        **FORMATS[name].resource,
        "profile": "tabular-data-resource",
        "type": "table",
        "schema": published_schema(SCHEMA),
    }
    resource = Resource.from_descriptor({"name": "t", "path": path.name, **described}, basepath=str(tmp_path))
    report = resource.validate()
    assert report.flatten(["rowNumber", "fieldName", "type", "note", "message"]) == []
    assert report.tasks[0].stats["rows"] == table.num_rows


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_table_gives_the_same_bytes(name, tmp_path):
    table = TABLE.append_column("lon", pa.array([117.0] * 4)).append_column("lat", pa.array([36.6] * 4))
    schema = {"fields": [*SCHEMA["fields"], *({"name": name, "type": "number"} for name in ("lon", "lat"))]}
    first = written(name, tmp_path, table, schema).read_bytes()
    assert written(name, tmp_path, table, schema).read_bytes() == first


@pytest.mark.parametrize("name", FORMATS)
def test_a_table_without_rows_keeps_its_columns(name, tmp_path):
    schema = {"fields": [{"name": name, "type": "number", "uri": PROPERTY + name} for name in ("lon", "lat")]}
    table = pa.table({"lon": pa.array([], pa.float64()), "lat": pa.array([], pa.float64())})
    path = written(name, tmp_path, table, schema)
    if name == "geojson":
        assert json.loads(path.read_bytes()) == {"type": "FeatureCollection", "features": []}
    else:
        assert READERS[name](path, table) == []


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
ROWS = st.lists(
    st.tuples(
        st.none() | TEXTS | st.from_regex(r"\A'{0,2} ?[=+@＝-][a-z0-9'+.-]{0,5}\Z"),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.none() | st.decimals(places=3, min_value=-(10**14), max_value=10**14),
        st.none() | st.dates(),
    ),
    max_size=6,
)
TYPES = {
    "text": pa.string(),
    "n": pa.int64(),
    "x": pa.float64(),
    "d": pa.decimal128(20, 3),
    "day": pa.date32(),
}


@pytest.mark.parametrize("name", ["csv", "csv.gz", "json", "jsonl", "parquet", "rdf"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_any_value_comes_back(name, rows, tmp_path):
    columns = zip(*rows, strict=True) if rows else [()] * len(TYPES)
    table = pa.table({key: pa.array(values, TYPES[key]) for key, values in zip(TYPES, columns, strict=True)})
    schema = {"fields": [{"name": key, "uri": PROPERTY + key} for key in TYPES]}
    assert READERS[name](written(name, tmp_path, table, schema), table) == table.to_pylist()


# --- CSV -------------------------------------------------------------------------------------------------


def test_csv_is_what_excel_opens_right(tmp_path):
    table = pa.table(
        {"code": ["00123", "=1+1", "", None], "n": [1, None, 3, 4], "x": [2.5, 35.0, None, 1e-7]}
    )
    path = written("csv", tmp_path, table)
    assert path.read_bytes() == b'\xef\xbb\xbfcode,n,x\n00123,1,2.5\n\'=1+1,,35\n"",3,\n,4,1e-7\n'


def lines(path: Path) -> list[list[str]]:
    """As Python's own reader sees it, which knows no nulls."""
    return list(csv.reader(path.read_bytes().decode("utf-8-sig").splitlines(keepends=True)))


def test_csv_of_one_column_has_no_empty_line(tmp_path):
    path = written("csv", tmp_path, pa.table({"code": ["a", None, ""]}))
    assert lines(path) == [["code"], ["a"], [""], [""]]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (text, True)
        for text in ("-2.5", "+8613800138000", "+86-531-1234567", "-", "- 5 %", "a=b", "1-2", "—", "'x", "")
    ]
    + [
        (text, False)
        for text in ("=1+1", " =1", "\t=1", "@x", "+cmd|x", "-x", "＝1", "'=1", "+1+A1", "-2+3\n=1")
    ],
)
def test_only_formulas_are_neutralised(text, kept, tmp_path):
    path = written("csv", tmp_path, pa.table({"a": [text], "b": ["x"]}))
    assert lines(path)[1][0] == (text if kept else f"'{text}")


# --- JSON ------------------------------------------------------------------------------------------------


def test_json_writes_no_number_that_a_reader_would_round(tmp_path):
    table = pa.table(
        {"safe": [2**53 - 1, None], "big": [2**53, 1], "x": [1.5, math.inf], "y": [math.nan, -math.inf]}
    )
    assert written("json", tmp_path, table).read_text("utf-8") == (
        '[{"safe":9007199254740991,"big":"9007199254740992","x":"1.5","y":"NaN"},\n'
        '{"safe":null,"big":"1","x":"INF","y":"-INF"}]\n'
    )


# --- XLSX ------------------------------------------------------------------------------------------------


def test_xlsx_has_whole_numbers_real_dates_and_a_dictionary(tmp_path):
    book = openpyxl.load_workbook(written("xlsx", tmp_path))
    assert book.sheetnames == ["数据", "数据字典"]
    cells = {cell.value: book["数据"].cell(2, cell.column) for cell in book["数据"][1]}
    shown = {name: (type(cell.value).__name__, cell.number_format) for name, cell in cells.items()}
    assert {name: shown[name] for name in ("code", "count", "big", "ratio", "day", "past", "seen", "opens", "open")} == {
        "code": ("str", "@"),
        "count": ("int", "General"),
        "big": ("str", "@"),
        "ratio": ("float", "General"),
        "day": ("datetime", "yyyy-mm-dd"),
        "past": ("str", "@"),
        "seen": ("datetime", "yyyy-mm-dd hh:mm:ss"),
        "opens": ("str", "@"),
        "open": ("bool", "General"),
    }  # fmt: skip
    assert [*book["数据字典"].iter_rows(max_row=2, values_only=True)] == [
        ("字段名", "标题", "英文标题", "类型", "单位", "必填", "说明"),
        ("code", "标题 code", "code", "string", None, "否", None),
    ]
    assert book["数据"].freeze_panes == "A2"


def test_xlsx_does_not_say_when_it_was_made(tmp_path):
    with zipfile.ZipFile(written("xlsx", tmp_path)) as book:
        assert book.testzip() is None
        assert {part.date_time for part in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in book.namelist() if name.startswith("docProps")]


def test_xlsx_never_writes_a_formula(tmp_path):
    table = pa.table({"a": ["=1+1", "+1", "http://a.b", "{=1}"]})
    cells = openpyxl.load_workbook(written("xlsx", tmp_path, table, {"fields": [{"name": "a"}]}))["数据"]["A"]
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in cells[1:]] == [
        ("=1+1", "s", None), ("+1", "s", None), ("http://a.b", "s", None), ("{=1}", "s", None)
    ]  # fmt: skip


def test_xlsx_is_not_offered_where_a_cell_would_be_cut(tmp_path):
    fits, cut = "汉" * LONGEST_TEXT, "😀" * (LONGEST_TEXT // 2 + 1)
    assert reason("xlsx", tmp_path, pa.table({"a": [fits, None]}), {"fields": [{"name": "a"}]}) is None
    refusal = reason("xlsx", tmp_path, pa.table({"a": ["x"] * 5, "b": ["y"] * 4 + [cut]}))
    assert refusal.en == "field b holds more than the 32767 characters of a cell"
    assert not FORMATS["xlsx"].applies({"fields": [{}] * 16_385})


def test_xlsx_goes_on_with_another_sheet_when_one_is_full(tmp_path, monkeypatch):
    monkeypatch.setattr("opendata.publishing.formats.xlsx.ROWS_PER_SHEET", 3)
    schema = {"fields": [{"name": "a", "type": "integer"}]}
    book = openpyxl.load_workbook(written("xlsx", tmp_path, pa.table({"a": range(7)}), schema))
    assert {name: [cell.value for cell in book[name]["A"]] for name in book.sheetnames[:-1]} == {
        "数据": ["a", 0, 1, 2], "数据2": ["a", 3, 4, 5], "数据3": ["a", 6]
    }  # fmt: skip


CONTROLS = "".join(map(chr, range(32))) + "\x7f\x85\u2028 _x0041_ _x000a &amp; ]]>"


def test_xlsx_holds_any_character(tmp_path):
    """calamine undoes the spelling of what XML cannot hold, as Excel does."""
    path = written("xlsx", tmp_path, pa.table({"a": [CONTROLS, "b"]}), {"fields": [{"name": "a"}]})
    (_, [found], [after]) = CalamineWorkbook.from_path(path).get_sheet_by_name(SHEET).to_python()
    assert (found, after) == (CONTROLS, "b")


def test_xlsx_columns_have_the_names_of_columns():
    assert [letters(at) for at in (0, 25, 26, 51, 701, 702, 16_383)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "ZZ",
        "AAA",
        "XFD",
    ]


# --- XML -------------------------------------------------------------------------------------------------


@given(
    TEXTS.map(lambda text: re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)),
    st.text("a_x05F-中 1:", min_size=1),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_xml_holds_any_text_under_any_name(tmp_path, text, name):
    table = pa.table({name: [text, None]})
    assert read_xml(written("xml", tmp_path, table, {"fields": [{"name": name}]}), table) == table.to_pylist()


def test_xml_is_not_offered_where_it_would_lose_a_character(tmp_path):
    refusal = reason("xml", tmp_path, pa.table({"a": ["x", None], "b": ["y", "\x07"]}), {"fields": []})
    assert refusal.en == "field b holds control characters that XML forbids"


# --- RDF -------------------------------------------------------------------------------------------------


def test_rdf_is_what_the_schema_says(tmp_path):
    schema = {
        "rdfType": "http://schema.org/BusStop",
        "uri": "https://data.example/stop/{no}/{seq}",
        "fields": [
            {"name": "no", "uri": "http://schema.org/identifier"},
            {"name": "seq", "type": "integer", "uri": "http://schema.org/position"},
            {"name": "site", "format": "uri", "uri": "http://schema.org/url"},
            {"name": "note"},
        ],
    }
    table = pa.table(
        {"no": ["K 5/0", None], "seq": [1, 2], "site": ["http://a.b/站", "no address"], "note": ["x", "y"]}
    )
    assert not FORMATS["rdf"].applies({"fields": [{"name": "no"}]})
    assert written("rdf", tmp_path, table, schema).read_text("utf-8").splitlines() == [
        "<https://data.example/stop/K%205%2F0/1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://schema.org/BusStop> .",
        '<https://data.example/stop/K%205%2F0/1> <http://schema.org/identifier> "K 5/0" .',
        '<https://data.example/stop/K%205%2F0/1> <http://schema.org/position> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        "<https://data.example/stop/K%205%2F0/1> <http://schema.org/url> <http://a.b/站> .",
        "_:r1 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://schema.org/BusStop> .",
        '_:r1 <http://schema.org/position> "2"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        '_:r1 <http://schema.org/url> "no address" .',
    ]


def test_rdf_of_a_row_lies_under_its_dataset_s_page_and_its_place_in_wgs84(tmp_path):
    """Read by the reference of Python's RDF, from the shipped schema of public toilets."""
    schema = json.loads((SCHEMAS / "public-toilets.json").read_bytes())
    degrees = pa.decimal128(11, 7)
    table = pa.table(
        {
            "name": ["泉城厕所", "无坐标系"],
            "address": ["A/1 <号>", None],
            "lon": pa.array([Decimal("117.1234500"), Decimal(117)], degrees),
            "lat": pa.array([Decimal("36.6500000"), Decimal("36.5")], degrees),
            "crs": ["GCJ-02", None],
        }
    )
    fields = [one for one in schema["fields"] if one["name"] in table.column_names]
    schema = {**schema, "fields": fields, "sort": []}
    text = written("rdf", tmp_path, table, located(schema, "https://data.example/datasets/t")).read_bytes()
    graph = rdflib.Graph().parse(data=text, format="nt")
    row = rdflib.URIRef(f"https://data.example/datasets/t#{quote('泉城厕所')}/{quote('A/1 <号>', safe='')}")
    schema_org, geo = rdflib.Namespace("http://schema.org/"), rdflib.Namespace(GEO)
    assert (row, rdflib.RDF.type, schema_org.PublicToilet) in graph
    assert (row, schema_org.name, rdflib.Literal("泉城厕所")) in graph
    lon, lat = (graph.value(row, geo[name]).toPython() for name in ("long", "lat"))
    assert float(lon) == pytest.approx(117.1173, abs=1e-3)
    assert float(lat) == pytest.approx(36.6496, abs=1e-3)
    (unknown,) = set(graph.subjects()) - {row}
    assert isinstance(unknown, rdflib.BNode)
    assert {*graph.predicates(unknown)} == {rdflib.RDF.type, schema_org.name}
    bare = written("rdf", tmp_path, table, located(schema, "")).read_bytes()
    assert {type(one) for one in rdflib.Graph().parse(data=bare, format="nt").subjects()} == {rdflib.BNode}


# --- Parquet ---------------------------------------------------------------------------------------------


def test_parquet_is_sorted_by_what_people_filter_by_in_small_groups(tmp_path):
    n = 45_000
    table = pa.table({"id": range(n), "city": [f"{i % 16:02}" if i % 100 else None for i in range(n)]})
    path = written(
        "parquet", tmp_path, table, {"fields": [{"name": "id"}, {"name": "city"}], "sort": ["city", "gone"]}
    )
    rows = pq.read_table(path).to_pylist()
    assert rows == sorted(table.to_pylist(), key=lambda row: (row["city"] is None, row["city"] or ""))
    meta = pq.ParquetFile(path).metadata
    assert [meta.row_group(i).num_rows for i in range(meta.num_row_groups)] == [20_000, 20_000, 5_000]
    assert meta.row_group(0).column(0).compression == "ZSTD"
    assert [(c.column_index, c.descending) for c in meta.row_group(0).sorting_columns] == [(1, False)]


@pytest.mark.parametrize(
    ("cells", "keys"),
    [(40, ["day", "ratio", "name", "zoned"]), (200, ["name"]), (40, ["open", "row"]), (7, ["vast"])],
)
def test_parquet_too_big_to_be_held_is_sorted_on_disk_alike(cells, keys, tmp_path, monkeypatch):
    """With the types of every column, nulls last, equal rows in their order; by few keys that come often, and by many."""
    n, dice = 1_000, random.Random(8)
    choice = pa.array([dice.randrange(len(TABLE)) for _ in range(n)])
    table = TABLE.take(choice).append_column("row", pa.array(range(n)))
    schema = {"fields": [{"name": name} for name in table.column_names], "sort": keys}
    held = pq.read_table(written("parquet", tmp_path, table, schema))
    monkeypatch.setattr("opendata.publishing.formats.sorted_rows.RUN_CELLS", cells * table.num_columns)
    monkeypatch.setattr("opendata.publishing.formats.sorted_rows.BATCH", 13)
    assert pq.read_table(written("parquet", tmp_path, table, schema)).equals(held)
    assert held["row"].to_pylist() != [*range(n)]
    assert {path.name for path in tmp_path.iterdir()} == {"typed.parquet", "table.parquet"}


# --- GeoJSON ---------------------------------------------------------------------------------------------


def test_geojson_is_offered_where_there_is_a_position():
    numbers = [{"name": name, "type": "number"} for name in ("lon", "lat", "x", "y")]
    checks = [{"type": "inside-region", "lon": "x", "lat": "y", "region": "shandong"}]
    applies = FORMATS["geojson"].applies
    assert applies({"fields": numbers[:2]})
    assert applies({"fields": numbers[2:], "checks": checks})
    assert not applies({"fields": numbers[2:]})
    assert not applies({"fields": [{"name": "lon", "type": "string"}, numbers[1]]})


def test_geojson_has_one_feature_per_row(tmp_path):
    table = pa.table(
        {"名": ["趵突泉", "无", "北京"], "lon": [117.0, None, 116.40400000001], "lat": [36.5, 36.5, 39.915], "id": [BIG, 2, 3]}
    )  # fmt: skip
    schema = {
        "fields": [
            {"name": n, "type": "number" if n in {"lon", "lat"} else "string"} for n in table.column_names
        ]
    }
    assert json.loads(written("geojson", tmp_path, table, schema).read_bytes()) == {
        "type": "FeatureCollection",
        "features": [
            feature([117.0, 36.5], 名="趵突泉", lon=117.0, lat=36.5, id=str(BIG)),
            feature(None, 名="无", lon=None, lat=36.5, id="2"),
            feature([116.404, 39.915], 名="北京", lon=116.40400000001, lat=39.915, id="3"),
        ],
    }


def feature(position, **properties) -> dict:
    geometry = position and {"type": "Point", "coordinates": position}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def gcj02(lon: float, lat: float) -> tuple[float, float]:
    """WGS 84 to GCJ-02, scalar and forwards: the reference that the vectorised inverse is held against."""
    x, y, pi = lon - 105, lat - 35, math.pi
    wave = (20 * math.sin(6 * x * pi) + 20 * math.sin(2 * x * pi)) * 2 / 3
    dx = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + wave
    dx += (20 * math.sin(x * pi) + 40 * math.sin(x / 3 * pi)) * 2 / 3
    dx += (150 * math.sin(x / 12 * pi) + 300 * math.sin(x / 30 * pi)) * 2 / 3
    dy = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + wave
    dy += (20 * math.sin(y * pi) + 40 * math.sin(y / 3 * pi)) * 2 / 3
    dy += (160 * math.sin(y / 12 * pi) + 320 * math.sin(y * pi / 30)) * 2 / 3
    flat = 1 - 0.00669342162296594323 * math.sin(math.radians(lat)) ** 2
    east = dx * 180 / (6378245.0 / math.sqrt(flat) * math.cos(math.radians(lat)) * pi)
    north = dy * 180 / (6378245.0 * (1 - 0.00669342162296594323) / (flat * math.sqrt(flat)) * pi)
    return lon + east, lat + north


def bd09(lon: float, lat: float) -> tuple[float, float]:
    """GCJ-02 to BD-09."""
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * math.pi * 3000 / 180)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * math.pi * 3000 / 180)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


@given(lon=st.floats(74, 135), lat=st.floats(18, 54))
@settings(deadline=None, max_examples=50)
def test_shifted_positions_come_back(lon, lat):
    mars = gcj02(lon, lat)
    baidu = bd09(*mars)
    given_ = [
        (lon, lat, "WGS84"),
        (lon, lat, "CGCS2000"),
        (*mars, "GCJ-02"),
        (*baidu, "BD-09"),
        (lon, lat, "火星"),
    ]
    x, y = wgs84(*(pl.Series(values) for values in zip(*given_, strict=True)))
    metre = 1 / 111_000
    near = [pytest.approx((lon, lat), abs=limit) for limit in (0, 0, 0.01 * metre, 1.5 * metre)]
    assert [*zip(x, y, strict=True)] == [*near, (None, None)]


def test_the_shift_is_of_the_known_size():
    assert gcj02(116.404, 39.915) == pytest.approx((116.410244, 39.916404), abs=1e-6)
    assert bd09(116.404, 39.915) == pytest.approx((116.41036949, 39.92133699), abs=1e-8)

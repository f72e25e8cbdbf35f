"""JSON (records, arrays, wrapped), JSON Lines and GeoJSON: numbers keep the text they were written in."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from catalog.encoding import Encoding
from catalog.records import Text
from opendata.tables.faults import empty, malformed, too_large
from opendata.tables.grid import Grid, Row, checked_width, clean_label
from opendata.tables.limits import MAX_DOCUMENT

_PLACE = {"lon", "lng", "lat", "longitude", "latitude", "经度", "纬度"}
_SCALARS = (str, bool, type(None))
_COLUMNS = Text("JSON 按列存放，已转为按行", "The JSON holds columns; they were read as rows")
#: A half of a pair that JSON may spell out, but that is no character.
_HALF = re.compile("[\ud800-\udfff]")
_SPELLED_HALF = re.compile(r"\\u[dD][89a-fA-F]")


class _Number(str):
    """A number as written: 1.10 stays 1.10, and twenty digits stay twenty digits."""

    __slots__ = ()


class _NotJson(ValueError):
    """What Python's reader would accept and JSON does not, said in Chinese and in English."""


def _no_constant(name: str) -> Any:  # noqa: ANN401 - the signature json asks for
    raise _NotJson(f"JSON 中没有 {name} 这样的值", f"{name} is no value in JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _NotJson(
            f"同一对象中键 {twice[:40]!r} 出现两次", f"the key {twice[:40]!r} occurs twice in one object"
        )
    return record


def _parse(text: str) -> Any:  # noqa: ANN401 - JSON is anything
    return json.loads(
        text, parse_float=_Number, parse_int=_Number, parse_constant=_no_constant, object_pairs_hook=_unique
    )


def value_text(value: object) -> str:
    """One JSON value as a cell: null is empty, nested values are compact JSON."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        return "" if value is None else _dumped(value)
    except RecursionError as error:
        raise _broken(error) from error


def _dumped(value: object) -> str:
    """Compact JSON in which numbers stay as they were written."""
    match value:
        case _Number():
            return str(value)
        case Mapping():
            inside = ",".join(
                f"{json.dumps(key, ensure_ascii=False)}:{_dumped(item)}" for key, item in value.items()
            )
            return "{" + inside + "}"
        case list():
            return "[" + ",".join(_dumped(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _from_records(records: Sequence[Mapping[str, Any]], form: str, notes: tuple[Text, ...] = ()) -> Grid:
    keys = {key: None for record in records for key in record}
    if not keys:
        raise empty()
    checked_width(len(keys))
    rows = ([value_text(record.get(key)) for key in keys] for record in records)
    return Grid(tuple(clean_label(key) for key in keys), 0, rows, form, notes=notes)


def _from_arrays(arrays: Sequence[Sequence[Any]], form: str, notes: tuple[Text, ...]) -> Grid:
    checked_width(max(len(array) for array in arrays))
    labels = tuple(clean_label(value_text(value)) for value in arrays[0])
    if not any(labels):
        raise empty()
    rows = ([value_text(value) for value in array] for array in arrays[1:])
    return Grid(labels, 1, rows, form, notes=notes)


def _position(geometry: object) -> tuple[object, object]:
    if isinstance(geometry, Mapping) and geometry.get("type") == "Point":
        coordinates = geometry.get("coordinates")
        if isinstance(coordinates, list) and len(coordinates) > 1:
            return coordinates[0], coordinates[1]
    return None, None


def _from_features(features: Sequence[Mapping[str, Any]]) -> Grid:
    """Properties, then ``lon`` and ``lat`` of points; other shapes as GeoJSON text in ``geometry``."""
    records = [dict(feature.get("properties") or {}) for feature in features]
    shapes = [feature.get("geometry") for feature in features]
    placed = any(_PLACE & record.keys() for record in records)
    pointed = any(_position(shape)[0] is not None for shape in shapes)
    shaped = any(shape is not None and _position(shape)[0] is None for shape in shapes)
    for record, shape in zip(records, shapes, strict=True):
        lon, lat = _position(shape)
        if pointed and not placed:
            record |= {"lon": lon, "lat": lat}
        if shaped:
            record["geometry"] = shape if lon is None else None
    return _from_records(records, "geojson")


def _inner(document: Mapping[str, Any], depth: int = 3) -> tuple[str, list[Any]] | None:
    """The one list of rows inside a wrapper such as ``{"code": 0, "data": {"list": [...]}}``."""
    lists = [(key, value) for key, value in document.items() if isinstance(value, list) and value]
    if len(lists) == 1:
        return lists[0]
    if lists or not depth:
        return None
    found = [
        (f"{key}.{inner[0]}", inner[1])
        for key, value in document.items()
        if isinstance(value, Mapping) and (inner := _inner(value, depth - 1))
    ]
    return found[0] if len(found) == 1 else None


def _from_list(items: list[Any], notes: tuple[Text, ...] = (), form: str = "json") -> Grid:
    if not items:
        raise empty()
    if all(isinstance(item, Mapping) for item in items):
        return _from_records(items, form, notes)
    if all(isinstance(item, list) for item in items):
        return _from_arrays(items, form, notes)
    raise malformed(
        "JSON", "列表中的元素既不全是对象也不全是数组", "its items are neither all objects nor all arrays"
    )


def _from_document(document: object) -> Grid:
    if isinstance(document, list):
        return _from_list(document)
    if not isinstance(document, Mapping):
        raise malformed("JSON", "不是记录的列表", "it is no list of records")
    features = document.get("features")
    if document.get("type") == "FeatureCollection" and isinstance(features, list):
        if not all(isinstance(feature, Mapping) for feature in features):
            raise malformed("GeoJSON", "要素不是对象", "a feature is no object")
        return _from_features(features)
    grid = _from_split(document) or _from_columns(document)
    if grid:
        return grid
    inner = _inner(document)
    if inner is None:
        if all(isinstance(value, _SCALARS) for value in document.values()) and document:
            return _from_records([document], "json")
        raise malformed("JSON", "找不到唯一的记录列表", "no single list of records is in it")
    note = Text(f"记录取自 JSON 的 {inner[0]}", f"The records were taken from {inner[0]} in the JSON")
    return _from_list(inner[1], (note,))


def _from_columns(document: Mapping[str, Any]) -> Grid | None:
    """Columns side by side: ``{"甲": [1, 2], "乙": [3, 4]}``, or pandas' ``{"甲": {"0": 1, "1": 2}}``.

    :raises UnreadableFile: the columns are of unequal length.
    """
    if all(isinstance(column, Mapping) and column for column in document.values()):
        document = {key: list(column.values()) for key, column in document.items()}
    columns = list(document.values())
    if not columns or not all(isinstance(column, list) for column in columns):
        return None
    if not all(isinstance(value, _SCALARS) for column in columns for value in column):
        return None
    lengths = {key: len(column) for key, column in document.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{key}: {length}" for key, length in list(lengths.items())[:5])
        raise malformed("JSON", f"各列长度不一（{shown}）", f"its columns are of unequal length ({shown})")
    if not columns[0]:
        raise empty()
    checked_width(len(columns))
    rows = ([value_text(value) for value in row] for row in zip(*columns, strict=True))
    return Grid(tuple(clean_label(key) for key in document), 0, rows, "json", notes=(_COLUMNS,))


def _from_split(document: Mapping[str, Any]) -> Grid | None:
    """Names and rows apart: ``{"columns": ["甲"], "data": [[1], [2]]}``, as pandas writes them."""
    names, data = document.get("columns"), document.get("data")
    if not isinstance(names, list) or not isinstance(data, list) or not data:
        return None
    if not all(isinstance(name, str) for name in names) or not all(isinstance(row, list) for row in data):
        return None
    grid = _from_arrays([names, *data], "json", ())
    return Grid(grid.labels, 0, grid.rows, "json")


def _lines(text: str) -> Iterator[Any]:
    for line in text.rstrip().split("\n"):
        yield _parse(line) if line.strip() else {}


def _broken(error: Exception) -> Exception:
    if isinstance(error, json.JSONDecodeError):
        place = f"第 {error.lineno} 行第 {error.colno} 列", f"line {error.lineno}, column {error.colno}"
        return malformed(
            "JSON",
            f"{place[0]}处无法解析",
            f"it does not parse at {place[1]}",
            row=error.lineno,
            column=error.colno,
        )
    if isinstance(error, RecursionError):
        return malformed("JSON", "嵌套过深", "it is nested too deeply")
    if isinstance(error, _NotJson):
        return malformed("JSON", *error.args)
    return malformed("JSON", f"{error}", f"{error}")


def looks_like_lines(head: str) -> bool:
    """Whether *head* begins with one whole JSON object on its first line and another on its second."""
    lines = [line for line in head.splitlines() if line.strip()][:2]
    try:
        return len(lines) > 1 and all(isinstance(_parse(line), dict) for line in lines)
    except (ValueError, RecursionError):
        return False


def read_document(path: Path, encoding: Encoding) -> Grid:
    """*path* as labels and rows; the row of a record is its number (JSON Lines: its line).

    :raises UnreadableFile: not JSON, not a table in JSON, empty, too large to hold.
    """
    size = path.stat().st_size
    if size > MAX_DOCUMENT:
        limit = MAX_DOCUMENT // 2**20
        raise too_large(f"JSON 有 {size // 2**20} MB", f"the JSON has {size // 2**20} MB", f"<= {limit} MB")
    text = path.read_bytes()[encoding.skip :].decode(encoding.codec)
    try:
        if looks_like_lines(text[: 1 << 22]):
            grid = _from_list(list(_lines(text)), form="jsonl")
        else:
            grid = _from_document(_parse(text))
    except (ValueError, RecursionError) as error:
        raise _broken(error) from error
    return _whole_characters(grid) if _SPELLED_HALF.search(text) else grid


def _whole_characters(grid: Grid) -> Grid:
    """*grid*, which refuses half characters where it meets one."""
    _require_whole(grid.labels, grid.header_row)
    numbered = enumerate(grid.rows, start=grid.header_row + 1)
    return replace(grid, rows=(_require_whole(row, number) for number, row in numbered))


def _require_whole(row: Row, number: int) -> Row:
    for column, cell in enumerate(row, start=1):
        if _HALF.search(cell):
            raise malformed(
                "JSON",
                f"第 {number} 行第 {column} 列有半个字符（孤立的代理项）",
                f"row {number}, column {column} holds half a character (a lone surrogate)",
                row=number,
                column=column,
            )
    return row

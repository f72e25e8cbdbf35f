"""Which schema judges a file: the named one, else the inventory's own list of fields, else the file itself."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from catalog.codes import is_slug
from catalog.errors import InvalidInput, NotFound
from catalog.vocabularies import FIELD_TYPE, TABLE_SCHEMA_TYPES
from opendata.tables import Table
from opendata.tables.columns import fold
from opendata.validation.infer import infer
from opendata.validation.labels import without_persons
from opendata.validation.schema import Schema, make_schema

#: 字符型C and its kin end in the letter; a length may stand behind.
_LETTER = re.compile(r"[A-Z](?![A-Z])")
_LENGTH = re.compile(r"\([\d,.]*\)$")
_YES = ["是", "有", "true", "1"]
_NO = ["否", "无", "false", "0"]


def named_schema(name: str, schemas: Path) -> Schema:
    """The schema ``<name>.json`` in the folder *schemas*.

    :raises NotFound: there is none of that name.
    :raises InvalidInput: it is not sound.
    """
    path = schemas / f"{name}.json"
    if not is_slug(name) or not path.is_file():
        known = sorted(found.stem for found in schemas.glob("*.json"))
        raise NotFound(
            f"没有名为 {name} 的模式；现有：{'、'.join(known) or '无'}。",
            f"There is no schema named {name}; known: {', '.join(known) or 'none'}.",
        )
    return schema_file(path)


def schema_file(path: Path) -> Schema:
    """The schema in the JSON file *path*, named by its ``name`` or its stem.

    :raises NotFound: there is no such file.
    :raises InvalidInput: it is not JSON, or not sound.
    """
    try:
        descriptor = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFound(f"找不到模式文件 {path.name}。", f"There is no schema file {path.name}.") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            f"模式文件 {path.name} 不是 JSON：{error}。", f"The schema file {path.name} is not JSON: {error}."
        ) from error
    if not isinstance(descriptor, dict):
        raise InvalidInput(
            f"模式文件 {path.name} 不是对象。", f"The schema file {path.name} is no JSON object."
        )
    return make_schema(descriptor, str(descriptor.get("name") or path.stem), "named")


def data_type(written: str) -> str:
    """The Table Schema type for a 信息项's 数据类型, such as ``C``, ``字符型C`` or ``C(20)``; G (通用型) is text.

    :raises InvalidInput: the type is none of the guide's eleven.
    """
    text = _LENGTH.sub("", fold(written))
    letter = _LETTER.search(text.upper())
    term = FIELD_TYPE.find(text) or (letter and FIELD_TYPE.find(letter[0]))
    if term is None:
        known = " ".join(term.code for term in FIELD_TYPE)
        raise InvalidInput(
            f"未知的数据类型 {written}；应为 {known} 之一。",
            f"Unknown data type {written}; expected one of {known}.",
        )
    return TABLE_SCHEMA_TYPES[term.code]


def _derived_field(item: Mapping[str, Any]) -> dict[str, Any]:
    label = fold(str(item["label"]))
    kind = data_type(str(item.get("type") or "C"))
    field: dict[str, Any] = {"name": item.get("name") or label, "title": label, "type": kind}
    constraints: dict[str, Any] = {}
    if item.get("required") or item.get("key"):
        constraints["required"] = True
    # Lengths are bytes in the guide: a text of so many characters never has fewer bytes, so no right
    # value is refused. For numbers the length says nothing that a value could break.
    if kind == "string" and str(item.get("length") or "").isdecimal() and int(item["length"]):
        constraints["maxLength"] = int(item["length"])
    if kind == "boolean":
        field |= {"trueValues": _YES, "falseValues": _NO}
    if constraints:
        field["constraints"] = constraints
    return field


def derive_schema(fields: Iterable[Mapping[str, Any]], name: str = "derived") -> Schema:
    """The schema that an inventory item's 信息项 amount to.

    :param fields: mappings with ``label`` (信息项名称), ``type`` (数据类型; default C), and optionally
        ``name`` (ASCII), ``length`` (bytes), ``required``, ``key``. A field without a name is named by its label.
    :raises InvalidInput: an unknown type, or two fields of one name.
    """
    items = list(fields)
    described = [_derived_field(item) for item in items]
    descriptor: dict[str, Any] = {"name": name, "fields": described, "missingValues": ["", "—"]}
    keys = [field["name"] for field, item in zip(described, items, strict=True) if item.get("key")]
    if keys:
        descriptor["primaryKey"] = keys
    return make_schema(descriptor, name, "derived")


def infer_schema(table: Table, name: str = "inferred") -> Schema:
    """The schema that all rows of *table* obey; codes with leading zeros and long numbers stay text."""
    return make_schema(infer(without_persons(table)).descriptor(name), name, "inferred")


def resolve_schema(
    name: str | None, fields: Iterable[Mapping[str, Any]], table: Table, schemas: Path
) -> Schema:
    """The schema for a dataset: the one *name* cites; else derived from *fields*; else inferred from *table*.

    :raises NotFound: *name* is given but no such schema exists; nothing else is tried then.
    """
    if name:
        return named_schema(name, schemas)
    items = list(fields)
    return derive_schema(items) if items else infer_schema(table)

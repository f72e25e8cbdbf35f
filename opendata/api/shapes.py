"""From a typed answer to JSON, and from its type to the JSON Schema of it: both read the same fields."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args, get_origin, get_type_hints

_PLAIN: dict[object, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    Any: {},
}

#: The field by which a whole answer holds its row of a list; outside, the row's fields are the answer's own.
EMBEDDED = "row"


def plain(value: object) -> Any:  # noqa: ANN401 - JSON is whatever it holds
    """*value* as JSON-ready values: dataclasses become objects, days and moments ISO text."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        shape = {one.name: plain(getattr(value, one.name)) for one in fields(value)}
        # A finding has a row too, but that is a number.
        return {**shape.pop(EMBEDDED), **shape} if isinstance(shape.get(EMBEDDED), dict) else shape
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def schema_of(kind: Any, components: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - any annotation
    """The JSON Schema of what :func:`plain` makes of a value of this type.

    :param components: receives the schema of every dataclass on the way, by its name.
    """
    if kind in _PLAIN:
        return _PLAIN[kind]
    if is_dataclass(kind):
        _describe(kind, components)
        return {"$ref": f"#/components/schemas/{getattr(kind, '__name__', '')}"}
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin is types.UnionType:
        parts = [one for one in arguments if one is not type(None)]
        return {"anyOf": [*(schema_of(one, components) for one in parts), {"type": "null"}]}
    if origin in (tuple, list):
        return {"type": "array", "items": schema_of(arguments[0], components)}
    if origin is dict:
        return {"type": "object"}
    raise TypeError(f"no JSON Schema is known for {kind!r}")


def _describe(kind: Any, components: dict[str, Any]) -> None:  # noqa: ANN401 - a dataclass
    if kind.__name__ in components:
        return
    components[kind.__name__] = {}  # so that a type that holds itself ends
    hints = get_type_hints(kind)
    shape: dict[str, Any] = {
        name: schema_of(hints[name], components) for name in (f.name for f in fields(kind))
    }
    if EMBEDDED in shape and is_dataclass(hints[EMBEDDED]):
        row = components[shape.pop(EMBEDDED)["$ref"].rpartition("/")[2]]
        shape = {**row["properties"], **shape}
    components[kind.__name__] = {
        "type": "object",
        "description": (kind.__doc__ or "").partition("\n")[0],
        "required": list(shape),
        "properties": shape,
    }

"""How a value of a field is written: an example in the very format that its schema asks for."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_MOMENT = datetime(2018, 6, 30, 8, 30, tzinfo=UTC)
_DEFAULTS: Mapping[str, str] = {
    "date": "2018-06-30",
    "datetime": "2018-06-30 08:30:00",
    "time": "08:30:00",
    "year": "2018",
    "yearmonth": "2018-06",
    "duration": "P1DT2H",
}
_FORMATS: Mapping[tuple[str, str], str] = {
    ("string", "email"): "name@example.cn",
    ("string", "uri"): "https://www.example.cn/",
    ("string", "uuid"): "123e4567-e89b-12d3-a456-426614174000",
    ("string", "binary"): "5rWO5Y2X",
    ("geopoint", "default"): "117.02,36.67",
    ("geopoint", "array"): "[117.02, 36.67]",
    ("geopoint", "object"): '{"lon": 117.02, "lat": 36.67}',
    ("geojson", "default"): '{"type": "Point", "coordinates": [117.02, 36.67]}',
    ("geojson", "topojson"): '{"type": "Topology", "objects": {}, "arcs": []}',
    ("object", "default"): '{"name": "value"}',
    ("array", "default"): '["first", "second"]',
}


def example(field: Mapping[str, Any]) -> str | None:
    """A value as *field* asks for it, None where its type and format need no example.

    :param field: the descriptor of a Table Schema field.
    """
    kind, form = str(field.get("type", "string")), str(field.get("format", "default"))
    if kind in {"date", "datetime", "time"} and "%" in form:
        return _MOMENT.strftime(form)
    return _FORMATS.get((kind, form)) or _DEFAULTS.get(kind)

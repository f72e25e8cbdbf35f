"""What a cell's text means under a schema field: the judge's own reading, so that what was judged is published."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from frictionless import Field

#: What Table Schema says of a schema without ``missingValues``.
_MISSING = ("",)


def missing_values(schema: Mapping[str, Any], field: Mapping[str, Any] | None = None) -> list[str]:
    """The texts that stand for no value in a *field* of *schema* (None: in those that state none of their own).

    The second edition of Table Schema lets each be an object with its ``value`` and a ``label``.
    """
    stated = (field or {}).get("missingValues", schema.get("missingValues", _MISSING))
    return [entry["value"] if isinstance(entry, Mapping) else entry for entry in stated]


def value_reader(field: Mapping[str, Any]) -> Callable[[str], Any]:
    """A function from a cell's text (not a missing value) to its Python value; None if it is not of the type.

    :param field: a field descriptor; its constraints are not looked at.
    """
    described = {key: value for key, value in field.items() if key not in {"constraints", "missingValues"}}
    reader: Callable[[str], Any] = Field.from_descriptor(described).create_value_reader()
    return quiet(reader) if described.get("type") == "number" else reader


def quiet(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """*read* for numbers, whose signalling NaN (the text ``sNaN``), which cannot even be compared, is any NaN."""

    def read_quietly(text: Any) -> Any:  # noqa: ANN401 - text or a number
        value = read(text)
        # A new one each time: no NaN equals another, unless it is the same object.
        return Decimal("NaN") if isinstance(value, Decimal) and value.is_snan() else value

    return read_quietly

"""What a cell's text means under a schema field: the judge's own reading, so that what was judged is published."""

from collections.abc import Callable, Mapping
from typing import Any

from frictionless import Field

#: What Table Schema says of a schema without ``missingValues``.
DEFAULT_MISSING = ("",)


def value_reader(field: Mapping[str, Any]) -> Callable[[str], Any]:
    """A function from a cell's text (not a missing value) to its Python value; None if it is not of the type.

    :param field: a field descriptor; its constraints are not looked at.
    """
    described = {key: value for key, value in field.items() if key not in {"constraints", "missingValues"}}
    reader: Callable[[str], Any] = Field.from_descriptor(described).create_value_reader()
    return reader

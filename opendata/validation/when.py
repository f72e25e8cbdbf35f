"""A condition on another column of the row, as checks of a schema state it."""

from collections.abc import Mapping
from typing import Any


def is_condition(when: Any) -> bool:  # noqa: ANN401 - whatever stands in a schema
    """Whether *when* is a condition: ``field``, and one of ``equals``, ``in`` (texts), ``contains``."""
    match when:
        case {"field": str(), "equals": str(), **rest} | {"field": str(), "contains": str(), **rest}:
            return not rest
        case {"field": str(), "in": list(values), **rest}:
            return not rest and bool(values) and all(isinstance(value, str) for value in values)
    return False


def holds(when: Mapping[str, Any], value: object) -> bool:
    """Whether *value* fulfils the condition; None fulfils none."""
    if value is None:
        return False
    text = str(value)
    if "contains" in when:
        return str(when["contains"]) in text
    return text in when["in"] if "in" in when else bool(text == when["equals"])


def said(when: Mapping[str, Any]) -> tuple[str, str]:
    """The condition in Chinese and English, without its field."""
    if "contains" in when:
        return f"含“{when['contains']}”", f"contains {when['contains']}"
    values = [str(value) for value in when.get("in", [when.get("equals")])]
    return f"为{'、'.join(f'“{value}”' for value in values)}", f"is {' or '.join(values)}"

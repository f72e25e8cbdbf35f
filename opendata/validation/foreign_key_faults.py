"""The foreign keys that a schema states: what they refer to, and what of it is refused unread."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.records import Text

VOCABULARY = "vocabulary:"
#: The slug of a dataset or the name of a vocabulary.
NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_TERM = ("code", "zh", "en")
#: Types whose values are equal as numbers, whichever of them they have.
_NUMBERS = frozenset({"integer", "number", "year"})


def kind(type_: str) -> str:
    """Types of one kind have values that may be equal."""
    if type_ in _NUMBERS:
        return "number"
    return "string" if type_ in {"string", "any"} else type_


def references(descriptor: Mapping[str, Any]) -> Iterator[tuple[list[str], str, list[str]]]:
    """Each foreign key: its fields, what it refers to, the fields there. A single field may stand alone."""
    for key in descriptor.get("foreignKeys", []):
        fields, there = key["fields"], key["reference"]["fields"]
        yield (
            [fields] if isinstance(fields, str) else list(fields),
            key["reference"].get("resource", ""),
            [there] if isinstance(there, str) else list(there),
        )


def foreign_key_faults(descriptor: Mapping[str, Any], types: Mapping[str, str]) -> Iterator[Text]:
    """What is wrong with the foreign keys: nothing may be fetched and no path be followed."""
    for fields, resource, there in references(descriptor):
        name = resource.removeprefix(VOCABULARY)
        if resource and not NAME.fullmatch(name):
            yield Text(
                f"外键引用 {resource} 不安全：只能是数据集标识、{VOCABULARY}词表名或空（本表）。",
                f"the reference {resource} is unsafe: only a dataset's slug, {VOCABULARY}NAME or nothing (this table).",
            )
        if len(fields) != len(there) or not fields:
            yield Text(
                "外键的字段与被引用字段数目不同。", "a foreign key has more fields than its reference."
            )
        unknown = [one for one in fields if one not in types]
        if not resource:
            unknown += [one for one in there if one not in types]
        elif resource.startswith(VOCABULARY):
            unknown += [one for one in there if one not in _TERM or len(there) > 1]
        if unknown:
            names = ", ".join(unknown)
            yield Text(f"外键中的字段 {names} 未知。", f"unknown fields in a foreign key: {names}.")

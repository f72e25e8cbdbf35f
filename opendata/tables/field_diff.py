"""What changed in one field of a schema: its name, its labels, its type, how it is read, checked and masked."""

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.records import Text
from opendata.tables.columns import fold
from opendata.tables.constraint_diff import constraint_changes
from opendata.tables.contract_change import ContractChange

Field = Mapping[str, Any]
#: Every text of the first type is one of the second, too.
_WIDER = {("integer", "number"), ("year", "integer"), ("year", "number")}
_ANYTHING = ("string", "any")
#: How a text is read as a value: a change makes other texts right.
_READING = (
    "decimalChar",
    "groupChar",
    "bareNumber",
    "trueValues",
    "falseValues",
    "missingValues",
    "arrayItem",
)
#: What a value means: a change leaves files right and readers misled.
_MEANING = {"mask": "脱敏规则", "unit": "计量单位", "crs": "坐标系"}


def labels_of(field: Field) -> set[str]:
    """All labels under which a file may deliver the field, as they are compared."""
    written = [field["name"], field.get("title"), *field.get("aliases", ())]
    return {fold(str(label)) for label in written if label}


def field_changes(before: Field, after: Field) -> Iterator[ContractChange]:
    """Every change of one field; its name may have changed, too."""
    name = after["name"]
    if before["name"] != name:
        yield ContractChange(
            "field-renamed",
            name,
            Text(f"字段 {before['name']} 改名为 {name}。", f"{before['name']} is now called {name}."),
            consumers=True,
            before=before["name"],
            after=name,
        )
    lost = labels_of(before) - labels_of(after)
    if lost:
        shown = sorted(lost)
        yield ContractChange(
            "label-removed",
            name,
            Text(
                f"字段 {name} 不再接受列名：{'、'.join(shown)}。",
                f"{name} no longer accepts the labels {', '.join(shown)}.",
            ),
            publishers=True,
            before=shown,
        )
    yield from _type_changes(name, before, after)
    yield from _rule_changes(name, before, after)
    yield from constraint_changes(name, before.get("constraints", {}), after.get("constraints", {}))


def _type_changes(name: str, before: Field, after: Field) -> Iterator[ContractChange]:
    old, new = str(before.get("type", "string")), str(after.get("type", "string"))
    if old != new:
        yield ContractChange(
            "type-changed",
            name,
            Text(f"字段 {name} 的类型由 {old} 改为 {new}。", f"the type of {name} was {old} and is {new}."),
            publishers=new not in _ANYTHING and (old, new) not in _WIDER,
            consumers=True,
            before=old,
            after=new,
        )
    form = str(before.get("format", "default")), str(after.get("format", "default"))
    if form[0] != form[1]:
        text = new in _ANYTHING
        yield ContractChange(
            "format-changed",
            name,
            Text(
                f"字段 {name} 的格式由 {form[0]} 改为 {form[1]}。",
                f"the format of {name} was {form[0]} and is {form[1]}.",
            ),
            # Text of any form is right by default, a date of any form by "any". Dates are published in one
            # form, however they were delivered; a text is published as it is.
            publishers=form[1] not in (("default",) if text else ("any",)),
            consumers=text and form[0] != "default",
            before=form[0],
            after=form[1],
        )


def _rule_changes(name: str, before: Field, after: Field) -> Iterator[ContractChange]:
    for key in _READING:
        if before.get(key) != after.get(key):
            grown = _grown(before.get(key), after.get(key))
            yield ContractChange(
                "reading-changed",
                name,
                Text(f"字段 {name} 的读法 {key} 改变。", f"how {name} is read ({key}) has changed."),
                publishers=not grown,
                before=before.get(key),
                after=after.get(key),
            )
    old, new = before.get("check"), after.get("check")
    if old != new:
        yield ContractChange(
            "check-changed",
            name,
            Text(f"字段 {name} 的检查由 {old or '无'} 改为 {new or '无'}。", f"the check of {name} was {old or 'none'} and is {new or 'none'}."),
            publishers=new is not None,
            consumers=old is not None,
            before=old,
            after=new,
        )  # fmt: skip
    for key, zh in _MEANING.items():
        if before.get(key) != after.get(key):
            yield ContractChange(
                f"{key}-changed",
                name,
                Text(f"字段 {name} 的{zh}改变。", f"the {key} of {name} has changed."),
                consumers=True,
                before=before.get(key),
                after=after.get(key),
            )


def _grown(before: Any, after: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether a list has all that it had; a list of words that was not there is the usual words."""
    return isinstance(before, list) and isinstance(after, list) and set(before) <= set(after)

"""Which changes between two schemas break something, and for whom.

Two measures, each strict. For *publishers* (who deliver files): a change breaks if some file that was right
under the old schema is refused under the new. For *consumers* (who read what is published): a change breaks
if a program written against the old schema can miss a column, or meet a value, a type or a gap that could
not be there before. Titles in other languages, descriptions and the order of the fields break nothing:
columns are found by name. (:mod:`opendata.tables.schema_diff` asks less: whether a series of releases
goes on.)
"""

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.records import Text
from opendata.tables.cells import missing_values
from opendata.tables.contract_change import ContractChange, ContractDiff
from opendata.tables.field_diff import field_changes, labels_of

Descriptor = Mapping[str, Any]
Field = Mapping[str, Any]


def compare_contracts(before: Descriptor, after: Descriptor) -> ContractDiff:
    """The changes from the Table Schema descriptor *before* to *after*; both are known to be sound."""
    changes = [*_field_changes(before, after), *_table_changes(before, after)]
    return ContractDiff(tuple(sorted(changes, key=lambda change: not change.breaking)))


def _key(descriptor: Descriptor) -> list[str]:
    key = descriptor.get("primaryKey") or []
    return [key] if isinstance(key, str) else list(key)


def _pairs(before: Descriptor, after: Descriptor) -> dict[str, str]:
    """New names by old ones; a field whose old name the new one accepts as a label is the same field."""
    new: dict[str, Field] = {field["name"]: field for field in after["fields"]}
    pairs = {field["name"]: field["name"] for field in before["fields"] if field["name"] in new}
    for field in before["fields"]:
        if field["name"] not in pairs:
            heirs = [
                name
                for name, heir in new.items()
                if name not in pairs.values() and labels_of(field) & labels_of(heir)
            ]
            pairs |= {field["name"]: heirs[0]} if heirs else {}
    return pairs


def _field_changes(before: Descriptor, after: Descriptor) -> Iterator[ContractChange]:
    old: dict[str, Field] = {field["name"]: field for field in before["fields"]}
    pairs = _pairs(before, after)
    for name, field in old.items():
        if name not in pairs:
            text = Text(f"删除了字段 {name}。", f"the field {name} is gone.")
            yield ContractChange(
                "field-removed", name, text, publishers=True, consumers=True, before=dict(field)
            )
    olds = {heir: name for name, heir in pairs.items()}
    for field in after["fields"]:
        name = field["name"]
        if name in olds:
            yield from field_changes(old[olds[name]], field)
            continue
        needed = bool(field.get("constraints", {}).get("required")) or name in _key(after)
        word = ("必填", "required ") if needed else ("", "")
        text = Text(f"新增{word[0]}字段 {name}。", f"the {word[1]}field {name} is new.")
        yield ContractChange("field-added", name, text, publishers=needed, after=dict(field))


def _table_changes(before: Descriptor, after: Descriptor) -> Iterator[ContractChange]:
    renamed = _pairs(before, after)
    old_key, new_key = [renamed.get(name, name) for name in _key(before)], _key(after)
    if set(old_key) != set(new_key):
        yield ContractChange(
            "primary-key-changed",
            None,
            Text(
                f"主键由 {'、'.join(old_key) or '无'} 改为 {'、'.join(new_key) or '无'}。",
                f"the primary key was {', '.join(old_key) or 'none'} and is {', '.join(new_key) or 'none'}.",
            ),
            # What is unique in fewer columns is unique in more.
            publishers=bool(new_key) and not (old_key and set(old_key) < set(new_key)),
            consumers=bool(old_key) and not (new_key and set(new_key) < set(old_key)),
            before=old_key or None,
            after=new_key or None,
        )
    for property_, code, zh, en in (
        ("uniqueKeys", "unique-key", "唯一键", "unique key"),
        ("foreignKeys", "foreign-key", "外键", "foreign key"),
        ("checks", "check", "检查", "check"),
        ("quasiIdentifiers", "quasi-identifiers", "准标识符规则", "rule on quasi-identifiers"),
    ):
        yield from _list_changes(before.get(property_), after.get(property_), code, zh, en)
    yield from _missing_changes(before, after)
    yield from _public_changes(before, after)


def _list_changes(before: Any, after: Any, code: str, zh: str, en: str) -> Iterator[ContractChange]:  # noqa: ANN401 - JSON
    """What was added to a list of rules, and what was taken from it."""
    old, new = _items(before), _items(after)
    for rule in new:
        if rule not in old:
            text = Text(f"新增{zh}：{rule}。", f"a new {en}: {rule}.")
            yield ContractChange(f"{code}-added", None, text, publishers=True, after=rule)
    for rule in old:
        if rule not in new:
            text = Text(f"取消{zh}：{rule}。", f"no longer a {en}: {rule}.")
            yield ContractChange(f"{code}-removed", None, text, consumers=True, before=rule)


def _items(rules: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return rules if isinstance(rules, list) else [] if rules is None else [rules]


def _missing_changes(before: Descriptor, after: Descriptor) -> Iterator[ContractChange]:
    old = missing_values(before)
    new = missing_values(after)
    for value in new:
        if value not in old:
            text = Text(f"“{value}”现在表示缺值。", f"“{value}” now means no value.")
            # Where a value is needed, and where a row held nothing else, a file that has this text is now refused.
            yield ContractChange("missing-value-added", None, text, publishers=True, after=value)
    for value in old:
        if value not in new:
            text = Text(f"“{value}”不再表示缺值。", f"“{value}” no longer means no value.")
            yield ContractChange(
                "missing-value-removed", None, text, publishers=True, consumers=True, before=value
            )


def _public_changes(before: Descriptor, after: Descriptor) -> Iterator[ContractChange]:
    old, new = before.get("public", {}), after.get("public", {})
    for name in sorted(old.keys() - new.keys()):
        text = Text(f"字段 {name} 不再声明可公开。", f"{name} is no longer declared public.")
        yield ContractChange("public-removed", name, text, publishers=True, before=old[name])
    for name in sorted(new.keys() - old.keys()):
        text = Text(f"字段 {name} 声明可公开。", f"{name} is now declared public.")
        yield ContractChange("public-added", name, text, after=new[name])

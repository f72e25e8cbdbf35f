"""Which changes of a field's constraints let fewer values through, and which let more."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.records import Text
from opendata.tables.contract_change import ContractChange

_FLAGS = ("required", "unique")
#: A lower bound is tightened by raising it, an upper bound by lowering it.
_LOWER = ("minimum", "exclusiveMinimum", "minLength")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength")


def _change(name: str, key: str, before: Any, after: Any, *, fewer: bool, more: bool) -> ContractChange:  # noqa: ANN401 - JSON
    if fewer and more:
        code, zh, en = "constraint-changed", "改变", "changed"
    elif fewer:
        code, zh, en = "constraint-tightened", "收紧", "tightened"
    else:
        code, zh, en = "constraint-loosened", "放宽", "loosened"
    return ContractChange(
        code,
        name,
        Text(
            f"字段 {name} 的约束 {key} {zh}：{_shown(before)} → {_shown(after)}。",
            f"the constraint {key} of {name} is {en}: {_shown(before)} → {_shown(after)}.",
        ),
        publishers=fewer,
        consumers=more,
        before=before,
        after=after,
    )


def _shown(value: Any) -> str:  # noqa: ANN401 - JSON
    if value is None:
        return "—"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _below(one: Any, two: Any) -> bool | None:  # noqa: ANN401 - JSON
    """Whether bound *one* is below *two*: as numbers, else as the texts of dates; None if that cannot be told."""
    try:
        return Decimal(str(one)) < Decimal(str(two))
    except InvalidOperation:
        same_form = len(str(one)) == len(str(two))
        return str(one) < str(two) if same_form else None


def _bound(key: str, before: Any, after: Any) -> tuple[bool, bool]:  # noqa: ANN401 - JSON
    """Whether fewer, and whether more, values pass the bound *after* than *before*."""
    if before is None or after is None:
        return before is None, after is None
    raised = _below(before, after)
    if raised is None:
        return True, True
    return (raised, not raised) if key in _LOWER else (not raised, raised)


def _enum(before: Any, after: Any) -> tuple[bool, bool]:  # noqa: ANN401 - JSON
    if before is None or after is None:
        return before is None, after is None
    old, new = set(map(str, before)), set(map(str, after))
    return bool(old - new), bool(new - old)


def constraint_changes(
    name: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[ContractChange]:
    """Every change from the constraints *before* to those *after* of the field *name*."""
    for key in _FLAGS:
        old, new = bool(before.get(key)), bool(after.get(key))
        if old != new:
            yield _change(name, key, old, new, fewer=new, more=old)
    for key in (*_LOWER, *_UPPER):
        old_bound, new_bound = before.get(key), after.get(key)
        if old_bound != new_bound:
            fewer, more = _bound(key, old_bound, new_bound)
            yield _change(name, key, old_bound, new_bound, fewer=fewer, more=more)
    old_list, new_list = before.get("enum"), after.get("enum")
    fewer, more = _enum(old_list, new_list)
    if old_list != new_list and (fewer or more):
        yield _change(name, "enum", old_list, new_list, fewer=fewer, more=more)
    old_pattern, new_pattern = before.get("pattern"), after.get("pattern")
    if old_pattern != new_pattern:
        fewer, more = new_pattern is not None, old_pattern is not None
        yield _change(name, "pattern", old_pattern, new_pattern, fewer=fewer, more=more)

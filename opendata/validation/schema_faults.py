"""What is wrong with the checks that a schema asks for: names, parameters, types."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from frictionless import FrictionlessException

from catalog.records import Text
from opendata.tables.cells import value_reader
from opendata.validation.cell_checks import CELL_CHECKS
from opendata.validation.regions import REGIONS, SYSTEMS
from opendata.validation.when import is_condition

Types = Mapping[str, str]
_ORDERED = ("date", "datetime", "year")
_NUMBERS = ("integer", "number")
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_SEVERITIES = ("error", "warning")
#: Places behind the point that a tolerance may have.
_PLACES = 12


def unknown(zh: str, en: str, value: object, known: Sequence[str]) -> Text:
    """The sentence that *value* is none of *known*."""
    names = "、".join(known), ", ".join(known)
    return Text(f"未知的{zh} {value}；可用：{names[0]}。", f"unknown {en} {value}; known: {names[1]}.")


def _check_names(check: Mapping[str, Any]) -> Iterator[str]:
    """The fields that a table check names."""
    for name in ("fields", "of", "values", "by"):
        listed = check.get(name, [])
        yield from listed if isinstance(listed, list) else [str(listed)]
    for name in ("field", "lon", "lat"):
        if name in check:
            yield str(check[name])
    if is_condition(check.get("when")):
        yield check["when"]["field"]
    if "crs" in check and check["crs"] not in SYSTEMS:
        yield str(check["crs"])


def unknown_names(descriptor: Mapping[str, Any], types: Types) -> Iterator[Text]:
    """The fields that are named and are not there."""
    named = [
        *descriptor.get("public", {}),
        *(name for key in descriptor.get("uniqueKeys", []) for name in key),
    ]
    named += [name for check in descriptor.get("checks", []) for name in _check_names(check)]
    for name in named:
        if name not in types:
            yield unknown("字段", "field", name, list(types))


def field_faults(field: Mapping[str, Any]) -> Iterator[Text]:
    """What is wrong with the checks of one field."""
    if field.get("check") not in {None, *CELL_CHECKS}:
        yield unknown("检查", "check", field["check"], CELL_CHECKS)
    if not isinstance(field.get("vocabulary", ""), str):
        name = field["name"]
        yield Text(f"字段 {name} 的 vocabulary 应为词表名。", f"vocabulary of {name} has to be a name.")


def value_faults(field: Mapping[str, Any]) -> Iterator[Text]:
    """A field whose values cannot be read, or bounds with which none can be compared: frictionless breaks on them."""
    name = field["name"]
    if field.get("type") == "list" and field.get("delimiter") == "":
        yield Text(f"字段 {name} 的 delimiter 不能为空。", f"the delimiter of the field {name} is empty.")
        return
    try:
        read = value_reader(field)
    except FrictionlessException:
        form = field.get("format")
        yield Text(
            f"字段 {name} 的格式 {form} 在此无法读取。",
            f"the format {form} of the field {name} cannot be read here.",
        )
        return
    for rule in _BOUNDS:
        bound = field.get("constraints", {}).get(rule)
        value = None if bound is None else read(bound)
        if bound is not None and (value is None or value != value):  # noqa: PLR0124 - only NaN differs from itself
            kind = field.get("type", "string")
            yield Text(
                f"字段 {name} 的 {rule} {bound} 不是 {kind} 类型的值，无从比较。",
                f"{rule} of the field {name}, {bound}, is no {kind} that values can be compared with.",
            )


def quasi_faults(descriptor: Mapping[str, Any], types: Types) -> Iterator[Text]:
    """What is wrong with the quasi-identifiers."""
    if "quasiIdentifiers" not in descriptor:
        return
    match descriptor["quasiIdentifiers"]:
        case {"fields": [_, *_] as names, "k": int(k)} if k > 1 and set(names) <= types.keys():
            dropped = [
                one["name"]
                for one in descriptor["fields"]
                if one["name"] in names and one.get("mask", {}).get("rule") == "drop"
            ]
            severe = descriptor["quasiIdentifiers"].get("severity", "error") in _SEVERITIES
            if severe and not dropped:
                return
    yield Text(
        "quasiIdentifiers 须有 fields（现有、不删除的字段）与不小于 2 的 k，severity 为 error 或 warning。",
        "quasiIdentifiers needs fields (there, and not dropped) and k of 2 or more; severity is error or warning.",
    )


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _tolerates(check: Mapping[str, Any]) -> bool:
    tolerance = check.get("tolerance", 0)
    places = len(str(tolerance).partition(".")[2])
    return _is_share(tolerance) and places <= _PLACES and check.get("missing", "skip") in {"skip", "zero"}


def _date_order(check: Mapping[str, Any], types: Types) -> bool:
    match check:
        case {"fields": [str(first), str(second)]}:
            kinds = types.get(first, "date"), types.get(second, "date")
            return kinds[0] in _ORDERED and kinds[0] == kinds[1]
    return False


def _inside(check: Mapping[str, Any], _types: Types) -> bool:
    match check:
        case {"lon": str(), "lat": str(), "region": str()}:
            return check["region"] in REGIONS
    return False


def _total(check: Mapping[str, Any], types: Types) -> bool:
    match check:
        case {"field": str(field), "of": [str(), *_] as of}:
            return _tolerates(check) and all(types.get(name, "number") in _NUMBERS for name in (field, *of))
    return False


def _total_row(check: Mapping[str, Any], types: Types) -> bool:
    match check:
        case {"values": [str(), *_] as values, "when": when}:
            numbers = all(types.get(name, "number") in _NUMBERS for name in values)
            return (
                _tolerates(check) and numbers and is_condition(when) and isinstance(check.get("by", []), list)
            )
    return False


def _required_when(check: Mapping[str, Any], _types: Types) -> bool:
    return isinstance(check.get("field"), str) and is_condition(check.get("when"))


def _is_day(text: object) -> bool:
    try:
        date.fromisoformat(str(text))
    except ValueError:
        return False
    return True


def _division_on(check: Mapping[str, Any], types: Types) -> bool:
    dated = types.get(str(check.get("on"))) in {"date", "datetime"}
    return isinstance(check.get("field"), str) and (dated or _is_day(check.get("on")))


def _change(check: Mapping[str, Any], _types: Types) -> bool:
    limits = [check[name] for name in ("loss", "growth", "nulls", "keys") if name in check]
    return bool(limits) and all(map(_is_share, limits)) and check.get("severity", "error") in _SEVERITIES


def _minimum_rows(check: Mapping[str, Any], _types: Types) -> bool:
    return isinstance(check.get("rows"), int)


#: Each table check: whether its parameters are sound, and those it may have.
TABLE_CHECKS: Mapping[str, tuple[Callable[[Mapping[str, Any], Types], bool], frozenset[str]]] = {
    "date-order": (_date_order, frozenset({"fields"})),
    "inside-region": (_inside, frozenset({"lon", "lat", "region", "crs"})),
    "minimum-rows": (_minimum_rows, frozenset({"rows"})),
    "required-when": (_required_when, frozenset({"field", "when"})),
    "total": (_total, frozenset({"field", "of", "tolerance", "missing"})),
    "total-row": (_total_row, frozenset({"values", "by", "when", "tolerance", "missing"})),
    "division-on": (_division_on, frozenset({"field", "on"})),
    "change": (_change, frozenset({"loss", "growth", "nulls", "keys", "severity"})),
}


def check_faults(check: Mapping[str, Any], types: Types) -> Iterator[Text]:
    """What is wrong with one table check."""
    kind = str(check.get("type"))
    if kind not in TABLE_CHECKS:
        yield unknown("检查", "check", kind, list(TABLE_CHECKS))
        return
    sound, parameters = TABLE_CHECKS[kind]
    if kind == "inside-region" and isinstance(check.get("region"), str) and check["region"] not in REGIONS:
        yield unknown("区域", "region", check["region"], list(REGIONS))
    elif kind == "date-order" and not sound(check, types):
        names = ", ".join(map(str, check.get("fields", [])))
        yield Text(
            f"date-order 的两个字段须同为日期类型：{names}。",
            f"date-order needs two fields of one date type: {names}.",
        )
    elif not sound(check, types) or check.keys() - parameters - {"type"}:
        wanted = ", ".join(sorted(parameters))
        yield Text(
            f"检查 {kind} 的参数有误或不全；可用：{wanted}。",
            f"the check {kind} lacks a parameter or has a wrong one; known: {wanted}.",
        )

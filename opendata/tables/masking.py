"""Masking: what a schema's ``field["mask"]`` makes of a table before anything of it is published.

The typed writer masks texts *before* it types them, under the schema that :func:`masked_schema`
gives; so whatever is made of the typed file (files, profile, preview, search) has masked values only.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from catalog.records import Text
from opendata.tables.cells import missing_values
from opendata.tables.mask_rules import KINDS, Field, Masker

#: Masked texts remembered per column before the memory is emptied.
_REMEMBERED = 200_000
#: What a masked column still says of itself; its other properties were true of the values.
_KEPT = ("name", "title", "title_en", "description", "description_en", "aliases", "unit")


def is_masked(field: Field) -> bool:
    """Whether the values of *field* are not published as they are."""
    return "mask" in field


def mask_faults(field: Field, names: Sequence[str]) -> Iterator[Text]:
    """What is wrong with the mask of *field*; *names* are the schema's fields."""
    rule, name = field["mask"], field["name"]
    kind = KINDS.get(str(rule.get("rule"))) if isinstance(rule, Mapping) else None
    if kind is None:
        known = ", ".join(KINDS)
        yield Text(f"字段 {name} 的脱敏规则未知；可用：{known}。", f"unknown mask of {name}; known: {known}.")
        return
    unknown = rule.keys() - kind.parameters - {"rule", "unless"}
    if unknown or not kind.sound(rule):
        yield Text(
            f"字段 {name} 的脱敏规则 {rule['rule']} 参数有误。",
            f"the mask {rule['rule']} of {name} has a wrong parameter.",
        )
    if kind.types and field.get("type", "string") not in kind.types:
        fits = ", ".join(sorted(kind.types))
        yield Text(
            f"字段 {name} 的脱敏规则 {rule['rule']} 只适用于类型 {fits}。",
            f"the mask {rule['rule']} of {name} is for the types {fits}.",
        )
    if "unless" in rule and not _sound_condition(rule, field, names):
        yield Text(
            f"字段 {name} 脱敏规则的 unless 应为另一字段及其取值表，且仅用于文本字段的 keep、hash、category。",
            f"unless in the mask of {name} needs another field and a list of values, on a text field with keep, hash or category.",
        )


def _sound_condition(rule: Mapping[str, Any], field: Field, names: Sequence[str]) -> bool:
    match rule["unless"]:
        case {"field": str(other), "in": list(values)} if other in names and other != field["name"]:
            text = field.get("type", "string") == "string" and rule["rule"] in {"keep", "hash", "category"}
            return text and all(isinstance(value, str) for value in values)
    return False


def key_mark(descriptor: Mapping[str, Any], key: str) -> str:
    """What tells, without giving *key* away, whether two tables of this schema were hashed by one key; empty where
    no column is hashed.
    """
    hashed = any(is_masked(field) and field["mask"]["rule"] == "hash" for field in descriptor["fields"])
    return hmac.digest(key.encode(), b"opendata mask key", hashlib.sha256).hex()[:16] if hashed else ""


class _Memory(dict[str, str | None]):
    """The masked texts of one column."""

    def __init__(self, mask: Masker) -> None:
        super().__init__()
        self._mask = mask

    def __missing__(self, text: str) -> str | None:
        if len(self) > _REMEMBERED:
            self.clear()
        found = self[text] = self._mask(text)
        return found


class Masking:
    """The masks of one schema, applied batch by batch.

    :param descriptor: the schema that judged the table.
    :param key: the secret of hashed columns.
    :raises SettingError: a column is hashed and *key* is missing or too short.

    ``counts`` has, per masked field, how many values were masked so far (for a dropped field: how many
    values it had).
    """

    def __init__(self, descriptor: Mapping[str, Any], key: str = "") -> None:
        self._rules = {field["name"]: field["mask"] for field in descriptor["fields"] if is_masked(field)}
        self._missing = {field["name"]: missing_values(descriptor, field) for field in descriptor["fields"]}
        self._memories = {
            field["name"]: _Memory(KINDS[field["mask"]["rule"]].make(field["mask"], field, key))
            for field in descriptor["fields"]
            if is_masked(field)
        }
        self.counts: Counter[str] = Counter(dict.fromkeys(self._rules, 0))

    @property
    def fields(self) -> tuple[str, ...]:
        """The masked fields, dropped ones among them."""
        return tuple(self._rules)

    def apply(self, texts: pl.DataFrame) -> pl.DataFrame:
        """A batch of cells, one column of texts per field, named by it; null or a missing value: no value.

        Gives the same columns in the same order, the masked ones masked, the dropped ones gone. Every
        masked value is a text of the field's type in :func:`masked_schema`, or null. A field whose
        column the file lacks may be left out, or all null.
        """
        masked = {name: self._masked(name, texts) for name in texts.columns if name in self._rules}
        gone = [name for name in masked if self._rules[name]["rule"] == "drop"]
        return texts.with_columns(masked.values()).drop(gone)

    def count(self, texts: pl.DataFrame) -> None:
        """Count what :meth:`apply` would mask in a batch."""
        for name in self._rules:
            if name in texts.columns:
                self._counted(name, texts)

    def _counted(self, name: str, texts: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """The rows with a value, and those whose value the rule lets stand."""
        column = texts[name]
        given = column.is_not_null() & ~column.is_in(self._missing[name])
        shown = self._shown(self._rules[name], texts)
        self.counts[name] += int((given & ~shown).sum())
        return given, shown

    def _masked(self, name: str, texts: pl.DataFrame) -> pl.Series:
        column = texts[name]
        given, shown = self._counted(name, texts)
        memory = self._memories[name]
        if self._rules[name]["rule"] == "drop":
            return column
        values = [
            (text if plain else memory[text]) if held else None
            for text, held, plain in zip(column.to_list(), given.to_list(), shown.to_list(), strict=True)
        ]
        return pl.Series(name, values, dtype=pl.String)

    def _shown(self, rule: Mapping[str, Any], texts: pl.DataFrame) -> pl.Series:
        """The rows whose value the rule lets stand; where its condition cannot be told, none."""
        condition = rule.get("unless")
        if condition is None or condition["field"] not in texts.columns:
            return pl.repeat(value=False, n=texts.height, eager=True)
        shown: pl.Series = texts[condition["field"]].is_in(condition["in"]).fill_null(value=False)
        return shown


def _masked_field(field: Field) -> dict[str, Any]:
    rule = field["mask"]
    kind = KINDS[rule["rule"]]
    known = field.get("constraints", {})
    constraints = {name: True for name in ("required",) if kind.gives and known.get(name)}
    if kind.one_to_one and known.get("unique") and "unless" not in rule:
        constraints["unique"] = True
    described = {name: field[name] for name in _KEPT if name in field}
    return (
        described
        | {"type": kind.type(rule)}
        | ({"constraints": constraints} if constraints else {})
        | {"mask": dict(rule)}
    )


def masked_schema(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of the table that :meth:`Masking.apply` leaves: no dropped fields, masked ones as they now are.

    ``mask`` stays in each masked field, so that readers know; it holds no secret. Keys stand only if
    no value in them was changed, or two values can never have become one.
    """
    masks = {field["name"]: field["mask"] for field in descriptor["fields"] if is_masked(field)}
    if not masks:
        return dict(descriptor)
    gone = {name for name, rule in masks.items() if rule["rule"] == "drop"}
    blurred = {name for name, rule in masks.items() if not KINDS[rule["rule"]].one_to_one or "unless" in rule}
    found = dict(descriptor)
    found["fields"] = [
        _masked_field(field) if is_masked(field) else dict(field)
        for field in descriptor["fields"]
        if field["name"] not in gone
    ]
    key = descriptor.get("primaryKey", [])
    if blurred & set([key] if isinstance(key, str) else key):
        del found["primaryKey"]
    keep_keys = [one for one in descriptor.get("uniqueKeys", []) if not blurred & set(one)]
    foreign = [one for one in descriptor.get("foreignKeys", []) if not masks.keys() & _names(one["fields"])]
    for name, kept in (("uniqueKeys", keep_keys), ("foreignKeys", foreign)):
        if name in found:
            found[name] = kept
    if "sort" in found:
        found["sort"] = [name for name in found["sort"] if name not in gone]
    return found


def _names(fields: str | Sequence[str]) -> set[str]:
    """Table Schema lets a single field stand alone."""
    return {fields} if isinstance(fields, str) else set(fields)

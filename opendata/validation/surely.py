"""What can surely be told of a column's texts from their bytes: which are right, and which break how many constraints.

A check is conservative: what it calls right the judge surely accepts, and what it counts as broken the judge
surely counts so. Of the texts of which it says neither, nothing is known yet.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np
import pyarrow.compute as pc

from opendata.tables.cells import value_reader
from opendata.validation.figures import integers, numbers, years
from opendata.validation.moments import beyond, fits, forms_of
from opendata.validation.patterned import patterned
from opendata.validation.texts import Flags, Texts
from opendata.validation.told import Check, Descriptor, Told, counted, limits_of, told
from opendata.validation.written import is_written, written

_BOUNDS = frozenset({"minimum", "maximum"})
_ALWAYS = frozenset({"required", "unique"})
_ENDLESS = 2**31
#: Types of which a closed list may be given as texts or as values.
_LISTED = frozenset({"integer", "number", "boolean", "date", "year"})


def _dated(descriptor: Descriptor) -> Check | None:
    kind = descriptor["type"]
    found = limits_of(descriptor)
    forms = forms_of(kind, descriptor.get("format", "default"))
    if found is None or any(getattr(one, "tzinfo", None) or getattr(one, "microsecond", 0) for one in found):
        return None
    limits = [(one, least) for one, least in zip(found, (True, False), strict=True) if one is not None]
    forms = [form for form in forms if form.exact] if limits else forms

    def check(texts: Texts) -> Told:
        typed = np.zeros(len(texts), dtype=np.bool_)
        broken = np.zeros(len(texts), dtype=np.int64)
        for form in forms:
            if not texts.shortest <= form.width <= texts.longest:
                continue
            right = fits(texts, form)
            if right is None:
                return told(None, beyond(texts, form, kind, limits) if limits else None)
            if limits and right.any():
                broken[right] = beyond(texts.some(right), form, kind, limits)
            typed |= right
            if typed.all():
                break
        return told(typed, broken)

    return check if forms else None


def _yearmonth(_: Descriptor) -> Check | None:
    return _dated({"name": "month", "type": "date", "format": "%Y-%m"})


def _patterns(descriptor: Descriptor) -> Check | None:
    if descriptor.get("arrayItem"):
        return None  # what its items are, their brackets do not tell
    return (lambda texts: told(written(descriptor, texts), None)) if is_written(descriptor) else None


def _list(descriptor: Descriptor) -> Check | None:
    # A text divided is texts, whatever it is divided at.
    plain = descriptor.get("itemType", "string") == "string" and descriptor.get("delimiter", ",")
    return (lambda _: Told()) if plain else None


def _enumerated(descriptor: Descriptor) -> Check:
    """Of a closed list of values of any type: those that are written as they are listed."""
    read = value_reader(descriptor)
    values = [read(value) for value in descriptor["constraints"]["enum"]]
    texts_of = [str(value) for value in descriptor["constraints"]["enum"]]
    return _among({text for text in texts_of if (value := read(text)) is not None and value in values})


def _boolean(descriptor: Descriptor) -> Check:
    defaults = ["true", "True", "TRUE", "1"], ["false", "False", "FALSE", "0"]
    values = *descriptor.get("trueValues", defaults[0]), *descriptor.get("falseValues", defaults[1])
    return _among({value for value in values if isinstance(value, str)})


def _among(known: Collection[str]) -> Check:
    def check(texts: Texts) -> Told:
        found = texts.among(known)
        return told(np.zeros(len(texts), dtype=np.bool_) if found is None else found, None)

    return check


def _lengths(rules: Mapping[str, Any], texts: Texts) -> list[Flags]:
    """Which texts are too short and which too long; a character has one to four bytes."""
    least, most = rules.get("minLength", 0), rules.get("maxLength", _ENDLESS)
    if texts.longest <= most and (
        least == 0 or (least == 1 and texts.shortest) or texts.shortest >= 4 * least
    ):
        return []
    chars = pc.utf8_length(texts.array).to_numpy()
    return [chars < least, chars > most]


def _string(descriptor: Descriptor) -> Check | None:
    formed = descriptor.get("format", "default") != "default"
    if formed and not is_written(descriptor):
        return None
    rules = descriptor.get("constraints", {})
    known = [value for value in rules.get("enum", ()) if isinstance(value, str)]
    pattern = patterned(rules["pattern"]) if "pattern" in rules else None
    if "pattern" in rules and pattern is None:
        return None

    def check(texts: Texts) -> Told:
        broken = _lengths(rules, texts)
        unsure = None
        if pattern:
            right, unsure = pattern(texts)
            broken += [] if right is None else [~right]
        if "enum" in rules:
            found = texts.among(known)
            strange = np.ones(len(texts), dtype=np.bool_) if found is None else ~found
            # What is no text the judge reads first.
            if len(known) < len(rules["enum"]):
                unsure = strange if unsure is None else unsure | strange
            broken.append(strange)
        return told(written(descriptor, texts) if formed else None, counted(broken), unsure)

    return check


_CHECKS: Mapping[str, tuple[Callable[[Descriptor], Check | None], frozenset[str]]] = {
    "string": (_string, _ALWAYS | {"minLength", "maxLength", "pattern", "enum"}),
    "integer": (integers, _ALWAYS | _BOUNDS),
    "number": (numbers, _ALWAYS | _BOUNDS),
    "date": (_dated, _ALWAYS | _BOUNDS),
    "datetime": (_dated, _ALWAYS | _BOUNDS),
    "time": (_dated, _ALWAYS | _BOUNDS),
    "year": (years, _ALWAYS | _BOUNDS),
    "yearmonth": (_yearmonth, _ALWAYS),
    "boolean": (_boolean, _ALWAYS),
    "object": (_patterns, _ALWAYS),
    "array": (_patterns, _ALWAYS),
    "geopoint": (_patterns, _ALWAYS),
    "geojson": (_patterns, _ALWAYS),
    "list": (_list, _ALWAYS),
    "any": (lambda _: lambda _: Told(), _ALWAYS),
}


def check_of(descriptor: Descriptor) -> Check | None:
    """The check of a field's texts that are no missing values; None if there is none."""
    kind, rules = descriptor.get("type", "string"), descriptor.get("constraints", {}).keys()
    make, known = _CHECKS.get(kind, (None, frozenset()))
    if kind in _LISTED and "enum" in rules and rules <= _ALWAYS | {"enum"}:
        return _enumerated(descriptor)
    return make(descriptor) if make and known >= rules else None

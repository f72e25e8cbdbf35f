"""The differences from frictionless that are meant, and nothing else: each turns its answer into exactly ours.

docs/validation.md gives the reason of each under its name. ``zone``, ``signalling-nan``, ``object-key`` and those
of encodings are not drawn: frictionless has no answer there that could be turned; the corpus has a case for each.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.validation.differential.asked import HEADER, Question, Triple
from tests.validation.differential.tables import Drawn

Faults = list[Triple]


@dataclass(frozen=True, slots=True)
class Difference:
    """One meant difference.

    :param applies: to which tables.
    :param asks: what frictionless is asked instead, for its answer to be ours.
    :param turns: its answer turned into ours.
    """

    name: str
    applies: Callable[[Drawn], bool]
    asks: Callable[[Drawn, Question], Question] = lambda _, question: question
    turns: Callable[[Drawn, Question, Faults], Faults] = lambda _drawn, _question, faults: faults


def _names(drawn: Drawn) -> list[str]:
    return [field["name"] for field in drawn.schema["fields"]]


def _fold(label: str) -> str:
    return unicodedata.normalize("NFKC", "".join(label.splitlines())).strip()


def _matched(drawn: Drawn) -> list[int | None]:
    """For each label the place of its field: the first label that is its name or title, else an alias of it."""
    found: list[int | None] = [None] * len(drawn.labels)
    for own in (("name", "title"), ("aliases",)):
        for at, label in enumerate(drawn.labels):
            for place, field in enumerate(drawn.schema["fields"]):
                known = [field.get(key, []) for key in own]
                words = [word for one in known for word in ([one] if isinstance(one, str) else one)]
                if _fold(label) in map(_fold, words) and place not in found and found[at] is None:
                    found[at] = place
    return found


def _arranged(drawn: Drawn, question: Question) -> Question:
    """The schema in the file's order: a column that no field claims may hold anything."""
    fields = drawn.schema["fields"]
    columns = [
        {"name": f"? {at}", "type": "any"} if place is None else fields[place]
        for at, place in enumerate(_matched(drawn))
    ]
    present = {column["name"] for column in columns}
    schema = {**drawn.schema, "fields": columns}
    key = schema.get("primaryKey", [])
    if not present.issuperset([key] if isinstance(key, str) else key):
        del schema["primaryKey"]
    schema["foreignKeys"] = [
        one
        for one in schema.get("foreignKeys", [])
        if present.issuperset([*_listed(one["fields"]), *_listed(one["reference"]["fields"])])
    ]
    return question.by(schema)


def _listed(names: str | Sequence[str]) -> Sequence[str]:
    return [names] if isinstance(names, str) else names


def _header_faults(drawn: Drawn) -> Iterator[Triple]:
    matched, row = _matched(drawn), drawn.layout.header_row
    folded = [_fold(label) for label in drawn.labels]
    for at, place in enumerate(matched):
        if place is None and not folded[at]:
            yield row, None, "blank-label"
        elif place is None:
            yield row, None, "duplicate-label" if folded[at] in folded[:at] else "extra-label"
    for place, field in enumerate(drawn.schema["fields"]):
        needed = field.get("constraints", {}).get("required") or field["name"] in _listed(
            drawn.schema.get("primaryKey", [])
        )
        if place not in matched and needed:
            yield row, field["name"], "missing-label"


def _header(drawn: Drawn, _: Question, faults: Faults) -> Faults:
    known = _names(drawn)
    rows = [(row, name if name in known else None, kind) for row, name, kind in faults if kind not in HEADER]
    return [*rows, *_header_faults(drawn)]


def _blank_row_key(_drawn: Drawn, _question: Question, faults: Faults) -> Faults:
    blank = {row for row, _, kind in faults if kind == "blank-row"}
    return [one for one in faults if not (one[2] == "primary-key" and one[0] in blank)]


def _unique_keys(drawn: Drawn, question: Question, faults: Faults) -> Faults:
    (names,) = drawn.schema["uniqueKeys"]
    if not {field["name"] for field in question.schema["fields"]}.issuperset(names):
        return faults
    seen: set[tuple[Any, ...]] = set()
    repeats: Faults = []
    for row, values in question.values(names):
        if None in values:
            continue
        if values in seen:
            repeats.append((row, names[0], "unique-error"))
        seen.add(values)
    return [*faults, *repeats]


#: Types whose values may be equal.
_KINDS = {"integer": "number", "year": "number", "any": "string"}


def _kinds(drawn: Drawn, names: str | Sequence[str]) -> list[str]:
    types = {field["name"]: field["type"] for field in drawn.schema["fields"]}
    return [_KINDS.get(types[name], types[name]) for name in _listed(names)]


def _has_unlike_keys(drawn: Drawn) -> bool:
    return any(
        _kinds(drawn, key["fields"]) != _kinds(drawn, key["reference"]["fields"])
        for key in drawn.schema.get("foreignKeys", [])
    )


def _unlike_keys(drawn: Drawn, question: Question, faults: Faults) -> Faults:
    found = [one for one in faults if one[2] != "foreign-key"]
    for key in question.schema.get("foreignKeys", []):
        here, there = _listed(key["fields"]), _listed(key["reference"]["fields"])
        kinds = _kinds(drawn, here), _kinds(drawn, there)
        known = {_tagged(values, kinds[1]) for _, values in question.values(there)}
        for row, values in question.values(here):
            if any(value is not None for value in values) and _tagged(values, kinds[0]) not in known:
                found.append((row, None, "foreign-key"))
    return found


def _tagged(values: Sequence[Any], kinds: Sequence[str]) -> tuple[Any, ...]:
    return tuple(
        (kind, value) if value is not None else None for kind, value in zip(kinds, values, strict=True)
    )


DIFFERENCES: Mapping[str, Difference] = {
    one.name: one
    for one in (
        Difference(
            "titles",
            lambda drawn: not drawn.tells and drawn.layout.header_row > 1,
            asks=lambda drawn, question: question.header_in(drawn.layout.header_row),
        ),
        Difference(
            "header",
            lambda drawn: drawn.layout.header and list(drawn.labels) != _names(drawn),
            asks=_arranged,
            turns=_header,
        ),
        Difference("blank-row-key", lambda drawn: "primaryKey" in drawn.schema, turns=_blank_row_key),
        Difference("key-kinds", _has_unlike_keys, turns=_unlike_keys),
        Difference("unique-keys", lambda drawn: "uniqueKeys" in drawn.schema, turns=_unique_keys),
        Difference(
            "no-rows",
            lambda drawn: not drawn.rows,
            turns=lambda drawn, _question, faults: [
                *(one for one in faults if one[2] != "source-error"),
                (None, None, "no-rows" if drawn.data else "empty-file"),
            ],
        ),
    )
}


def expected(drawn: Drawn, plain: Question) -> tuple[Faults, set[str]]:
    """The faults that we are to find, and the differences by which they are not frictionless' own."""
    question, differing = plain, set()
    found = _answer(plain)
    for one in DIFFERENCES.values():
        if not one.applies(drawn):
            continue
        asked = one.asks(drawn, question)
        turned = one.turns(drawn, asked, (found if asked == question else _answer(asked)) or [])
        if found is None or sorted(map(str, turned)) != sorted(map(str, found)):
            differing.add(one.name)
        question, found = asked, turned
    assert found is not None, "frictionless has no answer"
    return found, differing


def _answer(question: Question) -> Faults | None:
    """Frictionless' answer; None if it raises, as where a moment with a zone stands in another's column."""
    try:
        return question.faults()
    except TypeError:
        return None

"""Conditions on documents, in words that every engine can say: what a plan is made of.

::

    Clause
    ├── Word, Beginning, Near     one token of a text field: exactly, as a prefix, within one edit
    ├── Phrase                    tokens of a text field, next to each other in this order
    ├── Values, Between           a keyword field is one of these; a number field lies in this range
    ├── Every, Some, Without      all hold; at least so many hold; it does not hold
    └── EVERYTHING, NOTHING       Every() and Some()
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A text field holds this token."""

    field: str
    token: str


@dataclass(frozen=True, slots=True)
class Beginning:
    """A text field holds a token that begins so."""

    field: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Near:
    """A text field holds a token that one inserted, lost, changed or swapped character turns into this."""

    field: str
    token: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text field holds these tokens (two or more) next to each other, in this order.

    If it is ``begun``, the last of them may be the beginning of a longer token.
    """

    field: str
    tokens: tuple[str, ...]
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Values:
    """A keyword field has one of these values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """A number field lies between two whole numbers, both included."""

    field: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Every:
    """All of them hold; nothing to hold is always true."""

    clauses: "tuple[Clause, ...]" = ()


@dataclass(frozen=True, slots=True)
class Some:
    """At least ``least`` of them hold; of no clauses none does."""

    clauses: "tuple[Clause, ...]" = ()
    least: int = 1


@dataclass(frozen=True, slots=True)
class Without:
    """It does not hold."""

    clause: "Clause"


Clause = Word | Beginning | Near | Phrase | Values | Between | Every | Some | Without

EVERYTHING = Every()
NOTHING = Some()


def side_by_side(field: str, tokens: list[str], *, begun: bool = False) -> Clause:
    """Return the clause for tokens that stand side by side, however many they are."""
    if len(tokens) > 1:
        return Phrase(field, tuple(tokens), begun)
    if not tokens:
        return NOTHING
    return Beginning(field, tokens[0]) if begun else Word(field, tokens[0])


def every(clauses: "list[Clause]") -> Clause:
    """Return a clause that holds when all do, without a needless layer."""
    return clauses[0] if len(clauses) == 1 else Every(tuple(clauses))


def some(clauses: "list[Clause]", least: int = 1) -> Clause:
    """Return a clause that holds when at least ``least`` do, without a needless layer."""
    return clauses[0] if len(clauses) == 1 else Some(tuple(clauses), least)

"""A schema from a table: what every row of every column agrees on, and how sure that is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.codes import is_uscc
from opendata.tables import Table
from opendata.tables.columns import fold
from opendata.validation.batches import batches
from opendata.validation.candidates import BOOLEANS, Candidate
from opendata.validation.guess import ENUM_REPEATS, ENUM_VALUES, Guess, Refusal, is_called_key
from opendata.validation.observed import Observed

#: Columns in which repeats are looked for: a key stands among the first, or is called one.
_KEY_COLUMNS = 8
_EXAMPLE = 60
_REFUSALS = 3
_TEXT = {"type": "string"}
#: Texts of these types are the same where the values are, so that what is unique as text is unique.
_PLAIN = ("string", "integer")


@dataclass(frozen=True, slots=True)
class Inferred:
    """The guesses for a table's columns, in order, and the texts that mean no value in any of them."""

    guesses: tuple[Guess, ...]
    missing_values: tuple[str, ...]

    def fields(self, *, constrained: bool = False) -> list[dict[str, Any]]:
        """A field per label; blank and repeated labels get none, so that the header's judge names them.

        :param constrained: with the constraints that all rows keep today.
        """
        fields: dict[str, dict[str, Any]] = {}
        for guess in self.guesses:
            if fold(guess.label):
                made = guess.constrained() if constrained else dict(guess.field)
                fields.setdefault(fold(guess.label), made)
        return list(fields.values())

    def descriptor(self, name: str, *, constrained: bool = False) -> dict[str, Any]:
        """The Table Schema: what the table it came from is valid by."""
        fields = self.fields(constrained=constrained)
        made: dict[str, Any] = {"name": name, "fields": fields, "missingValues": list(self.missing_values)}
        # Of two columns with one label, only the first is a field.
        unique = {one["name"] for one in fields if one.get("constraints", {}).get("unique")}
        keys = [one.label for one in self.guesses if one.is_key and one.label in unique]
        return made | ({"primaryKey": keys[:1]} if keys else {})


def infer(table: Table) -> Inferred:
    """Look at every row of *table*."""
    watched = [
        Observed(label, watched=at < _KEY_COLUMNS or is_called_key(label))
        for at, label in enumerate(table.labels)
    ]
    for batch in batches(table) if table.rows else ():
        for at, column in enumerate(watched):
            column.see(batch.series(at), batch.rows + table.header_row)
    words = {word for column in watched for pair in _words(column) or () for word in pair}
    chosen = [_Choice(label, column, words) for label, column in zip(table.labels, watched, strict=True)]
    missing = ("", *sorted({marker for choice in chosen for marker in choice.markers}))
    guesses = tuple(
        choice.guess(table.physical_column(at), missing, table) for at, choice in enumerate(chosen, 1)
    )
    return Inferred(guesses, missing)


def _words(seen: Observed) -> tuple[list[str], list[str]] | None:
    """The words for yes and no, if a column holds nothing else and both, or one that means nothing else."""
    if seen.distinct is None:
        return None
    found = seen.distinct | set(seen.markers)
    for yes, no in BOOLEANS:
        trues, falses = [one for one in yes if one in found], [one for one in no if one in found]
        plain = (trues and yes[0] in {"true", "是"}) or (falses and no[0] in {"false", "否"})
        if (plain or (trues and falses)) and seen.distinct <= {*yes, *no}:
            return trues or [yes[0]], falses or [no[0]]
    return None


class _Choice:
    """The type of one column.

    :param words: what means yes or no in some column, and so can mean no value in none.
    """

    def __init__(self, label: str, seen: Observed, words: Collection[str]) -> None:
        self.label, self.seen = label, seen
        own = _words(seen)
        fitting = seen.fitting()
        self.form: Candidate | None = None
        self.field: dict[str, Any] = dict(_TEXT)
        #: Where the values have a type, what else stands there means that there is none.
        self.markers: list[str] = []
        others = [
            marker for marker in seen.markers if marker not in (own or ([], []))[0] + (own or ([], []))[1]
        ]
        if own:
            self.field = {"type": "boolean", "trueValues": own[0], "falseValues": own[1]}
        elif fitting and (fitting[0].field["type"] == "string" or not set(words) & set(others)):
            self.form = fitting[0]
            self.field = dict(self.form.field)
        if own == (["true"], ["false"]):
            self.field = {"type": "boolean"}
        if self.field["type"] != "string":
            self.markers = others

    def guess(self, number: int, missing: Sequence[str], table: Table) -> Guess:
        """The column, once it is known what means no value anywhere in the table."""
        seen = self.seen
        without = seen.empty + sum(count for text, count in seen.markers.items() if text in missing)
        filled = seen.filled + sum(count for text, count in seen.markers.items() if text not in missing)
        boolean = self.field["type"] == "boolean"
        unique = not without and not boolean and self._plain() and seen.is_unique()
        checked = self._checked(table, number)
        if "check" in self.field and "check" not in checked:
            self.form = None
        refused = () if self.field["type"] != "string" or self.form else tuple(self._refusals())
        named = {"name": self.label, "title": self.label}
        return Guess(
            column=number,
            label=self.label,
            field=named | checked,
            form=self.form.name if self.form else "boolean" if boolean else "text",
            filled=filled,
            missing=without,
            markers=dict(sorted(seen.markers.items())),
            distinct=None if seen.distinct is None else len(seen.distinct | set(seen.markers)),
            unique=unique,
            confidence=self._confidence(filled, refused),
            refused=refused,
            enum=self._enum(filled, missing),
        )

    def _plain(self) -> bool:
        return self.field["type"] in _PLAIN or (self.field["type"] == "date" and "format" not in self.field)

    def _checked(self, table: Table, number: int) -> dict[str, Any]:
        """The field, with its check digit if all values have the right one."""
        if "check" not in self.field:
            return self.field
        plain = {key: value for key, value in self.field.items() if key != "check"}
        at = number - table.first_column
        for batch in batches(table):
            texts = batch.series(at).unique().drop_nulls()
            if not all(is_uscc(text) for text in texts.to_list() if text):
                return plain
        return self.field

    def _refusals(self) -> list[Refusal]:
        filled = self.seen.filled
        return [
            Refusal(
                one.candidate.name,
                round(1 - one.misfits / filled, 6),
                one.misfits,
                one.row,
                one.example[:_EXAMPLE],
            )
            for one in self.seen.nearly()[:_REFUSALS]
        ]

    def _confidence(self, filled: int, refused: Sequence[Refusal]) -> float:
        """By the rule of succession for a form that all values have; against a narrower one, its misfits' share."""
        if not filled:
            return 0.0
        sure = (filled + 1) / (filled + 2)
        return round(min(sure, *(1 - one.share for one in refused)) if refused else sure, 4)

    def _enum(self, filled: int, missing: Sequence[str]) -> tuple[str, ...]:
        """The values, where few stand often: perhaps a closed list."""
        if self.seen.distinct is None or self.field["type"] != "string" or self.form:
            return ()
        values = (self.seen.distinct | set(self.seen.markers)) - set(missing)
        few = 1 < len(values) <= ENUM_VALUES and filled >= ENUM_REPEATS * len(values)
        return tuple(sorted(values)) if few else ()

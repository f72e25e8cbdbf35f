"""What a verdict needs to know from outside the file: divisions and their days, vocabularies, other tables."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from catalog import vocabularies
from catalog.errors import InvalidInput
from catalog.vocabularies import Term, Vocabulary
from opendata.tables.typed_file import TypedFile
from opendata.validation.foreign_key_faults import NAME

#: From the day, up to the day before the other; None: open.
Period = tuple[date | None, date | None]
#: The vocabularies of the catalogue, by name.
BUILT_IN: Mapping[str, Vocabulary] = {
    one.name: one for one in vars(vocabularies).values() if isinstance(one, Vocabulary)
}


@dataclass(frozen=True)
class Divisions(Collection[str]):
    """The six-digit division codes (GB/T 2260) that are known, each with the periods in which it stood."""

    periods: Mapping[str, Sequence[Period]]

    @classmethod
    def always(cls, codes: Collection[str]) -> "Divisions":
        """Codes of which no dates are known."""
        return codes if isinstance(codes, cls) else cls(dict.fromkeys(codes, ((None, None),)))

    def __contains__(self, code: object) -> bool:
        return code in self.periods

    def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204 - of Collection
        return iter(self.periods)

    def __len__(self) -> int:
        return len(self.periods)

    def stood(self, code: str, day: date) -> bool:
        """Whether *code* is known and was in force on *day*."""
        return any(
            (begin is None or begin <= day) and (end is None or day < end)
            for begin, end in self.periods.get(code, ())
        )


@dataclass(frozen=True)
class Known:
    """What stands outside the file.

    ``divisions``: without them a division code's shape alone is judged. ``vocabularies``: the folder of
    ``<name>.json`` lists beside the catalogue's own. ``dataset``: gives the current release of a published
    dataset by its slug, None if there is none; without it references are not judged. ``last``: the table
    of the last release of the dataset itself.
    """

    divisions: Divisions | None = None
    vocabularies: Path | None = None
    dataset: Callable[[str], TypedFile | None] | None = None
    last: TypedFile | None = None
    _read: dict[str, Vocabulary] = field(default_factory=dict, compare=False, repr=False)

    def vocabulary(self, name: str) -> Vocabulary:
        """The vocabulary called *name*: the catalogue's, else ``<name>.json`` in the folder.

        :raises InvalidInput: there is none, or the file is not a list of terms.
        """
        if name in BUILT_IN:
            return BUILT_IN[name]
        if name not in self._read:
            self._read[name] = self._from_file(name)
        return self._read[name]

    def _from_file(self, name: str) -> Vocabulary:
        path = self.vocabularies / f"{name}.json" if self.vocabularies and NAME.fullmatch(name) else None
        if path is None or not path.is_file():
            known = ", ".join(
                sorted({*BUILT_IN, *(one.stem for one in self.vocabularies.glob("*.json"))})
                if self.vocabularies
                else sorted(BUILT_IN)
            )
            raise InvalidInput(
                f"没有名为 {name} 的词表；现有：{known}。", f"There is no vocabulary {name}; known: {known}."
            )
        try:
            terms = [
                Term(one["code"], one["zh"], one.get("en", ""), tuple(one.get("aliases", ())))
                for one in json.loads(path.read_text(encoding="utf-8"))["terms"]
            ]
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput(
                f"词表 {path.name} 有误：{error}。", f"The vocabulary {path.name} is wrong: {error}."
            ) from error
        return Vocabulary(name, tuple(terms))

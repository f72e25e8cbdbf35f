"""What was made of one column, and why: the field it becomes, how sure that is, what it almost was."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from opendata.tables.columns import fold

#: Distinct values of a column that could be a closed list, and how often each must occur on average.
ENUM_VALUES, ENUM_REPEATS = 20, 10
_KEY_WORDS = ("编号", "编码", "代码", "序号", "文号", "证号", "id", "code", "no.")


def is_called_key(label: str) -> bool:
    """Whether *label* says that the column numbers or identifies its rows."""
    return any(word in fold(label).lower() for word in _KEY_WORDS)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A narrower form that most values have: how many of them, and the first that does not, in physical ``row``."""

    form: str
    share: float
    misfits: int
    row: int
    example: str


@dataclass(frozen=True, slots=True)
class Guess:
    """One column.

    ``field`` is the Table Schema field. ``form`` says more closely what its values are, such as a code of
    a known kind. ``filled`` cells hold a value, ``missing`` none, ``markers`` a text that stands for none.
    ``distinct`` is exact up to 1,000, else None. ``unique``: every row has a value and no two the same.
    ``confidence`` is near 1 where many values have the form, 0 where there is none, and low for a text
    most of whose values have a narrower form (``refused``).
    """

    column: int
    label: str
    field: Mapping[str, Any]
    form: str
    filled: int
    missing: int
    markers: Mapping[str, int]
    distinct: int | None
    unique: bool
    confidence: float
    refused: tuple[Refusal, ...] = ()
    enum: tuple[str, ...] = ()

    @property
    def required(self) -> bool:
        """Whether every row has a value."""
        return bool(self.filled) and not self.missing

    @property
    def is_key(self) -> bool:
        """Whether it could be the primary key: unique, and a number or a code, but not one that tells on persons."""
        named = is_called_key(self.label)
        keyed = self.form in {"integer", "code of digits", "unified social credit code"}
        return self.unique and (keyed or named) and self.form not in {"mobile number", "identity number"}

    def to_dict(self) -> dict[str, Any]:
        """The guess as JSON-ready values, with what could be asked of the column."""
        candidates = {
            "required": self.required,
            "unique": self.unique,
            "primary_key": self.is_key,
            "enum": list(self.enum),
        }
        values = asdict(self)
        del values["unique"], values["enum"]
        return {**values, "candidates": candidates}

    def constrained(self) -> dict[str, Any]:
        """The field with the constraints that all rows keep today."""
        constraints: dict[str, Any] = {}
        if self.required:
            constraints["required"] = True
        if self.unique:
            constraints["unique"] = True
        if self.enum:
            constraints["enum"] = list(self.enum)
        return {**self.field, **({"constraints": constraints} if constraints else {})}

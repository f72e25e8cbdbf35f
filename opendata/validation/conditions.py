"""A value that is required where another column says so: the fine's amount where the penalty is a fine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opendata.validation.row_rules import Columns, Fault, Flags, Values
from opendata.validation.when import holds, said


@dataclass(frozen=True, slots=True)
class RequiredWhen:
    """``{"type": "required-when", "field": "fine", "when": {"field": "kind", "contains": "罚款"}}``."""

    at: str
    when: Mapping[str, Any]
    titles: Mapping[str, str]
    code: str = "required-when"
    trusts_faulty: bool = False

    @property
    def fields(self) -> Sequence[str]:
        """The field required and the one that says so."""
        return self.at, self.when["field"]

    def fault(self, values: Values) -> Fault | None:
        """The required value is missing."""
        if values[self.at] is not None or not holds(self.when, values[self.when["field"]]):
            return None
        other = self.titles[self.when["field"]]
        zh, en = said(self.when)
        return Fault(
            f"“{other}”{zh}时须填写“{self.titles[self.at]}”。",
            f"{self.at} is required where {self.when['field']} {en}.",
            "",
            f"有值，因{other}{zh} a value, since {self.when['field']} {en}",
        )

    def told(self, columns: Columns) -> tuple[Flags, Flags]:
        """Only rows without the value can break it."""
        open_rows = columns.null(self.at) & columns.given(self.when["field"])
        return open_rows & False, open_rows

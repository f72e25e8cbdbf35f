"""Division codes that were in force on a day: the row's own, or one fixed for the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from opendata.validation.known import Divisions
from opendata.validation.row_rules import Columns, Fault, Flags, Values


@dataclass(frozen=True, slots=True)
class DivisionOn:
    """``{"type": "division-on", "field": "district_code", "on": "decided_on"}``, or ``"on": "2018-12-31"``.

    A code of which nothing is known is left to the field's own check.
    """

    at: str
    on: str | date
    divisions: Divisions
    titles: Mapping[str, str]
    code: str = "division-code"
    trusts_faulty: bool = False

    @property
    def fields(self) -> Sequence[str]:
        """The code, and the date if a field has it."""
        return (self.at,) if isinstance(self.on, date) else (self.at, self.on)

    def fault(self, values: Values) -> Fault | None:
        """The code was not in force on the day."""
        code, day = values[self.at], self.on if isinstance(self.on, date) else values[self.on]
        if code is None or not isinstance(day, date) or str(code) not in self.divisions:
            return None
        on = day.date() if isinstance(day, datetime) else day
        if self.divisions.stood(str(code), on):
            return None
        return Fault(
            f"“{self.titles[self.at]}”的区划 {code} 在 {on} 不存在。",
            f"the division {code} of {self.at} did not exist on {on}.",
            str(code),
            f"{on} 有效的区划 a division in force on {on}",
        )

    def told(self, columns: Columns) -> tuple[Flags, Flags]:
        """Each distinct pair of code and day is looked up once."""
        given = columns.given(*self.fields)
        return given & False, given

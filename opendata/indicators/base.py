"""A share of whole things, in integers: no float decides whether a target is met."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measurement:
    """*numerator* of *denominator* against a target in whole percent."""

    definition: str
    numerator: int
    denominator: int
    target: int

    @property
    def percent(self) -> str | None:
        """The share in percent, floored to two decimals (79.996 % reads 79.99); None if nothing is counted."""
        if self.denominator == 0:
            return None
        hundredths = 10_000 * self.numerator // self.denominator
        return f"{hundredths // 100}.{hundredths % 100:02d}"

    @property
    def met(self) -> bool | None:
        """Whether the target is met: 以上 includes the number itself. None if nothing is counted."""
        if self.denominator == 0:
            return None
        return 100 * self.numerator >= self.target * self.denominator

    @property
    def units_needed(self) -> int | None:
        """How many more are needed to meet the target; 0 once it is met. None if nothing is counted."""
        if self.denominator == 0:
            return None
        return max(0, -(-self.target * self.denominator // 100) - self.numerator)

    def to_dict(self) -> dict[str, Any]:
        """The measurement as JSON-ready values."""
        return {
            "definition": self.definition,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "percent": self.percent,
            "target": self.target,
            "met": self.met,
            "units_needed": self.units_needed,
        }

"""Values as JSON has them."""

import math
from datetime import date, datetime, time
from decimal import Decimal

from opendata.publishing.formats.shape import EXCEL_DIGITS, LARGEST_DOUBLE

#: A long text is cut here; the file has it whole.
LONGEST_TEXT = 200

Plain = str | int | float | bool | None


def plain(value: object) -> Plain:
    """*value* as JSON has it; whatever JSON would round or doesn't know is text."""
    match value:
        case None | bool():
            return value
        case str():
            return value[:LONGEST_TEXT]
        case int():
            return value if abs(value) <= LARGEST_DOUBLE else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal():
            return float(value) if len(value.as_tuple().digits) <= EXCEL_DIGITS else str(value)
        case _:
            raise TypeError(f"no JSON for {value!r}")

"""One value of a sheet as text, the same whoever read it."""

from datetime import date, datetime, time, timedelta

_DAY = 86_400


def cell_text(value: object) -> str:
    """One cell as text: codes as they stand, whole numbers without a point, dates in ISO 8601.

    A moment is written with a space (RFC 3339 allows it), because that is the form both ISO readers
    and the usual ``%Y-%m-%d %H:%M:%S`` accept; a moment at midnight is a date, as Excel has no other.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case datetime():
            day = value.time() == time() and value.tzinfo is None
            return value.date().isoformat() if day else value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case timedelta():
            seconds = value.days * _DAY + value.seconds
            return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return str(value)

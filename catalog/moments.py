"""Moments as people write them; without a zone they mean China's time."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from catalog.sheets import normal, parse_day

#: Calendar days are China's; moments are kept in UTC.
CHINA = ZoneInfo("Asia/Shanghai")


def parse_moment(text: str) -> datetime | None:
    """The moment that *text* spells: a day alone means its beginning; None if it spells none.

    ``2021-03-01``, ``2021年3月1日``, ``2021-03-01 08:00`` and ISO 8601 with or without a zone are understood.
    """
    value = normal(text)
    if (day := parse_day(value)) is not None:
        return datetime.combine(day, time(), CHINA)
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=CHINA)

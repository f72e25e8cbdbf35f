"""The trend of coverage as an SVG: points computed here, drawn by the template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from opendata.indicators.base import Measurement

WIDTH, HEIGHT = 880, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 16, 16, 34
_GRID = (0, 20, 40, 60, 80, 100)


@dataclass(frozen=True, slots=True)
class Point:
    """One day on the line; ``y`` is None where nothing was counted."""

    day: date
    x: float
    y: float | None
    measurement: Measurement


@dataclass(frozen=True, slots=True)
class Tick:
    """A label on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that the template draws, in units of the view box."""

    width: int
    height: int
    left: float
    right: float
    bottom: float
    points: tuple[Point, ...]
    line: str
    area: str
    target_y: float
    rows: tuple[Tick, ...]
    years: tuple[Tick, ...]


def draw(series: Sequence[tuple[date, Measurement]], target: int) -> Chart:
    """The chart of a series of days in ascending order; at least one day."""
    points = tuple(_point(day, value, series[0][0], series[-1][0]) for day, value in series)
    seen = [point for point in points if point.y is not None]
    line = " ".join(f"{point.x:.1f},{point.y:.1f}" for point in seen)
    bottom = _y(0)
    area = f"{seen[0].x:.1f},{bottom:.1f} {line} {seen[-1].x:.1f},{bottom:.1f}" if seen else ""
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        bottom=bottom,
        points=points,
        line=line,
        area=area,
        target_y=_y(target),
        rows=tuple(Tick(_y(percent), f"{percent}") for percent in _GRID),
        years=tuple(
            Tick(point.x, str(point.day.year))
            for point in points
            if (point.day.month, point.day.day) == (12, 31)
        ),
    )


def _point(day: date, value: Measurement, first: date, last: date) -> Point:
    span = max(1, (last - first).days)
    x = _LEFT + (WIDTH - _LEFT - _RIGHT) * (day - first).days / span
    share = None if value.denominator == 0 else 100 * value.numerator / value.denominator
    return Point(day, x, None if share is None else _y(share), value)


def _y(percent: float) -> float:
    return _TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - percent / 100)

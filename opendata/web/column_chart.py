"""A small picture of a column's values, and a map of a table's points: numbers here, drawn by the template."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from opendata.web.filters import cell

WIDTH, HEIGHT = 160, 40
MAP = 360
#: Lines of the graticule, in degrees; the finest that gives at most seven lines is taken.
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 45)
_MOST_LINES = 7
_LEAST_SPAN = 0.01
_TOP = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in units of the view box, with what it stands for."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """``kind`` is ``histogram`` (bars stand) or ``top`` (bars lie, the most frequent value first)."""

    kind: str
    bars: tuple[Bar, ...]


def column_chart(column: Mapping[str, Any], rows: int) -> ColumnChart | None:
    """The picture of a column of ``profile.json``; None where there is nothing to draw."""
    histogram = column.get("histogram")
    if histogram and len(histogram["counts"]) > 1:
        return ColumnChart("histogram", _standing(histogram["edges"], histogram["counts"]))
    top = [one for one in column.get("top", ()) if one["value"] is not None][:_TOP]
    # Where every value stands there once, five of them say nothing.
    if not rows or not top or top[0]["count"] * 1.0 <= 1:
        return None
    return ColumnChart("top", _lying(top, rows))


def _standing(edges: list[Any], counts: list[int]) -> tuple[Bar, ...]:
    most, wide = max(counts) or 1, WIDTH / len(counts)
    return tuple(
        Bar(
            at * wide,
            HEIGHT * (1 - count / most),
            wide * 0.9,
            HEIGHT * count / most,
            f"{low} – {high}",
            count,
        )
        for at, (low, high, count) in enumerate(zip(edges, edges[1:], counts, strict=False))
    )


def _lying(top: list[dict[str, Any]], rows: int) -> tuple[Bar, ...]:
    tall = HEIGHT / _TOP
    return tuple(
        Bar(0, at * tall, WIDTH * one["count"] / rows, tall * 0.8, cell(one["value"]), one["count"])
        for at, one in enumerate(top)
    )


@dataclass(frozen=True, slots=True)
class Dot:
    """Points near one another."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the graticule at ``at``, named in degrees."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class PointMap:
    """Where the points of a table lie, north up, a degree of longitude as wide as it is there."""

    width: float
    height: float
    dots: tuple[Dot, ...]
    meridians: tuple[Line, ...]
    parallels: tuple[Line, ...]
    bounds: tuple[float, float, float, float]
    count: int


def point_map(extent: Mapping[str, Any] | None) -> PointMap | None:
    """The map of ``points`` of ``profile.json``; None where there are none."""
    if not extent or not extent.get("points"):
        return None
    west, south, east, north = _padded(*extent["bounds"])
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = MAP / max((east - west) * squeeze, north - south)
    width, height = (east - west) * squeeze * scale, (north - south) * scale

    def x(longitude: float) -> float:
        return round((longitude - west) * squeeze * scale, 1)

    def y(latitude: float) -> float:
        return round((north - latitude) * scale, 1)

    most = max(point[2] for point in extent["points"])
    dots = tuple(
        Dot(x(lon), y(lat), round(1.5 + 3.5 * math.sqrt(n / most), 1)) for lon, lat, n in extent["points"]
    )
    return PointMap(
        width=round(width, 1),
        height=round(height, 1),
        dots=dots,
        meridians=tuple(Line(x(at), f"{at:g}°") for at in _lines(west, east)),
        parallels=tuple(Line(y(at), f"{at:g}°") for at in _lines(south, north)),
        bounds=tuple(extent["bounds"]),
        count=sum(point[2] for point in extent["points"]),
    )


def _padded(west: float, south: float, east: float, north: float) -> tuple[float, float, float, float]:
    margin = max((east - west) * 0.06, (north - south) * 0.06, _LEAST_SPAN)
    return west - margin, south - margin, east + margin, north + margin


def _lines(low: float, high: float) -> list[float]:
    step = next((one for one in _STEPS if (high - low) / one <= _MOST_LINES), _STEPS[-1])
    return [round(number * step, 4) for number in range(math.ceil(low / step), math.floor(high / step) + 1)]

"""Where a table's points lie: the rectangle around them, and how many lie near each other, for a small map."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from opendata.publishing.formats.geojson import position_fields, positions
from opendata.publishing.formats.shape import Schema, Span

#: The rectangle is divided into this many columns and rows.
GRID = 40
#: By this many degrees the shift of Chinese maps may move a point out of the given range.
_SHIFT = 0.02
#: A metre.
_DECIMALS = 5


class Extent:
    """Points in WGS 84, counted on a grid over the range of their longitudes and latitudes."""

    def __init__(self, names: tuple[str, str], west: float, south: float, east: float, north: float) -> None:
        self._names = names
        self._corner = (west, south)
        self._step = ((east - west) / GRID or 1.0, (north - south) / GRID or 1.0)
        self._sums = np.zeros((3, GRID * GRID))
        self._bounds: list[pl.DataFrame] = []

    @classmethod
    def of(cls, schema: Schema, spans: Mapping[str, Span]) -> "Extent | None":
        """For a table that has points; None for any other."""
        names = position_fields(schema)
        lon, lat = (spans.get(name) for name in names) if names else (None, None)
        if names is None or lon is None or lat is None:
            return None
        (west, east), (south, north) = ([float(end) for end in span] for span in (lon, lat))
        return cls(names, west - _SHIFT, south - _SHIFT, east + _SHIFT, north + _SHIFT)

    def add(self, frame: pl.DataFrame) -> None:
        """Show it rows."""
        x, y = positions(frame, *self._names)
        points = pl.DataFrame({"x": x, "y": y}).filter(pl.col("x").is_finite() & pl.col("y").is_finite())
        if not points.height:
            return
        column = ((points["x"] - self._corner[0]) / self._step[0]).cast(pl.Int64).clip(0, GRID - 1)
        row = ((points["y"] - self._corner[1]) / self._step[1]).cast(pl.Int64).clip(0, GRID - 1)
        place = (row * GRID + column).to_numpy()
        for at, weights in enumerate((None, points["x"].to_numpy(), points["y"].to_numpy())):
            self._sums[at] += np.bincount(place, weights=weights, minlength=GRID * GRID)
        ends = pl.concat([*self._bounds, points])
        self._bounds = [pl.concat([ends.min(), ends.max()])]

    def result(self) -> dict[str, Any] | None:
        """``bounds`` (west, south, east, north), and ``points``: longitude, latitude and number of those near it."""
        if not self._bounds:
            return None
        ends = self._bounds[0]
        bounds = [*ends.min().row(0), *ends.max().row(0)]
        counts, x, y = self._sums
        filled = np.flatnonzero(counts)
        near = zip(x[filled] / counts[filled], y[filled] / counts[filled], counts[filled], strict=True)
        points = [
            [round(float(lon), _DECIMALS), round(float(lat), _DECIMALS), int(count)]
            for lon, lat, count in near
        ]
        return {"bounds": [round(end, _DECIMALS) for end in bounds], "points": points}

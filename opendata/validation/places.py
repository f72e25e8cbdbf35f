"""Places that must lie in a region, in the coordinate system that is stated; swapped degrees and 0, 0 told apart."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from opendata.validation.regions import REGIONS, SYSTEMS, TRUE_SYSTEMS, to_wgs84
from opendata.validation.row_rules import Columns, Fault, Flags, Values

#: A float is nearer to its decimal than this; a place so near to an edge is weighed exactly.
_NEAR = 1e-9
#: Degrees by which GCJ-02 and BD-09 differ at most from the truth, with room.
_SHIFTED = 0.05


@dataclass(frozen=True, slots=True)
class InsideRegion:
    """``{"type": "inside-region", "lon": "lon", "lat": "lat", "region": "shandong", "crs": "crs"}``.

    ``crs`` is one of :data:`SYSTEMS`, or the field that names it row by row; without it, and where the
    field is empty, WGS 84 is taken.
    """

    lon: str
    lat: str
    region: str
    crs: str = "WGS84"
    code: str = "inside-region"
    trusts_faulty: bool = False

    @property
    def at(self) -> str:
        """The longitude."""
        return self.lon

    @property
    def fields(self) -> Sequence[str]:
        """The degrees, and the field that names their system."""
        return (self.lon, self.lat) if self.crs in SYSTEMS else (self.lon, self.lat, self.crs)

    def _system(self, values: Values) -> str:
        system = self.crs if self.crs in SYSTEMS else values.get(self.crs)
        return system if system in SYSTEMS else "WGS84"

    def _holds(self, lon: Decimal, lat: Decimal, system: str) -> bool:
        if lon.is_nan() or lat.is_nan():
            return False
        return REGIONS[self.region].holds(*to_wgs84(lon, lat, system))

    def fault(self, values: Values) -> Fault | None:
        """The place is not in the region; why, if that can be told."""
        east, north = values[self.lon], values[self.lat]
        if east is None or north is None:
            return None
        lon, lat, system = _degrees(east), _degrees(north), self._system(values)
        if self._holds(lon, lat, system):
            return None
        shown = f"{east}, {north}"
        zh, en = f"的坐标 {shown} 不在 {self.region} 范围内。", f"the place {shown} is outside {self.region}."
        if lon == 0 and lat == 0:
            zh, en = f"的坐标为 {shown}，即没有坐标。", f"the place {shown} is none: both degrees are zero."
        elif self._holds(lat, lon, system):
            zh, en = f"的经纬度颠倒：{shown}。", f"longitude and latitude are swapped: {shown}."
        return Fault(zh, en, shown, f"{REGIONS[self.region]} ({system})")

    def told(self, columns: Columns) -> tuple[Flags, Flags]:
        """By columns, but for places near an edge."""
        box = REGIONS[self.region]
        west, east, south, north = map(float, (box.west, box.east, box.south, box.north))
        given = columns.given(self.lon, self.lat)
        plain = columns.plain(self.lon, self.lat)
        x, y = (
            columns.texts(name).cast(pl.Float64, strict=False).fill_null(0).fill_nan(0).to_numpy()
            for name in (self.lon, self.lat)
        )
        near = _NEAR if self.crs in TRUE_SYSTEMS else _SHIFTED
        room = np.minimum(np.minimum(x - west, east - x), np.minimum(y - south, north - y))
        broken: Flags = plain & (room < -near)
        unsure: Flags = given & (~plain | (np.abs(room) <= near))
        return broken, unsure


def _degrees(value: Any) -> Decimal:  # noqa: ANN401 - a number of any kind
    """*value* as a decimal; what is no number lies nowhere."""
    return Decimal(value) if isinstance(value, int | float | Decimal) else Decimal("NaN")


def inside_region(check: Mapping[str, Any], present: Collection[str]) -> InsideRegion:
    """The rule that the schema's *check* describes; a field for the system counts if it is *present*."""
    system = check.get("crs", "WGS84")
    stated = system in SYSTEMS or system in present
    return InsideRegion(check["lon"], check["lat"], check["region"], system if stated else "WGS84")

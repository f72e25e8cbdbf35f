"""Rectangles that hold a region whole, and the coordinate systems in which places are told."""

import math
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees of longitude and latitude (WGS 84 or CGCS 2000; their difference does not matter here)."""

    west: Decimal
    south: Decimal
    east: Decimal
    north: Decimal

    def holds(self, lon: Decimal, lat: Decimal) -> bool:
        """Whether the point lies inside, edges included."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north

    def __str__(self) -> str:
        return f"lon {self.west}–{self.east}, lat {self.south}–{self.north}"


#: Shandong reaches from 114°47′ to 122°43′ E and from 34°23′ to 38°24′ N, islands included.
REGIONS = {"shandong": Box(Decimal("114.7"), Decimal("34.3"), Decimal("122.8"), Decimal("38.5"))}
#: WGS 84 and CGCS 2000 differ by centimetres; GCJ-02 and BD-09 by hundreds of metres.
SYSTEMS = ("WGS84", "CGCS2000", "GCJ-02", "BD-09")
TRUE_SYSTEMS = {"WGS84", "CGCS2000"}
#: Where GCJ-02 shifts places: China and its surroundings.
_CHINA = Box(Decimal(72), Decimal("0.8"), Decimal(138), Decimal(56))
#: The Krasovsky ellipsoid, with which GCJ-02 reckons.
_AXIS, _FLAT = 6378245.0, 0.00669342162296594323


def _waves(angle: float, *parts: tuple[float, float]) -> float:
    return sum(size * math.sin(angle * turn * math.pi) for size, turn in parts) * 2 / 3


def _offset(lon: float, lat: float) -> tuple[float, float]:
    """By how many degrees GCJ-02 moves the place, east and north."""
    x, y = lon - 105.0, lat - 35.0
    common = _waves(x, (20, 6), (20, 2)) + 0.1 * x * y
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.2 * math.sqrt(abs(x)) + common
    north += _waves(y, (20, 1), (40, 1 / 3)) + _waves(y, (160, 1 / 12), (320, 1 / 30))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * math.sqrt(abs(x)) + common
    east += _waves(x, (20, 1), (40, 1 / 3)) + _waves(x, (150, 1 / 12), (300, 1 / 30))
    latitude = math.radians(lat)
    magic = 1 - _FLAT * math.sin(latitude) ** 2
    per_north = _AXIS * (1 - _FLAT) / (magic * math.sqrt(magic))
    per_east = _AXIS / math.sqrt(magic) * math.cos(latitude)
    return math.degrees(east / per_east), math.degrees(north / per_north)


def to_wgs84(lon: Decimal, lat: Decimal, system: str) -> tuple[Decimal, Decimal]:
    """The place in WGS 84, to a few metres, from degrees in *system*; outside China nothing is shifted."""
    if system in TRUE_SYSTEMS or not _CHINA.holds(lon, lat):
        return lon, lat
    x, y = float(lon), float(lat)
    if system == "BD-09":
        x, y = x - 0.0065, y - 0.006
        far = math.hypot(x, y) - 0.00002 * math.sin(y * math.pi * 3000 / 180)
        turn = math.atan2(y, x) - 0.000003 * math.cos(x * math.pi * 3000 / 180)
        x, y = far * math.cos(turn), far * math.sin(turn)
    east, north = _offset(x, y)
    return Decimal(x - east), Decimal(y - north)

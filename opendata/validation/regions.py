"""Rectangles that hold a region whole, for telling swapped or mistyped coordinates."""

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

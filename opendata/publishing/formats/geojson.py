"""GeoJSON (RFC 7946): one point per row, in WGS 84, the whole row as properties.

Chinese maps shift coordinates (GCJ-02, BD-09). A row says so in its ``crs`` field; its point is converted, and its
properties keep longitude and latitude as they were given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from catalog.records import Text
from opendata.publishing.formats.base import Format, Out, Rows, Writer
from opendata.publishing.formats.coordinates import wgs84
from opendata.publishing.formats.json import Items, json_ready, lines_of
from opendata.publishing.formats.shape import Schema, Shape

#: Seven decimals of a degree are a centimetre.
_DECIMALS = 7
_PAIRS = (("lon", "lat"), ("lng", "lat"), ("longitude", "latitude"))


class GeoJson(Format):
    """Points on a map."""

    name = "geojson"
    title = Text("GeoJSON（地图，WGS84）", "GeoJSON (maps, WGS 84)")
    media_type = "application/geo+json"
    extension = ".geojson"
    #: A file: its rows lie too deep for a Table Schema.
    resource: Mapping[str, Any] = {"profile": "data-resource", "type": "file", "encoding": "utf-8"}
    heavy = True

    def applies(self, schema: Schema) -> bool:
        """Where the schema has a longitude and a latitude."""
        return position_fields(schema) is not None

    def open(self, shape: Shape, out: Out) -> Writer:
        """Begin one FeatureCollection."""
        names = position_fields(shape.schema)
        assert names is not None
        items = Items(out, b'{"type":"FeatureCollection","features":[', b"]}")
        return _Features(shape, names, items)


@dataclass(frozen=True)
class _Features(Writer):
    shape: Shape
    names: tuple[str, str]
    items: Items

    def write(self, rows: Rows) -> None:
        """Add a feature per row."""
        properties = json_ready(rows.frame, self.shape)
        features = pl.DataFrame(
            {
                "type": pl.repeat("Feature", properties.height, eager=True),
                "geometry": _points(rows.frame, *self.names),
                "properties": properties.to_struct(),
            }
        )
        self.items.write(lines_of(features))

    def close(self) -> None:
        """End the collection."""
        self.items.close()


def position_fields(schema: Schema) -> tuple[str, str] | None:
    """The names of longitude and latitude: those the schema's ``inside-region`` check names, else the usual ones."""
    numbers = {field["name"] for field in schema["fields"] if field.get("type") == "number"}

    named = (
        (check.get("lon"), check.get("lat"))
        for check in schema.get("checks", ())
        if check["type"] == "inside-region"
    )
    return next((pair for pair in (*named, *_PAIRS) if numbers.issuperset(pair)), None)


def positions(frame: pl.DataFrame, lon: str, lat: str) -> tuple[pl.Series, pl.Series]:
    """Longitude and latitude of each row in WGS 84; null where the row names no known system."""
    plain = pl.repeat("WGS84", frame.height, eager=True)
    crs = frame["crs"].cast(pl.String) if "crs" in frame.columns else plain
    return wgs84(frame[lon].cast(pl.Float64), frame[lat].cast(pl.Float64), crs)


def _points(frame: pl.DataFrame, lon: str, lat: str) -> pl.Series:
    x, y = positions(frame, lon, lat)
    points = pl.DataFrame({"x": x.round(_DECIMALS), "y": y.round(_DECIMALS)})
    placed = pl.col("x").is_finite() & pl.col("y").is_finite()
    point = pl.struct(type=pl.lit("Point"), coordinates=pl.concat_list("x", "y"))
    return points.select(geometry=pl.when(placed).then(point)).to_series()

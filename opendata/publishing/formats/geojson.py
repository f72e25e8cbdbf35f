"""GeoJSON (RFC 7946): one point per row, in WGS 84, the whole row as properties.

Chinese maps shift coordinates (GCJ-02, BD-09). A row says so in its ``crs`` field; its point is converted, and its
properties keep longitude and latitude as they were given.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from catalog.records import Text
from opendata.publishing.formats.base import Format, Schema
from opendata.publishing.formats.coordinates import wgs84
from opendata.publishing.formats.json import json_ready
from opendata.publishing.formats.values import frame_of

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

    def applies(self, schema: Schema) -> bool:
        """Where the schema has a longitude and a latitude."""
        return position_fields(schema) is not None

    def write(self, table: pa.Table, schema: Schema, path: Path) -> None:
        """Write one FeatureCollection in the table's order."""
        names = position_fields(schema)
        assert names is not None
        frame = frame_of(table)
        features = pl.DataFrame(
            {
                "type": pl.repeat("Feature", frame.height, eager=True),
                "geometry": _points(frame, *names),
                "properties": json_ready(frame).to_struct(),
            }
        )
        with path.open("wb") as file:
            file.write(b'{"type":"FeatureCollection","features":')
            features.write_json(file)
            file.write(b"}")


def position_fields(schema: Schema) -> tuple[str, str] | None:
    """The names of longitude and latitude: those the schema's ``inside-region`` check names, else the usual ones."""
    numbers = {field["name"] for field in schema["fields"] if field.get("type") == "number"}

    named = (
        (check.get("lon"), check.get("lat"))
        for check in schema.get("checks", ())
        if check["type"] == "inside-region"
    )
    return next((pair for pair in (*named, *_PAIRS) if numbers.issuperset(pair)), None)


def _points(frame: pl.DataFrame, lon: str, lat: str) -> pl.Series:
    crs = (
        frame["crs"].cast(pl.String)
        if "crs" in frame.columns
        else pl.repeat("WGS84", frame.height, eager=True)
    )
    x, y = wgs84(frame[lon].cast(pl.Float64), frame[lat].cast(pl.Float64), crs)
    points = pl.DataFrame({"x": x.round(_DECIMALS), "y": y.round(_DECIMALS)})
    placed = pl.col("x").is_finite() & pl.col("y").is_finite()
    point = pl.struct(type=pl.lit("Point"), coordinates=pl.concat_list("x", "y"))
    return points.select(geometry=pl.when(placed).then(point)).to_series()

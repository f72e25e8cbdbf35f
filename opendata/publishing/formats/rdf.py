"""RDF as N-Triples, for linked data: offered where the schema names the URIs.

::

    "rdfType": "http://schema.org/BusStop"                    the class of every row          (schema, optional)
    "uri": "https://data.example.cn/id/stop/{line_no}/{seq}"  the row itself                  (schema, optional)
    "uri": "#{line_no}/{seq}"                                 the row, under its dataset's page (see ``located``)
    {"name": "stop_name", "uri": "http://schema.org/name"}    the property that a field is    (field)
    {"name": "site", "format": "uri", "uri": "…"}             a field whose values are URIs   (field)

``rdfType`` is the Table Schema standard's own property. A row without a ``uri`` of its own is a blank node. Fields that
are longitude and latitude of the W3C's WGS 84 vocabulary have their values in that system, whatever a row's ``crs`` is.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import polars as pl

from catalog.records import Text
from opendata.publishing.formats.base import Format, Out, Rows, Writer
from opendata.publishing.formats.coordinates import SHIFTED, SYSTEMS
from opendata.publishing.formats.geojson import position_fields, positions
from opendata.publishing.formats.shape import Schema, Shape
from opendata.publishing.formats.values import bytes_of, spelled

XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_LONGITUDE, _LATITUDE = f"{GEO}long", f"{GEO}lat"
#: Seven decimals of a degree are a centimetre; the zeros at their end are none.
_DECIMALS, _ZEROS = 7, r"\.?0+$"
_DATATYPES = {
    "integer": "integer",
    "number": "decimal",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "datetime": "dateTime",
    "year": "gYear",
}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
_PLACE = re.compile(r"\{([^{}]+)\}")
#: What may not stand between ``<`` and ``>``.
_NO_IRI = r"[\x00-\x20<>\"{}|^`\\]"


class Rdf(Format):
    """One triple per value."""

    name = "rdf"
    title = Text("RDF（N-Triples）", "RDF (N-Triples)")
    media_type = "application/n-triples"
    extension = ".nt"
    resource: Mapping[str, Any] = {"profile": "data-resource", "type": "file", "encoding": "utf-8"}
    heavy = True

    def applies(self, schema: Schema) -> bool:
        """Where a field says which property it is."""
        return any(field.get("uri") for field in schema["fields"])

    def open(self, shape: Shape, out: Out) -> Writer:
        """There is no beginning but the first triple."""
        return _Triples(shape, out)


def located(schema: Schema, page: str) -> Schema:
    """*schema* with the URIs of its rows under *page*, the address of the dataset, where they are fragments of it.

    :param page: empty where the portal has no public address: then those rows are blank nodes.
    """
    template = str(schema.get("uri", ""))
    return {**schema, "uri": page + template} if page and template.startswith("#") else schema


class _Triples(Writer):
    def __init__(self, shape: Shape, out: Out) -> None:
        self._schema, self._out = shape.schema, out
        self._number = 0
        self._fields = [field for field in shape.schema["fields"] if field.get("uri")]
        self._floats = {name for name, type_ in shape.types.items() if str(type_) in {"double", "float"}}

    def write(self, rows: Rows) -> None:
        """Add the triples of each row, one after the other."""
        frame = rows.frame
        texts = spelled(frame).with_columns(self._placed(frame))
        texts = texts.with_columns(_number=pl.int_range(self._number, self._number + frame.height))
        self._number += frame.height
        texts = texts.with_columns(_subject=self._subjects())
        lines = [self._typed_row(), *(self._triples(field) for field in self._fields)]
        self._out.write(
            bytes_of(texts.select(pl.concat_str(line.fill_null("") for line in lines)).to_series())
        )

    def close(self) -> None:
        """Nothing comes last."""

    def _subjects(self) -> pl.Expr:
        template = self._schema.get("uri", "")
        if not template or template.startswith("#"):
            return pl.format("_:r{}", "_number")
        names = _PLACE.findall(template)
        encoded = [
            pl.col(name).map_elements(lambda text: quote(text, safe=""), return_dtype=pl.String)
            for name in names
        ]
        whole = pl.format(f"<{_PLACE.sub('{}', template)}>", *encoded)
        return whole.fill_null(pl.format("_:r{}", "_number"))

    def _placed(self, frame: pl.DataFrame) -> list[pl.Series]:
        """Longitude and latitude in WGS 84, where the schema calls them so and a row has them in another system."""
        named = {field["uri"]: field["name"] for field in self._fields}
        pair = position_fields(self._schema)
        if pair is None or (named.get(_LONGITUDE), named.get(_LATITUDE)) != pair or "crs" not in frame:
            return []
        given, crs = spelled(frame.select(pair)), frame["crs"].cast(pl.String)
        moved = pl.DataFrame([*positions(frame, *pair)]).select(
            pl.all()
            .round(_DECIMALS)
            .cast(pl.Decimal(None, _DECIMALS))
            .cast(pl.String)
            .str.replace(_ZEROS, "")
        )
        return [
            pl.select(
                pl.when(crs.is_in(SHIFTED)).then(new).when(crs.is_in(SYSTEMS)).then(old).alias(name)
            ).to_series()
            for name, old, new in zip(pair, given, moved, strict=True)
        ]

    def _typed_row(self) -> pl.Expr:
        class_ = self._schema.get("rdfType")
        return pl.format(f"{{}} <{TYPE}> <{class_}> .\n", "_subject") if class_ else pl.lit("")

    def _triples(self, field: Mapping[str, Any]) -> pl.Expr:
        name, kind = field["name"], field.get("type", "string")
        value = pl.col(name)
        literal = pl.concat_str(
            pl.lit('"'), value.str.replace_many(_ESCAPES), pl.lit(f'"{self._datatype(name, kind)}')
        )
        if kind == "string" and field.get("format") == "uri":
            address = pl.concat_str(pl.lit("<"), value, pl.lit(">"))
            literal = pl.when(value.str.contains(_NO_IRI)).then(literal).otherwise(address)
        return pl.concat_str(pl.col("_subject"), pl.lit(f" <{field['uri']}> "), literal, pl.lit(" .\n"))

    def _datatype(self, name: str, kind: str) -> str:
        found = "double" if name in self._floats else _DATATYPES.get(kind)
        return f"^^<{XSD}{found}>" if found else ""

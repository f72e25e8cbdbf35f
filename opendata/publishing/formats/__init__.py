"""The output formats by name. To add one: one file here, one line in :data:`FORMATS`, ``docs/formats.md``."""

from opendata.publishing.formats.base import Format
from opendata.publishing.formats.csv import Csv
from opendata.publishing.formats.geojson import GeoJson
from opendata.publishing.formats.json import Json, JsonLines
from opendata.publishing.formats.packed import CsvGz
from opendata.publishing.formats.parquet import Parquet
from opendata.publishing.formats.rdf import Rdf
from opendata.publishing.formats.xlsx import Xlsx
from opendata.publishing.formats.xml import Xml

FORMATS: dict[str, Format] = {
    format_.name: format_
    for format_ in (Csv(), CsvGz(), Json(), JsonLines(), Xlsx(), Xml(), Parquet(), GeoJson(), Rdf())
}

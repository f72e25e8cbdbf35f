"""CSV.gz: the bytes of the CSV file, packed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.records import Text
from opendata.publishing.formats.base import Format, Out, Packer, Rows, Writer
from opendata.publishing.formats.csv import Csv
from opendata.publishing.formats.gzip import Gzip
from opendata.publishing.formats.shape import Shape


class CsvGz(Format):
    """The CSV file for those who fetch much."""

    name = "csv.gz"
    title = Text("CSV（gzip 压缩）", "CSV (gzip)")
    media_type = "application/gzip"
    extension = ".csv.gz"
    #: A file: the table is described once, with the CSV that is packed here.
    resource: Mapping[str, Any] = {"profile": "data-resource", "type": "file", "compression": "gz"}
    packs = Csv.name

    def open(self, shape: Shape, out: Out) -> Writer:
        """Begin the stream; the CSV writer fills it."""
        packer = Gzip(out)
        return _PackedCsv(Csv().open(shape, packer), packer)

    def pack(self, out: Out) -> Packer:
        """Begin the stream; the CSV file that is written anyway fills it."""
        return Gzip(out)


@dataclass(frozen=True)
class _PackedCsv(Writer):
    csv: Writer
    packer: Packer

    def write(self, rows: Rows) -> Text | None:
        """Add the rows' lines."""
        return self.csv.write(rows)

    def close(self) -> None:
        """End the CSV, then the stream."""
        self.csv.close()
        self.packer.close()

"""Any file, read strictly into one normalised table: the same text for the judge and the publisher."""

from opendata.tables.read import read
from opendata.tables.table import Table
from opendata.tables.typed import typed

__all__ = ["Table", "read", "typed"]

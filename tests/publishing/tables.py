"""Tables of tests as the files that publication reads."""

from pathlib import Path
from uuid import uuid4

import pyarrow as pa

from opendata.tables.typed_file import TypedFile, write_typed


def typed_file(table: pa.Table, folder: Path) -> TypedFile:
    """*table* as a file of its own in *folder*."""
    return write_typed(table, folder / f"{uuid4().hex}.typed")

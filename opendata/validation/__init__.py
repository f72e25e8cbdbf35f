"""The verdict on a file: its shape, its cells, its codes, and whether it tells on persons."""

from opendata.validation.engine import validate, validate_table
from opendata.validation.registry import derive_schema, infer_schema, named_schema, resolve_schema
from opendata.validation.report import Report
from opendata.validation.schema import Schema

__all__ = [
    "Report",
    "Schema",
    "derive_schema",
    "infer_schema",
    "named_schema",
    "resolve_schema",
    "validate",
    "validate_table",
]

"""Tables that lie inside another file: read and judged as tables are, for what in them tells on persons."""

import tempfile
from dataclasses import replace
from pathlib import Path

from opendata.tables import read
from opendata.validation.documents.inspection import Inspection
from opendata.validation.engine import validate_table
from opendata.validation.registry import infer_schema


def look_for_persons(inspection: Inspection, path: Path, name: str, place: str) -> bool:
    """Note what the table at *path* tells on persons; whether it could be read at all.

    :param name: the table's own name, whose suffix is a hint.
    :param place: what the table is called in the report.
    """
    with tempfile.TemporaryDirectory(dir=inspection.scratch, prefix="table-") as folder:
        table = read(path, name=name, scratch=Path(folder))
        if not table.readable:
            return False
        report = validate_table(table, infer_schema(table))
    for finding in report.findings:
        if finding.code == "personal-information":
            inspection.keep(replace(finding, member=place))
    return True

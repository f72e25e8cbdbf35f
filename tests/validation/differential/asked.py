"""Frictionless asked about a drawn table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import frictionless

from tests.validation.differential.schemas import SECOND
from tests.validation.differential.tables import Drawn

#: Row, field, code.
Triple = tuple[int | None, str | None, str]
HEADER = frozenset({"blank-label", "duplicate-label", "extra-label", "incorrect-label", "missing-label", "blank-header"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What frictionless is told of the file at *path*."""

    path: Path
    schema: Mapping[str, Any]
    dialect: Mapping[str, Any]

    @classmethod
    def plain(cls, drawn: Drawn, path: Path) -> "Question":
        """The file as it is drawn, the header in its first row unless another is declared."""
        dialect = drawn.layout.declared
        return cls(path, drawn.schema, dialect if drawn.tells else {**dialect, "headerRows": [1]})

    def header_in(self, row: int) -> "Question":
        """The same file, its header in another row."""
        return replace(self, dialect={**self.dialect, "headerRows": [row]})

    def by(self, schema: Mapping[str, Any]) -> "Question":
        """The same file by another schema."""
        return replace(self, schema=schema)

    def _resource(self) -> Any:
        told = {
            "name": "a",
            "path": self.path.name,
            "type": "table",
            "format": "csv",
            "encoding": "utf-8",
            "schema": dict(self.schema),
            "dialect": dict(self.dialect),
        }
        # A resource of the first edition may not have a schema of the second.
        if "$schema" in self.schema:
            told["$schema"] = SECOND.replace("tableschema", "dataresource")
        return frictionless.Resource.from_descriptor(told, basepath=str(self.path.parent))

    def faults(self) -> list[Triple]:
        """Its faults. It is asked for them in full, so none is beyond a limit."""
        report = self._resource().validate(frictionless.Checklist(), limit_errors=100_000)
        found = report.flatten(["rowNumber", "fieldName", "type"])
        return [(row, name or None, kind) for row, name, kind in found]

    def values(self, names: Sequence[str]) -> list[tuple[int, tuple[Any, ...]]]:
        """The typed values of the fields *names* in each row."""
        with self._resource() as resource:
            return [(row.row_number, tuple(row[name] for name in names)) for row in resource.row_stream]

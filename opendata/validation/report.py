"""The verdict on one file, with everything needed to believe it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.records import Finding, Text


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, by which schema, in which bytes.

    ``findings`` holds the first 200 of each code, ``counts`` counts all of them. ``schema`` has
    ``name``, ``sha256`` and ``origin`` (named, derived or inferred). ``header_row`` is the physical
    row of the header, 0 where the format has none. ``size`` is in bytes. ``paths`` says for each column
    how its cells were judged: ``vectorised``, ``distinct`` (every distinct text by frictionless' reader)
    or ``reference`` (every row by frictionless itself); empty in reports from before there was a choice.
    """

    valid: bool
    rows: int
    findings: tuple[Finding, ...]
    counts: Mapping[str, int]
    schema: Mapping[str, str]
    format: str
    header_row: int
    sha256: str
    size: int
    encoding: str | None = None
    sheet: str | None = None
    notes: tuple[Text, ...] = field(default=())
    paths: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values; the same report always gives the same ones."""
        return {
            "valid": self.valid,
            "rows": self.rows,
            "counts": dict(self.counts),
            "findings": [finding.to_dict() for finding in self.findings],
            "schema": dict(self.schema),
            "format": self.format,
            "encoding": self.encoding,
            "sheet": self.sheet,
            "header_row": self.header_row,
            "sha256": self.sha256,
            "size": self.size,
            "notes": [{"zh": note.zh, "en": note.en} for note in self.notes],
            "paths": dict(self.paths),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Report":
        """The inverse of :meth:`to_dict`."""
        return cls(
            **{
                **values,
                "findings": tuple(Finding.from_dict(finding) for finding in values["findings"]),
                "notes": tuple(Text(**note) for note in values["notes"]),
            }
        )

"""The verdict on one file, with everything needed to believe it."""

import dataclasses
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from catalog.records import Finding, Text
from opendata.validation.context import Excerpts, Told, address, address_inside, around, place_of
from opendata.validation.frictionless_json import frictionless_report


@dataclass(frozen=True, slots=True)
class ColumnReport:
    """What is known of one column of the file.

    ``number`` is its physical number, ``field`` and ``type`` those of the field that claims it, ``path``
    how its cells were judged, ``masked`` the rule by which it is masked when it is published, ``personal``
    whether its cells tell on persons, so that the report hides them; ``counts`` has the number of faults
    of each code over all rows.
    """

    number: int
    label: str
    field: str | None = None
    type: str | None = None
    path: str | None = None
    masked: str | None = None
    personal: bool = False
    counts: Mapping[str, int] = dataclasses.field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The column as JSON-ready values."""
        return {one.name: getattr(self, one.name) for one in fields(self)} | {"counts": dict(self.counts)}


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, by which schema, in which bytes.

    ``findings`` holds the first 200 of each code, ``counts`` counts all of them. ``schema`` has
    ``name``, ``sha256`` and ``origin`` (named, derived or inferred). ``header_row`` is the physical
    row of the header, 0 where the format has none. ``size`` is in bytes. ``paths`` says for each column
    how its cells were judged: ``vectorised``, ``distinct`` (every distinct text by frictionless' reader)
    or ``reference`` (every row by frictionless itself); empty in reports from before there was a choice.
    ``file`` is the file's own name. ``columns`` has the counts per column; ``excerpts`` the faulty cells among their neighbours, by
    physical row and column; ``hints`` how to mend the faults of a code in a field (``""``: in no field).
    Reports from before these existed have none of them. ``kind`` is a code of
    :data:`catalog.vocabularies.RELEASE_KIND`; what is no table has neither rows nor columns, a ``schema``
    whose ``name`` is empty, and ``facts`` instead (:mod:`opendata.validation.documents`).
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
    notes: tuple[Text, ...] = dataclasses.field(default=())
    paths: Mapping[str, str] = dataclasses.field(default_factory=dict)
    file: str = ""
    first_column: int = 1
    columns: tuple[ColumnReport, ...] = ()
    excerpts: Excerpts = dataclasses.field(default_factory=dict)
    hints: Mapping[str, Mapping[str, Text]] = dataclasses.field(default_factory=dict)
    kind: str = "table"
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the columns, in order."""
        return tuple(column.label for column in self.columns)

    @property
    def fields(self) -> dict[str, int]:
        """The physical column of each field that a column belongs to."""
        return {column.field: column.number for column in self.columns if column.field}

    def renamed(self, file: str) -> "Report":
        """The same report under another name of the file."""
        return dataclasses.replace(self, file=file)

    def limited(self, limit: int | None) -> "Report":
        """The same report with the first *limit* findings of each code; None: all that are kept."""
        if limit is None:
            return self
        taken: Counter[str] = Counter()
        kept = []
        for finding in self.findings:
            taken[finding.code] += 1
            if taken[finding.code] <= limit:
                kept.append(finding)
        return dataclasses.replace(self, findings=tuple(kept))

    def told(self, finding: Finding) -> Told:
        """*finding* with the cells of its row around it (none where it lies in no row) and how it is mended."""
        excerpt = self.excerpts.get(finding.row or 0, {})
        column = place_of(finding, self.fields)
        # Of a column that is missing, the header says nothing.
        is_absent = column is None and finding.row == self.header_row
        context = () if is_absent else around(excerpt, column, self.labels, self.first_column)
        hints = self.hints.get(finding.code, {})
        return Told(
            finding,
            address(finding.row, column) or address_inside(finding.member, finding.page),
            context,
            hints.get(finding.field or "") or hints.get(""),
        )

    def summary(self) -> dict[str, Any]:
        """All but the findings, as JSON-ready values: what is stored beside them."""
        return {
            "valid": self.valid,
            "rows": self.rows,
            "counts": dict(self.counts),
            "schema": dict(self.schema),
            "format": self.format,
            "encoding": self.encoding,
            "sheet": self.sheet,
            "header_row": self.header_row,
            "sha256": self.sha256,
            "size": self.size,
            "notes": [{"zh": note.zh, "en": note.en} for note in self.notes],
            "paths": dict(self.paths),
            "file": self.file,
            "first_column": self.first_column,
            "columns": [column.to_dict() for column in self.columns],
            "excerpts": {
                str(row): {str(column): text for column, text in cells.items()}
                for row, cells in self.excerpts.items()
            },
            "hints": {
                code: {name: {"zh": text.zh, "en": text.en} for name, text in texts.items()}
                for code, texts in self.hints.items()
            },
            "kind": self.kind,
            "facts": dict(self.facts),
        }

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values; the same report always gives the same ones.

        The document is a frictionless report too (``tasks``, ``stats``, ``errors``, ``warnings``), so that
        its tools read it; ``findings`` tells the same in our words.
        """
        summary = self.summary()
        return {
            **frictionless_report(summary, [self.told(finding) for finding in self.findings]),
            **summary,
            "findings": [finding.to_dict() for finding in self.findings],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Report":
        """The inverse of :meth:`to_dict`, and of :meth:`summary` with its ``findings`` put back."""
        known = {one.name: values[one.name] for one in fields(cls) if one.name in values}
        return cls(
            **{
                **known,
                "findings": tuple(Finding.from_dict(finding) for finding in values["findings"]),
                "notes": tuple(Text(**note) for note in values.get("notes", ())),
                "columns": tuple(ColumnReport(**column) for column in values.get("columns", ())),
                "excerpts": {
                    int(row): {int(column): text for column, text in cells.items()}
                    for row, cells in values.get("excerpts", {}).items()
                },
                "hints": {
                    code: {name: Text(**text) for name, text in texts.items()}
                    for code, texts in values.get("hints", {}).items()
                },
            }
        )

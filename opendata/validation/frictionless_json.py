"""Our report as frictionless writes one, so that everything that reads its reports reads ours.

Frictionless refuses a report with an error type of which it does not know. A fault that only we find
therefore has the nearest of its types, and the fault's own code stands in ``code``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from catalog.records import Finding
from opendata.validation.context import Told
from opendata.validation.wording import SENTENCES

_NO_NAME = re.compile(r"[^a-z0-9._-]+")
#: A cell fault, a row fault and a label fault, each with the attributes that frictionless demands of it.
_LABEL_TYPES = frozenset(
    {"blank-label", "duplicate-label", "extra-label", "missing-label", "incorrect-label"}
)
_ROW_TYPES = frozenset({"blank-row", "primary-key", "duplicate-row", "row-constraint", "row-error"})


def _type(finding: Finding) -> str:
    """The error type by which frictionless knows the fault, or the nearest to it."""
    if finding.code == "foreign-key":
        return "row-error"  # its own type demands the whole reference, which a finding does not have
    if finding.code in SENTENCES:
        return finding.code
    if finding.row is None:
        return "table-error"
    return "row-error" if finding.column is None else "cell-error"


def _tags(kind: str) -> list[str]:
    if kind in _LABEL_TYPES:
        return ["#table", "#header", "#label"]
    if kind == "file-error":
        return ["#file"]
    if kind in _ROW_TYPES:
        return ["#table", "#row"]
    return ["#table"] if kind == "table-error" else ["#table", "#row", "#cell"]


def _place(
    kind: str, finding: Finding, cells: Sequence[str], labels: Sequence[str], first_column: int
) -> dict[str, Any]:
    """The attributes that say where, by the names that frictionless gives them."""
    number = None if finding.column is None else finding.column - first_column + 1
    named = {"fieldName": finding.field or "", "fieldNumber": number or 0}
    if kind in _LABEL_TYPES:
        rows = [] if finding.row is None else [finding.row]
        return {"labels": list(labels), "rowNumbers": rows, "label": finding.value or "", **named}
    if finding.row is None:
        return {}
    place: dict[str, Any] = {"cells": list(cells), "rowNumber": finding.row}
    return place if kind in _ROW_TYPES else {**place, "cell": finding.value or "", **named}


def _ours(told: Told) -> dict[str, Any]:
    """What frictionless passes on as it is: our code, both languages, where it is, what is beside it, what to do."""
    finding = told.finding
    ours: dict[str, Any] = {
        "code": finding.code,
        "messageZh": finding.message.zh,
        "messageEn": finding.message.en,
        "expected": finding.expected,
        "address": told.address,
        "byte": finding.byte,
        "sheet": finding.sheet,
        "hint": None if told.hint is None else {"zh": told.hint.zh, "en": told.hint.en},
        "context": [asdict(cell) for cell in told.context],
    }
    return {key: value for key, value in ours.items() if value not in (None, [])}


def _error(told: Told, labels: Sequence[str], first_column: int, *, is_table: bool) -> dict[str, Any]:
    finding = told.finding
    kind = _type(finding) if is_table else "file-error"
    cells = [cell.text for cell in told.context if cell.text is not None]
    return {
        "type": kind,
        "title": kind.replace("-", " ").title(),
        "description": finding.message.en,
        "message": finding.message.en,
        "tags": _tags(kind),
        # Frictionless makes a message of its own around the note.
        "note": finding.message.en + (f" Expected: {finding.expected}" if finding.expected else ""),
        **_ours(told),
        **_place(kind, finding, cells, labels, first_column),
    }


def frictionless_report(summary: Mapping[str, Any], told: Sequence[Told]) -> dict[str, Any]:
    """The part of a report's document that frictionless defines.

    :param summary: :meth:`Report.summary <opendata.validation.report.Report.summary>`.
    :param told: the findings of the report.
    :returns: a descriptor for ``frictionless.Report.from_descriptor``. Its ``errors`` are the findings
        that are errors, of each kind the first; ``stats`` counts all of them. ``cells`` are not the whole
        row but those that the report shows.
    """
    labels = [column["label"] for column in summary["columns"]]
    is_table = summary["kind"] == "table"
    warnings = [str(one.finding.message) for one in told if one.finding.severity == "warning"]
    errors = [
        _error(one, labels, summary["first_column"], is_table=is_table)
        for one in told
        if one.finding.severity == "error"
    ]
    counted = sum(summary["counts"].values()) - len(warnings)
    stats = {"errors": 0 if summary["valid"] else counted, "warnings": len(warnings)}
    place = summary["file"] or summary["sha256"]
    task = {
        "name": _NO_NAME.sub("-", place.lower()).strip("-") or "table",
        "type": "table" if is_table else "file",
        "valid": summary["valid"],
        "place": place,
        "labels": labels,
        "stats": {
            **stats,
            "sha256": summary["sha256"],
            "bytes": summary["size"],
            "fields": len(labels),
            "rows": summary["rows"],
        },
        "warnings": warnings,
        "errors": errors,
    }
    return {"stats": {"tasks": 1, **stats}, "warnings": [], "errors": [], "tasks": [task]}

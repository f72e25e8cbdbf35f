"""The report on a release: as a page, and as JSON, CSV and XLSX to take along."""

import json
from typing import Any

from flask import Response, abort, render_template

from catalog.cell_names import column_letters
from catalog.queries import datasets, releases
from opendata.validation import Report
from opendata.validation.reports.document_facts import document_facts
from opendata.validation.reports.faults_csv import faults_csv
from opendata.validation.reports.marked_workbook import findings_workbook
from opendata.validation.reports.page import faulty_columns, groups
from opendata.web.blueprint import pages
from opendata.web.door import session, today

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/datasets/<slug>/releases/<int:number>/report")
def report_page(slug: str, number: int) -> str:
    """The validation report of a release, finding by finding."""
    release = releases.release(session(), slug, number)
    report = restored(release) if release.report else None
    return render_template(
        "report.html",
        dataset=datasets.dataset(session(), slug, today()),
        release=release,
        report=report,
        groups=list(groups(report)) if report else [],
        faulty_columns=faulty_columns(report) if report else [],
        masked=[column for column in report.columns if column.masked] if report else [],
        facts=list(document_facts(report))[1:] if report else [],  # the first is the kind, which the page has
        letters=column_letters,
    )


@pages.get("/datasets/<slug>/releases/<int:number>/report.json")
def report_json(slug: str, number: int) -> Response:
    """The report as a document that frictionless' tools read, too."""
    document = json.dumps(_report(slug, number).to_dict(), ensure_ascii=False, indent=2)
    return _file(slug, number, "json", "application/json", document.encode())


@pages.get("/datasets/<slug>/releases/<int:number>/report.csv")
def report_csv(slug: str, number: int) -> Response:
    """The findings as CSV."""
    return _file(slug, number, "csv", "text/csv; charset=utf-8", faults_csv([_report(slug, number)]))


@pages.get("/datasets/<slug>/releases/<int:number>/report.xlsx")
def report_xlsx(slug: str, number: int) -> Response:
    """The findings as a workbook, without the data."""
    return _file(slug, number, "xlsx", _XLSX, findings_workbook([_report(slug, number)]))


def restored(release: releases.ReleasePage) -> Report:
    """The stored report; what one from an earlier version lacks is told of by the release."""
    if release.report is None:
        raise AssertionError("a release without a report has none to restore")
    provenance = release.provenance
    known: dict[str, Any] = {
        "rows": release.row.rows or 0,
        "counts": _counted(release.report),
        "schema": {"name": str((release.schema or {}).get("name", "")), "sha256": "", "origin": release.schema_origin or "inferred"},
        "format": "",
        "header_row": 0,
        "sha256": provenance.file_sha256,
        "size": 0,
    }  # fmt: skip
    stored = {key: value for key, value in release.report.document.items() if value is not None}
    findings = [finding.to_dict() for finding in release.report.findings]
    report = Report.from_dict({**known, **stored, "valid": release.report.valid, "findings": findings})
    # Kept bytes are called by their hash; whoever reads the report knows the file by its own name.
    return report.renamed(provenance.file_name)


def _counted(report: releases.ReportPage) -> dict[str, int]:
    counts: dict[str, int] = {}
    for finding in report.findings:
        counts[finding.code] = counts.get(finding.code, 0) + 1
    return counts


def _report(slug: str, number: int) -> Report:
    release = releases.release(session(), slug, number)
    if release.report is None:
        abort(404)
    return restored(release)


def _file(slug: str, number: int, suffix: str, media_type: str, data: bytes) -> Response:
    answer = Response(data, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}-{number}-report.{suffix}"'
    return answer

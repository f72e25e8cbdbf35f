"""``validate``: judge files by a schema, or every release that waits for its verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from catalog.errors import Conflict, InvalidInput
from catalog.records import Text
from catalog.scratch import scratch_folder
from catalog.vocabularies import RELEASE_KIND
from opendata import pipeline
from opendata.cli.console import (
    FINDINGS,
    as_json,
    current_settings,
    open_services,
    out,
    progress,
    show_json,
)
from opendata.cli.inputs import Input, inputs
from opendata.cli.judging import Job, judge_all
from opendata.cli.outputs import distinct_names, move_made, refuse_inputs, write_beside
from opendata.cli.report_view import SHOWN, show_report
from opendata.validation import Report, Schema, named_schema
from opendata.validation.registry import schema_file
from opendata.validation.reports.faults_csv import faults_csv
from opendata.validation.reports.page import report_page

_TITLE = Text("校验", "validate")
_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True)
class _By:
    """What the files are judged by."""

    schema: Schema | None
    vocabularies: Path
    kind: str | None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is asked for beside the verdict: files to write, and how many findings of a kind."""

    html: Path | None
    csv: Path | None
    xlsx: Path | None
    limit: int | None
    json: bool


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, allow_dash=True))
@click.option("--schema", help="A name in schemas/ or the path of a Table Schema (default: inferred).")
@click.option(
    "--kind",
    type=click.Choice([term.code for term in RELEASE_KIND]),
    help="What the files are declared to be (default: what their content is).",
)
@as_json
@click.option("--html", type=_FILE, help="Write all reports as one page that stands alone.")
@click.option("--csv", type=_FILE, help="Write the faults of all files as CSV.")
@click.option(
    "--xlsx",
    type=click.Path(path_type=Path),
    help="Write a copy with the faulty cells marked; of several files, one copy each into this folder.",
)
@click.option(
    "--limit", type=click.IntRange(0), help=f"Findings of each kind to show (on a terminal: {SHOWN})."
)
@click.option(
    "--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes that judge side by side."
)
@click.pass_context
def validate(
    ctx: click.Context,
    files: tuple[Path, ...],
    schema: str | None,
    kind: str | None,
    json_output: bool,
    html: Path | None,
    csv: Path | None,
    xlsx: Path | None,
    limit: int | None,
    jobs: int,
) -> None:
    """校验文件、文件夹或标准输入（-）；不给文件则校验全部待校验版本 | Validate files, folders or stdin, or every release that waits.

    \b
    Examples:
      opendata validate bus-lines.csv --schema bus-lines
      opendata validate 送审/ --jobs 2 --html 报告.html --csv 问题.csv
      opendata validate 名单.xlsx --schema schools --xlsx 名单-标注.xlsx
      opendata validate 通知.pdf --kind document
      cat lines.csv | opendata validate - --schema bus-lines --json
      opendata validate
    """
    if not files:
        _pending(json_output)
        return
    if schema is not None and kind not in {None, "table"}:
        raise InvalidInput(
            f"--schema 只用于数据表，与 --kind {kind} 不能同用。",
            f"--schema is for tables; it cannot be given with --kind {kind}.",
        )
    wanted = _Wanted(html, csv, xlsx, limit, json_output)
    with scratch_folder() as scratch:
        chosen = inputs(files, scratch)
        _check_targets(wanted, [one.path for one in chosen])
        by = _By(_named(schema), _vocabularies(schema), kind)
        reports = _judged(chosen, by, scratch, wanted, jobs)
    _write(reports, wanted)
    if json_output:
        show_json({report.file: report.to_dict() for report in reports})
    if not all(report.valid for report in reports):
        ctx.exit(FINDINGS)


def _named(schema: str | None) -> Schema | None:
    if schema is None:
        return None
    if Path(schema).suffix == ".json":
        return schema_file(Path(schema))
    return named_schema(schema, current_settings().schemas_dir)


def _vocabularies(schema: str | None) -> Path:
    """The folder of vocabularies beside the schema file, if it has one, else that of the settings."""
    beside = Path(schema or "").parent / "vocabularies"
    if schema is not None and Path(schema).suffix == ".json" and beside.is_dir():
        return beside
    return current_settings().schemas_dir / "vocabularies"


def _check_targets(wanted: _Wanted, sources: Sequence[Path]) -> None:
    """Refuse what could not be written, before anything is judged."""
    for target in (wanted.html, wanted.csv, wanted.xlsx):
        if target is not None:
            refuse_inputs(target, sources)
    if len(sources) > 1 and wanted.xlsx is not None and wanted.xlsx.is_file():
        raise Conflict(
            f"要校验 {len(sources)} 份文件，--xlsx 须是文件夹，{wanted.xlsx} 是文件。",
            f"{len(sources)} files are judged: --xlsx must be a folder, {wanted.xlsx} is a file.",
        )


def _judged(chosen: Sequence[Input], by: _By, scratch: Path, wanted: _Wanted, jobs: int) -> list[Report]:
    """The reports in order, each told on the terminal as soon as it is there, its marked copy in its place."""
    copies = _copies(chosen, wanted.xlsx)
    made = [scratch / f"copy-{at}.xlsx" if copy else None for at, copy in enumerate(copies)]
    work = [
        Job(file, by.schema, scratch, beside, by.kind, by.vocabularies)
        for file, beside in zip(chosen, made, strict=True)
    ]
    reports = []
    with progress() as shown:
        shown.begin(_TITLE, len(work))
        for report, beside, copy in zip(judge_all(work, jobs), made, copies, strict=True):
            reports.append(report.limited(wanted.limit))
            if beside and copy:
                copy.parent.mkdir(parents=True, exist_ok=True)
                move_made(beside, copy)
            if not wanted.json:
                show_report(report, out, SHOWN if wanted.limit is None else wanted.limit)
            shown.advance(report.file)
    return reports


def _copies(chosen: Sequence[Input], target: Path | None) -> list[Path | None]:
    """Where the marked copy of each file goes."""
    if target is None:
        return [None] * len(chosen)
    if len(chosen) == 1 and not target.is_dir():
        return [target]
    places = [target / name for name in distinct_names((one.name for one in chosen), ".xlsx")]
    for place in places:
        refuse_inputs(place, [one.path for one in chosen])
    return [*places]


def _write(reports: Sequence[Report], wanted: _Wanted) -> None:
    if wanted.html is not None:
        write_beside(wanted.html, report_page(reports).encode())
    if wanted.csv is not None:
        write_beside(wanted.csv, faults_csv(reports))


def _pending(json_output: bool) -> None:
    with open_services() as services, progress() as shown:
        counts = pipeline.validate(services, shown)
    if json_output:
        show_json(dict(counts))
    else:
        out.print(f"校验 | validated: {dict(counts)}")

"""``validate``: judge files by a schema, or every release that waits for its verdict."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from opendata import pipeline
from opendata.cli.console import (
    FINDINGS,
    as_json,
    current_settings,
    open_services,
    out,
    progress,
    show_findings,
    show_json,
)
from opendata.tables import read
from opendata.validation import Report, infer_schema, named_schema, validate_table
from opendata.validation.registry import schema_file


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--schema", help="A name in schemas/ or the path of a Table Schema (default: inferred).")
@as_json
@click.pass_context
def validate(ctx: click.Context, files: tuple[Path, ...], schema: str | None, json_output: bool) -> None:
    """校验文件；不给文件则校验全部待校验版本 | Validate files, or every release that waits.

    \b
    Examples:
      opendata validate bus-lines.csv --schema bus-lines
      opendata validate *.xlsx --json
      opendata validate
    """
    if not files:
        _pending(json_output)
        return
    settings = current_settings()
    with TemporaryDirectory() as folder:
        reports = {str(file): _judge(file, schema, settings.schemas_dir, Path(folder)) for file in files}
    if json_output:
        show_json({name: report.to_dict() for name, report in reports.items()})
    else:
        for name, report in reports.items():
            _show(name, report)
    if not all(report.valid for report in reports.values()):
        ctx.exit(FINDINGS)


def _judge(file: Path, schema: str | None, schemas: Path, scratch: Path) -> Report:
    if schema is None:
        table = read(file, scratch=scratch)
        return validate_table(table, infer_schema(table))
    judge = schema_file(Path(schema)) if Path(schema).suffix == ".json" else named_schema(schema, schemas)
    return validate_table(read(file, scratch=scratch, dialect=judge.dialect), judge)


def _pending(json_output: bool) -> None:
    with open_services() as services, progress() as shown:
        counts = pipeline.validate(services, shown)
    if json_output:
        show_json(dict(counts))
    else:
        out.print(f"校验 | validated: {dict(counts)}")


def _show(name: str, report: Report) -> None:
    verdict = "[green]合格 | valid[/]" if report.valid else "[red]不合格 | invalid[/]"
    out.print(f"{name}: {verdict}，{report.rows} 行 | rows")
    show_findings(report.findings)

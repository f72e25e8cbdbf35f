"""``diff``: what changed between two releases."""

import click

from opendata.cli.console import RELEASE_NUMBER, as_json, open_services, out, show_json
from opendata.cli.diff_view import show_file, show_rows
from opendata.pipeline.comparison import Comparison, compare
from opendata.pipeline.file_comparison import compare_files
from opendata.publishing.diff.files import FileDiff
from opendata.publishing.diff.rows import CHANGE, FIELDS
from opendata.publishing.diff.telling import columns, counts


@click.command()
@click.argument("dataset", metavar="SLUG")
@click.argument("old", type=RELEASE_NUMBER)
@click.argument("new", type=RELEASE_NUMBER)
@as_json
def diff(dataset: str, old: int, new: int, json_output: bool) -> None:
    """比较两个版本 | Tell what changed between two releases: schema, rows, cells, or the file of what is no table.

    \b
    Example:
      opendata diff bus-lines-307112-0001 1 2
    """
    with open_services() as services, services.readers() as session:
        file = compare_files(services, session, dataset, old, new)
        found = None if file else compare(services, session, dataset, old, new)
    if file:
        _show_file(dataset, old, new, file, json_output=json_output)
    elif found:
        _show_rows(found, json_output=json_output)


def _show_file(dataset: str, old: int, new: int, file: FileDiff, *, json_output: bool) -> None:
    if json_output:
        show_json({"dataset": dataset, "from": old, "to": new, "file": file.to_dict()})
        return
    show_file(old, new, file, out)


def _show_rows(found: Comparison, *, json_output: bool) -> None:
    rows = found.rows
    changes = [one.to_dict() for one in found.schema.changes]
    if json_output:
        told = {
            "dataset": found.slug,
            "from": found.old,
            "to": found.new,
            "breaking": bool(found.schema.breaking),
        }
        lines = [[row[CHANGE], row[FIELDS] or [], *(row[name] for name in columns(rows))] for row in rows.rows.iter_rows(named=True)]  # fmt: skip
        named = {
            "key": list(rows.key),
            "counts": counts(rows),
            "fields": rows.fields,
            "columns": columns(rows),
        }
        show_json({**told, "schema": changes, **named, "rows": lines})
        return
    for one in found.schema.changes:
        out.print(f"{'[bold red]！[/]' if one.breaking else '·'} {one.text.zh} | {one.text.en}")
    show_rows(rows, out)

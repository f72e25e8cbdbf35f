"""``diff``: what changed between two releases."""

import click

from opendata.cli.console import as_json, open_services, out, show_json, show_table
from opendata.pipeline.comparison import compare
from opendata.publishing.diff.rows import CHANGE, FIELDS
from opendata.publishing.diff.telling import columns, counts

SHOWN = 20


@click.command()
@click.argument("dataset", metavar="SLUG")
@click.argument("old", type=int)
@click.argument("new", type=int)
@as_json
def diff(dataset: str, old: int, new: int, json_output: bool) -> None:
    """比较两个版本 | Tell what changed between two releases: schema, rows, cells.

    \b
    Example:
      opendata diff bus-lines-307112-0001 1 2
    """
    with open_services() as services, services.readers() as session:
        found = compare(services, session, dataset, old, new)
    rows = found.rows
    changes = [one.to_dict() for one in found.schema.changes]
    if json_output:
        told = {"dataset": dataset, "from": old, "to": new, "breaking": bool(found.schema.breaking)}
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
    told_rows = "，".join(
        f"{zh} | {name} {counts(rows)[name]}"
        for name, zh in (("added", "新增"), ("removed", "删除"), ("changed", "修改"), ("unchanged", "未变"))
    )
    out.print(told_rows)
    shown = [
        (row[CHANGE], "、".join(row[FIELDS] or ()), *(row[name] for name in columns(rows)))
        for row in rows.rows.head(SHOWN).iter_rows(named=True)
    ]
    if shown:
        title = f"{len(shown)} / {rows.rows.height}"
        show_table(title, ("变更 | change", "字段 | fields", *columns(rows)), shown)

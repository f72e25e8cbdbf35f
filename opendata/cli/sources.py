"""``source``: where data is pulled from."""

from dataclasses import asdict
from pathlib import Path

import click

from catalog import roster, sources
from catalog.errors import NotFound
from catalog.vocabularies import SOURCE_KIND
from opendata.cli.console import as_json, loaded_text, open_services, out, show_json, show_table


@click.group()
def source() -> None:
    """采集源 | Sources of data."""


@source.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, change nothing.")
@as_json
def load(path: Path, dry_run: bool, json_output: bool) -> None:
    """从表格载入采集源 | Load sources from a sheet.

    \b
    Example:
      opendata source load datasets/shandong/sources.csv
    """
    with open_services() as services, services.sessions() as session:
        loaded = sources.load(session, path, now=services.now(), actor="cli")
        (session.rollback if dry_run else session.commit)()
    if json_output:
        show_json({**asdict(loaded), "dry_run": dry_run})
    else:
        out.print(loaded_text(loaded))


@source.command()
@click.argument("code")
@click.option("--kind", required=True, type=click.Choice([term.code for term in SOURCE_KIND]))
@click.option("--url", "location", required=True, help="URL or path.")
@click.option("--name", help="Name (default: the code).")
@click.option("--unit", help="Code of the unit that it belongs to.")
@click.option(
    "--trust",
    "trust_basis",
    default="",
    help="The standing rule that may sign for it; none: a person decides.",
)
@as_json
def add(
    code: str,
    kind: str,
    location: str,
    name: str | None,
    unit: str | None,
    trust_basis: str,
    json_output: bool,
) -> None:
    """登记一个采集源 | Add a source.

    \b
    Example:
      opendata source add weihai --kind ckan --url https://data.example.cn --trust "接入协议"
    """
    with open_services() as services, services.sessions.begin() as session:
        owner = roster.find_unit(session, unit, services.today()) if unit else None
        if unit and owner is None:
            raise NotFound(f"单位名录中没有 {unit!r}", f"no unit on the roster is called {unit!r}")
        added = sources.add(
            session,
            code=code,
            kind=kind,
            location=location,
            name=name or code,
            unit_id=owner.id if owner else None,
            trust_basis=trust_basis,
            now=services.now(),
            actor="cli",
        )
        values = {
            "code": added.code,
            "kind": added.kind,
            "location": added.location,
            "trusted": added.trusted,
        }
    if json_output:
        show_json(values)
    else:
        out.print(f"已登记采集源 {code} | source {code} added")


@source.command("list")
@as_json
def list_(json_output: bool) -> None:
    """列出采集源 | List the sources.

    \b
    Example:
      opendata source list --json
    """
    with open_services() as services, services.readers() as session:
        rows = sources.export(session, services.today())
    if json_output:
        show_json(rows)
    else:
        columns = list(rows[0]) if rows else []
        show_table("采集源 | sources", columns, [list(row.values()) for row in rows])

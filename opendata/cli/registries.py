"""``roster``, ``inventory``, ``plan``, ``negative-list``: load, list and export each registry."""

import csv
import io
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from types import ModuleType

import click

from catalog import inventory as inventory_registry
from catalog import negative_list as negative_list_registry
from catalog import plan as plan_registry
from catalog import roster as roster_registry
from opendata.cli.console import DATE, DAY, as_json, loaded_text, open_services, out, show_json, show_table

LISTED_COLUMNS = 6
Option = Callable[[click.Command], click.Command]
FIELDS = click.option(
    "--fields",
    "fields_path",
    type=click.Path(path_type=Path),
    help="The sheet of 信息项, where it is not the workbook's second sheet.",
)


def registry_group(name: str, title: str, registry: ModuleType, *options: Option) -> click.Group:
    """The commands ``load``, ``list`` and ``export`` of one registry.

    :param registry: a module with ``load(session, path, now=, actor=, valid_from=)`` and ``export(session, day)``.
    :param options: more options of ``load``; what they give goes to the registry under their own names.
    """

    @click.group(name, help=title)
    def group() -> None: ...

    group.add_command(_load_command(name, registry.load, options))
    group.add_command(_list_command(name, registry.export))
    group.add_command(_export_command(name, "export", registry.export))
    return group


def _load_command(name: str, load: Callable, options: tuple[Option, ...]) -> click.Command:  # type: ignore[type-arg]  # each registry has its own keywords
    @click.command(
        "load",
        help=f"载入表格（CSV 或 XLSX） | Load a sheet.\n\n\b\nExample:\n  opendata {name} load FILE --dry-run",
    )
    @click.argument("path", type=click.Path(path_type=Path))
    @click.option("--dry-run", is_flag=True, help="Show what would change, change nothing.")
    @click.option(
        "--valid-from",
        type=DAY,
        metavar=DATE,
        help="From when rows without a date of their own hold (default: today).",
    )
    @click.option("--actor", default="cli", show_default=True, help="Who loads, for the ledger.")
    @as_json
    def command(
        path: Path,
        dry_run: bool,
        valid_from: datetime | None,
        actor: str,
        json_output: bool,
        **more: Path | None,
    ) -> None:
        with open_services() as services, services.sessions() as session:
            loaded = load(
                session,
                path,
                now=services.now(),
                actor=actor,
                valid_from=valid_from.date() if valid_from else None,
                **more,
            )
            (session.rollback if dry_run else session.commit)()
        if json_output:
            show_json({**asdict(loaded), "dry_run": dry_run})
            return
        for change in loaded.changes:
            out.print(f"  {change.action} {change.key} {change.title}", markup=False)
        out.print(("试运行，未保存 | dry run, nothing saved: " if dry_run else "") + loaded_text(loaded))

    for option in options:
        option(command)
    return command


def _rows(export: Callable, day: datetime | None, *, history: bool = False) -> list[dict[str, str]]:  # type: ignore[type-arg]  # module function
    """The rows that hold on *day*; without one: today's, or the whole *history*."""
    with open_services() as services, services.readers() as session:
        default = None if history else services.today()
        rows: list[dict[str, str]] = export(session, day.date() if day else default)
        return rows


def _list_command(name: str, export: Callable) -> click.Command:  # type: ignore[type-arg]  # module function
    @click.command(
        "list",
        help=f"列出某日有效的条目 | List what holds on a day.\n\n\b\nExample:\n  opendata {name} list --on 2018-12-31",
    )
    @click.option("--on", "day", type=DAY, metavar=DATE, help="The day (default: today).")
    @as_json
    def command(day: datetime | None, json_output: bool) -> None:
        rows = _rows(export, day)
        if json_output:
            show_json(rows)
            return
        columns = list(rows[0])[:LISTED_COLUMNS] if rows else []
        show_table(f"{name}: {len(rows)}", columns, [[row[column] for column in columns] for row in rows])

    return command


def _export_command(name: str, verb: str, export: Callable) -> click.Command:  # type: ignore[type-arg]  # module function
    @click.command(
        verb,
        help=f"导出全部历史为可再载入的 CSV | Print the whole history as a CSV that loads back.\n\n\b\nExample:\n  opendata {name} {verb} > {verb}.csv",
    )
    @click.option(
        "--on", "day", type=DAY, metavar=DATE, help="Only what holds on this day (default: all days)."
    )
    @as_json
    def command(day: datetime | None, json_output: bool) -> None:
        rows = _rows(export, day, history=True)
        if json_output:
            show_json(rows)
            return
        text = io.StringIO()
        if rows:
            writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        click.echo(text.getvalue(), nl=False)

    return command


roster = registry_group("roster", "单位名录 | The roster of units.", roster_registry)
inventory = registry_group(
    "inventory", "数据资源清单 | The inventory of data resources.", inventory_registry, FIELDS
)
inventory.add_command(_export_command("inventory", "fields", inventory_registry.export_fields))
plan = registry_group("plan", "开放计划 | The open-data plan.", plan_registry)
negative_list = registry_group("negative-list", "负面清单 | The negative list.", negative_list_registry)

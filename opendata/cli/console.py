"""What every command shares: how errors, findings, tables and progress are shown, and where settings come from."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table

from catalog.errors import InvalidInput, OpenDataError
from catalog.records import Finding, Text
from catalog.registry import Loaded
from opendata import services as wiring
from opendata.settings import Settings, read_settings

FINDINGS, BROKEN = 1, 2
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False)

as_json = click.option("--json", "json_output", is_flag=True, help="Print JSON for machines.")


class Door(click.Group):
    """A group that turns an :class:`OpenDataError` into sentences and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command; nothing that is our error reaches the user as a traceback."""
        try:
            return super().invoke(ctx)
        except OpenDataError as error:
            show_error(error)
            ctx.exit(FINDINGS if isinstance(error, InvalidInput) and error.findings else BROKEN)


def show_error(error: OpenDataError) -> None:
    """Say what went wrong: JSON on stdout if JSON was asked for, else two sentences on stderr."""
    findings = error.findings if isinstance(error, InvalidInput) else ()
    if "--json" in sys.argv:
        values = {"code": error.code, "zh": error.text.zh, "en": error.text.en}
        show_json({"error": {**values, "findings": [finding.to_dict() for finding in findings]}})
        return
    err.print(f"[bold red]错误[/] {error.text.zh}", soft_wrap=True)
    err.print(f"[bold red]error[/] {error.text.en}", soft_wrap=True)
    show_findings(findings, err)


def show_json(values: Any) -> None:  # noqa: ANN401 - anything JSON-ready
    """Print *values* as JSON, the same bytes for the same values."""
    click.echo(json.dumps(values, ensure_ascii=False, indent=2, default=str))


def show_findings(findings: Iterable[Finding], console: Console = out, limit: int = 50) -> None:
    """One line per finding: where, which code, what."""
    listed = list(findings)
    for finding in listed[:limit]:
        places = (("表", finding.sheet), ("行", finding.row), ("列", finding.field or finding.column))
        where = " ".join(f"{word}{value}" for word, value in places if value is not None)
        console.print(f"  {where or '—'}  [yellow]{finding.code}[/]  {finding.message.zh}", soft_wrap=True)
        console.print(f"      {finding.message.en}", style="dim", soft_wrap=True)
    if len(listed) > limit:
        console.print(f"  … 另有 {len(listed) - limit} 个 | {len(listed) - limit} more")


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for people."""
    table = Table(*columns, title=title, title_justify="left", header_style="bold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    out.print(table)


def loaded_text(loaded: Loaded) -> str:
    """What a load did, on one line."""
    return (
        f"新增 | new {loaded.new}, 变更 | changed {loaded.changed},"
        f" 未变 | unchanged {loaded.unchanged}, 退出 | retired {loaded.retired}"
    )


def current_settings() -> Settings:
    """The settings of this process's environment."""
    return read_settings(os.environ, Path.cwd())


@contextmanager
def open_services() -> Iterator[wiring.Services]:
    """The services that the environment's settings name."""
    with wiring.running(current_settings()) as services:
        yield services


class Shown:
    """A :class:`opendata.pipeline.Progress` on the terminal, on stderr."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._task: TaskID | None = None

    def begin(self, title: Text, total: int | None) -> None:
        """Show a new bar; the one before is finished."""
        self.end()
        self._task = self._bars.add_task(f"{title.zh} {title.en}", total=total, what="")

    def advance(self, what: str) -> None:
        """Move the bar on."""
        if self._task is not None:
            self._bars.update(self._task, advance=1, what=what[:40])

    def end(self) -> None:
        """Finish the bar that is shown."""
        if self._task is not None:
            done = self._bars.tasks[self._bars.task_ids.index(self._task)].completed
            self._bars.update(self._task, total=done, what="")


@contextmanager
def progress() -> Iterator[Shown]:
    """Bars on stderr while a long run goes on."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[what]}"),
    )
    with Bars(*columns, console=err) as bars:
        shown = Shown(bars)
        yield shown
        shown.end()

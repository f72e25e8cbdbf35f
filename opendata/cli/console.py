"""What every command shares: how findings, tables and progress are shown, and where settings come from."""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Column, Table

from catalog.moments import CHINA
from catalog.records import Finding, Text
from catalog.registry import Loaded
from opendata import services as wiring
from opendata.settings import Settings, read_settings

FINDINGS, BROKEN = 1, 2
#: How narrow a column of a table may become, in cells, before its texts break into shreds.
_READABLE = 12
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False)

DAY, DATE = click.DateTime(formats=["%Y-%m-%d"]), "YYYY-MM-DD"
#: More no database's integer holds.
RELEASE_NUMBER = click.IntRange(1, 999_999_999)
as_json = click.option("--json", "json_output", is_flag=True, help="Print JSON for machines.")


def show_sentences(text: Text) -> None:
    """What went wrong, for people, on stderr."""
    err.print(f"[bold red]错误[/] {escape(text.zh)}", soft_wrap=True)
    err.print(f"[bold red]error[/] {escape(text.en)}", soft_wrap=True)


def show_json(values: Any) -> None:  # noqa: ANN401 - anything JSON-ready
    """Print *values* as JSON, the same bytes for the same values."""
    click.echo(json.dumps(values, ensure_ascii=False, indent=2, default=str))


def show_findings(findings: Iterable[Finding], console: Console = out, limit: int = 50) -> None:
    """Two lines per finding: where, which code, what, what was expected."""
    listed = list(findings)
    for finding in listed[:limit]:
        places = (("表", finding.sheet), ("行", finding.row), ("列", finding.field or finding.column))
        where = escape(" ".join(f"{word}{value}" for word, value in places if value is not None) or "—")
        wanted = escape(f"  （应为 | expected: {finding.expected}）") if finding.expected else ""
        console.print(
            f"  {where}  [yellow]{finding.code}[/]  {escape(finding.message.zh)}{wanted}", soft_wrap=True
        )
        console.print(f"      {escape(finding.message.en)}", style="dim", soft_wrap=True)
    if len(listed) > limit:
        console.print(f"  … 另有 {len(listed) - limit} 个 | {len(listed) - limit} more")


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for people. Its first column says of what a row is, and stays whole where half the width is enough."""
    cells = [[_shown(cell) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    if sum(widths[:1] + [min(width, _READABLE) for width in widths[1:]]) + 3 * len(widths) >= out.width:
        return _show_rows(title, columns, cells)
    widest = max(widths[:1], default=0)
    table = Table(title=title, title_justify="left", header_style="bold")
    for place, column in enumerate(columns):
        # What is cut off or broken could not be typed into the next command.
        table.add_column(column, overflow="fold", no_wrap=not place and 2 * widest <= out.width)
    for row in cells:
        table.add_row(*map(escape, row))
    return out.print(table)


def _show_rows(title: str, columns: Sequence[str], cells: Iterable[Sequence[str]]) -> None:
    """What is too wide to be read as a table: a heading for each row, and a line for each cell that is not empty."""
    out.print(title, style="italic")
    for row in cells:
        out.print(escape(row[0]), style="bold")
        for column, cell in zip(columns[1:], row[1:], strict=True):
            if cell:
                out.print(f"  [dim]{escape(column)}[/]  {escape(cell)}")


def _shown(cell: object) -> str:
    if isinstance(cell, datetime):
        return china_time(cell)
    return "" if cell is None else str(cell)


def china_time(moment: datetime) -> str:
    """*moment* for people: in China's time, to the minute."""
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def counts(loaded: Loaded) -> dict[str, int]:
    """What a load did, for machines."""
    return {name: getattr(loaded, name) for name in ("new", "changed", "unchanged", "retired")}


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
        self._task = self._bars.add_task(escape(f"{title.zh} {title.en}"), total=total, what="")

    def advance(self, what: str) -> None:
        """Move the bar on."""
        if self._task is not None:
            self._bars.update(self._task, advance=1, what=escape(what[:40]))

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
        MofNCompleteColumn(table_column=Column(min_width=7, no_wrap=True)),
        TimeElapsedColumn(table_column=Column(min_width=7, no_wrap=True)),
        TextColumn("[dim]{task.fields[what]}"),
    )
    with Bars(*columns, console=err) as bars:
        shown = Shown(bars)
        yield shown
        shown.end()

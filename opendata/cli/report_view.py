"""A report on the terminal: the verdict, what was found how often, and the first faults among their neighbours."""

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from catalog.cell_names import column_letters
from opendata.validation import Report
from opendata.validation.context import Told
from opendata.validation.reports.document_facts import document_facts
from opendata.validation.reports.page import Group, faulty_columns, groups

#: Findings of each kind that are shown unless somebody asks for more.
SHOWN = 5
_MILD = "提醒 warning"
_ORIGINS = {
    "named": "",
    "derived": "（由信息项推导 | derived from the inventory）",
    "inferred": "（未指定模式，按全部数据推断 | none was named: inferred over all rows）",
}


def show_report(report: Report, console: Console, limit: int = SHOWN) -> None:
    """Print *report*, of each kind of finding at most *limit*."""
    verdict = "[bold green]✓ 合格 | valid[/]" if report.valid else "[bold red]✗ 不合格 | invalid[/]"
    facts = list(document_facts(report))
    console.print(f"{escape(report.file)}: {verdict}{'' if facts else f'，{report.rows:,} 行 | rows'}")
    for label, value in facts:
        console.print(f"  {label}: {escape(value.zh if value.zh == value.en else str(value))}", style="dim")
    if not facts:
        schema = f"{report.schema['name']}{_ORIGINS.get(report.schema['origin'], '')}"
        console.print(f"  模式 | schema: {escape(schema)}", style="dim")
    for note in report.notes:
        console.print(f"  {escape(str(note))}", style="dim")
    if report.counts:
        console.print(Padding(_counts(report), (0, 0, 0, 2)))
    for group in groups(report, limit):
        _show_group(group, console)


def _counts(report: Report) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for label in ("问题 finding", "代码 code", "数量 count", "所在列 columns"):
        table.add_column(label, overflow="fold", justify="right" if "count" in label else "left")
    columns = faulty_columns(report)
    for group in groups(report, 0):
        where = [
            f"{column_letters(one.number)} {one.label}（{one.counts[group.code]:,}）"
            for one in columns
            if group.code in one.counts
        ]
        name = f"{group.name.zh} {group.name.en}{f'（{_MILD}）' if group.mild else ''}"
        table.add_row(escape(name), group.code, f"{group.count:,}", escape("、".join(where)))
    return table


def _show_group(group: Group, console: Console) -> None:
    if not group.shown:
        return
    console.print(f"\n  [bold]{escape(group.name.zh)} | {escape(group.name.en)}[/] ({group.count:,})")
    if group.hint:
        _show_hint(group.hint.zh, group.hint.en, console)
    for told in group.shown:
        _show_finding(told, console, hinted=group.hint is not None)
    more = group.count - len(group.shown)
    if more > 0:
        console.print(f"  … 另有 {more:,} 处 | {more:,} more", style="dim")


def _show_hint(zh: str, en: str, console: Console) -> None:
    console.print(f"  [green]怎么改[/] {escape(zh)}", soft_wrap=True)
    console.print(f"         {escape(en)}", style="dim", soft_wrap=True)


def _show_finding(told: Told, console: Console, *, hinted: bool) -> None:
    finding = told.finding
    colour = "red" if finding.severity == "error" else "yellow"
    wanted = f"  （应为 | expected: {finding.expected}）" if finding.expected else ""
    mild = f" {_MILD}" if finding.severity == "warning" else ""
    place = f"[{colour}]{told.address or '—'}{mild}[/]"
    console.print(f"  {place}  {escape(finding.message.zh + wanted)}", soft_wrap=True)
    console.print(f"      {escape(finding.message.en)}", style="dim", soft_wrap=True)
    if told.context:
        cells = [_cell(cell.text, faulty=cell.faulty) for cell in told.context]
        console.print(f"      {finding.row} │ {' │ '.join(cells)}", soft_wrap=True)
    if told.hint and not hinted:
        _show_hint(told.hint.zh, told.hint.en, console)


def _cell(text: str | None, *, faulty: bool) -> str:
    shown = "∅" if text is None else escape(text.replace("\n", "⏎")) or "␣"
    return f"[bold red]▸{shown}◂[/]" if faulty else shown

"""The difference of two releases on the terminal.

Of tables each changed cell has a line of its own, other rows one line each; of files each member that differs.
"""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl
from rich.console import Console
from rich.text import Text as Line

from opendata.publishing.diff.files import FileDiff
from opendata.publishing.diff.rows import ADDED, AFTER, BEFORE, CHANGE, FIELDS, REMOVED, RowDiff
from opendata.publishing.diff.telling import columns, counts

#: Rows of each kind of change that are shown; ``--json`` has all.
SHOWN = 10
#: Characters of a cell that are shown.
_LONGEST = 60
_KINDS = (("added", "新增"), ("removed", "删除"), ("changed", "修改"), ("unchanged", "未变"))
_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
#: Members of archives that are shown.
_MEMBERS = 20
_Row = Mapping[str, str | None]


def show_rows(diff: RowDiff, console: Console) -> None:
    """Print how many rows differ and the first of each kind, changed rows as ``field: before → after``.

    An added or removed row is cut to the console's width; its key stands first.
    """
    total = counts(diff)
    console.print("，".join(f"{zh} | {name} {total[name]:,}" for name, zh in _KINDS))
    by = f"按键比较 | by key: {'，'.join(map(_plain, diff.key))}" if diff.key else "整行比较 | by whole rows"
    console.print(Line(f"  {by}"), style="dim")
    for before, after in zip(_of(diff, BEFORE), _of(diff, AFTER), strict=True):
        _row(console, *_SIGNS["changed"], [_named(name, after[name]) for name in diff.key])
        for name in after[FIELDS] or ():
            told = f"      {_plain(name)}: {_cell(before[name])} → {_cell(after[name])}"
            console.print(Line(told), soft_wrap=True)
    _more(console, total["changed"])
    for kind in (ADDED, REMOVED):
        for row in _of(diff, kind):
            rest = [name for name in columns(diff) if name not in diff.key and row[name] is not None]
            _row(console, *_SIGNS[kind], [_named(name, row[name]) for name in (*diff.key, *rest)])
        _more(console, total[kind])


def show_file(old: int, new: int, diff: FileDiff, console: Console) -> None:
    """Print the file of the releases *old* and *new*, and the first members that differ with their sizes in bytes."""
    console.print("文件未变 | the same file" if diff.same else "文件已更换 | the file was replaced")
    for number, one in ((old, diff.before), (new, diff.after)):
        told = f"  {number}  {_plain(one.name)}，{one.media_type}，{one.size:,} 字节 | bytes"
        console.print(Line(told), soft_wrap=True)
        console.print(f"     sha256 {one.sha256}", style="dim", soft_wrap=True)
    for member in diff.members[:_MEMBERS]:
        sizes = " → ".join(
            "" if size is None else f"{size:,}" for size in (member.size_before, member.size_after)
        )
        sign, colour = _SIGNS[member.change]
        console.print(
            Line.assemble("  ", (sign, f"bold {colour}"), f" {_plain(member.name)}  {sizes.strip()}"),
            soft_wrap=True,
        )
    _more(console, sum(diff.counts.values()) - diff.counts["unchanged"] if diff.counts else 0, _MEMBERS)


def _of(diff: RowDiff, kind: str) -> Iterator[_Row]:
    return diff.rows.filter(pl.col(CHANGE) == kind).head(SHOWN).iter_rows(named=True)


def _row(console: Console, sign: str, colour: str, cells: Sequence[str]) -> None:
    line = Line.assemble("  ", (sign, f"bold {colour}"), " ", "  ".join(cells))
    console.print(line, no_wrap=True, overflow="ellipsis", soft_wrap=False)


def _more(console: Console, total: int, shown: int = SHOWN) -> None:
    if total > shown:
        console.print(f"  … 另有 {total - shown:,} 个 | {total - shown:,} more", style="dim")


def _named(name: str, cell: str | None) -> str:
    return f"{_plain(name)}={_cell(cell)}"


def _cell(text: str | None) -> str:
    if text is None:
        return "∅"
    return _plain(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…") or "␣"


def _plain(text: str) -> str:
    """*text* with what steers a terminal spelled out, a line break as ⏎."""
    return "".join(
        one if one.isprintable() else "⏎" if one == "\n" else one.encode("unicode_escape").decode()
        for one in text
    )

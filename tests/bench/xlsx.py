"""``read`` of a workbook beside openpyxl's reading of all its values: processor and wall time, as ratios.

Two workbooks of the same 12 columns, one with its strings in the cells, one with shared strings, as Excel writes them.
"""

import datetime as dt
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import openpyxl
from rich.console import Console
from rich.table import Table as Grid

from opendata.tables import read

ROWS = 100_000
_LABELS = ["no", "name", "uscc", "division", "start", "end", "lon", "lat", "count", "at", "kind", "open"]
OUT = Console()


def _rows(count: int) -> Iterator[list[object]]:
    dice = random.Random(1)
    yield list(_LABELS)
    for number in range(count):
        day = dt.date(2018, dice.randrange(1, 13), dice.randrange(1, 29))
        moment = dt.datetime(2018, 1, 2, 8, dice.randrange(60))  # noqa: DTZ001 - Excel knows no zones
        place = [round(dice.uniform(115, 122), 6), round(dice.uniform(34, 38), 6)]
        yield [
            *(
                f"SD{number:012}",
                f"济南市历下区{dice.randrange(10**6)}号单位",
                f"91370{dice.randrange(10**12):012}X",
            ),
            *(f"3701{dice.randrange(2, 9):02}", day, day, *place, dice.randrange(10**6), moment),
            *(dice.choice(["许可", "处罚", "备案"]), dice.choice([True, False])),
        ]


def _write(path: Path, rows: int, *, shared: bool) -> None:
    book = openpyxl.Workbook(write_only=not shared)
    sheet = book.create_sheet("data", 0)
    for row in _rows(rows):
        sheet.append(row)
    book.save(path)


def by_openpyxl(path: Path) -> int:
    """How many values the first sheet has, each of them read."""
    book = openpyxl.load_workbook(path, read_only=True)
    return sum(len(row) for row in book.worksheets[0].iter_rows(values_only=True))


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """Processor and wall seconds of *work*, the better of two."""
    spent = []
    for _ in range(2):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        spent.append((time.process_time() - processor, time.perf_counter() - wall))
    return min(spent)


def bench(folder: Path, rows: int) -> None:
    """Measure and print one table."""
    grid = Grid("", "s (processor)", "s (wall)", "ratio", title=f"XLSX, {rows:,} × 12", title_justify="left")
    for name, shared in (("strings in cells", False), ("shared strings", True)):
        path = folder / "data.xlsx"
        _write(path, rows, shared=shared)
        table = read(path, scratch=folder)
        assert table.rows == rows, table.findings
        ours = measured(partial(read, path, scratch=folder))
        theirs = measured(partial(by_openpyxl, path))
        for who, (processor, wall) in (("read", ours), ("openpyxl", theirs)):
            grid.add_row(f"{name}: {who}", f"{processor:.2f}", f"{wall:.2f}", f"{processor / ours[0]:.1f}")
    OUT.print(grid)


def main(arguments: Sequence[str]) -> None:
    """*arguments*: perhaps the number of rows."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench(Path(folder), int(arguments[0]) if arguments else ROWS)


if __name__ == "__main__":
    main(sys.argv[1:])

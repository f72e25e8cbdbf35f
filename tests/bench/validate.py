"""``make bench-validate``: our verdict beside frictionless' own, in one warm process, as ratios of processor time.

A register of a million rows and twelve columns: clean, with one row in a thousand bad, with every row bad; its days
in ISO 8601, and under a schema that lets them be written in any way. Frictionless is measured on a tenth of the rows,
on which both name the same faults, and scaled: its time per row is constant. Then typed Parquet in the same pass
beside pyarrow's plain conversion, a file of identity numbers, and, if asked for, the memory that big files take.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import frictionless
import polars as pl
import pyarrow.parquet as pq
from pyarrow import csv as arrow_csv
from rich.console import Console
from rich.table import Table as Grid

from opendata.tables import Table, read
from opendata.validation import Report, validate
from opendata.validation.batches import batches
from opendata.validation.tally import KEPT_PER_CODE
from tests.bench.register import SCHEMA, any_dates, write

ROWS = 1_000_000
SCALE = 10
BAD = {"clean": 0.0, "1 ‰ bad": 0.001, "all bad": 1.0}
OUT = Console(width=110)


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the processor, of all threads, and by the clock."""

    processor: float
    clock: float

    def times(self, count: int) -> "Spent":
        """So many times as much."""
        return Spent(self.processor * count, self.clock * count)


def measured(work: Callable[[], object], times: int = 4) -> Spent:
    """What *work* takes, the better of *times*."""
    found = []
    for _ in range(times):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        found.append((time.process_time() - processor, time.perf_counter() - clock))
    return Spent(min(one for one, _ in found), min(one for _, one in found))


def by_frictionless(path: Path, schema: Mapping[str, Any]) -> frictionless.Report:
    """Frictionless alone, with every fault."""
    ready = frictionless.Schema.from_descriptor(dict(schema))
    resource = frictionless.Resource(path=path.name, basepath=str(path.parent), schema=ready)
    return resource.validate(limit_errors=10**9)


Triple = tuple[int, str, str]


def same_faults(ours: Report, theirs: frictionless.Report) -> str:
    """Whether both name the same faults; of each kind we name the first ones, and count all."""
    every = sorted(
        (row, field, kind) for row, field, kind in theirs.flatten(["rowNumber", "fieldName", "type"])
    )
    first: dict[str, list[Triple]] = {}
    for triple in every:
        first.setdefault(triple[2], []).append(triple)
    wanted = sorted(one for found in first.values() for one in found[:KEPT_PER_CODE])
    named = sorted((one.row or 0, one.field or "", one.code) for one in ours.findings)
    same = named == wanted and dict(ours.counts) == Counter(kind for _, _, kind in every)
    return f"{len(every):,} faults, (row, field, type): {'equal' if same else 'NOT EQUAL'}"


def count(table: Table) -> int:
    """The rows of *table*, parsed as the sweep does."""
    return sum(len(batch) for batch in batches(table))


def _raw(path: Path, folder: Path) -> dict[str, Spent]:
    table = read(path, scratch=folder)
    texts = arrow_csv.ConvertOptions(column_types={one["name"]: "string" for one in SCHEMA["fields"]})
    return {
        "parse as text, ours, in batches": measured(partial(count, table)),
        "parse as text, polars": measured(partial(pl.read_csv, path, infer_schema=False)),
        "parse as text, pyarrow": measured(partial(arrow_csv.read_csv, path, convert_options=texts)),
    }


def bench_verdicts(folder: Path, rows: int) -> None:
    """One table per schema and share of bad rows."""
    path, tenth = folder / "all.csv", folder / "tenth.csv"
    clean: dict[str, Spent] = {}
    for state, share in BAD.items():
        write(path, rows, share=share)
        write(tenth, rows // SCALE, share=share)
        for dates, schema in (("ISO dates", SCHEMA), ("format: any", any_dates())):
            whole = partial(validate, path, schema, schemas=folder, scratch=folder)
            whole()
            ours = measured(whole)
            found: list[frictionless.Report] = []
            theirs = measured(
                lambda schema=schema, found=found: found.append(by_frictionless(tenth, schema)), 1
            )
            seconds = {"validate: read, judged, privacy": ours, "frictionless, scaled": theirs.times(SCALE)}
            if share == 0.0:
                seconds |= _raw(path, folder)
            size = path.stat().st_size / 1e6
            show(f"{rows:,} × {len(SCHEMA['fields'])}, {size:.0f} MB, {dates}, {state}", seconds)
            if dates in clean:
                OUT.print(f"{ours.processor / clean[dates].processor:.2f} times the clean file")
            clean.setdefault(dates, ours)
            tenths = validate(tenth, schema, schemas=folder, scratch=folder)
            OUT.print(f"the tenth: {same_faults(tenths, found[0])}\n")


def show(title: str, seconds: Mapping[str, Spent]) -> None:
    """One table: seconds, and how many times ours each is, by the processor."""
    grid = Grid(
        "", "s (processor)", "s (clock)", "times ours", "ours, times it", title=title, title_justify="left"
    )
    ours = next(iter(seconds.values()))
    for name, spent in seconds.items():
        ratio = spent.processor / ours.processor
        seconds_shown = f"{spent.processor:.2f}", f"{spent.clock:.2f}"
        grid.add_row(name, *seconds_shown, f"{ratio:.1f}", f"{1 / ratio:.2f}")
    OUT.print(grid)


def converted(path: Path, out: Path) -> None:
    """The file as Parquet with the types that Arrow guesses, batch by batch."""
    rows = arrow_csv.open_csv(path)
    with pq.ParquetWriter(out, rows.schema) as writer:
        for batch in rows:
            writer.write_batch(batch)


def bench_typed(folder: Path, rows: int) -> None:
    """Typed Parquet left in the same pass."""
    path = folder / "all.csv"
    write(path, rows)
    work = partial(validate, path, SCHEMA, schemas=folder, scratch=folder, typed=folder / "typed.parquet")
    seconds = {
        "validate, leaving typed Parquet": measured(work),
        "CSV to Parquet, pyarrow": measured(partial(converted, path, folder / "plain.parquet")),
    }
    show("in one pass", seconds)


def bench_persons(folder: Path, rows: int) -> None:
    """Identity numbers in one column of twelve, as they are, and masked."""
    path = folder / "all.csv"
    write(path, rows, persons=True)
    fields = [
        one if one["name"] != "uscc" else {"name": "uscc", "type": "string"} for one in SCHEMA["fields"]
    ]
    mask = {"mask": {"rule": "keep", "first": 6, "last": 0}}
    masked = [one if one["name"] != "uscc" else {**one, **mask} for one in fields]
    for state, described in (("as they are", fields), ("masked", masked)):
        schema = {**SCHEMA, "fields": described}
        report = validate(path, schema, schemas=folder, scratch=folder, typed=folder / "typed.parquet")
        OUT.print(f"{rows:,} identity numbers {state}: {'valid' if report.valid else 'blocked'}")
        for one in report.findings:
            OUT.print(f"  {one.message.en}")
    shown = pq.read_table(folder / "typed.parquet", columns=["uscc"])["uscc"]
    OUT.print(f"  in the typed file: {shown[0].as_py()} …\n")


def bench_memory(folder: Path, rows: int) -> None:
    """Validate in a process of its own, and ask the system what it took at most."""
    path = folder / "all.csv"
    write(path, rows)
    for typed in ("", "typed.parquet"):
        command = [sys.executable, "-m", "tests.bench.validate", "--child", str(path), typed]
        clock = time.perf_counter()
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        also = ", leaving typed Parquet" if typed else ""
        OUT.print(
            f"{rows:,} rows, {path.stat().st_size / 1e6:.0f} MB{also}: at most {told.strip()} MiB,"
            f" {time.perf_counter() - clock:.1f} s with the start of Python"
        )
        (folder / "typed.parquet").unlink(missing_ok=True)
    path.unlink()


def child(path: Path, typed: str) -> None:
    """Validate *path*; print the peak of memory in MiB."""
    left = path.with_name(typed) if typed else None
    report = validate(path, SCHEMA, schemas=path.parent, scratch=path.parent, typed=left)
    assert report.valid, report.counts
    # Not ru_maxrss, which a child begins with at what its parent had.
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    print(int(peak) // 1024)


def main(arguments: Sequence[str]) -> None:
    """*arguments*: how many rows to judge, and how many to measure memory with; or a child's."""
    if arguments and arguments[0] == "--child":
        child(Path(arguments[1]), arguments[2])
        return
    rows = int(arguments[0]) if arguments else ROWS
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        bench_verdicts(folder, rows)
        bench_typed(folder, rows)
        bench_persons(folder, rows)
        for big in map(int, arguments[1:]):
            bench_memory(folder, big)


if __name__ == "__main__":
    main(sys.argv[1:])

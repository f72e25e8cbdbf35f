"""``make bench-publish``: publication beside the best libraries, each on one conversion, in one run; ratios.

One table of 12 columns as the registers of a province have them. Ours reads the typed file that validation left and
writes CSV, CSV.gz, JSON lines, Parquet, profile and manifest; a library makes one file of the same table. Seconds are
by the clock, the better of two; processor seconds stand beside them, for machines that are busy.
"""

import gzip
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl
import polars.selectors as cs
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
from isal import igzip_threaded
from rich.console import Console
from rich.table import Table as Grid

from catalog.records import Text
from opendata.publishing.build import build
from opendata.publishing.formats import FORMATS
from opendata.publishing.formats.packed import CsvGz
from opendata.publishing.formats.shape import Shape
from opendata.publishing.package import Metadata
from opendata.publishing.products import make_one, pieces
from opendata.publishing.profile import Profile
from opendata.publishing.profile.column import TOP
from opendata.publishing.profile.histogram import CLASSES
from opendata.publishing.sink import Sink
from opendata.tables import read
from opendata.tables.typed_file import TypedFile, open_typed
from opendata.tables.typed_sink import GROUP_ROWS, TypedSink
from opendata.validation import validate_table
from opendata.validation.schema import make_schema
from tests.bench.licences import SCHEMA, licences

ROWS = 1_000_000
SHEET_ROWS = 100_000
BIG = 5_000_000
PUBLIC = Metadata("licences", Text("行政许可", "Licences"), "1", datetime(2018, 12, 31, tzinfo=UTC))
OUT = Console()


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and of the processor."""

    clock: float
    processor: float


def measured(work: Callable[[], object], times: int = 2) -> Spent:
    """What *work* takes, the better of *times*."""
    best = Spent(float("inf"), float("inf"))
    for _ in range(times):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        spent = Spent(time.perf_counter() - clock, time.process_time() - processor)
        best = min(best, spent, key=lambda one: one.clock)
    return best


def write_rows(path: Path, rows: int) -> TypedFile:
    """A typed file of *rows* rows, made in batches."""
    first = licences(0, 1).to_arrow(compat_level=pl.CompatLevel.oldest())
    with closing(TypedSink(path, first.schema)) as out:
        for start in range(0, rows, GROUP_ROWS):
            out.write(licences(start, min(GROUP_ROWS, rows - start)).to_arrow().cast(first.schema))
    return open_typed(path)


def released(file: TypedFile, folder: Path) -> None:
    """All the files of a big release, which are then thrown away."""
    with tempfile.TemporaryDirectory(dir=folder) as release:
        build(file, SCHEMA, Path(release), PUBLIC, eager_rows=0)


def bench_formats(folder: Path, file: TypedFile, rows: int) -> None:
    """Everything at once beside single conversions of the same CSV, and of the same Parquet."""
    text = folder / "valid.csv"
    pl.read_parquet(file.path).write_csv(text)
    arrow = arrow_csv.ConvertOptions(column_types={field.name: field.type for field in file.schema})
    out = folder / "out"
    sql = duckdb.connect()
    types = dict(pl.read_parquet_schema(file.path))
    csv = partial(pl.scan_csv, text, schema=types)
    from_csv = {
        "CSV → CSV, polars": lambda: csv().sink_csv(out),
        "CSV → JSON lines, polars": lambda: csv().sink_ndjson(out),
        "CSV → JSON lines, duckdb": lambda: sql.execute(f"COPY (FROM read_csv('{text}')) TO '{out}' (FORMAT json)"),
        "CSV → Parquet, polars": lambda: csv().sink_parquet(out),
        "CSV → Parquet, pyarrow": lambda: pq.write_table(
            arrow_csv.read_csv(text, convert_options=arrow), out, compression="zstd"
        ),
        "CSV → Parquet, duckdb": lambda: sql.execute(
            f"COPY (FROM read_csv('{text}')) TO '{out}' (FORMAT parquet, COMPRESSION zstd)"
        ),
        "CSV → CSV.gz, isal": lambda: packed_by_isal(text, out),
        "CSV → profile, polars": lambda: profiled_by_polars(text, types),
        "CSV → profile, duckdb (SUMMARIZE: distinct values estimated, no most frequent ones)": lambda: sql.execute(
            f"SUMMARIZE FROM read_csv('{text}')"
        ).fetchall(),
        "typed Parquet → CSV, polars": lambda: pl.scan_parquet(file.path).sink_csv(out),
        "typed Parquet → JSON lines, polars": lambda: pl.scan_parquet(file.path).sink_ndjson(out),
        "typed Parquet → JSON lines, duckdb": lambda: sql.execute(f"COPY (FROM '{file.path}') TO '{out}' (FORMAT json)"),
        "typed Parquet → Parquet, sorted, polars": lambda: pl.scan_parquet(file.path).sort(SCHEMA["sort"]).sink_parquet(out),
    }  # fmt: skip
    ours = measured(partial(released, file, folder))
    show(
        f"{rows:,} × {len(SCHEMA['fields'])}: CSV, CSV.gz, JSON lines, Parquet, profile, manifest",
        ours,
        from_csv,
    )
    profile = measured(lambda: whole_profile(file))
    OUT.print(
        f"of it the profile: {profile.clock:.2f} s by the clock, {profile.processor:.2f} s of the processor\n"
    )


def show(title: str, ours: Spent, others: dict[str, Callable[[], object]]) -> None:
    """One line for each library; the slowest of the best of each conversion is what ours is held against."""
    grid = Grid("", "s (clock)", "s (processor)", title=title, title_justify="left")
    grid.add_row("all of them, ours", f"{ours.clock:.2f}", f"{ours.processor:.2f}")
    best: dict[str, tuple[Spent, str]] = {}
    for name, work in others.items():
        spent = measured(work)
        grid.add_row(name, f"{spent.clock:.2f}", f"{spent.processor:.2f}")
        kind = name.partition(", ")[0]
        best[kind] = min(best.get(kind, (spent, name)), (spent, name), key=lambda one: one[0].clock)
    OUT.print(grid)
    for origin in ("CSV", "typed Parquet"):
        known = [pair for kind, pair in best.items() if kind.startswith(f"{origin} ")]
        slowest, name = max(known, key=lambda one: one[0].clock)
        clock, processor = ours.clock / slowest.clock, ours.processor / slowest.processor
        OUT.print(f"ours to {name}, the slowest: {clock:.2f} by the clock, {processor:.2f} of the processor")


def whole_profile(file: TypedFile) -> None:
    """The profile alone."""
    profile = Profile(Shape(SCHEMA, file))
    for rows in pieces(file):
        profile.add(rows)
    profile.result()


def profiled_by_polars(source: Path, types: dict[str, Any]) -> None:
    """Of each column what :class:`Profile` tells: nulls, different and most frequent values, range, lengths, classes."""
    frame = pl.read_csv(source, schema=types)
    ordered = cs.numeric() | cs.temporal()
    lengths = cs.string().str.len_chars()
    frame.select(
        cs.all().null_count().name.suffix(" nulls"),
        ordered.min().name.suffix(" min"),
        ordered.max().name.suffix(" max"),
        lengths.min().name.suffix(" shortest"),
        lengths.max().name.suffix(" longest"),
        lengths.mean().name.suffix(" average"),
    )
    # As ours: the key is unique, as was judged before.
    for column in frame.drop(SCHEMA["primaryKey"]):
        counts = column.value_counts(name="number of it")
        counts.top_k(TOP, by="number of it")
    for column in frame.select(ordered):
        column.cast(pl.Int64 if column.dtype.is_temporal() else pl.Float64).hist(bin_count=CLASSES)


def packed_by_isal(source: Path, target: Path) -> None:
    """Isal with its own threads."""
    with source.open("rb") as plain, igzip_threaded.open(target, "wb", compresslevel=2) as packed:
        while piece := plain.read(1 << 20):
            packed.write(piece)


def bench_gzip(folder: Path, file: TypedFile) -> None:
    """Ours beside gzip's own level 6, on the CSV file as it is published."""
    make_one(Shape(SCHEMA, file), FORMATS["csv"], folder, "published")
    plain, target = folder / "published.csv", folder / "ours.gz"
    sizes = {}

    def ours() -> None:
        target.unlink(missing_ok=True)
        with plain.open("rb") as source, Sink(target) as sink:
            packer = CsvGz().pack(sink)
            while piece := source.read(1 << 20):
                packer.write(piece)
            packer.close()
        sizes["ours"] = sink.size

    def theirs() -> None:
        sizes["gzip"] = len(gzip.compress(plain.read_bytes(), 6))

    one, other = measured(ours), measured(theirs, times=1)
    OUT.print(
        f"gz: {one.clock:.2f} s by the clock, {one.processor:.2f} s of the processor; gzip level 6"
        f" {other.clock:.2f} s: {other.clock / one.clock:.1f} and {other.processor / one.processor:.1f} times as fast,"
        f" {100 * sizes['ours'] / sizes['gzip'] - 100:.1f} % larger ({sizes['ours']:,} to {sizes['gzip']:,} bytes)\n"
    )


def bench_xlsx(folder: Path) -> None:
    """A workbook beside openpyxl's, and what it holds."""
    file = write_rows(folder / "sheet.parquet", SHEET_ROWS)
    rows = file.table().to_pylist()

    def ours() -> None:
        (folder / "ours.xlsx").unlink(missing_ok=True)
        make_one(Shape(SCHEMA, file), FORMATS["xlsx"], folder, "ours")

    def theirs() -> None:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in rows:
            sheet.append([*row.values()])
        book.save(folder / "theirs.xlsx")

    one, other = measured(ours), measured(theirs, times=1)
    found = openpyxl.load_workbook(folder / "ours.xlsx", read_only=True)["数据"]
    (cells,) = found.iter_rows(min_row=2, max_row=2, values_only=True)
    whole = cells[file.column_names.index("count")]
    OUT.print(
        f"XLSX of {SHEET_ROWS:,} rows: {one.processor:.2f} s of the processor, openpyxl {other.processor:.2f} s:"
        f" {other.processor / one.processor:.1f} times as fast; a whole number comes back as {whole!r}\n"
    )


def bench_memory(folder: Path, rows: int) -> None:
    """Publish in a process of its own, and ask the system what it took at most."""
    write_rows(folder / "big.parquet", rows)
    command = [sys.executable, "-m", "tests.bench.publish", "--child", str(folder)]
    clock = time.perf_counter()
    before, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    OUT.print(
        f"{rows:,} rows: at most {peak} MiB, {before} of them before the first row;"
        f" {time.perf_counter() - clock:.1f} s"
    )
    (folder / "big.parquet").unlink()


def child(folder: Path) -> None:
    """Publish ``big.parquet``; print the peak of memory in MiB before and after."""
    before = most_memory()
    released(open_typed(folder / "big.parquet"), folder)
    print(before, most_memory())


def most_memory() -> int:
    """The peak of this process's memory in MiB; not ru_maxrss, which a child begins with at what its parent had."""
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    return int(peak) // 1024


def bytes_read() -> int:
    """How many bytes this process has read so far, by the system's count."""
    (count,) = re.findall(r"rchar: (\d+)", Path("/proc/self/io").read_text("utf-8"))
    return int(count)


def bench_upload(folder: Path, rows: int) -> None:
    """From the bytes as an agency sent them to public files; how often those bytes were read on the way.

    The system counts what the process reads; whoever read the raw bytes again to publish would show there.
    """
    raw, made, scratch = folder / "valid.csv", folder / "typed.parquet", folder / "pass"
    scratch.mkdir()
    size = raw.stat().st_size
    steps: dict[str, tuple[float, int]] = {}

    def step(name: str, work: Callable[[], Any]) -> Any:
        clock, read_before = time.perf_counter(), bytes_read()
        result = work()
        steps[name] = time.perf_counter() - clock, bytes_read() - read_before
        return result

    table = step("read", lambda: read(raw, scratch=scratch))
    schema = make_schema(SCHEMA, "bench", "named")
    report = step("judge and type", lambda: validate_table(table, schema, scratch=scratch, typed=made))
    assert report.valid, report.counts
    raw.rename(folder / "out-of-reach")
    step("publish", lambda: released(open_typed(made), folder))
    told = "; ".join(
        f"{name} {clock:.1f} s, {count / size:.2f} × the raw bytes read"
        for name, (clock, count) in steps.items()
    )
    whole = sum(clock for clock, _ in steps.values())
    OUT.print(f"upload to public files, {rows:,} rows, {size:,} bytes: {whole:.1f} s ({told})")


def main(arguments: Sequence[str]) -> None:
    """*arguments*: how many rows to convert, and how many to measure memory with; or a child's."""
    if arguments and arguments[0] == "--child":
        child(Path(arguments[1]))
        return
    rows = int(arguments[0]) if arguments else ROWS
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        file = write_rows(folder / "typed-rows.parquet", rows)
        bench_formats(folder, file, rows)
        bench_gzip(folder, file)
        bench_xlsx(folder)
        for big in map(int, arguments[1:]) if arguments[1:] else (ROWS, BIG):
            bench_memory(folder, big)
        bench_upload(folder, rows)


if __name__ == "__main__":
    main(sys.argv[1:])

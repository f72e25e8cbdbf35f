"""``make bench-validate``: our verdict beside frictionless' own, on a clean file, one in which one row in a
thousand is bad, and one in which every row is. Processor time in one warm process, as ratios.

Frictionless is measured on a tenth of the rows and scaled: its time per row is constant.
"""

import csv
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import frictionless
import polars as pl
import pyarrow.parquet as pq
from pyarrow import csv as arrow_csv
from rich.console import Console
from rich.table import Table as Grid

from catalog.codes import uscc_check_digit
from opendata.tables import Table, read
from opendata.validation import validate, validate_table
from opendata.validation.batches import batches
from opendata.validation.schema import make_schema

ROWS = 1_000_000
SCALE = 10
BAD = {"clean": 0.0, "1 ‰ bad": 0.001, "all bad": 1.0}
SCHEMA: dict[str, Any] = {
    "primaryKey": ["no"],
    "missingValues": [""],
    "checks": [
        {"type": "date-order", "fields": ["start", "end"]},
        {"type": "inside-region", "lon": "lon", "lat": "lat", "region": "shandong"},
    ],
    "fields": [
        {"name": "no", "type": "string", "constraints": {"required": True, "maxLength": 20}},
        {"name": "name", "type": "string", "constraints": {"required": True, "maxLength": 100}},
        {"name": "uscc", "type": "string", "check": "uscc"},
        {
            "name": "division",
            "type": "string",
            "check": "division-code",
            "constraints": {"pattern": r"\d{6}"},
        },
        {"name": "start", "type": "date", "constraints": {"required": True}},
        {"name": "end", "type": "date"},
        {"name": "lon", "type": "number", "constraints": {"minimum": -180, "maximum": 180}},
        {"name": "lat", "type": "number", "constraints": {"minimum": -90, "maximum": 90}},
        {"name": "count", "type": "integer", "constraints": {"minimum": 0}},
        {"name": "at", "type": "datetime", "format": "%Y-%m-%d %H:%M:%S"},
        {"name": "kind", "type": "string", "constraints": {"enum": ["许可", "处罚", "备案"]}},
        {"name": "open", "type": "boolean"},
    ],
}
OUT = Console()


def _codes(dice: random.Random, count: int) -> list[str]:
    bodies = ["91370" + "".join(dice.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=12)) for _ in range(count)]
    return [body + uscc_check_digit(body) for body in bodies]


def write(path: Path, rows: int, share: float) -> None:
    """A file of *rows* rows, of which *share* have one cell that is not of its type."""
    dice = random.Random(1)
    codes = _codes(dice, 20_000)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(field["name"] for field in SCHEMA["fields"])
        for number in range(rows):
            day = f"{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
            row = [f"SD{number:012}", f"济南市历下区{dice.randrange(10**6)}号单位", dice.choice(codes)]
            row += [f"3701{dice.randrange(2, 9):02}", f"2018-{day}", f"2019-{day}"]
            row += [f"{dice.uniform(115, 122):.6f}", f"{dice.uniform(34.5, 38.3):.6f}"]
            row += [str(dice.randrange(10**6)), f"2018-{day} 08:{dice.randrange(60):02}:00"]
            row += [dice.choice(["许可", "处罚", "备案"]), dice.choice(["true", "false"])]
            if dice.random() < share:
                row[dice.choice([4, 6, 8, 9])] = f"x{number}"
            writer.writerow(row)


def measured(work: Callable[[], object]) -> float:
    """Processor seconds of *work*, the better of two."""
    spent = []
    for _ in range(2):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def by_frictionless(path: Path, rows: int) -> Callable[[], object]:
    """Frictionless alone: types, constraints and key, none of our checks."""
    plain = {key: SCHEMA[key] for key in ("primaryKey", "missingValues")}
    fields = [{key: field[key] for key in field.keys() - {"check"}} for field in SCHEMA["fields"]]

    def work() -> object:
        schema = frictionless.Schema.from_descriptor({**plain, "fields": fields})
        return frictionless.Resource(path=path.name, basepath=str(path.parent), schema=schema).validate(
            limit_errors=rows
        )

    return work


def count(table: Table) -> int:
    """The rows of *table*, parsed as the sweep does."""
    return sum(len(batch) for batch in batches(table))


def converted(path: Path, out: Path) -> None:
    """The file as Parquet with the types that Arrow guesses, batch by batch."""
    rows = arrow_csv.open_csv(path)
    with pq.ParquetWriter(out, rows.schema, compression="zstd", compression_level=1) as writer:
        for batch in rows:
            writer.write_batch(batch)


def bench(folder: Path, rows: int) -> None:
    """Measure and print one table per share of bad rows."""
    schema = make_schema(SCHEMA, "bench", "named")
    for name, share in BAD.items():
        path, tenth = folder / "all.csv", folder / "tenth.csv"
        write(path, rows, share)
        write(tenth, rows // SCALE, share)
        table: Table = read(path, scratch=folder)
        whole = partial(validate, path, schema, schemas=folder, scratch=folder)
        seconds = {
            "validate: read, judged, privacy": measured(whole),
            "validate, leaving typed Parquet": measured(partial(whole, typed=folder / "typed.parquet")),
            "CSV to Parquet, pyarrow": measured(partial(converted, path, folder / "plain.parquet")),
            "validate_table": measured(partial(validate_table, table, schema)),
            "frictionless, scaled": SCALE * measured(by_frictionless(tenth, rows)),
            "parse as text, pyarrow": measured(partial(arrow_csv.read_csv, path)),
            "parse as text, polars": measured(partial(pl.read_csv, path, infer_schema=False)),
            "parse in batches, ours": measured(partial(count, table)),
        }
        report = validate_table(table, schema)
        show(f"{rows:,} × {len(SCHEMA['fields'])}, {name}: {dict(report.counts)}", seconds)


def show(title: str, seconds: dict[str, float]) -> None:
    """One table: processor seconds, and the ratio to ours."""
    grid = Grid("", "s (processor)", "ratio", title=title, title_justify="left")
    ours = next(iter(seconds.values()))
    for name, value in seconds.items():
        grid.add_row(name, f"{value:.2f}", f"{value / ours:.2f}")
    OUT.print(grid)


def main(arguments: Sequence[str]) -> None:
    """*arguments*: perhaps the number of rows."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench(Path(folder), int(arguments[0]) if arguments else ROWS)


if __name__ == "__main__":
    main(sys.argv[1:])

"""The difference of two releases of a million rows, beside reading both: ``python -m tests.bench.diff [ROWS]``.

A hundredth of the rows differs: in three of four a cell, the others are gone, or new. Both files are read once
before anything is measured, so that neither side waits for the disk.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import polars as pl

from opendata.publishing.diff import diff_rows

ROWS, ROUNDS, LIMIT = 1_000_000, 5, 2.0
_GROUP = 20_000


def releases(rows: int, folder: Path) -> tuple[Path, Path]:
    """Two releases of *rows* × 12, sorted as publication sorts them."""
    rng = np.random.default_rng(7)
    old = pl.DataFrame(
        {
            "id": [f"{number:09d}" for number in range(rows)],
            "name": [f"站点{number}" for number in rng.integers(0, 50_000, rows)],
            "city": rng.choice(np.array(["济南市", "青岛市", "烟台市", "潍坊市", "临沂市"]), rows),
            "amount": rng.integers(0, 10**8, rows),
            "rate": rng.random(rows).round(4),
            "day": np.datetime64("2015-01-01") + rng.integers(0, 2000, rows).astype("timedelta64[D]"),
            "flag": rng.integers(0, 2, rows).astype(bool),
            "level": rng.integers(0, 5, rows),
            "count": rng.integers(0, 10**6, rows),
            "code": rng.integers(0, 10**6, rows).astype(str),
            "lon": 115 + rng.random(rows) * 7,
            "lat": 34 + rng.random(rows) * 4,
        }
    ).with_columns(pl.col("day").cast(pl.Date))
    lot = pl.Series(rng.random(rows))
    new = old.filter(lot >= 1 / 800)
    lot = lot.filter(lot >= 1 / 800)
    new = new.with_columns(amount=pl.when(lot > 1 - 3 / 400).then(pl.col("amount") + 1).otherwise("amount"))
    come = old.head(rows // 800).with_columns(id=pl.lit("N") + pl.col("id"))
    for name, frame in (("old", old), ("new", pl.concat([new, come]))):
        frame.sort("city", "day", maintain_order=True).write_parquet(folder / name, row_group_size=_GROUP)
    return folder / "old", folder / "new"


def main(rows: int = ROWS) -> bool:
    """Measure and print; whether the best round is within the limit."""
    ratios = []
    with TemporaryDirectory() as folder:
        old, new = releases(rows, Path(folder))
        for _ in range(ROUNDS):
            begun = perf_counter()
            frames = [pl.read_parquet(path) for path in (old, new)]
            del frames  # giving the memory back is part of it on both sides
            read = perf_counter()
            again = perf_counter()
            found = diff_rows(old, new, ["id"])
            ratios.append((perf_counter() - again) / (read - begun))
    told = f"+{found.added} −{found.removed} ~{found.changed} ={found.unchanged}"
    ratio = sorted(ratios)[len(ratios) // 2]
    print(f"diff of {rows:,} rows ({told}): {ratio:.2f} × the time to read both (limit {LIMIT})")
    return ratio < LIMIT


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))

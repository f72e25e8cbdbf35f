"""The programs that people use read a published release alike."""

import os
import subprocess
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pyogrio
import pytest

from tests.publishing.test_publish import METADATA, SCHEMA, TABLE, built

#: What every program should find of the rows: a code with leading zeros, a whole number, a day, decimals.
EXPECTED = [
    (row["line_no"], row["seq"], row["since"] and row["since"].isoformat(), row["lon"], row["lat"])
    for row in TABLE.to_pylist()
]
TEXTS = {"line_no": str, "since": str}
NAMES = ["line_no", "seq", "since", "lon", "lat"]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    built(folder, TABLE, SCHEMA, METADATA)
    return folder / "bus-stops"


def rows_of(frame: pd.DataFrame) -> list[tuple]:
    known = frame[NAMES].astype(object).where(frame[NAMES].notna(), None)
    texts = [
        (code, seq, day and str(day)[:10], lon, lat)
        for code, seq, day, lon, lat in known.itertuples(index=False)
    ]
    # A formula carries the quote that keeps spreadsheets from running it, wherever texts have no type.
    return [(code.removeprefix("'"), *rest) for code, *rest in texts]


def named(release: Path, extension: str) -> str:
    return str(release.with_name(f"{release.name}{extension}"))


READERS = {
    "pandas, CSV": lambda at: pd.read_csv(named(at, ".csv"), dtype=TEXTS),
    "pandas, packed": lambda at: pd.read_csv(named(at, ".csv.gz"), dtype=TEXTS),
    "pandas, JSON": lambda at: pd.read_json(named(at, ".json"), dtype=TEXTS),
    "pandas, JSON lines": lambda at: pd.read_json(named(at, ".jsonl"), lines=True, dtype=TEXTS),
    "pandas, XLSX": lambda at: pd.read_excel(named(at, ".xlsx"), dtype={"line_no": str}, engine="calamine"),
    "pandas, XML": lambda at: pd.read_xml(named(at, ".xml"), parser="etree", dtype=TEXTS),
    "pandas, Parquet": lambda at: pd.read_parquet(named(at, ".parquet")),
    "polars, CSV": lambda at: pl.read_csv(named(at, ".csv"), schema_overrides={"line_no": pl.String}).to_pandas(),
    "polars, JSON lines": lambda at: pl.read_ndjson(named(at, ".jsonl")).to_pandas(),
    "duckdb, CSV": lambda at: duckdb.sql(f"FROM read_csv('{named(at, '.csv')}', types={{'line_no': 'VARCHAR'}})").df(),
    "duckdb, JSON": lambda at: duckdb.sql(f"FROM read_json('{named(at, '.json')}')").df(),
    "duckdb, Parquet": lambda at: duckdb.sql(f"FROM '{named(at, '.parquet')}'").df(),
}  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
def test_a_program_finds_the_rows(reader: str, release: Path) -> None:
    assert sorted(rows_of(READERS[reader](release)), key=str) == sorted(EXPECTED, key=str)


def test_gdal_finds_the_points(release: Path) -> None:
    meta, _, geometry, fields = pyogrio.raw.read(named(release, ".geojson"))
    assert (meta["crs"], meta["geometry_type"]) == ("EPSG:4326", "Point")
    found = dict(zip(meta["fields"], fields, strict=True))
    assert [*found["line_no"]] == TABLE["line_no"].to_pylist()
    assert [shape is not None for shape in geometry] == [lon is not None for lon in TABLE["lon"].to_pylist()]


READR = """
args <- commandArgs(trailingOnly = TRUE)
types <- readr::cols(line_no = "c", seq = "i", since = readr::col_date(), lon = "d", lat = "d", .default = "c")
rows <- readr::read_csv(args[1], col_types = types)
stopifnot(nrow(readr::problems(rows)) == 0)
readr::write_csv(rows[c("line_no", "seq", "since", "lon", "lat")], args[2], na = "")
"""


@pytest.mark.skipif("TEST_R" not in os.environ, reason="set TEST_R to the path of Rscript to read with readr")
@pytest.mark.parametrize("extension", [".csv", ".csv.gz"])
def test_readr_finds_the_rows(release: Path, tmp_path: Path, extension: str) -> None:
    script, told = tmp_path / "read.R", tmp_path / "told.csv"
    script.write_text(READR)
    command = [os.environ["TEST_R"], "--vanilla", script, named(release, extension), told]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"}
    )
    assert (done.returncode, done.stderr) == (0, "")
    rows = pd.read_csv(told, dtype=TEXTS, keep_default_na=False, na_values={name: [""] for name in NAMES})
    assert sorted(rows_of(rows), key=str) == sorted(EXPECTED, key=str)


@pytest.mark.skipif(
    "TEST_OFFICE" not in os.environ,
    reason="set TEST_OFFICE to the path of LibreOffice's soffice to convert with it",
)
def test_libreoffice_finds_the_rows(release: Path, tmp_path: Path) -> None:
    command = [os.environ["TEST_OFFICE"], f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]  # fmt: skip
    subprocess.run([*command, "--outdir", tmp_path, named(release, ".xlsx")], check=True, capture_output=True)
    sheet = openpyxl.load_workbook(tmp_path / "bus-stops.xlsx")["数据"]
    header, *rows = sheet.iter_rows(values_only=True)
    assert sorted(rows_of(pd.DataFrame(rows, columns=header)), key=str) == sorted(EXPECTED, key=str)

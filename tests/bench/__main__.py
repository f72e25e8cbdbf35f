"""``make bench``: what was measured, side by side in one run, as ratios. Not a test: nothing fails by being slow."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import frictionless
import openpyxl
from python_calamine import CalamineWorkbook
from rich.console import Console
from rich.table import Table

from opendata import pipeline
from opendata.cli.steps import public_door
from opendata.tables import read
from opendata.validation import named_schema, validate_table
from search.query import parse
from tests.conftest import ROOT, installation
from tests.functional import province

OUT = Console()


@contextmanager
def timed(into: dict[str, float], name: str) -> Iterator[None]:
    """Add the seconds of the block to *into*."""
    start = time.perf_counter()
    yield
    into[name] = time.perf_counter() - start


def show(title: str, seconds: dict[str, float], unit: str, count: int) -> None:
    """One table: seconds, rate, and the ratio to the first line."""
    table = Table("", "s", f"{unit}/s", "ratio", title=title, title_justify="left")
    first = next(iter(seconds.values()))
    for name, value in seconds.items():
        table.add_row(name, f"{value:.3f}", f"{count / value:,.0f}", f"{value / first:.2f}")
    OUT.print(table)


def bench_pipeline(folder: Path) -> None:
    """The sample province, step by step."""
    url = f"sqlite:///{folder}/bench.db"
    seconds: dict[str, float] = {}
    with timed(seconds, "load registries"):
        province.load_registries(url)
    settings = installation(url, folder / "home")
    with province.opened(settings) as services, public_door(services) as address:
        steps: dict[str, Callable[[], object]] = {
            "harvest": lambda: pipeline.harvest(services),
            "validate": lambda: pipeline.validate(services),
            "review": lambda: pipeline.apply_rules(services),
            "publish": lambda: pipeline.publish(services),
            "index": lambda: pipeline.index(services),
            "check": lambda: pipeline.check(services, address),
            "all again, unchanged": lambda: pipeline.run(services, address),
        }
        for name, step in steps.items():
            with timed(seconds, name):
                step()
        show("the sample province (255 files)", seconds, "files", 255)
        bench_search(services)


def bench_search(services: object, times: int = 200) -> None:
    """Pages of the sample's index."""
    seconds: dict[str, float] = {}
    for text in ("", "公交", "空气质量 济南", "医疗机构 -社区"):
        query = parse(text)
        with timed(seconds, text or "(everything)"):
            for _ in range(times):
                services.index.search(query)  # type: ignore[attr-defined]  # opendata.services.Services
    show("search pages with facets", seconds, "pages", times)


def bench_validation(folder: Path, rows: int = 200_000) -> None:
    """Our verdict (strict decoding, checks, privacy scan) beside plain frictionless on the same rows."""
    good = (ROOT / "tests" / "schemas" / "bus-stops" / "good.csv").read_text(encoding="utf-8").splitlines()
    schema = named_schema("bus-stops", ROOT / "schemas")
    fields = [field["name"] for field in schema.fields]
    path = folder / "bus-stops.csv"
    # Every row is a good one with a key of its own.
    body = [f"示{number}," + good[1 + number % (len(good) - 1)].partition(",")[2] for number in range(rows)]
    path.write_text("\n".join([",".join(fields), *body]), encoding="utf-8")
    plain = {key: value for key, value in schema.descriptor.items() if key not in ("checks", "uniqueKeys")}
    seconds: dict[str, float] = {}
    with timed(seconds, "frictionless"):
        resource = frictionless.Resource(
            path.name, basepath=str(folder), schema=frictionless.Schema.from_descriptor(plain)
        )
        theirs = frictionless.validate(resource).valid
    with timed(seconds, "opendata validate"):
        ours = validate_table(read(path, scratch=folder), schema).valid
    show(f"validation of {rows:,} good rows (valid: {theirs}, {ours})", seconds, "rows", rows)


def bench_workbook(folder: Path, rows: int = 20_000) -> None:
    """Reading a workbook beside openpyxl."""
    path = folder / "book.xlsx"
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("数据")
    sheet.append([f"列{number}" for number in range(12)])
    for number in range(rows):
        sheet.append([f"{number:08}", *range(10), "济南市历下区"])
    book.save(path)
    seconds: dict[str, float] = {}
    with timed(seconds, "openpyxl read only"):
        for _ in openpyxl.load_workbook(path, read_only=True).active.iter_rows(values_only=True):  # type: ignore[union-attr]
            pass
    with timed(seconds, "calamine, cells alone"):
        CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    with timed(seconds, "opendata.tables.read"):
        read(path, scratch=folder)
    show(f"reading a workbook of {rows:,} rows", seconds, "rows", rows)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        chosen = sys.argv[1:] or ["pipeline", "validation", "workbook"]
        for part in chosen:
            {"pipeline": bench_pipeline, "validation": bench_validation, "workbook": bench_workbook}[part](
                Path(name)
            )

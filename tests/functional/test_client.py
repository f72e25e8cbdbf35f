"""The Python client against the portal over HTTP: what is loaded is what was published."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from catalog.errors import NotFound, Unreachable
from opendata import pipeline
from opendata.cli.steps import public_door
from opendata.client import Portal
from opendata.settings import Settings
from tests.functional import province

SLUG = "bus-lines-307112-0001"
pytestmark = pytest.mark.xdist_group("shandong")


@pytest.fixture
def portal(shandong: tuple[Settings, pipeline.Summary]) -> Iterator[Portal]:
    with (
        province.opened(shandong[0]) as services,
        public_door(services) as address,
        Portal(address) as portal,
    ):
        yield portal


def test_found_loaded_and_typed(portal: Portal, tmp_path: Path) -> None:
    assert SLUG in set(portal.search("公交", size=100)["slug"])
    frame = portal.load(SLUG)
    csv = pd.read_csv(portal.download(SLUG, tmp_path), dtype=str)
    assert list(frame.columns) == list(csv.columns)
    # Parquet is sorted for queries, CSV keeps the agency's order.
    assert sorted(frame["line_no"].astype(str)) == sorted(csv["line_no"])
    assert isinstance(frame["fare_cny"].dropna().iloc[0], Decimal)


def test_the_same_values_in_every_kind_of_table(portal: Portal) -> None:
    frame, lines, table = portal.load(SLUG), portal.load(SLUG, into="polars"), portal.load(SLUG, into="arrow")
    assert lines.equals(pl.from_arrow(table))
    assert pa.Table.from_pandas(frame, preserve_index=False).to_pylist() == table.to_pylist()
    assert portal.load(SLUG, into="arrow", columns=["fare_cny", "line_no"]).column_names == [
        "fare_cny",
        "line_no",
    ]
    with pytest.raises(NotFound, match="no_such"):
        portal.load(SLUG, columns=["no_such"])


def test_an_older_release_stays(portal: Portal) -> None:
    numbers = portal.releases(SLUG)["number"].tolist()
    assert numbers == [2, 1]
    assert len(portal.load(SLUG, release=1)) != 0


def test_what_cannot_be_had_is_said(portal: Portal, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no-such-dataset"):
        portal.load("no-such-dataset")
    with pytest.raises(NotFound, match="csv"):
        portal.download(SLUG, tmp_path, format="shapefile")
    with Portal("http://127.0.0.1:1") as nowhere, pytest.raises(Unreachable):
        nowhere.search("公交")
    assert list(tmp_path.iterdir()) == []

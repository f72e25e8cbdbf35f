"""A register of licences as text, with faults in a share of its rows, and the schema that judges it."""

import copy
import random
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from catalog.codes import identity_check_digit
from tests.bench.licences import licences

#: Fields, formats and constraints as the schemas in ``schemas/`` have them, nothing but Table Schema.
SCHEMA: dict[str, Any] = {
    "primaryKey": ["no"],
    "missingValues": [""],
    "fields": [
        {"name": "no", "type": "string", "constraints": {"required": True, "maxLength": 40}},
        {"name": "name", "type": "string", "constraints": {"required": True, "maxLength": 200}},
        {"name": "uscc", "type": "string", "constraints": {"pattern": "^[0-9A-HJ-NPQRTUWXY]{18}$"}},
        {"name": "division", "type": "string", "constraints": {"required": True, "pattern": r"^\d{6}$"}},
        {"name": "start", "type": "date", "constraints": {"required": True}},
        {"name": "end", "type": "date"},
        {"name": "lon", "type": "number", "constraints": {"minimum": -180, "maximum": 180}},
        {"name": "lat", "type": "number", "constraints": {"minimum": -90, "maximum": 90}},
        {"name": "count", "type": "integer", "constraints": {"minimum": 0, "maximum": 100000}},
        {
            "name": "at",
            "type": "datetime",
            "format": "%Y-%m-%d %H:%M:%S",
            "constraints": {"required": True},
        },
        {
            "name": "kind",
            "type": "string",
            "constraints": {"required": True, "enum": ["许可", "备案", "变更", "延续"]},
        },
        {"name": "open", "type": "boolean", "constraints": {"required": True}},
    ],
}
_BATCH = 100_000
#: What stands in a bad row: of the wrong type, beyond a bound, against a pattern, of no list.
_FAULTS = {
    "start": "2018年3月",
    "lon": "218.4",
    "count": "约30",
    "at": "受理后",
    "division": "37010x",
    "kind": "注销",
}


def any_dates() -> dict[str, Any]:
    """:data:`SCHEMA`, whose days and moments may be written in any way."""
    found = copy.deepcopy(SCHEMA)
    for field in found["fields"]:
        if field["type"] in {"date", "datetime"}:
            field["format"] = "any"
    return found


def _faulty(frame: pl.DataFrame, share: float, start: int) -> pl.DataFrame:
    dice = np.random.default_rng(start + 1)
    bad = pl.Series(dice.random(len(frame)) < share)
    which = pl.Series(dice.integers(len(_FAULTS), size=len(frame)))
    return frame.with_columns(
        pl.when(bad & (which == place)).then(pl.lit(text)).otherwise(pl.col(name)).alias(name)
        for place, (name, text) in enumerate(_FAULTS.items())
    )


def _texts(start: int, rows: int) -> pl.DataFrame:
    made = licences(start, rows).with_columns(pl.col("at").dt.strftime("%Y-%m-%d %H:%M:%S"))
    return made.with_columns(pl.col("open").cast(pl.String), pl.exclude("open").cast(pl.String))


def _persons(count: int) -> pl.Series:
    """Identity numbers with right check digits."""
    dice = random.Random(2)
    bodies = [f"3701{dice.randrange(2, 9):02}19{dice.randrange(50, 99)}0{dice.randrange(1, 9)}1{dice.randrange(10)}{dice.randrange(1000):03}" for _ in range(count)]  # fmt: skip
    return pl.Series([body + identity_check_digit(body) for body in bodies])


def write(path: Path, rows: int, *, share: float = 0.0, persons: bool = False) -> None:
    """A file of *rows* rows, of which *share* have one fault.

    :param persons: in the place of each organisation's code stands an identity number.
    """
    people = _persons(20_000) if persons else None
    with path.open("wb") as out:
        for start in range(0, rows, _BATCH):
            count = min(_BATCH, rows - start)
            frame = _texts(start, count)
            if people is not None:
                frame = frame.with_columns(uscc=people[np.arange(start, start + count) % len(people)])
            _faulty(frame, share, start).write_csv(out, include_header=not start)

"""Comparisons that were made once and are asked for again: releases never change, so neither does their difference.

Each is one Parquet file named by the two releases, written beside and moved. The folder may be deleted at any time;
the comparisons that were asked for longest ago leave it first.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from uuid import uuid4

import polars as pl

from opendata.publishing.diff import RowDiff

#: Bytes of all files together, and of one; what is larger is made anew each time.
ROOM, LARGEST = 1 << 30, 1 << 28
_TOLD = "diff"
_ROWS = "rows"
_SUFFIX = ".parquet"


def known(folder: Path, releases: Sequence[str]) -> RowDiff | None:
    """The difference of two *releases*, given by their ids, the older first, if it is kept in *folder*."""
    path = _path(folder, releases)
    # Lost or damaged, it is only a shortcut.
    with suppress(FileNotFoundError, pl.exceptions.PolarsError, KeyError, ValueError):
        found = _read(path)
        path.touch()
        return found
    return None


def keep(folder: Path, releases: Sequence[str], diff: RowDiff) -> None:
    """Keep the difference of two *releases* for :func:`known`, if there is room."""
    # A full disk takes nothing but the shortcut.
    with suppress(OSError):
        _write(diff, _path(folder, releases))
        _make_room(folder)


def drop(folder: Path, release: str) -> None:
    """Delete every comparison of *release*: its rows are to be seen no more."""
    for path in folder.glob(f"*{release}*"):
        path.unlink(missing_ok=True)


def _path(folder: Path, releases: Sequence[str]) -> Path:
    return folder / f"{'-'.join(releases)}{_SUFFIX}"


def _read(path: Path) -> RowDiff:
    with path.open("rb") as source:
        told = json.loads(pl.read_parquet_metadata(source)[_TOLD])
        source.seek(0)
        rows = pl.read_parquet(source)
    return RowDiff(**{**told, "key": tuple(told["key"])}, rows=rows)


def _write(diff: RowDiff, path: Path) -> None:
    told = {one.name: getattr(diff, one.name) for one in fields(diff) if one.name != _ROWS}
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{uuid4().hex}")
    try:
        diff.rows.write_parquet(beside, metadata={_TOLD: json.dumps(told)})
        if beside.stat().st_size <= LARGEST:
            with beside.open("rb") as written:
                os.fsync(written.fileno())
            beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _make_room(folder: Path) -> None:
    """Delete what was used longest ago, until the rest has room; also what a killed process left."""
    known = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # another process makes room too
            stat = path.stat()
            known.append((stat.st_mtime, stat.st_size, path))
    room = ROOM
    for _, size, path in sorted(known, reverse=True):
        room -= size
        if room < 0:
            path.unlink(missing_ok=True)

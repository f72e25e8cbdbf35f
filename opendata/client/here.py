"""The verbs of :class:`~opendata.client.portal.Portal` for the portal that ``OPENDATA_PUBLIC_URL`` names."""

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa

from catalog.errors import SettingError
from opendata.client.difference import Difference
from opendata.client.fetching import Progress
from opendata.client.portal import Portal
from opendata.client.tables import Kind

VARIABLE = "OPENDATA_PUBLIC_URL"


def search(text: str = "", *, portal: str = "", size: int = 20, **filters: str) -> pd.DataFrame:
    """As :meth:`Portal.search`."""
    with _portal(portal) as there:
        return there.search(text, size=size, **filters)


def releases(slug: str, *, portal: str = "") -> pd.DataFrame:
    """As :meth:`Portal.releases`."""
    with _portal(portal) as there:
        return there.releases(slug)


def load(
    slug: str,
    release: int | None = None,
    *,
    portal: str = "",
    into: Kind = "pandas",
    columns: Sequence[str] | None = None,
) -> pd.DataFrame | pl.DataFrame | pa.Table:
    """As :meth:`Portal.load`."""
    with _portal(portal) as there:
        return there.load(slug, release, into=into, columns=columns)


def download(
    slug: str,
    folder: str | Path = ".",
    *,
    portal: str = "",
    format: str | None = None,  # noqa: A002 - the word of the field
    release: int | None = None,
    progress: Progress | bool = False,
) -> Path:
    """As :meth:`Portal.download`."""
    with _portal(portal) as there:
        return there.download(slug, folder, format=format, release=release, progress=progress)


def diff(slug: str, old: int, new: int, *, portal: str = "") -> Difference:
    """As :meth:`Portal.diff`."""
    with _portal(portal) as there:
        return there.diff(slug, old, new)


def _portal(url: str) -> Portal:
    """:raises SettingError: neither the argument nor the environment names a portal."""
    address = url or os.environ.get(VARIABLE, "")
    if not address:
        raise SettingError(
            f"未指定门户：请设置环境变量 {VARIABLE}，或传入 portal='http://…'",
            f"no portal is named: set {VARIABLE}, or pass portal='http://…'",
        )
    return Portal(address)

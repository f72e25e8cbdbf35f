"""A portal, as an analyst uses it."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, Self, overload

import pandas as pd
import polars as pl
import pyarrow as pa
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.progress import Progress as Bars

from catalog.errors import InvalidInput, NotFound
from catalog.vocabularies import TABLE
from opendata.client.connection import Connection
from opendata.client.difference import Difference
from opendata.client.fetching import Progress, Wanted, fetch
from opendata.client.tables import Kind, read

#: Names that a file may not have on some machine, or that lead elsewhere.
_UNSAFE = frozenset('/\\\0:*?"<>|')


class Portal:
    """A portal at *url*; every file that is fetched is compared with its published sha256."""

    def __init__(self, url: str) -> None:
        self.connection = Connection(url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connections."""
        self.connection.close()

    def search(self, text: str = "", *, size: int = 20, **filters: str) -> pd.DataFrame:
        """Open datasets that *text* finds, one a row: slug, title, unit, domain, rows, formats, …

        :param filters: ``domain``, ``unit``, ``level``, ``format`` and the API's other arguments.
        """
        parameters = {"q": text, "size": str(size), **filters}
        return pd.json_normalize(self.connection.json("/api/v1/datasets", parameters)["items"])

    def releases(self, slug: str) -> pd.DataFrame:
        """The public releases of a dataset, the newest first: number, state, rows, series, open_from, …"""
        return pd.json_normalize(self.connection.json(f"/api/v1/datasets/{_part(slug)}/releases")["items"])

    @overload
    def load(
        self, slug: str, release: int | None = ..., *, into: Literal["pandas"] = ...,
        columns: Sequence[str] | None = ...,
    ) -> pd.DataFrame: ...  # fmt: skip
    @overload
    def load(
        self, slug: str, release: int | None = ..., *, into: Literal["polars"],
        columns: Sequence[str] | None = ...,
    ) -> pl.DataFrame: ...  # fmt: skip
    @overload
    def load(
        self, slug: str, release: int | None = ..., *, into: Literal["arrow"],
        columns: Sequence[str] | None = ...,
    ) -> pa.Table: ...  # fmt: skip

    def load(
        self,
        slug: str,
        release: int | None = None,
        *,
        into: Kind = "pandas",
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame | pl.DataFrame | pa.Table:
        """The rows of a release (default: the current one) with the schema's types.

        :param into: ``pandas`` (Arrow-backed columns), ``polars`` or ``arrow``.
        :param columns: only these, in this order.
        :raises NotFound: there is no such dataset, release or column, or it was withdrawn.
        :raises InvalidInput: it is no table but a document, an image, …: :meth:`download` saves it.
        :raises Tampered: what arrived is not what was published.
        :raises Unreachable: the portal does not answer.
        """
        found = self._release(slug, release)
        if found["kind"] != TABLE:
            names = "、".join(one["name"] for one in _data(slug, found))
            raise InvalidInput(
                f"{slug} 不是数据表，而是原样发布的文件（{names}）：请用 download({slug!r})",
                f"{slug} is no table but a file published as it came ({names}): use download({slug!r})",
            )
        with TemporaryDirectory() as folder:
            return read(self._save(_wanted(slug, found, "parquet"), Path(folder), None), into, columns)

    def download(
        self,
        slug: str,
        folder: str | Path = ".",
        *,
        format: str | None = None,  # noqa: A002 - the word of the field
        release: int | None = None,
        progress: Progress | bool = False,
    ) -> Path:
        """Save a release's file in *folder* and return its path; raises as :meth:`load`.

        What was broken off is gone on with; what stands there whole is not fetched again.

        :param format: default: ``csv`` of a table, and of anything else the file as it came.
        :param progress: True shows a bar on stderr; a function is called with the bytes that arrived and all of them.
        """
        wanted = _wanted(slug, self._release(slug, release), format)
        if progress is True:
            with _bar(wanted) as shown:
                return self._save(wanted, Path(folder), shown)
        return self._save(wanted, Path(folder), progress or None)

    def diff(self, slug: str, old: int, new: int) -> Difference:
        """What changed from release *old* to release *new*: schema, rows and cells, or the file of what is no table.

        :raises NotFound: there is no such release, or it was withdrawn.
        """
        return Difference.from_answer(
            self.connection.json(f"/datasets/{_part(slug)}/diff/{int(old)}..{int(new)}.json")
        )

    def _release(self, slug: str, release: int | None) -> dict[str, Any]:
        number = release or self.connection.json(f"/api/v1/datasets/{_part(slug)}")["release"]
        if number is None:
            raise NotFound(f"{slug} 没有开放的版本", f"{slug} has no open release")
        found: dict[str, Any] = self.connection.json(f"/api/v1/datasets/{_part(slug)}/releases/{int(number)}")
        if found["state"] == "withdrawn":
            raise NotFound(
                f"{slug} 第 {number} 版已撤回：{found['end_reason']}",
                f"release {number} of {slug} was withdrawn: {found['end_reason']}",
            )
        return found

    def _save(self, wanted: Wanted, folder: Path, progress: Progress | None) -> Path:
        target = folder / wanted.name
        target.parent.mkdir(parents=True, exist_ok=True)
        fetch(self.connection, wanted, target, progress)
        return target


def _wanted(slug: str, found: dict[str, Any], format_: str | None) -> Wanted:
    """The file of the release *found* in a format; without one, CSV or what was published as it came."""
    number = int(found["number"])
    if format_ is None:
        format_ = "csv" if found["kind"] == TABLE else next((one["format"] for one in _data(slug, found)), "")
    file = next((one for one in found["files"] if one["format"] == format_), None)
    if file is None:
        known = ", ".join(one["format"] for one in found["files"])
        raise NotFound(
            f"{slug} 第 {number} 版没有 {format_} 文件，可用：{known}",
            f"release {number} of {slug} has no {format_} file; known: {known}",
        )
    path = f"/datasets/{_part(slug)}/releases/{number}/files/{_part(file['name'])}"
    return Wanted(path, file["name"], int(file["size"]), file["sha256"])


def _data(slug: str, found: dict[str, Any]) -> list[dict[str, Any]]:
    """The files of a release that hold its data: they are called as the dataset, what lies beside them is not."""
    return [one for one in found["files"] if one["name"].startswith(f"{slug}.")]


def _part(name: str) -> str:
    """*name* as one part of an address and of a path; what leads elsewhere is refused."""
    if not name or name.startswith(".") or _UNSAFE & {*name} or "%" in name or "#" in name:
        raise InvalidInput(f"不安全的名称 {name!r}", f"unsafe name {name!r}")
    return name


@contextmanager
def _bar(wanted: Wanted) -> Iterator[Progress]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(file=sys.stderr)) as bars:
        task = bars.add_task(wanted.name, total=wanted.size)
        yield lambda done, _total: bars.update(task, completed=done)

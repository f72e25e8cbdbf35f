"""For analysts: find and load published data in Python, from any portal of this kind. Needs no database.

::

    from opendata.client import Portal

    portal = Portal("http://127.0.0.1:5000")
    portal.search("公交")["slug"]
    stops = portal.load("bus-stops-307112-0002")      # pandas, typed as the schema says
"""

import hashlib
import io
from pathlib import Path
from typing import Any, Self

import httpx
import pandas as pd
import pyarrow.parquet as pq

from catalog.errors import NotFound, Tampered, Unreachable

TIMEOUT_SECONDS = 60


class Portal:
    """A portal at *url*; every file that is fetched is compared with its published sha256."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, follow_redirects=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()

    def search(self, text: str = "", *, size: int = 20, **filters: str) -> pd.DataFrame:
        """Open datasets that *text* finds, one a row: slug, title, unit, domain, rows, formats, …

        :param filters: ``domain``, ``unit``, ``level``, ``format`` and the API's other arguments.
        """
        parameters = {"q": text, "size": str(size), **filters}
        return pd.json_normalize(self._json("/api/v1/datasets", parameters)["items"])

    def releases(self, slug: str) -> pd.DataFrame:
        """The public releases of a dataset, the newest first."""
        return pd.json_normalize(self._json(f"/api/v1/datasets/{slug}/releases", {})["items"])

    def load(self, slug: str, release: int | None = None) -> pd.DataFrame:
        """The rows of a release (default: the current one) with the schema's types.

        Columns are Arrow-backed, so that nothing is lost: codes keep their leading zeros, decimals are
        exact, an integer column with gaps stays integer.

        :raises NotFound: there is no such dataset or release.
        :raises Tampered: what arrived is not what was published.
        :raises Unreachable: the portal does not answer.
        """
        table = pq.read_table(io.BytesIO(self._fetch(slug, release, "parquet")[1]))
        frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
        return frame

    def download(self, slug: str, folder: Path, *, format: str = "csv", release: int | None = None) -> Path:  # noqa: A002 - the word of the field
        """Save a release's file in *format* in *folder* and return its path; raises as :meth:`load`."""
        name, content = self._fetch(slug, release, format)
        path = folder / name
        beside = path.with_name(f".{name}.part")
        beside.write_bytes(content)
        beside.replace(path)
        return path

    def _fetch(self, slug: str, release: int | None, format_: str) -> tuple[str, bytes]:
        number = release or self._json(f"/api/v1/datasets/{slug}", {})["release"]
        files = self._json(f"/api/v1/datasets/{slug}/releases/{number}", {})["files"]
        file = next((one for one in files if one["format"] == format_), None)
        if file is None:
            known = ", ".join(one["format"] for one in files)
            raise NotFound(
                f"{slug} 第 {number} 版没有 {format_} 文件，可用：{known}",
                f"release {number} of {slug} has no {format_} file; known: {known}",
            )
        content = self._get(f"/datasets/{slug}/releases/{number}/files/{file['name']}", {}).content
        if hashlib.sha256(content).hexdigest() != file["sha256"]:
            raise Tampered(
                f"{file['name']} 与发布时的校验和不符",
                f"the checksum of {file['name']} is not the published one",
            )
        return file["name"], content

    def _json(self, path: str, parameters: dict[str, str]) -> Any:  # noqa: ANN401 - JSON is whatever it holds
        return self._get(path, parameters).json()

    def _get(self, path: str, parameters: dict[str, str]) -> httpx.Response:
        try:
            answer = self._client.get(path, params=parameters)
            if answer.status_code == httpx.codes.NOT_FOUND:
                raise NotFound(f"门户没有 {path}", f"the portal has no {path}")
            return answer.raise_for_status()
        except httpx.HTTPError as error:
            raise Unreachable(f"门户无法访问：{error}", f"the portal cannot be used: {error}") from error

"""Archives made while they are sent: whole, named safely, of known length; broken where a file is damaged."""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.errors import Tampered
from catalog.queries.releases import StoredFile
from opendata.app import create_app
from opendata.publishing.storage.local import LocalStorage
from opendata.services import Services
from opendata.web.archives import Member, _proven, archive_of
from tests.factories import CSV, sha256

RELEASE = "/datasets/bus-lines/releases/2.zip"


def opened(data: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


def test_a_release_comes_as_one_archive_of_known_length(client: FlaskClient) -> None:
    answer = client.get(RELEASE)
    archive = opened(answer.data)
    assert (answer.status_code, answer.content_type) == (200, "application/zip")
    assert answer.content_length == len(answer.data)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="bus-lines_v2.zip"; ')
    assert archive.read("bus-lines.csv") == CSV
    files = client.get("/api/v1/datasets/bus-lines/releases/2").json["files"]
    assert {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()} == {
        file["name"]: file["sha256"] for file in files
    }
    assert client.head(RELEASE).content_length == len(answer.data)
    latest = client.get("/datasets/bus-lines/latest.zip")
    assert (latest.status_code, latest.location) == (302, RELEASE)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/datasets/river-water/releases/1.zip", 410),
        ("/datasets/bus-lines/releases/99.zip", 404),
        ("/datasets/nothing/latest.zip", 404),
        ("/search.zip?q=qqqqqqqq", 404),
    ],
)
def test_what_is_not_open_is_in_no_archive(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_a_search_comes_as_one_archive_with_a_manifest(client: FlaskClient) -> None:
    answer = client.get("/search.zip?q=公交&format=csv")
    archive = opened(answer.data)
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["query"], manifest["filters"]) == ("公交", {"format": ["csv"]})
    assert "bus-lines/bus-lines.csv" in archive.namelist()
    told = {one["path"]: (one["bytes"], one["sha256"]) for one in manifest["files"]}
    held = {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}
    assert told == {name: (len(data), sha256(data)) for name, data in held.items()}
    assert len(held) == len({*held})


def test_too_many_for_one_archive_are_refused_with_a_way_out(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opendata.web.archives.MOST_DATASETS", 0)
    answer = client.get("/search.zip", headers={"Accept": "*/*"})
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert "opendata mirror" in answer.json["detail_en"]


def test_a_damaged_file_breaks_the_archive(tmp_path: Path, province: Services) -> None:
    storage = LocalStorage(tmp_path)
    storage.put_bytes("a", b"damaged!")
    file = StoredFile("r", "csv", "a", "a.csv", "一", "text/csv", 8, sha256(b"as it was"), None, False)
    with pytest.raises(Tampered, match="is damaged"):
        list(_proven(storage, file))
    assert create_app(province).url_map.is_endpoint_expecting("web.release_archive", "number")


def test_an_archive_of_more_than_four_gibibytes_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies beyond is found again: zeros that nobody stores, and a file behind them."""
    size, nothing = 2**32 + 5, bytes(1 << 24)
    storage = LocalStorage(tmp_path / "storage")
    storage.put_bytes("small", CSV)
    small = StoredFile("r", "csv", "small", "small.csv", "一", "text/csv", len(CSV), sha256(CSV), None, False)
    big = replace(small, key="big", name="big.csv", size=size)

    def read(storage: LocalStorage, file: StoredFile) -> Iterator[bytes]:
        if file is small:
            yield from _proven(storage, file)
            return
        for start in range(0, size, len(nothing)):
            yield nothing[: size - start]

    monkeypatch.setattr("opendata.web.archives._proven", read)
    archive = archive_of(storage, [Member(file.name, file) for file in (big, small)])
    length = len(archive)
    with (tmp_path / "whole.zip").open("wb") as out:
        for piece in archive:
            if piece == nothing[: len(piece)]:
                out.seek(len(piece), os.SEEK_CUR)
            else:
                out.write(piece)
        assert out.tell() == length > size
    with zipfile.ZipFile(tmp_path / "whole.zip") as found:
        first, second = found.infolist()
        assert (first.filename, first.file_size, first.compress_size) == ("big.csv", size, size)
        assert second.header_offset > 2**32
        assert found.read("small.csv") == CSV

"""Downloads beyond the file itself: compressed, from the bucket, counted, refused when damaged."""

import gzip
import os
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.errors import Unreachable
from catalog.models import Release
from catalog.queries import downloads
from opendata.app import create_app
from opendata.gate import Gate
from opendata.publishing.storage.blobs import blob_key
from opendata.services import Services
from tests.conftest import NOON
from tests.doors import reader_of
from tests.factories import CSV, Factory, sha256

FILES = "/datasets/bus-lines/releases/1/files"
GZ = gzip.compress(CSV, mtime=0)
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}


@pytest.fixture
def app(services: Services) -> Flask:
    with services.sessions.begin() as session:
        make = Factory(session)
        item = make.item("370100/1", "公交/线路\u202e" + "长" * 200, make.unit("370100", "济南市"))
        release = make.release(make.dataset(item, "bus-lines"))
        _store(services, make, release, "bus-lines.csv", CSV, "text/csv")
        _store(services, make, release, "bus-lines.csv.gz", GZ, "application/gzip")
        _store(services, make, release, "datapackage.json", b"{}", "application/json")
    return create_app(services)


def _store(services: Services, make: Factory, release: Release, name: str, data: bytes, type_: str) -> None:
    file = make.file(release, name, data, type_, name.partition(".")[2] if "csv" in name else "datapackage")
    file.key = blob_key(file.sha256)
    services.storage.put_bytes(file.key, data)


def test_the_stored_gzip_is_served_to_those_who_take_it(client: FlaskClient) -> None:
    plain = client.get(f"{FILES}/bus-lines.csv", headers={"Accept-Encoding": "identity"})
    packed = client.get(f"{FILES}/bus-lines.csv", headers={"Accept-Encoding": "br, gzip"})
    assert (plain.data, packed.data) == (CSV, GZ)
    assert "Content-Encoding" not in plain.headers
    assert (packed.headers["Content-Encoding"], packed.content_type) == ("gzip", "text/csv; charset=utf-8")
    assert [one.headers["Vary"] for one in (plain, packed)] == ["Accept-Encoding"] * 2
    assert [one.headers["ETag"] for one in (plain, packed)] == [f'"{sha256(CSV)}"', f'"{sha256(GZ)}"']
    assert client.get(f"{FILES}/bus-lines.csv", headers={"Accept-Encoding": "gzip;q=0, *"}).data == CSV
    known = {"Accept-Encoding": "gzip", "If-None-Match": f'"{sha256(GZ)}"'}
    assert client.get(f"{FILES}/bus-lines.csv", headers=known).status_code == 304
    rest = {"Accept-Encoding": "gzip", "Range": "bytes=10-", "If-Range": f'"{sha256(GZ)}"'}
    assert client.get(f"{FILES}/bus-lines.csv", headers=rest).data == GZ[10:]
    assert "Vary" not in client.get(f"{FILES}/bus-lines.csv.gz").headers


def test_a_title_becomes_a_name_that_every_system_takes(client: FlaskClient) -> None:
    said = client.head(f"{FILES}/bus-lines.csv.gz").headers["Content-Disposition"]
    whole = said.partition("UTF-8''")[2]
    assert whole.startswith("%E5%85%AC%E4%BA%A4_%E7%BA%BF%E8%B7%AF_%E9%95%BF")
    assert whole.endswith("%E9%95%BF_v1.csv.gz")
    assert len(bytes.fromhex(whole.replace("%", "").encode().hex())) < 1000
    assert 'filename="bus-lines.csv.gz"' in said


def test_one_person_is_counted_once_and_programs_never(
    app: Flask, client: FlaskClient, services: Services
) -> None:
    file = f"{FILES}/bus-lines.csv"
    asked = [
        (file, FIREFOX),
        (file, FIREFOX),
        (file, {**FIREFOX, "Range": "bytes=0-9"}),
        (file, {**FIREFOX, "Range": "bytes=10-"}),
        (file, {"User-Agent": "curl/8.5.0"}),
        (file, {"User-Agent": "python-requests/2.32", "Range": "bytes=10-"}),
        (file, {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}),
        (file, {"User-Agent": "opendata-check/1.0"}),
        (file, {"User-Agent": "opendata-mirror/1.0"}),
        (file, {"User-Agent": ""}),
        (f"{FILES}/datapackage.json", FIREFOX),
        (f"{FILES}/bus-lines.csv.gz", FIREFOX),
        ("/datasets/bus-lines/latest/bus-lines.csv", FIREFOX),
    ]
    for address, headers in asked:
        assert client.get(address, headers=headers).status_code in (200, 206, 302)
    client.head(file, headers={"User-Agent": "wget"})
    client.get(file, headers={"User-Agent": "known", "If-None-Match": f'"{sha256(CSV)}"'})
    client.get(file, headers={"User-Agent": "past", "Range": "bytes=1000-"})
    app.extensions["downloads"].flush()
    with services.readers() as session:
        found = downloads.of_dataset(session, "bus-lines", NOON.date())
    assert found.by_format == {"csv": 2, "csv.gz": 1}
    assert client.get("/api/v1/datasets/bus-lines/downloads").json["total"] == 3
    assert client.get("/downloads.csv").text == (
        "day,dataset,release,format,count\n2021-03-01,bus-lines,1,csv,2\n2021-03-01,bus-lines,1,csv.gz,1\n"
    )


def test_a_count_that_cannot_be_written_waits_and_nobody_notices(
    app: Flask, client: FlaskClient, services: Services
) -> None:
    counter, sessions = app.extensions["downloads"], services.sessions
    broken = replace(services, sessions=_Broken())
    counter.services = broken
    assert client.get(f"{FILES}/bus-lines.csv", headers=FIREFOX).status_code == 200
    counter.flush()
    assert len(counter.waiting) == 1
    counter.services = replace(broken, sessions=sessions)
    counter.flush()
    with services.readers() as session:
        assert downloads.totals(session) == {"bus-lines": 1}


class _Broken:
    """A database that is not there."""

    def begin(self) -> None:
        raise Unreachable("不在", "gone")


@pytest.mark.parametrize("data", [CSV + b"x", CSV[:-1], b""])
def test_a_file_of_another_size_than_declared_is_not_served(
    client: FlaskClient, services: Services, data: bytes
) -> None:
    services.storage.put_bytes(blob_key(sha256(CSV)), data)
    answer = client.get(f"{FILES}/bus-lines.csv", headers={"Accept-Encoding": "identity"})
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert f"has {len(data)} bytes, not {len(CSV)}" in answer.json["detail_en"]


def test_a_lost_file_is_told_as_such(client: FlaskClient, services: Services) -> None:
    services.storage.delete(blob_key(sha256(CSV)))
    answer = client.get(f"{FILES}/bus-lines.csv", headers={"Accept-Encoding": "identity"})
    assert (answer.status_code, answer.json["status"]) == (404, 404)


@pytest.mark.skipif("TEST_STORAGE_URL" not in os.environ, reason="set TEST_STORAGE_URL to send readers to S3")
@pytest.mark.usefixtures("app")
def test_readers_are_sent_to_the_bucket(services: Services) -> None:
    settings = replace(services.settings, presigned_seconds=60)
    door = reader_of(create_app(replace(services, settings=settings)))
    answer = door.get(f"{FILES}/bus-lines.csv", headers={"Accept-Encoding": "identity"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "no-store")
    assert urlsplit(answer.location).netloc in services.settings.storage_url
    fetched = httpx.get(answer.location, trust_env=False)
    assert (fetched.content, fetched.headers["Content-Type"]) == (CSV, "text/csv; charset=utf-8")
    assert "_v1.csv" in fetched.headers["Content-Disposition"]


def test_sending_needs_no_place_in_the_gate() -> None:
    def wsgi(environ: dict[str, object], start: object) -> Iterator[bytes]:
        return iter([b"x"])

    gate = Gate(wsgi, 1)
    answers = [gate({}, lambda *_: None) for _ in range(3)]
    assert [b"".join(one) for one in answers] == [b"x"] * 3

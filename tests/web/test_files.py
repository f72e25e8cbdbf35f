"""Published files over HTTP: whole, in part, unchanged, withdrawn."""

import pytest
from flask.testing import FlaskClient

from tests.factories import CSV, sha256

FILE = "/datasets/bus-lines/releases/2/files/bus-lines.csv"
ETAG = f'"{sha256(CSV)}"'


def test_a_file_comes_whole_with_its_hash_and_its_chinese_name(client: FlaskClient) -> None:
    answer = client.get(FILE)
    assert answer.data == CSV
    assert dict(answer.headers) | {
        "ETag": ETAG,
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Length": str(len(CSV)),
        "Accept-Ranges": "bytes",
        "Cache-Control": "public, no-cache",
        "Last-Modified": "Mon, 04 Jan 2021 02:00:00 GMT",
        "Content-Disposition": 'attachment; filename="bus-lines.csv"; '
        "filename*=UTF-8''%E5%85%AC%E4%BA%A4%E7%BA%BF%E8%B7%AF_v2.csv",
    } == dict(answer.headers)


def test_head_tells_the_same_without_the_bytes(client: FlaskClient) -> None:
    head, get = client.head(FILE), client.get(FILE)
    assert head.data == b""
    assert {name: head.headers[name] for name in ("ETag", "Content-Length", "Content-Type")} == {
        name: get.headers[name] for name in ("ETag", "Content-Length", "Content-Type")
    }


@pytest.mark.parametrize(
    ("headers", "status", "body"),
    [
        ({"If-None-Match": ETAG}, 304, b""),
        ({"If-None-Match": '"other"'}, 200, CSV),
        ({"If-Modified-Since": "Mon, 04 Jan 2021 02:00:00 GMT"}, 304, b""),
        ({"Range": "bytes=3-9"}, 206, CSV[3:10]),
        ({"Range": "bytes=-5"}, 206, CSV[-5:]),
        ({"Range": "bytes=3-9", "If-Range": ETAG}, 206, CSV[3:10]),
        ({"Range": "bytes=3-9", "If-Range": '"other"'}, 200, CSV),
    ],
)
def test_a_file_comes_in_part_or_only_if_it_changed(
    client: FlaskClient, headers: dict[str, str], status: int, body: bytes
) -> None:
    answer = client.get(FILE, headers=headers)
    assert (answer.status_code, answer.data) == (status, body)


def test_a_range_outside_the_file_is_refused(client: FlaskClient) -> None:
    answer = client.get(FILE, headers={"Range": "bytes=100000-"})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(CSV)}")


def test_the_latest_address_leads_to_the_current_release(client: FlaskClient) -> None:
    answer = client.get("/datasets/bus-lines/latest/bus-lines.csv")
    assert (answer.status_code, answer.location) == (302, FILE)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/datasets/river-water/releases/1/files/river-water.csv", 410),
        ("/datasets/bus-lines/releases/2/files/nothing.csv", 404),
        ("/datasets/bus-lines/releases/3/files/bus-lines.csv", 404),
        ("/datasets/bus-lines/releases/2/files/..%2f..%2fsecret", 404),
        ("/datasets/river-water/latest/river-water.csv", 404),
        ("/datasets/nothing/latest/x.csv", 404),
    ],
)
def test_what_is_not_open_is_not_served(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status

"""Published files over HTTP: whole, in part, unchanged, withdrawn."""

import email
from urllib.parse import quote

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
        ({"Range": "bytes=3-9", "If-Range": f"W/{ETAG}"}, 200, CSV),
        ({"Range": "bytes=3-9", "If-Range": "Mon, 04 Jan 2021 02:00:00 GMT"}, 206, CSV[3:10]),
        ({"Range": "bytes=3-9", "If-Range": "Mon, 04 Jan 2021 02:00:01 GMT"}, 200, CSV),
        ({"If-Match": '"other"'}, 412, None),
    ],
)
def test_a_file_comes_in_part_or_only_if_it_changed(
    client: FlaskClient, headers: dict[str, str], status: int, body: bytes | None
) -> None:
    answer = client.get(FILE, headers=headers)
    assert answer.status_code == status
    assert body is None or answer.data == body


@pytest.mark.parametrize(
    ("ranges", "said"),
    [
        ("bytes=100000-", "which has 76 bytes"),
        ("bytes=76-", "which has 76 bytes"),
        ("bytes=" + ",".join(f"{2 * n}-{2 * n}" for n in range(100)), "at most 20 ranges, not 100"),
    ],
)
def test_a_range_that_cannot_be_served_is_refused_with_the_reason(
    client: FlaskClient, ranges: str, said: str
) -> None:
    answer = client.get(FILE, headers={"Range": ranges, "Accept": "*/*"})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(CSV)}")
    assert answer.content_type == "application/problem+json"
    assert said in answer.json["detail_en"]
    assert "字节范围" in answer.json["detail"]
    page = client.get(FILE, headers={"Range": ranges, "Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (416, "text/html")
    assert client.get(FILE, headers={"Range": ranges, "If-None-Match": ETAG}).status_code == 304


@pytest.mark.parametrize(
    "ranges", ["bytes=5-3", "lines=1-2", "bytes=x-y", "bytes", "bytes=-", "bytes=1-2,-", "bytes="]
)
def test_a_range_without_sense_is_ignored(client: FlaskClient, ranges: str) -> None:
    answer = client.get(FILE, headers={"Range": ranges})
    assert (answer.status_code, answer.data) == (200, CSV)


def test_head_knows_no_ranges(client: FlaskClient) -> None:
    answer = client.head(FILE, headers={"Range": "bytes=100000-"})
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(len(CSV)))


def test_several_ranges_come_as_parts_of_one_answer(client: FlaskClient) -> None:
    answer = client.get(FILE, headers={"Range": "bytes=-4, 3-9, 8-11"})
    assert answer.status_code == 206
    assert answer.content_length == len(answer.data)
    message = email.message_from_bytes(
        b"Content-Type: " + answer.content_type.encode() + b"\r\n" + answer.data
    )
    parts = [(part["Content-Range"], part["Content-Type"]) for part in message.get_payload()]
    assert parts == [
        ("bytes 3-11/76", "text/csv; charset=utf-8"),
        ("bytes 72-75/76", "text/csv; charset=utf-8"),
    ]
    for _, start, stop in ((0, 3, 12), (0, 72, 76)):
        assert b"\r\n\r\n" + CSV[start:stop] + b"\r\n--" in answer.data


@pytest.mark.parametrize(("first", "second"), [(3, 9), (0, 75), (10, 10)])
def test_ranges_that_meet_are_one(client: FlaskClient, first: int, second: int) -> None:
    middle = (first + second) // 2
    answer = client.get(FILE, headers={"Range": f"bytes={middle}-{second},{first}-{middle}"})
    assert (answer.status_code, answer.data) == (206, CSV[first : second + 1])


def test_the_latest_address_leads_to_the_current_release(client: FlaskClient) -> None:
    answer = client.get("/datasets/bus-lines/latest/bus-lines.csv")
    assert (answer.status_code, answer.location) == (302, FILE)


#: Names that a file or a dataset may be asked for by, and what is said of an address with them.
NAMES = {
    "../secret": 404,
    "..": 404,
    "a\0b": 400,
    "x" * 300: 404,
    "公" * 300: 404,
    "😀.csv": 404,
    "bus-lines\u200f.csv": 400,
    "bus\u202egnp.csv": 400,
    "a\r\nb": 400,
    "a\\b": 404,
    "\ud800": 404,
    "%2e%2e%2f": 404,
}


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_strange_name_is_refused_with_the_reason(client: FlaskClient, name: str) -> None:
    part = quote(name.encode("utf-8", "surrogatepass"), safe="")
    addresses = [
        f"/datasets/bus-lines/releases/2/files/{part}",
        f"/datasets/{part}/releases/2/files/bus-lines.csv",
        f"/datasets/{part}/latest/bus-lines.csv",
        f"/datasets/{part}/releases/2.zip",
        f"/datasets/{part}/diff/1..2.json",
        f"/api/v1/datasets/{part}/releases/2",
    ]
    for address in addresses:
        answer = client.get(address, headers={"Accept": "*/*"})
        assert (answer.status_code, answer.content_type) == (NAMES[name], "application/problem+json"), address
        told = answer.json
        assert told["detail"] != told["detail_en"]
        assert "控制字符" in told["detail"] or NAMES[name] == 404
        assert not {*"\0\u200f\u202e"} & {*answer.text}
        page = client.get(address, headers={"Accept": "text/html"})
        assert page.status_code == NAMES[name]
    latest = client.get(f"/datasets/bus-lines/latest/{part}", follow_redirects=True)
    assert latest.status_code == NAMES[name]


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

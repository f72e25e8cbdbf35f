"""What the API answers: contents, pages, conditions and problems."""

import re

import pytest
from flask.testing import FlaskClient

from opendata.indicators.coverage import measure
from opendata.services import Services
from tests.conftest import NOON
from tests.factories import CSV, sha256


def get(client: FlaskClient, path: str) -> dict:
    return client.get(f"/api/v1{path}").get_json()


def test_the_datasets_are_those_that_are_open_with_their_newest_facts(client: FlaskClient) -> None:
    found = get(client, "/datasets")
    assert {(one["slug"], one["release"], one["rows"], *one["formats"]) for one in found["items"]} == {
        ("bus-lines", 2, 2, "csv"),
        ("schools", 1, 2, "csv"),
    }
    assert found["items"][0]["unit"].keys() == {"code", "name", "name_en"}


def test_a_release_carries_its_whole_evidence(client: FlaskClient) -> None:
    found = get(client, "/datasets/bus-lines/releases/2")
    assert found["report"]["valid"] is True
    assert [one["verdict"] for one in found["decisions"]] == ["approve"]
    assert [one["intact"] for one in found["checks"]] == [True]
    assert found["provenance"]["file_sha256"] == sha256(CSV)
    assert found["provenance"]["location"] == ""
    assert found["links"]["file:bus-lines.csv"].endswith("/datasets/bus-lines/releases/2/files/bus-lines.csv")
    assert client.get(found["links"]["file:bus-lines.csv"]).data == CSV


def test_a_withdrawn_release_keeps_its_checksums_and_offers_no_file(client: FlaskClient) -> None:
    found = get(client, "/datasets/river-water/releases/1")
    assert found["end_reason"] == "测站坐标有误"
    assert next(one["sha256"] for one in found["files"]) == sha256(CSV)
    assert [name for name in found["links"] if name.startswith("file:")] == []


def test_what_was_refused_says_why(client: FlaskClient) -> None:
    found = {(one["stage"], one["title"]): one for one in get(client, "/refused")["items"]}
    assert {key: [finding["code"] for finding in one["findings"]] for key, one in found.items()} == {
        ("register", "来历不明的表"): ["unknown-item"],
        ("validate", "公交线路"): ["type-error"],
        ("review", "公共停车场"): [],
    }
    assert found["review", "公共停车场"]["basis"] == "《数据安全法》"


def test_a_closed_item_needs_a_basis_or_an_entry_of_the_negative_list(client: FlaskClient) -> None:
    found = {one["title"]: one["justified"] for one in get(client, "/inventory?openness=closed")["items"]}
    assert found == {"驾驶人档案": True, "应急预案": False, "涉密测绘成果": True}


def test_the_plan_tells_done_late_and_pending(client: FlaskClient) -> None:
    found = [
        (one["code"], one["status"], one["opened"], one["days_late"]) for one in get(client, "/plan")["items"]
    ]
    assert found == [
        ("P-2", "late", None, 791),
        ("P-3", "done", "2020-09-01", 63),
        ("P-1", "done", "2018-06-30", 0),
        ("P-4", "pending", None, 0),
    ]


def test_the_roster_of_a_day_is_that_days(client: FlaskClient) -> None:
    assert [one["code"] for one in get(client, "/units?as_of=2018-06-01&region=371200")["items"]] == [
        "371200"
    ]
    assert get(client, "/units?as_of=2019-06-01&region=371200")["items"] == []
    assert [one["code"] for one in get(client, "/units/371200")["successors"]] == ["370116"]


def test_coverage_is_what_the_indicator_measures(client: FlaskClient, province: Services) -> None:
    with province.readers() as session:
        expected = measure(session, NOON.date()).to_dict()
    found = get(client, "/coverage?as_of=2021-03-01")
    assert found == expected
    assert (
        found["definitions"]["covered"] | {"numerator": 2, "denominator": 4}
        == found["definitions"]["covered"]
    )


def test_the_link_header_leads_through_all_pages(client: FlaskClient) -> None:
    path, seen = "/api/v1/inventory?size=3", []
    while path:
        answer = client.get(path)
        seen += [one["code"] for one in answer.get_json()["items"]]
        links = {
            rel: address for address, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["Link"])
        }
        assert {"first", "last"} <= links.keys()
        path = links.get("next", "")
    assert len(seen) == len(set(seen)) == get(client, "/inventory")["total"] == 8
    assert "prev" in links


PATHS = ("/datasets", "/datasets/bus-lines", "/datasets/bus-lines/releases/2", "/units", "/inventory", "/plan",
         "/coverage", "/negative-list", "/refused", "/vocabularies", "/openapi.json")  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_who_has_an_answer_already_is_told_so(client: FlaskClient, path: str) -> None:
    first = client.get(f"/api/v1{path}")
    by_tag = client.get(f"/api/v1{path}", headers={"If-None-Match": first.headers["ETag"]})
    by_time = client.get(f"/api/v1{path}", headers={"If-Modified-Since": first.headers["Last-Modified"]})
    head = client.head(f"/api/v1{path}")
    assert (by_tag.status_code, by_tag.data, by_time.status_code) == (304, b"", 304)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nowhere", 404, "not-found"),
        ("/datasets/nothing", 404, "not-found"),
        ("/datasets/bus-lines/releases/99", 404, "not-found"),
        ("/datasets/bus-lines/releases/one", 404, "not-found"),
        ("/units/NOBODY", 404, "not-found"),
        ("/inventory/1/1", 404, "not-found"),
        ("/coverage?as_of=2020-02-30", 400, "invalid-input"),
        ("/coverage?known_at=2020-01-01T00:00:00", 400, "invalid-input"),
        ("/coverage?region=37", 400, "invalid-input"),
        ("/datasets?size=101", 400, "invalid-input"),
        ("/datasets?page=0", 400, "invalid-input"),
        ("/datasets?domain=everything", 400, "invalid-input"),
    ],
)
def test_a_problem_is_told_to_machines_and_in_both_languages(
    client: FlaskClient, path: str, status: int, code: str
) -> None:
    answer = client.get(f"/api/v1{path}")
    body = answer.get_json()
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert body["type"] == f"/about#problem-{code}"
    assert body["status"] == status
    assert re.search("[一-鿿]", body["detail"])
    assert body["detail_en"].isascii()


def test_only_reading_is_allowed(client: FlaskClient) -> None:
    answer = client.post("/api/v1/datasets", json={})
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]

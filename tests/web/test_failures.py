"""What a reader sees when a part of the installation does not answer, or was tampered with."""

from dataclasses import replace
from http import HTTPStatus

import pytest
from sqlalchemy import update

from catalog.errors import Conflict
from catalog.models import Event
from opendata.app import create_app
from opendata.services import Services
from search import open_index
from tests.factories import small_province

#: Nothing listens on the port of the discard service.
NOWHERE = "http://127.0.0.1:9/index"


def test_without_search_the_list_comes_from_the_catalogue(province: Services) -> None:
    index = open_index(NOWHERE)
    client = create_app(replace(province, index=index)).test_client()
    page = client.get("/search?q=公交").get_data(as_text=True)
    assert "检索服务暂时不可用" in page
    assert "/datasets/bus-lines" in page
    assert "/datasets/schools" not in page
    assert client.get("/search/suggest?q=公").get_json() == []
    index.close()


def test_a_search_that_cannot_answer_now_leaves_nothing_to_complete(
    province: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Conflict("索引由另一版本写成", "the index was written by another version")

    monkeypatch.setattr(province.index, "suggest", refuse)
    monkeypatch.setattr(province.index, "search", refuse)
    client = create_app(province).test_client()
    assert client.get("/search/suggest?q=公").get_json() == []
    page = client.get("/search?q=公交&sort=backwards").get_data(as_text=True)
    assert "索引由另一版本写成" in page
    assert "未采用： sort=backwards" in page


def test_readiness_names_the_part_that_does_not_answer(province: Services) -> None:
    index = open_index(NOWHERE)
    client = create_app(replace(province, index=index)).test_client()
    assert client.get("/healthz").get_json() == {"status": "alive"}
    answer = client.get("/readyz")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.get_json() == {
        "status": "not ready",
        "database": "ok",
        "storage": "ok",
        "search": "does not answer",
    }
    index.close()


def test_readiness_when_everything_answers(province: Services) -> None:
    answer = create_app(province).test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["status"]) == (HTTPStatus.OK, "ready")


def test_a_changed_event_is_told_to_every_reader_of_the_ledger(services: Services) -> None:
    small_province(services)
    with services.sessions.begin() as session:
        session.execute(update(Event).where(Event.seq == 2).values(actor="somebody else"))
    page = create_app(services).test_client().get("/ledger").get_data(as_text=True)
    assert "日志第 2 条与其哈希不符" in page
    assert "逐条核对无误" not in page


def test_an_empty_installation_has_pages_too(services: Services) -> None:
    client = create_app(services).test_client()
    pages = (
        "/",
        "/search",
        "/units",
        "/inventory",
        "/plan",
        "/refused",
        "/negative-list",
        "/coverage",
        "/ledger",
        "/runs",
    )
    assert {path: client.get(path).status_code for path in pages} == dict.fromkeys(pages, HTTPStatus.OK)
    assert "无定义" in client.get("/coverage").get_data(as_text=True)

"""Searching on the portal: what is saved, suggested, related, and what a page does with nonsense."""

import base64
import random
import re
import zlib
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from catalog import questions
from catalog.models import Question
from catalog.questions import PUBLIC_DAYS, Asked
from opendata.services import Services
from opendata.web.saved import MOST
from tests.conftest import NOON


def packed(text: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(text)).decode()


SEARCH = "q=%E5%85%AC%E4%BA%A4&domain=transport"


def test_a_search_is_saved_in_the_browser_and_removed_again(client: FlaskClient) -> None:
    assert "还没有收藏" in client.get("/saved").get_data(as_text=True)
    page = client.get(f"/search?{SEARCH}&page=2&sort=newest").get_data(as_text=True)
    form = re.search(r'action="/saved"><input type="hidden" name="search" value="([^"]*)"', page)
    assert form
    answer = client.post("/saved", data={"search": form[1].replace("&amp;", "&")}, follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert f"/search?{SEARCH.replace('&', '&amp;')}" in page
    assert f"/search.atom?{SEARCH.replace('&', '&amp;')}" in page
    assert "道路交通" in page
    assert "共 1 条" in page
    client.post("/saved", data={"search": SEARCH})
    assert client.get("/saved").get_data(as_text=True).count('class="hit"') == 1
    client.post("/saved/remove", data={"search": SEARCH})
    assert "还没有收藏" in client.get("/saved").get_data(as_text=True)


def test_no_more_searches_are_saved_than_a_cookie_holds(client: FlaskClient) -> None:
    for number in range(MOST + 3):
        client.post("/saved", data={"search": f"q={quote(f'线路{number}')}&unit=37-DOT&colour=red"})
    page = client.get("/saved").get_data(as_text=True)
    assert page.count('class="hit"') == MOST
    assert f"线路{MOST + 2}" in page
    assert "colour" not in page
    dice = random.Random(1)
    for _ in range(MOST):
        text = quote("".join(chr(dice.randrange(0x4E00, 0x9FA5)) for _ in range(100)))
        answer = client.post("/saved", data={"search": f"q={text}"})
        assert len(answer.headers["Set-Cookie"]) < 4096
    assert 1 < client.get("/saved").get_data(as_text=True).count('class="hit"') < MOST


@pytest.mark.parametrize(
    "cookie", ["x", "W10", "____", *map(packed, (b"[[1,2]]", b"{}", b"[null]", b"[" * 9999, b"0" * 10**6))]
)
def test_a_cookie_that_is_not_ours_holds_nothing(app: Flask, cookie: str) -> None:
    client = app.test_client()
    client.set_cookie("searches", cookie)
    answer = client.get("/saved")
    assert (answer.status_code, "还没有收藏" in answer.get_data(as_text=True)) == (HTTPStatus.OK, True)


def test_what_others_searched_for_is_suggested(client: FlaskClient, province: Services) -> None:
    for number in range(PUBLIC_DAYS):
        with province.sessions.begin() as session:
            questions.record(session, NOON.date() - timedelta(days=number), [Asked("公交换乘", 1)])
    found = client.get("/search/suggest?q=公交").get_json()
    assert found[0] == {"kind": "query", "text": "公交换乘"}
    assert {"kind": "title", "text": "公交线路"} in found
    assert client.get("/api/v1/search/suggest?q=公交").get_json()["items"][0] == found[0]


def test_what_is_found_is_noted_after_a_while_and_nothing_else(app: Flask, province: Services) -> None:
    client = app.test_client()
    for text in ("公交", "公交线路", "没有这样的东西", "13805311234", "公交&domain=transport"):
        client.get(f"/search?q={text}")
    notebook = app.extensions["asked"]
    notebook.write(province)
    with province.readers() as session:
        kept = set(session.scalars(select(Question.text)))
    assert {"公交", "公交线路"} <= kept <= {"公交", "公交线路", "公交换乘"}


def test_a_page_shows_what_is_like_its_dataset(client: FlaskClient) -> None:
    page = client.get("/datasets/bus-lines").get_data(as_text=True)
    related = page.partition('id="related"')[2]
    assert "/datasets/bus-lines" not in related.partition("</section>")[0]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=" + "a " * 10_000,
        "q=" + "公交" * 25_000,
        'q="公交',
        "q=((((公交))]",
        "q=.*.*.*[a-z]{1,9999}",
        "q=" + "*" * 500,
        "q=a%00b",
        "q=_exists_:title AND {\"match_all\":{}}",
        "q=title:公交 OR /.*/~9",
        "page=10000000",
        "page=-1&size=0",
        "page=x",
        "sort=backwards",
        "domain=nowhere&domain=transport",
        "&".join(f"unit={number}" for number in range(900)),
    ],
)  # fmt: skip
def test_whatever_is_asked_is_answered(client: FlaskClient, query: str) -> None:
    assert client.get(f"/search?{query}").status_code in (HTTPStatus.OK, HTTPStatus.BAD_REQUEST)
    assert client.get(f"/api/v1/search?{query}").status_code in (HTTPStatus.OK, HTTPStatus.BAD_REQUEST)
    assert client.get(f"/search.atom?{query}").status_code == HTTPStatus.OK

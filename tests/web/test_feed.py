"""The feed of a search, read as a feed reader does."""

from dataclasses import replace
from http import HTTPStatus
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from opendata.app import create_app
from opendata.services import Services
from search import open_index
from tests.web.test_failures import NOWHERE

ATOM = "{http://www.w3.org/2005/Atom}"


def read(client: FlaskClient, path: str) -> ET.Element:
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (
        HTTPStatus.OK,
        "application/atom+xml; charset=utf-8",
    )
    return ET.fromstring(answer.data)


def test_a_feed_holds_what_its_page_finds_newest_first(client: FlaskClient) -> None:
    feed = read(client, "/search.atom?q=公交&kind=dataset")
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert str(links["self"]).endswith("/search.atom?q=%E5%85%AC%E4%BA%A4&kind=dataset")
    assert client.get(str(links["alternate"])).status_code == HTTPStatus.OK
    entries = feed.findall(f"{ATOM}entry")
    assert entries
    changed = [entry.findtext(f"{ATOM}updated") or "" for entry in entries]
    assert changed == sorted(changed, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == changed[0]
    for entry in entries:
        address = entry.findtext(f"{ATOM}id")
        about = client.get(str(address))
        assert about.status_code == HTTPStatus.OK
        assert str(entry.findtext(f"{ATOM}title")) in about.get_data(as_text=True)
    page = client.get("/search?q=公交&kind=dataset").get_data(as_text=True)
    assert 'href="/search.atom?q=%E5%85%AC%E4%BA%A4&amp;kind=dataset"' in page


@pytest.mark.parametrize("typed", ["", "比特币", "%1b%08%ff<&\"']]>", "a" * 5_000])
def test_whatever_is_typed_makes_a_feed(client: FlaskClient, typed: str) -> None:
    feed = read(client, f"/search.atom?q={typed}")
    assert feed.findtext(f"{ATOM}updated")
    assert feed.findtext(f"{ATOM}title")


def test_without_search_there_is_no_feed_for_now(province: Services) -> None:
    index = open_index(NOWHERE)
    answer = create_app(replace(province, index=index)).test_client().get("/search.atom?q=公交")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    index.close()

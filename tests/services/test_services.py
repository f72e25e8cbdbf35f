"""Each server really answers where its variable says; this is what the rest of the suite builds on."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

import boto3
import psycopg
import pytest
from botocore.config import Config
from elasticsearch import Elasticsearch
from playwright.sync_api import sync_playwright

from tests.services import SERVERS, Instance
from tests.services.ports import LOOPBACK


def told(variable: str) -> str:
    """The value of *variable*, else a skip that names it."""
    if value := os.environ.get(variable):
        return value
    pytest.skip(f'set {variable} to run this: eval "$(make -s services)"')


def test_postgres_keeps_chinese_and_sorts_by_code_point() -> None:
    address = told("TEST_DATABASE_URL").replace("postgresql+psycopg:", "postgresql:")
    with psycopg.connect(address) as connection:
        rows = connection.execute("select w from (values ('济'), ('南'), ('A')) t(w) order by w").fetchall()
        encoding = connection.execute("show server_encoding").fetchone()
    assert ([word for (word,) in rows], encoding) == (["A", "南", "济"], ("UTF8",))


def test_s3_puts_gets_and_lists() -> None:
    address = urlsplit(told("TEST_STORAGE_URL"))
    client = boto3.client(
        "s3",
        endpoint_url=parse_qs(address.query)["endpoint"][0],
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    bucket, folder = address.netloc, f"{address.path.strip('/')}/{uuid4()}"
    try:
        client.put_object(Bucket=bucket, Key=f"{folder}/公交线路.csv", Body="线路\n".encode())
        body = client.get_object(Bucket=bucket, Key=f"{folder}/公交线路.csv")["Body"].read()
        listed = client.list_objects_v2(Bucket=bucket, Prefix=f"{folder}/")["Contents"]
        assert (body.decode(), [found["Key"] for found in listed]) == ("线路\n", [f"{folder}/公交线路.csv"])
    finally:
        client.delete_object(Bucket=bucket, Key=f"{folder}/公交线路.csv")
        client.close()


@pytest.fixture
def search() -> Iterator[tuple[Elasticsearch, str]]:
    """A client and an index of this test's own."""
    address = urlsplit(told("TEST_SEARCH_URL"))
    index = f"{address.path.strip('/')}-{uuid4()}"
    with Elasticsearch(f"{address.scheme}://{address.netloc}") as client:
        yield client, index
        client.indices.delete(index=index, ignore_unavailable=True)


def test_elasticsearch_indexes_and_finds(search: tuple[Elasticsearch, str]) -> None:
    client, index = search
    words = {"words": {"type": "text", "analyzer": "whitespace"}}
    client.indices.create(index=index, mappings={"dynamic": "strict", "properties": words})
    client.index(index=index, id="1", document={"words": "公交 线路"}, refresh=True)
    client.index(index=index, id="2", document={"words": "空气 质量"}, refresh=True)
    found = client.search(index=index, query={"match": {"words": "线路"}})["hits"]["hits"]
    assert [(hit["_id"], hit["_source"]) for hit in found] == [("1", {"words": "公交 线路"})]


def test_redis_keeps_a_value() -> None:
    address = urlsplit(told("TEST_BROKER_URL"))
    with socket.create_connection(
        (address.hostname or LOOPBACK, address.port or 6379), timeout=5
    ) as connection:
        lines = connection.makefile("rwb")
        lines.write(b"SET tests:probe 1 EX 5\r\nGET tests:probe\r\n")
        lines.flush()
        assert [lines.readline().strip() for _ in range(3)] == [b"+OK", b"$1", b"1"]


def test_chromium_draws_chinese_with_a_chinese_font() -> None:
    page_source = "<html lang=zh-CN><title>开放</title><body><p id=p>政府数据开放</p></body></html>"
    path = told("TEST_BROWSER")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"data:text/html;charset=utf-8,{quote(page_source)}")
        session = page.context.new_cdp_session(page)
        session.send("DOM.enable")
        session.send("CSS.enable")
        document = session.send("DOM.getDocument")["root"]["nodeId"]
        node = session.send("DOM.querySelector", {"nodeId": document, "selector": "#p"})
        fonts = session.send("CSS.getPlatformFontsForNode", node)["fonts"]
        title = page.title()
        browser.close()
    # a glyph that no font has is drawn as a box by a font without Chinese: the name tells
    assert title == "开放"
    assert [(font["glyphCount"], "CJK" in font["familyName"]) for font in fonts] == [(6, True)]


@pytest.mark.parametrize("name", SERVERS)
def test_a_killed_server_answers_again_at_the_same_address(name: str, tmp_path: Path) -> None:
    server = SERVERS[name]
    told(next(iter(server.exports(0))))
    instance = Instance(server, tmp_path / name)
    try:
        running = instance.start()
        exports = instance.exports()
        instance.kill()
        assert not server.answers(running.port)
        instance.start()
        assert instance.exports() == exports
    finally:
        instance.remove()

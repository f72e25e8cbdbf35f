"""Elasticsearch is stopped under the portal and started again: less is shown meanwhile, nothing is lost."""

import os
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest
from sqlalchemy import func, select

from catalog.errors import Unreachable
from catalog.models import InventoryItem
from opendata.app import create_app
from opendata.pipeline import indexing
from opendata.services import build
from opendata.settings import Settings
from tests.factories import small_province
from tests.services.catalogue import SERVERS
from tests.services.instance import Instance


@pytest.mark.skipif(
    "TEST_SEARCH_URL" not in os.environ,
    reason="set TEST_SEARCH_URL (make services) to let a test start an Elasticsearch of its own",
)
def test_stopped_and_started_again(settings: Settings, tmp_path: Path) -> None:
    with Instance(SERVERS["elasticsearch"], tmp_path / "elasticsearch") as server:
        address = server.exports()["TEST_SEARCH_URL"]
        services = build(replace(settings, search_url=address))
        small_province(services)
        assert indexing.index(services) > 0
        client = create_app(services).test_client()
        found = "检索服务暂时不可用"

        server.stop()
        page = client.get("/search?q=公交").get_data(as_text=True)
        assert found in page
        assert "/datasets/bus-lines" in page
        for path in ("/", "/datasets/bus-lines", "/saved", "/inventory"):
            assert client.get(path).status_code == HTTPStatus.OK, path
        assert client.get("/api/v1/search?q=公交").status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert client.get("/readyz").get_json()["search"] == "does not answer"
        with services.sessions.begin() as session:
            item = session.scalars(
                select(InventoryItem).where(InventoryItem.resource_code == "307013/0004")
            ).one()
            item.index_pending = True
        with pytest.raises(Unreachable):
            indexing.index(services)
        with services.readers() as session:
            assert session.scalar(select(func.count()).where(InventoryItem.index_pending)) == 1

        server.start()
        assert server.exports()["TEST_SEARCH_URL"] == address
        assert indexing.index(services) == 1
        assert not indexing.check(services)
        page = client.get("/search?q=公交").get_data(as_text=True)
        assert found not in page
        assert "<mark>公交</mark>" in page
        services.close()

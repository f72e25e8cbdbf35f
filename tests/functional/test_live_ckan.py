"""A live CKAN portal, added and run by command: its datasets appear in portal, search and API."""

import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from catalog.models import InventoryItem, InventoryRevision
from opendata.app import create_app
from opendata.cli import main
from opendata.settings import PREFIX, Settings
from tests import databases
from tests.conftest import ROOT, installation, remove
from tests.functional import province
from tests.servers.ckan import CkanServer

SCHEMAS = ("bus-stops", "public-toilets", "schools")
Opendata = Callable[..., Any]


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Settings]:
    """An installation with the sample's registries and none of its sources."""
    url = databases.create(tmp_path)
    province.load_registries(url, only_sources=("none",))
    settings = installation(url, tmp_path / "home")
    yield settings
    remove(settings)
    databases.drop(url)


@pytest.fixture
def opendata(installed: Settings) -> Opendata:
    """Run a command in that installation and return its JSON."""
    environment = {
        f"{PREFIX}{field.name.upper()}": str(getattr(installed, field.name)) for field in fields(Settings)
    }

    def invoke(*arguments: str) -> Any:
        result = CliRunner().invoke(main, [*arguments, "--json"], env=environment, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return invoke


def items(settings: Settings) -> dict[str, str]:
    """Schema name → resource code of an open item that cites it."""
    with province.opened(settings) as services, services.readers() as session:
        query = (
            select(InventoryRevision.schema_name, InventoryItem.resource_code)
            .join(InventoryRevision.item)
            .where(InventoryRevision.schema_name.in_(SCHEMAS), InventoryRevision.openness == "unconditional")
            .where(InventoryRevision.valid_to.is_(None), InventoryRevision.known())
        )
        return dict(session.execute(query).all())


def test_from_a_live_portal_to_portal_search_and_api(installed: Settings, opendata: Opendata) -> None:
    codes = items(installed)
    with CkanServer() as ckan:
        for schema in SCHEMAS:
            good = (ROOT / "tests" / "schemas" / schema / "good.csv").read_bytes()
            ckan.add(
                schema,
                f"门户数据 {schema}",
                {f"{schema}.csv": good},
                resource_code=codes[schema],
                unit_code="370100",
            )
        opendata("source", "add", "live", "--kind", "ckan", "--url", ckan.url, "--trust", "接入协议第三条")
        first = opendata("run")
        second = opendata("run")
    assert [(one["source"], one["counts"]) for one in first["harvested"]] == [
        ("live", {"new": 3, "vanished": 0})
    ]
    assert (first["published"], first["checked"], first["changed"]) == ({"published": 3}, {"intact": 3}, True)
    assert [one["counts"] for one in second["harvested"]] == [{"unchanged": 3, "vanished": 0}]
    assert second["changed"] is False

    slug = f"bus-stops-{codes['bus-stops'].replace('/', '-')}"
    assert slug in [hit["slug"] for hit in opendata("search", "query", "公交")["hits"]]
    with province.opened(installed) as services:
        client = create_app(services).test_client()
        page = client.get(f"/datasets/{slug}")
        listed = client.get("/api/v1/datasets").get_json()
        one = client.get(f"/api/v1/datasets/{slug}")
    assert page.status_code == 200
    assert slug in json.dumps(listed)
    assert one.get_json()["slug"] == slug


def test_a_changed_file_becomes_a_new_release_and_a_lost_one_stays(
    installed: Settings, opendata: Opendata
) -> None:
    codes = items(installed)
    good = (ROOT / "tests" / "schemas" / "bus-stops" / "good.csv").read_bytes()
    with CkanServer() as ckan:
        ckan.add(
            "bus-stops", "公交站点", {"stops.csv": good}, resource_code=codes["bus-stops"], unit_code="370100"
        )
        opendata("source", "add", "live", "--kind", "ckan", "--url", ckan.url, "--trust", "接入协议第三条")
        opendata("run")
        ckan.replace("stops.csv", b"\n".join(good.splitlines()[:-1]) + b"\n")
        changed = opendata("run")
        ckan.packages.clear()
        lost = opendata("run")
    assert changed["harvested"][0]["counts"] == {"changed": 1, "vanished": 0}
    assert changed["published"] == {"published": 1}
    assert lost["harvested"][0]["counts"] == {"vanished": 1}
    with province.opened(installed) as services:
        slug = f"bus-stops-{codes['bus-stops'].replace('/', '-')}"
        found = create_app(services).test_client().get(f"/api/v1/datasets/{slug}").get_json()
    assert found["release"] == 2

"""The page of harvest runs: what is going on, what waits, and why a run failed."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from catalog.models import HarvestRun
from catalog.queries import pending
from catalog.queries.runs import sources
from opendata.app import create_app
from opendata.services import Services
from opendata.web.filters import duration
from tests.conftest import NOON
from tests.factories import Factory

ERROR = {
    "code": "unreachable",
    "zh": "无权读取 /srv/secret/list.csv",
    "en": "/srv/secret/list.csv may not be read",
}
COUNTS = {"new": 3, "changed": 2, "unchanged": 40, "refused": 1}


@pytest.fixture
def busy(services: Services) -> FlaskClient:
    """A portal with one thing of every kind that waits, a failed run and one that goes on."""
    with services.sessions.begin() as session:
        make = Factory(session)
        unit = make.unit("37-DOT", "山东省交通运输厅")

        def waiting(number: int, state: str, *, checked: bool | None = None) -> None:
            item = make.item(f"307013/000{number}", f"第{number}项", unit)
            item.index_pending = state == "approved"
            make.release(make.dataset(item, f"thing-{number}"), state=state, checked=checked)

        waiting(1, "received")
        waiting(2, "valid")
        waiting(3, "approved")
        waiting(4, "published", checked=False)
        waiting(5, "published", checked=True)
        source = make.source()
        distrusted = make.source("new-town", "新来的报送表")
        distrusted.trusted = False
        item = make.item("307013/0006", "第6项", unit)
        item.index_pending = False
        make.release(make.dataset(item, "thing-6"), state="valid").source_id = distrusted.id
        session.add_all(
            (
                HarvestRun(source=source, started_at=NOON, finished_at=NOON + timedelta(seconds=75), state="failed",
                           counts=COUNTS, error=ERROR),
                HarvestRun(source=distrusted, started_at=NOON, finished_at=None, state="running", counts={}, error=None),
            )
        )  # fmt: skip
    return create_app(services).test_client()


def test_what_waits_is_counted_for_each_step_and_named(busy: FlaskClient, services: Services) -> None:
    with services.readers() as session:
        found = pending.overview(session, services.today(), size=5)
    assert {step: [one.dataset for one in some.items] for step, some in found.items()} == {
        "validate": ["thing-1"],
        "rule": ["thing-2"],
        "review": ["thing-6"],
        "publish": ["thing-3"],
        "index": ["thing-3"],
        "check": ["thing-4"],
    }
    page = busy.get("/runs").get_data(as_text=True)
    assert re.findall(r"<strong>(\d+)</strong><span>", page) == ["1"] * 6
    for address in ("/datasets/thing-1/releases/1", "/datasets/thing-6/releases/1", "/inventory/307013/0003"):
        assert f'href="{address}"' in page
        assert busy.get(address).status_code == 200


def test_a_page_renews_itself_only_while_a_run_goes_on_and_lets_itself_be_stopped(
    busy: FlaskClient, services: Services
) -> None:
    renewal = '<meta http-equiv="refresh" content="5">'
    with services.readers() as session:
        running, done = (
            session.query(HarvestRun.id).filter_by(state=state).order_by(HarvestRun.id).first()[0]
            for state in ("running", "done")
        )
    assert renewal in busy.get("/runs").get_data(as_text=True)
    assert renewal in busy.get(f"/runs/{running}").get_data(as_text=True)
    assert renewal not in busy.get(f"/runs/{done}").get_data(as_text=True)
    assert renewal not in busy.get("/runs?refresh=no").get_data(as_text=True)
    with services.sessions.begin() as session:
        session.get_one(HarvestRun, running).state = "interrupted"
    assert renewal not in busy.get("/runs").get_data(as_text=True)


@pytest.mark.parametrize(
    ("prefix", "error"), [("", "无权读取 transport"), ("/en", "transport may not be read")]
)
def test_a_failed_run_says_why_and_keeps_the_address_of_its_source(
    busy: FlaskClient, services: Services, prefix: str, error: str
) -> None:
    with services.readers() as session:
        latest = {one.code: one.latest for one in sources(session)}["transport"]
    assert latest is not None
    assert (latest.state, latest.seconds) == ("failed", 75.0)
    for path in (f"{prefix}/runs", f"{prefix}/runs/{latest.id}", f"/api/v1/runs/{latest.id}"):
        page = busy.get(path).get_data(as_text=True)
        assert "/srv/secret" not in page
    assert error in busy.get(f"{prefix}/runs?state=failed").get_data(as_text=True)
    found = busy.get(f"/api/v1/runs/{latest.id}").get_json()
    assert found["counts"] == COUNTS | {"vanished": 0}


def test_the_records_of_a_run_carry_their_findings(client: FlaskClient) -> None:
    runs = client.get("/api/v1/runs?size=100").get_json()["items"]
    seen = [
        one for run in runs for one in client.get(f"/api/v1/runs/{run['id']}/records").get_json()["items"]
    ]
    refused = [
        (one["title"], [finding["code"] for finding in one["findings"]]) for one in seen if one["findings"]
    ]
    assert refused == [("来历不明的表", ["unknown-item"])]
    assert {one["links"].get("release", "").rpartition("/datasets/")[2] for one in seen} >= {
        "bus-lines/releases/3",
        "",
    }


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "—"), (0.04, "0.0 s"), (59.9, "59.9 s"), (75, "1 min 15 s"), (7322, "2 h 02 min")],
)
def test_a_duration_reads_well(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text

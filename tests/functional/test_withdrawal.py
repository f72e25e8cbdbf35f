"""A release that is under embargo, and one that is withdrawn: what the public gets at which moment, at every door."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from catalog import ledger
from catalog.errors import InvalidInput, InvalidTransition, NotFound
from catalog.models import Dataset, Event, Release, Source
from opendata import pipeline, review
from opendata.app import create_app
from opendata.indicators.coverage import measure
from opendata.pipeline import indexing
from opendata.services import Services, build
from opendata.settings import Settings
from search.embedded import EmbeddedIndex
from search.generations import Generations
from search.query import parse
from tests import databases
from tests.conftest import NOON, installation, remove
from tests.doors import reader_of
from tests.functional import province

SLUG = "bus-lines-307112-0001"
BY = {"actor": "person:张三", "basis": "条例第十七条"}


@dataclass
class Town:
    """An installation of one city, whose two releases of one dataset await a decision, and whose clock can be moved."""

    services: Services
    moment: list[datetime] = field(default_factory=list)

    def pass_(self, time: timedelta) -> None:
        self.moment[0] += time

    def publish(self, number: int, release_at: datetime | None = None) -> None:
        review.approve(self.services, f"{SLUG}/{number}", release_at=release_at, **BY)
        pipeline.publish(self.services)
        pipeline.index(self.services)

    def door(self) -> FlaskClient:
        return reader_of(create_app(self.services))

    def states(self) -> list[str]:
        with self.services.readers() as session:
            query = select(Release.state).join(Dataset, Dataset.id == Release.dataset_id)
            return list(session.scalars(query.where(Dataset.slug == SLUG).order_by(Release.number)))

    def found(self) -> list[str]:
        """What search knows without being told of embargoes that have ended."""
        hits = self.services.index.search(parse("公交线路", {"kind": ["dataset"]})).hits
        return [hit.document.slug for hit in hits]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An installation whose releases await a decision; every test works on a copy."""
    folder = tmp_path_factory.mktemp("judged")
    url = databases.create(folder)
    province.load_registries(url, only_sources=("linyi",))
    settings = installation(url, folder / "home")
    with province.opened(settings) as services:
        with services.sessions.begin() as session:
            session.execute(update(Source).values(trusted=False))
        pipeline.harvest(services)
        pipeline.validate(services)
    yield settings
    remove(settings)
    databases.drop(url)


@pytest.fixture
def town(judged: Settings, copy_database: Callable[[str], str], tmp_path: Path) -> Iterator[Town]:
    settings = installation(copy_database(judged.database_url), tmp_path / "home")
    shutil.copytree(judged.work_dir, settings.work_dir, dirs_exist_ok=True)
    moment = [NOON]
    services = build(settings, clock=lambda: moment[0])
    yield Town(services, moment)
    services.close()
    remove(settings)


def current(door: FlaskClient) -> int | None:
    number: int | None = door.get(f"/api/v1/datasets/{SLUG}").json["release"]  # type: ignore[index]  # it is JSON
    return number


def file_of(number: int) -> str:
    return f"/datasets/{SLUG}/releases/{number}/files/{SLUG}.csv"


def test_an_embargo_ends_by_itself(town: Town) -> None:
    town.publish(1)
    town.publish(2, NOON + timedelta(days=2))
    door = town.door()
    assert town.states() == ["superseded", "published"]
    assert current(door) == 1
    listed = door.get(f"/api/v1/datasets/{SLUG}/releases").json["items"]  # type: ignore[index]  # it is JSON
    assert [(one["number"], one["state"], one["end_reason"], one["open_to"]) for one in listed] == [
        (1, "published", "", None)
    ]
    hidden = (file_of(2), f"/datasets/{SLUG}/releases/2", f"/api/v1/datasets/{SLUG}/releases/2")
    assert [door.get(path).status_code for path in hidden] == [404] * 3
    assert door.get(f"/datasets/{SLUG}/latest/{SLUG}.csv").location.endswith(file_of(1))
    with town.services.readers() as session:
        before = measure(session, NOON.date()).to_dict()
    town.pass_(timedelta(days=2))
    assert current(door) == 2
    listed = door.get(f"/api/v1/datasets/{SLUG}/releases").json["items"]  # type: ignore[index]  # it is JSON
    assert [(one["number"], one["state"]) for one in listed] == [(2, "published"), (1, "superseded")]
    # Only looked at: a download would be counted a second later, and the index would have that to learn too.
    assert [door.head(path).status_code for path in hidden] == [200] * 3
    assert door.head(f"/datasets/{SLUG}/latest/{SLUG}.csv").location.endswith(file_of(2))
    assert pipeline.index(town.services) == 1
    assert pipeline.index(town.services) == 0
    assert not indexing.check(town.services)
    with town.services.readers() as session:
        assert measure(session, NOON.date()).to_dict() == before


def test_a_dataset_whose_only_release_is_under_embargo_is_not_open(town: Town) -> None:
    town.publish(2, NOON + timedelta(seconds=1))
    door = town.door()
    assert current(door) is None
    assert SLUG not in door.get("/datasets", follow_redirects=True).text
    assert [one["slug"] for one in door.get("/api/v1/datasets").json["items"]] == []  # type: ignore[index]  # it is JSON
    assert town.found() == []
    town.pass_(timedelta(seconds=1))
    assert [one["slug"] for one in door.get("/api/v1/datasets").json["items"]] == [SLUG]  # type: ignore[index]  # it is JSON
    pipeline.index(town.services)
    assert town.found() == [SLUG]


#: Every door that searches, and how it tells of a dataset.
SEARCHING = (
    ("/api/v1/search?q=公交线路", '"kind":"dataset"'),
    ("/search?q=公交线路", f"/datasets/{SLUG}"),
    ("/search.atom?q=公交线路", f"/datasets/{SLUG}"),
    ("/api/v1/search?q=公交线路&kind=dataset&format=csv", SLUG),
)


@pytest.mark.parametrize(("path", "told"), SEARCHING)
def test_what_comes_out_of_an_embargo_is_found_from_that_moment_on(town: Town, path: str, told: str) -> None:
    town.publish(2, NOON + timedelta(seconds=1))
    door = town.door()
    assert told not in door.get(path).text
    assert town.found() == []
    town.pass_(timedelta(seconds=1))
    assert told in door.get(path).text
    assert town.found() == [SLUG]
    assert not indexing.check(town.services)
    assert pipeline.index(town.services) == 0


def test_an_index_that_cannot_be_written_to_is_told_of_an_ended_embargo_later(
    town: Town, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    town.services = replace(town.services, index=EmbeddedIndex(folder, patience=0))
    town.publish(2, NOON + timedelta(seconds=1))
    town.pass_(timedelta(seconds=1))
    door = town.door()
    with Generations(folder, patience=0).writing():
        assert SLUG not in door.get("/api/v1/search?q=公交线路").text
    assert pipeline.index(town.services) == 1
    assert SLUG in door.get("/api/v1/search?q=公交线路").text


def test_what_is_withdrawn_before_its_moment_was_never_there(town: Town) -> None:
    town.publish(1)
    town.publish(2, NOON + timedelta(days=2))
    review.withdraw(town.services, f"{SLUG}/2", ground="error", reason="列错位", actor="person:张三")
    for _ in range(2):
        assert town.states() == ["published", "withdrawn"]
        assert current(town.door()) == 1
        town.pass_(timedelta(days=3))


@pytest.mark.parametrize(
    ("ground", "stays"), [("error", True), ("law", True), ("personal-data", False), ("secrecy", False)]
)
def test_a_tombstone_tells_everything_and_files_go_only_with_what_they_hold(
    town: Town, ground: str, stays: bool
) -> None:
    town.publish(1)
    door = town.door()
    with town.services.readers() as session:
        release = session.scalars(select(Release).where(Release.state == "published")).one()
        keys, raw = [file.key for file in release.distributions], release.file_sha256
        checksum = release.distributions[0].sha256
    review.withdraw(town.services, f"{SLUG}/1", ground=ground, reason="含<驾驶员>手机号", actor="person:张三")
    answers = [
        door.get(file_of(1)),
        door.head(file_of(1)),
        door.get(file_of(1), headers={"Range": "bytes=0-1"}),
    ]
    assert {answer.status_code for answer in answers} == {410}
    page = door.get(f"/datasets/{SLUG}/releases/1")
    assert page.status_code == 200
    for told in ("含&lt;驾驶员&gt;手机号", "<dd>张三</dd>", "2021-03-01", checksum):
        assert told in page.text
    for_people = door.get(file_of(1), headers={"Accept": "text/html"})
    assert (for_people.status_code, "含&lt;驾驶员&gt;手机号" in for_people.text) == (410, True)
    assert current(door) is None
    pipeline.index(town.services)
    assert town.found() == []
    assert pipeline.erase(town.services) == (0 if stays else 1)
    assert pipeline.erase(town.services) == 0
    assert [town.services.storage.exists(key) for key in keys] == [stays] * len(keys)
    assert town.services.raw.has(raw) == stays
    assert door.get(file_of(1)).status_code == 410
    with town.services.readers() as session:
        ledger.verify(session)
        verbs = session.scalars(select(Event.verb).order_by(Event.seq.desc()).limit(2)).all()
    assert verbs[0] == ("release.withdrawn" if stays else "release.erased")


def test_bad_withdrawals_change_nothing(town: Town) -> None:
    town.publish(1)
    good = {"ground": "error", "reason": "错", "actor": "person:张三"}
    for bad, error in (({"ground": "mood"}, InvalidInput), ({"reason": " "}, InvalidInput)):
        with pytest.raises(error):
            review.withdraw(town.services, f"{SLUG}/1", **(good | bad))
    with pytest.raises(InvalidTransition):
        review.withdraw(town.services, f"{SLUG}/2", **good)
    with pytest.raises(NotFound):
        review.withdraw(town.services, f"{SLUG}/9", **good)
    assert town.states() == ["published", "valid"]

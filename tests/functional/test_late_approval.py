"""A person approves an older release after a newer one: the newer one stays the current one."""

from pathlib import Path

from sqlalchemy import select, update

from catalog.models import Dataset, Source
from opendata import pipeline, review
from tests import databases
from tests.conftest import installation, remove
from tests.functional import province

SLUG = "bus-lines-307112-0001"


def test_the_newer_release_keeps_its_place(tmp_path: Path) -> None:
    url = databases.create(tmp_path)
    province.load_registries(url, only_sources=("linyi",))
    settings = installation(url, tmp_path / "home")
    with province.opened(settings) as services:
        with services.sessions.begin() as session:
            session.execute(update(Source).values(trusted=False))
        pipeline.harvest(services)
        pipeline.validate(services)
        for number in (2, 1):
            review.approve(services, f"{SLUG}/{number}", actor="person:张三", basis="条例第十七条")
            pipeline.publish(services)
        with services.readers() as session:
            dataset = session.scalars(select(Dataset).where(Dataset.slug == SLUG)).one()
            current, states = dataset.current_release, [release.state for release in dataset.releases]
            older, newer = dataset.releases
    assert current is newer
    assert states == ["superseded", "published"]
    assert older.open_to == newer.open_from
    remove(settings)
    databases.drop(url)

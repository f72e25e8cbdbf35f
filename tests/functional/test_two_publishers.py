"""Two processes publish the same releases at once: each release is published once, and whole."""

from pathlib import Path

from sqlalchemy import func, select

from catalog import ledger
from catalog.models import Distribution, Event, Release
from opendata import pipeline
from opendata.publishing.publish import release_prefix
from opendata.publishing.verify import verify
from opendata.settings import Settings
from tests import databases
from tests.conftest import installation, remove
from tests.functional import province


def publish(settings: Settings) -> None:
    """What each of the two processes does."""
    with province.opened(settings) as services:
        pipeline.publish(services)


def test_each_release_is_published_once(tmp_path: Path) -> None:
    url = databases.create(tmp_path)
    province.load_registries(url, only_sources=("transport", "weihai-rizhao"))
    settings = installation(url, tmp_path / "home")
    with province.opened(settings) as services:
        pipeline.harvest(services)
        pipeline.validate(services)
        approved = pipeline.apply_rules(services)["approved"]

    two = [province.FORKS.Process(target=publish, args=(settings,)) for _ in range(2)]
    for process in two:
        process.start()
    for process in two:
        process.join(120)
    assert [process.exitcode for process in two] == [0, 0]

    with province.opened(settings) as services, services.readers() as session:
        assert ledger.verify(session)
        published = select(func.count()).where(Event.verb == "release.published")
        assert session.scalar(published) == approved
        for release in session.scalars(select(Release).where(Release.published_at.is_not(None))):
            prefix = release_prefix(release.dataset.slug, release.number)
            assert verify(services.storage, prefix) == []
            assert all(services.storage.stat(file.key).size == file.size for file in release.distributions)
        numbers = session.execute(
            select(Release.dataset_id, func.max(Release.number), func.count()).group_by(Release.dataset_id)
        )
        assert all(highest == count for _, highest, count in numbers)
        assert session.scalar(select(func.count(Distribution.id)))
    remove(settings)
    databases.drop(url)

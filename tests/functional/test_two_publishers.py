"""Two processes at the same releases at once: each number is given once, one of two decides, and each release is
published once and whole.
"""

from collections import Counter
from collections.abc import Callable
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from catalog import ledger
from catalog.errors import OpenDataError
from catalog.models import Dataset, Decision, Distribution, Event, Release
from opendata import pipeline, review
from opendata.publishing.publish import release_prefix
from opendata.publishing.verify import verify
from opendata.services import Services
from opendata.settings import Settings
from tests import databases
from tests.conftest import installation, remove
from tests.functional import province, waiting
from tests.functional.waiting import RENEWED, Waiting

UNDECIDED = "food-licences-307112-0003"
#: How one of the two ended: what it counted, or what was said to it.
End = tuple[str, Any]


def everything(services: Services) -> Counter[str]:
    """Take what the sources offer all the way to the public."""
    pipeline.harvest(services)
    pipeline.validate(services)
    pipeline.apply_rules(services)
    return pipeline.publish(services)


def approve(services: Services) -> str:
    """Decide on a release that waits for it."""
    return review.approve(services, UNDECIDED, **waiting.BY).verdict


def _one(work: Callable[[Services], Any], settings: Settings, start: Barrier, ends: "Queue[End]") -> None:
    with province.opened(settings) as services:
        start.wait(60)
        try:
            ends.put(("done", work(services)))
        except OpenDataError as error:
            ends.put((error.code, (error.text.zh, error.text.en)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test waits for it
            ends.put((type(error).__name__, str(error)))


def at_once(work: Callable[[Services], Any], settings: Settings) -> list[End]:
    """Let two processes begin *work* in the same moment, and tell how each ended."""
    start, ends = province.FORKS.Barrier(2), province.FORKS.Queue()
    two = [province.FORKS.Process(target=_one, args=(work, settings, start, ends)) for _ in range(2)]
    for process in two:
        process.start()
    told = [ends.get(timeout=180) for _ in two]
    for process in two:
        process.join(60)
    assert [process.exitcode for process in two] == [0, 0]
    return sorted(told, key=lambda end: end[0])


def test_from_the_source_to_the_public_numbers_have_no_gap_and_no_double(tmp_path: Path) -> None:
    url = databases.create(tmp_path)
    province.load_registries(url, only_sources=("linyi",))
    settings = installation(url, tmp_path / "home")
    ends = at_once(everything, settings)
    assert [code for code, _ in ends] == ["done", "done"], ends
    with province.opened(settings) as services:
        everything(services)  # what one of them left to the other
        with services.readers() as session:
            whole(services, session)
        assert province.differences(services) == []
    remove(settings)
    databases.drop(url)


def whole(services: Services, session: Any) -> None:
    """Make sure that every release that there is was numbered once, published once, and is whole."""
    assert ledger.verify(session)
    verbs = dict(session.execute(select(Event.verb, func.count()).group_by(Event.verb)).all())
    releases = session.scalars(select(Release)).all()
    published = [release for release in releases if release.published_at is not None]
    assert published
    assert verbs["release.published"] == len(published)
    for release in published:
        prefix = release_prefix(release.dataset.slug, release.number)
        assert verify(services.storage, prefix) == []
        assert all(services.storage.stat(file.key).size == file.size for file in release.distributions)
        names = [file.name for file in release.distributions]
        assert len(names) == len({*names}) > 5
    numbers: dict[str, list[int]] = {}
    for release in releases:
        numbers.setdefault(release.dataset.slug, []).append(release.number)
    assert all(sorted(found) == [*range(1, len(found) + 1)] for found in numbers.values())
    assert len(numbers[RENEWED]) == 2
    files = session.execute(
        select(func.count(Distribution.id), func.count(func.distinct(Distribution.id)))
    ).one()
    assert files[0] == files[1] > 0


def test_one_of_two_who_publish_is_told_that_the_other_did(
    prepared: Waiting, copy_database: Callable[[str], str], tmp_path: Path
) -> None:
    settings = prepared.copied(copy_database, tmp_path / "home")
    ends = at_once(pipeline.publish, settings)
    assert [code for code, _ in ends] == ["done", "done"], ends
    counted = ends[0][1] + ends[1][1]
    assert counted["published"] == 2
    assert {*counted} <= {"published", "already published"}
    with province.opened(settings) as services:
        waiting.finished(services, prepared)
    remove(settings)


def test_one_of_two_who_decide_wins_and_the_other_is_told(
    prepared: Waiting, copy_database: Callable[[str], str], tmp_path: Path
) -> None:
    settings = prepared.copied(copy_database, tmp_path / "home")
    ends = at_once(approve, settings)
    assert [code for code, _ in ends] == ["done", "invalid-transition"], ends
    zh, en = ends[1][1]
    assert f"版本 {UNDECIDED} 第 1 版处于 approved 状态" in zh
    assert f"release 1 of {UNDECIDED} is approved" in en
    with province.opened(settings) as services, services.readers() as session:
        assert ledger.verify(session)
        decided = (
            select(func.count())
            .select_from(Decision)
            .join(Release)
            .join(Dataset, Dataset.id == Release.dataset_id)
        )
        assert session.scalar(decided.where(Dataset.slug == UNDECIDED)) == 1
    remove(settings)

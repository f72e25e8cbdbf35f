"""kill -9 at any moment of publishing: the public sees a release whole or not at all, and a rerun finishes it."""

import random
import shutil
import signal
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from catalog.models import Dataset, Distribution
from opendata import pipeline
from opendata.app import create_app
from opendata.settings import Settings
from tests import databases
from tests.conftest import installation, remove
from tests.functional import province

#: On SQLite and a folder, and as many again where the variables name PostgreSQL and S3.
MOMENTS = 6
#: A program that looks at everything: the thread that counts readers would outlive the services.
UNCOUNTED = {"User-Agent": "check"}


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A database in which releases wait to be published, and the folder with their bytes."""
    folder = tmp_path_factory.mktemp("approved")
    url = databases.create(folder)
    province.load_registries(url, only_sources=("heze",))
    settings = installation(url, folder / "home")
    with province.opened(settings) as services:
        pipeline.harvest(services)
        pipeline.validate(services)
        assert pipeline.apply_rules(services)["approved"]
    yield url, folder / "home"
    remove(settings)
    databases.drop(url)


def copied(approved: tuple[str, Path], copy: Callable[[str], str], home: Path) -> Settings:
    settings = installation(copy(approved[0]), home)
    for name in ("raw", "typed"):
        if (approved[1] / name).is_dir():
            shutil.copytree(approved[1] / name, home / name)
    return settings


def public(settings: Settings) -> dict[str, dict[str, str]]:
    """What a reader gets: every file of every release that can be seen, fetched, by its hash."""
    with province.opened(settings) as services, services.readers() as session:
        client = create_app(services).test_client()
        seen: dict[str, dict[str, str]] = {}
        query = select(Dataset).where(Dataset.current_release_id.is_not(None))
        for dataset in session.scalars(query):
            release = dataset.current_release
            files = session.scalars(select(Distribution).where(Distribution.release_id == release.id)).all()
            address = f"/datasets/{dataset.slug}/releases/{release.number}/files"
            for file in files:
                answer = client.get(f"{address}/{file.name}", headers=UNCOUNTED)
                assert (answer.status_code, sha256(answer.data).hexdigest()) == (200, file.sha256)
                seen.setdefault(dataset.slug, {})[file.name] = file.sha256
    return seen


def ended(settings: Settings) -> dict[str, Any]:
    """The end state, once search knows of it too."""
    with province.opened(settings) as services:
        pipeline.index(services)
    return province.end_state(settings)


def test_the_public_sees_a_release_whole_or_not_at_all(
    approved: tuple[str, Path], copy_database: Callable[[str], str], tmp_path: Path
) -> None:
    count = tmp_path / "count"
    undisturbed = copied(approved, copy_database, tmp_path / "undisturbed")
    assert province.run_in_child(undisturbed, count, work=province.publish) == 0
    touches, whole = int(count.read_text()), public(undisturbed)
    expected = ended(undisturbed)
    remove(undisturbed)
    assert whole

    moments = random.Random(20170209).sample(range(1, touches), MOMENTS)
    for moment in sorted(moments):
        settings = copied(approved, copy_database, tmp_path / f"killed-{moment}")
        died = province.run_in_child(settings, count, die_at=moment, work=province.publish)
        assert died == -signal.SIGKILL, moment
        seen = public(settings)
        assert seen.items() <= whole.items(), moment
        assert province.run_in_child(settings, count, work=province.publish) == 0, moment
        assert public(settings) == whole, moment
        assert ended(settings) == expected, moment
        assert not [*(tmp_path / f"killed-{moment}" / "typed").glob("*")], moment
        remove(settings)

"""kill -9 at any moment of a run, run again: the same end as an undisturbed run."""

import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.conftest import installation, remove
from tests.functional import province

MOMENTS = 20
#: A folder with two faulty files, and a sheet that is not trusted: its releases wait for a person.
SOURCES = ("heze", "zibo-trial")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with the sample's registries and few sources."""
    url = databases.create(tmp_path_factory.mktemp("loaded"))
    province.load_registries(url, only_sources=SOURCES)
    yield url
    databases.drop(url)


def test_killed_anywhere_and_run_again(
    loaded: str, copy_database: Callable[[str], str], tmp_path: Path
) -> None:
    count = tmp_path / "count"
    undisturbed = installation(copy_database(loaded), tmp_path / "undisturbed")
    assert province.run_in_child(undisturbed, count) == 0
    touches = int(count.read_text())
    expected = province.end_state(undisturbed)
    remove(undisturbed)
    states = {release[0] for release in expected["releases"].values()}
    assert {"published", "invalid", "valid"} <= states

    moments = random.Random(20160815).sample(range(1, touches), MOMENTS)
    for moment in sorted(moments):
        settings = installation(copy_database(loaded), tmp_path / f"killed-{moment}")
        assert province.run_in_child(settings, count, die_at=moment) == -signal.SIGKILL, moment
        assert province.run_in_child(settings, count) == 0, moment
        assert province.end_state(settings) == expected, moment
        remove(settings)

"""The whole sample province, taken through the pipeline once for all functional tests of a process."""

from collections.abc import Iterator

import pytest

from opendata import pipeline
from opendata.settings import Settings
from tests import databases
from tests.conftest import installation, remove
from tests.functional import province, waiting
from tests.functional.waiting import Waiting


@pytest.fixture(scope="session")
def shandong(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, pipeline.Summary]]:
    """The settings of an installation that holds the published sample province, and what its run did.

    Tests may read from it and run the pipeline again, which must change nothing.
    """
    folder = tmp_path_factory.mktemp("shandong")
    url = databases.create(folder)
    province.load_registries(url)
    settings = installation(url, folder / "home")
    yield settings, province.run(settings)
    remove(settings)
    databases.drop(url)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Waiting]:
    """An installation in which releases wait to be published; tests work on copies of it."""
    folder = tmp_path_factory.mktemp("waiting")
    copies: list[str] = []

    def copy(url: str) -> str:
        copies.append(databases.copy(url, folder))
        return copies[-1]

    with waiting.prepared(folder, copy) as made:
        yield made
    for url in copies:
        databases.drop(url)

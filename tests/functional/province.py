"""The sample province as an installation, and what can be said of its end state."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload, sessionmaker

from catalog import inventory, ledger, migrate, negative_list, plan, roster, sources
from catalog.database import open_database
from catalog.models import Dataset, HarvestRecord, HarvestRun, InventoryItem, Release, Source
from catalog.queries.stored import recorded
from opendata import pipeline
from opendata.cli.steps import public_door
from opendata.indicators.coverage import measure
from opendata.pipeline import indexing
from opendata.publishing.publish import release_prefix
from opendata.publishing.storage.compare import compare
from opendata.publishing.verify import verify
from opendata.services import Services, build
from opendata.settings import Settings
from tests.conftest import NOON, ROOT
from tests.functional.touches import watched

SHANDONG = ROOT / "datasets" / "shandong"
#: Children start with the program already imported, and nothing else: a fork of a busy process would lock up.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


def load_registries(database_url: str, *, only_sources: tuple[str, ...] = ()) -> None:
    """Migrate the database and load the sample's registries; *only_sources* stay enabled if given."""
    engine = open_database(database_url)
    migrate.upgrade(engine)
    with sessionmaker(engine).begin() as session:
        roster.load(session, SHANDONG / "roster.xlsx", now=NOON, actor="test")
        inventory.load(session, SHANDONG / "inventory.xlsx", now=NOON, actor="test")
        plan.load(session, SHANDONG / "plan.csv", now=NOON, actor="test")
        negative_list.load(session, SHANDONG / "negative-list.csv", now=NOON, actor="test")
        sources.load(session, SHANDONG / "sources.csv", now=NOON, actor="test")
        if only_sources:
            session.execute(update(Source).where(Source.code.not_in(only_sources)).values(enabled=False))
    engine.dispose()


@contextmanager
def opened(settings: Settings) -> Iterator[Services]:
    """The services of *settings* with a clock that stands still."""
    services = build(settings, clock=lambda: NOON)
    try:
        yield services
    finally:
        services.close()


def run(settings: Settings) -> pipeline.Summary:
    """One ``opendata run`` in this process."""
    with opened(settings) as services, public_door(services) as address:
        return pipeline.run(services, address)


def end_state(settings: Settings) -> dict[str, Any]:
    """Everything that must be the same however a run came about; and proof that it is whole."""
    with opened(settings) as services, services.readers() as session:
        ledger.verify(session)
        assert not indexing.check(services)
        assert session.scalar(select(InventoryItem.id).where(InventoryItem.index_pending)) is None
        assert session.scalar(select(HarvestRun.id).where(HarvestRun.state == "running")) is None
        query = select(Release).options(selectinload(Release.distributions), selectinload(Release.report))
        releases = {}
        for release in session.scalars(query):
            slug = release.dataset.slug
            if release.state == "published":
                assert verify(services.storage, release_prefix(slug, release.number)) == []
            files = {file.name: (file.size, file.sha256) for file in release.distributions}
            checks = [check.intact for check in release.checks]
            verdict = release.report.document if release.report else None
            releases[f"{slug}/{release.number}"] = (release.state, release.rows, verdict, files, checks)
        records = {
            (row.source_id, row.identifier): (row.state, row.digest, row.findings)
            for row in session.scalars(select(HarvestRecord))
        }
        pointers = dict(session.execute(select(Dataset.slug, Dataset.current_release_id)).all())
        coverage = measure(session, NOON.date()).to_dict()
    return {"releases": releases, "records": records, "pointers": pointers, "coverage": coverage}


def differences(services: Services) -> list[tuple[str, str | None]]:
    """What ``opendata storage check`` finds: the kind of each difference between storage and catalogue, and its key."""
    with services.readers() as session:
        return [(one.code, one.value) for one in compare(services.storage, recorded(session))]


def publish(settings: Settings) -> None:
    """Publish what is approved, in this process."""
    with opened(settings) as services:
        pipeline.publish(services)


def _child(work: Callable[[Settings], object], settings: Settings, die_at: int, count: Path) -> None:
    watched(lambda: work(settings), die_at, count)


def run_in_child(
    settings: Settings, count: Path, die_at: int = 0, work: Callable[[Settings], object] = run
) -> int:
    """One ``opendata run``, or other *work*, in a process of its own, killed with SIGKILL at its *die_at*-th touch
    of what is outside of it (:func:`tests.functional.touches.watched`).

    :returns: the exit code; the number of touches is written to *count* if it ended by itself.
    """
    child = FORKS.Process(target=_child, args=(work, settings, die_at, count))
    child.start()
    child.join(120)
    return child.exitcode if child.exitcode is not None else 0

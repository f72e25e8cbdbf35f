"""A source that lost much at once looks broken: nothing of it is marked as gone, and the ledger says so."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from catalog import sources
from catalog.models import Event, HarvestRecord
from opendata import pipeline
from opendata.services import Services


def _states(services: Services) -> dict[str, int]:
    with services.readers() as session:
        query = select(HarvestRecord.state, func.count()).group_by(HarvestRecord.state)
        return dict(session.execute(query).all())


def _last_event(services: Services) -> tuple[str, dict[str, object]]:
    with services.readers() as session:
        verbs = ("source.brake", "records.vanished")
        query = select(Event).where(Event.verb.in_(verbs)).order_by(Event.seq.desc())
        event = session.scalars(query).first()
        return (event.verb, event.details) if event else ("", {})


@pytest.mark.parametrize(
    ("offered", "lost", "braked"),
    [(10, 3, False), (10, 4, True), (5, 1, False), (5, 2, True), (4, 3, False)],
)
def test_a_source_that_lost_more_than_three_tenths_is_not_believed(
    services: Services, tmp_path: Path, offered: int, lost: int, braked: bool
) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    files = [folder / f"307013-{number:04}_表.csv" for number in range(offered)]
    for file in files:
        file.write_text(f"名称\n{file.stem}\n", "utf-8")
    with services.sessions.begin() as session:
        sources.add(
            session, code="folder", name="文件夹", kind="folder", location=str(folder), now=services.now(), actor="test"
        )  # fmt: skip
    pipeline.harvest(services)
    assert _states(services) == {"refused": offered}
    texts = [file.read_text("utf-8") for file in files[:lost]]
    for file in files[:lost]:
        file.unlink()
    (second,) = pipeline.harvest(services)
    assert second.counts["vanished"] == (0 if braked else lost)
    verb, details = _last_event(services)
    if braked:
        assert _states(services) == {"refused": offered}
        assert (verb, details) == ("source.brake", {"gone": lost, "of": offered})
    else:
        assert _states(services) == {"refused": offered - lost, "vanished": lost}
        assert (verb, details) == ("records.vanished", {"identifiers": [file.name for file in files[:lost]]})
    for file, text in zip(files[:lost], texts, strict=True):
        file.write_text(text, "utf-8")
    (third,) = pipeline.harvest(services)
    assert third.counts["vanished"] == 0
    assert _states(services) == {"refused": offered}

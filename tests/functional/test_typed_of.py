"""What publication reads: the rows that validation judged, made again from the raw bytes if they are lost."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from catalog.models import Release, Source
from opendata import pipeline, review
from opendata.pipeline import reading
from opendata.settings import Settings
from opendata.tables import Table, read, typed
from tests import databases
from tests.conftest import installation, remove
from tests.functional import province


def test_made_again_when_it_is_lost(shandong: tuple[Settings, pipeline.Summary], tmp_path: Path) -> None:
    with province.opened(shandong[0]) as services, services.readers() as session:
        release = session.scalars(select(Release).where(Release.state == "published")).first()
        assert release is not None
        assert release.schema is not None
        path = reading.typed_path(services, release.id, release.schema or {})
        path.unlink(missing_ok=True)
        expected = typed(reading.table_of(services, release, tmp_path), release.schema)
        assert reading.typed_of(services, release, tmp_path).table().equals(expected, check_metadata=True)
        assert path.is_file()
        path.write_bytes(b"PAR1 cut short")
        assert reading.typed_of(services, release, tmp_path).table().equals(expected, check_metadata=True)
        path.unlink()


def test_raw_bytes_are_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: Counter[str] = Counter()

    def counted(path: Path, **options: Any) -> Table:
        parsed[path.name] += 1
        return read(path, **options)

    monkeypatch.setattr(reading, "read", counted)
    url = databases.create(tmp_path)
    province.load_registries(url, only_sources=("linyi",))
    made = installation(url, tmp_path / "home")
    with province.opened(made) as services:
        with services.sessions.begin() as session:
            session.execute(update(Source).values(trusted=False))
        pipeline.harvest(services)
        assert pipeline.validate(services)["valid"] > 1
        with services.readers() as session:
            valid = list(session.scalars(select(Release).where(Release.state == "valid")))
            names = {release.id: f"{release.dataset.slug}/{release.number}" for release in valid}
        left = {path.stem for path in made.typed_dir.iterdir()}
        assert left == set(names)
        rejected, *approved = names.values()
        review.reject(services, rejected, actor="person:张三", basis="条例第十七条")
        for name in approved:
            review.approve(services, name, actor="person:张三", basis="条例第十七条")
        assert pipeline.publish(services)["published"] == len(approved)
        assert list(made.typed_dir.iterdir()) == []
        with services.readers() as session:
            judged = Counter(session.scalars(select(Release.file_sha256).where(Release.state != "received")))
    assert parsed == judged
    remove(made)
    databases.drop(url)

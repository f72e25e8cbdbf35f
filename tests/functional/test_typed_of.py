"""What publication reads: the rows that validation judged, made again from the raw bytes if they are lost."""

from pathlib import Path

from sqlalchemy import select

from catalog.models import Release
from opendata import pipeline
from opendata.pipeline import reading
from opendata.settings import Settings
from opendata.tables import typed
from tests.functional import province


def test_made_again_when_it_is_lost(shandong: tuple[Settings, pipeline.Summary], tmp_path: Path) -> None:
    with province.opened(shandong[0]) as services, services.readers() as session:
        release = session.scalars(select(Release).where(Release.state == "published")).first()
        assert release is not None
        assert release.schema is not None
        path = reading.typed_path(services, release.id)
        path.unlink(missing_ok=True)
        expected = typed(reading.table_of(services, release, tmp_path), release.schema)
        assert reading.typed_of(services, release, tmp_path).table().equals(expected, check_metadata=True)
        assert path.is_file()
        path.write_bytes(b"PAR1 cut short")
        assert reading.typed_of(services, release, tmp_path).table().equals(expected, check_metadata=True)
        path.unlink()

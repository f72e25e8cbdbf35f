"""kill -9 at any moment of publishing: the public sees a release whole or not at all, and a rerun finishes it."""

import os
import random
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from opendata.publishing.storage.sweep import collect
from tests.conftest import remove
from tests.functional import province, waiting
from tests.functional.waiting import Waiting

#: On SQLite and a folder, and as many again where the variables name PostgreSQL and S3.
MOMENTS = int(os.environ.get("TEST_KILLS", "8"))
LATER = datetime.now(UTC) + timedelta(days=1)


def test_the_public_sees_a_release_whole_or_not_at_all(
    prepared: Waiting, copy_database: Callable[[str], str], tmp_path: Path
) -> None:
    count = tmp_path / "count"
    undisturbed = prepared.copied(copy_database, tmp_path / "undisturbed")
    assert province.run_in_child(undisturbed, count, work=province.publish) == 0
    touches = int(count.read_text())
    remove(undisturbed)

    ends = set()
    moments = random.Random(20170209).sample(range(1, touches), MOMENTS)
    for moment in sorted(moments):
        settings = prepared.copied(copy_database, tmp_path / f"killed-{moment}")
        died = province.run_in_child(settings, count, die_at=moment, work=province.publish)
        assert died == -signal.SIGKILL, moment
        with province.opened(settings) as services:
            seen = waiting.public(services)
            assert waiting.is_whole(seen, prepared), moment
            ends.add(tuple(sorted((slug, number) for slug, (number, _) in seen.items())))
        assert province.run_in_child(settings, count, work=province.publish) == 0, moment
        with province.opened(settings) as services:
            waiting.finished(services, prepared)
            deleted, _ = collect(services.storage, services.sessions, LATER)
            assert (deleted, [*services.storage.unfinished()]) == (0, []), moment
            assert province.differences(services) == [], moment
        remove(settings)
    assert len(ends) > 1, "the moments are to lie before and after the pointers move"

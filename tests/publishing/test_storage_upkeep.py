"""A storage is compared with the catalogue, swept, and copied elsewhere; killed at any moment, it is whole."""

import random
import signal
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalog.models import Release
from catalog.queries.stored import count_recorded, is_recorded, recorded
from opendata.publishing.storage import open_storage
from opendata.publishing.storage.base import Storage
from opendata.publishing.storage.blobs import blob_key, require
from opendata.publishing.storage.compare import compare
from opendata.publishing.storage.move import move
from opendata.publishing.storage.sweep import collect
from opendata.services import Services
from opendata.settings import Settings
from tests.factories import Factory, sha256
from tests.functional import province
from tests.functional.touches import watched

SHARED = b"the same in both releases"
LATER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def stored(services: Services) -> Services:
    """Three releases: two share a file, one is of the old layout."""
    with services.sessions.begin() as session:
        make = Factory(session)
        unit = make.unit("370100", "济南市")
        dataset = make.dataset(make.item("1", "一", unit), "one")
        for number, data in ((1, b"first"), (2, b"second" * 9)):
            release = make.release(dataset, state="superseded" if number == 1 else "published")
            _file(services, make, release, "one.csv", data)
            _file(services, make, release, "readme.md", SHARED)
            description = b'{"version": %d}' % number
            _file(services, make, release, "datapackage.json", description)
            services.storage.put_bytes(f"one/{number}/datapackage.json", description)
        old = make.release(make.dataset(make.item("2", "二", unit), "old"))
        kept = make.file(old, "old.csv", b"as it was", "text/csv")
        services.storage.put_bytes(kept.key, b"as it was")
    return services


def _file(services: Services, make: Factory, release: Release, name: str, data: bytes) -> None:
    file = make.file(release, name, data, "text/plain")
    file.key = blob_key(file.sha256)
    services.storage.put_bytes(file.key, data)


def differences(services: Services, storage: Storage | None = None, *, read: bool = True) -> list[tuple]:
    with services.readers() as session:
        found = compare(storage or services.storage, recorded(session), read=read)
        return sorted((one.code, one.value) for one in found)


def test_every_difference_is_found_both_ways(stored: Services) -> None:
    storage = stored.storage
    assert differences(stored) == []
    with stored.readers() as session:
        keys = [one.key for one in recorded(session)]
        assert keys == sorted(keys) == [*storage.list()]
        assert count_recorded(session) == len(keys) == 8

    storage.delete(blob_key(sha256(b"first")))
    storage.put_bytes(blob_key(sha256(SHARED)), SHARED[:-1])
    storage.put_bytes("old/1/old.csv", b"as it wax")
    storage.put_bytes(blob_key(sha256(b"nobody's")), b"nobody's")
    storage.put_bytes("zz/notes.txt", b"somebody's")
    flipped = [("damaged", "old/1/old.csv")]
    others = [
        ("missing", blob_key(sha256(b"first"))),
        ("orphaned", blob_key(sha256(b"nobody's"))),
        ("orphaned", "zz/notes.txt"),
        ("wrong-size", blob_key(sha256(SHARED))),
    ]
    assert differences(stored, read=False) == others
    assert differences(stored) == sorted(flipped + others)


def test_only_what_nobody_needs_is_swept_and_not_too_early(stored: Services) -> None:
    storage = stored.storage
    needed = [*storage.list()]
    for key in (blob_key(sha256(b"x")), "one/3/datapackage.json", "zz/notes.txt"):
        storage.put_bytes(key, b"x")
    assert collect(storage, stored.sessions, datetime(2020, 1, 1, tzinfo=UTC)) == (0, 0)
    assert collect(storage, stored.sessions, LATER) == (2, 0)
    assert [*storage.list()] == [*needed, "zz/notes.txt"]


def test_what_was_erased_is_needed_no_more(stored: Services) -> None:
    with stored.sessions.begin() as session:
        first = session.query(Release).filter_by(number=1).join(Release.dataset).filter_by(slug="one").one()
        first.erased_at = LATER
    with stored.readers() as session:
        assert not is_recorded(session, blob_key(sha256(b"first")))
        assert not is_recorded(session, "one/1/datapackage.json")
        assert is_recorded(session, "one/2/datapackage.json")
        assert is_recorded(session, blob_key(sha256(SHARED)))
        assert not is_recorded(session, "one/2/../../x")
    assert {code for code, _ in differences(stored)} == {"orphaned"}
    assert collect(stored.storage, stored.sessions, LATER) == (3, 0)
    assert differences(stored) == []


def test_a_publication_notices_that_its_blob_was_swept(stored: Services) -> None:
    key = blob_key(sha256(b"late"))
    stored.storage.put_bytes(key, b"late")
    require(stored.storage, [key])
    collect(stored.storage, stored.sessions, LATER)
    with pytest.raises(Exception, match="swept away"):
        require(stored.storage, [key])


def test_a_copy_is_whole_and_leaves_out_what_is_damaged(stored: Services, tmp_path: Path) -> None:
    target = open_storage(f"file:{tmp_path / 'copy'}")
    target.put_bytes(blob_key(sha256(SHARED)), b"damaged")
    stored.storage.put_bytes("old/1/old.csv", b"as it wax")
    with stored.readers() as session:
        moved = move(stored.storage, target, recorded(session), tmp_path / "scratch")
    assert [(one.code, one.value) for one in moved.findings] == [("damaged", "old/1/old.csv")]
    assert (moved.copied, moved.present) == (7, 0)
    assert differences(stored, target) == [("missing", "old/1/old.csv")]
    stored.storage.put_bytes("old/1/old.csv", b"as it was")
    with stored.readers() as session:
        moved = move(stored.storage, target, recorded(session), tmp_path / "scratch")
    assert (moved.copied, moved.present, moved.findings) == (1, 7, [])
    assert differences(stored, target) == []
    back = open_storage(f"file:{tmp_path / 'back'}")
    with stored.readers() as session:
        move(target, back, recorded(session), tmp_path / "scratch")
    assert differences(replace(stored, storage=back)) == []


def _move_and_die(settings: Settings, url: str, die_at: int, count: Path) -> None:
    with province.opened(settings) as services, services.readers() as session:
        files = [*recorded(session)]
        target = open_storage(url)
        watched(lambda: move(services.storage, target, files, settings.scratch_dir), die_at, count)


def test_a_copy_killed_anywhere_is_run_again_and_ends_the_same(
    stored: Services, settings: Settings, tmp_path: Path
) -> None:
    def run(url: str, die_at: int = 0) -> int | None:
        child = province.FORKS.Process(target=_move_and_die, args=(settings, url, die_at, tmp_path / "count"))
        child.start()
        child.join(120)
        return child.exitcode

    assert run(f"file:{tmp_path / 'undisturbed'}") == 0
    touches = int((tmp_path / "count").read_text())
    for moment in random.Random(6).sample(range(1, touches), 5):
        url = f"file:{tmp_path / f'killed-{moment}'}"
        assert run(url, moment) == -signal.SIGKILL
        assert {code for code, _ in differences(stored, open_storage(url))} <= {"missing"}
        assert run(url) == 0
        assert differences(stored, open_storage(url)) == []

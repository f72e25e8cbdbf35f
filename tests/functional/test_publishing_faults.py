"""The storage fails while a release is being published: nothing half-published, it is said why, and a rerun finishes."""

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from catalog.errors import Busy, OpenDataError, SettingError, StorageFull, TerminalError, Unreachable
from opendata import pipeline
from opendata.app import create_app
from opendata.publishing.storage.sweep import collect
from opendata.services import Services
from opendata.settings import Settings
from tests.conftest import own_part, remove
from tests.functional import province, waiting
from tests.functional.waiting import RENEWED, UNCOUNTED, Waiting
from tests.servers.between import Fate, Half, Silence, between
from tests.services import SERVERS, Instance

SERVER = os.environ.get("TEST_STORAGE_URL", "")
needs_server = pytest.mark.skipif(
    not SERVER, reason="set TEST_STORAGE_URL to publish to an S3 server that fails"
)
LATER = datetime.now(UTC) + timedelta(days=1)
#: Bytes above which a file goes up in parts: the sample's tables are small.
SMALL_PART = 4096


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    monkeypatch.setattr("opendata.publishing.storage.s3.READ_SECONDS", 1)
    monkeypatch.setattr("opendata.publishing.storage.s3.PART_SIZE", SMALL_PART)


@contextmanager
def small(folder: Path, size: str) -> Iterator[Callable[[str], None]]:
    """A file system of so many bytes in the new *folder*; with it a function that gives it another size."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount the small disk that this fills")

    def resize(more: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={more}", str(folder)], check=True)

    yield resize
    subprocess.run(["umount", str(folder)], check=True)


def fails(services: Services, kind: type[OpenDataError], zh: str, en: str) -> None:
    """Publish in vain: it is said in both languages why."""
    with pytest.raises(kind) as caught:
        pipeline.publish(services)
    assert zh in caught.value.text.zh
    assert en in caught.value.text.en


def goes_on(settings: Settings, prepared: Waiting) -> None:
    """Whatever was wrong is mended: publish, and find everything public and the storage clean."""
    with province.opened(settings) as services:
        assert waiting.is_whole(waiting.public(services), prepared)
        pipeline.publish(services)
        waiting.finished(services, prepared)
        deleted, _ = collect(services.storage, services.sessions, LATER)
        assert (deleted, [*services.storage.unfinished()]) == (0, [])
        assert province.differences(services) == []


def nth(number: int, method: str, words: str, fate: Fate) -> Callable[[str, str], Fate]:
    """The fate of the request *number* with this method and these words in its target; the others are passed on."""
    seen = []

    def decide(its: str, target: str) -> Fate:
        if its == method and words in target:
            seen.append(target)
            if len(seen) == number:
                return fate
        return None

    return decide


# --- the disk ------------------------------------------------------------------------------------------------


def test_a_full_disk_under_the_storage(
    prepared: Waiting, copy_database: Callable[[str], str], tmp_path: Path
) -> None:
    with small(tmp_path / "disk", "1m") as resize:
        settings = prepared.copied(copy_database, tmp_path / "home", f"file:{tmp_path}/disk/published")
        used = sum(path.stat().st_blocks * 512 for path in (tmp_path / "disk").rglob("*") if path.is_file())
        resize(str(used + (96 << 10)))
        with province.opened(settings) as services:
            fails(services, StorageFull, "存储空间不足", "no space left")
            assert waiting.is_whole(waiting.public(services), prepared)
        resize("8m")
        goes_on(settings, prepared)


def _limited(settings: Settings) -> None:
    """Publish where no file may grow over the size of a small one; it must be said that there is no room."""
    with province.opened(settings) as services, services.readers() as session:
        session.execute(select(1))  # the files beside an embedded database are there before the limit is
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
        with pytest.raises(StorageFull):
            pipeline.publish(services)


def test_a_disk_without_room_for_the_biggest_file(
    prepared: Waiting, copy_database: Callable[[str], str], tmp_path: Path
) -> None:
    """What anybody may try, not only root."""
    settings = prepared.copied(copy_database, tmp_path / "home", f"file:{tmp_path}/published")
    child = province.FORKS.Process(target=_limited, args=(settings,))
    child.start()
    child.join(120)
    assert child.exitcode == 0
    goes_on(settings, prepared)


@needs_server
@pytest.mark.xdist_group("own-s3")
def test_a_full_disk_under_the_bucket(
    prepared: Waiting, copy_database: Callable[[str], str], tmp_path: Path
) -> None:
    with small(tmp_path / "disk", "4m") as resize:
        instance = Instance(SERVERS["s3"], tmp_path / "disk" / "s3")
        try:
            instance.start()
            url = instance.exports()["TEST_STORAGE_URL"]
            settings = prepared.copied(copy_database, tmp_path / "home", url)
            taken = int(subprocess.check_output(["du", "-sb", str(tmp_path / "disk")]).split()[0])
            resize(str(taken + (128 << 10)))
            with province.opened(settings) as services:
                fails(services, StorageFull, "存储空间不足", "no space left")
            resize("16m")
            goes_on(settings, prepared)
        finally:
            instance.stop()


# --- the server ----------------------------------------------------------------------------------------------


@needs_server
@pytest.mark.xdist_group("own-s3")
def test_the_server_is_killed_in_mid_upload_and_started_again(
    prepared: Waiting, copy_database: Callable[[str], str], tmp_path: Path
) -> None:
    moments = [
        (1, "PUT", "partNumber="),  # half the bytes of a part have come
        (1, "POST", "uploadId="),  # all parts are there, and the end of the upload is half told
        (3, "PUT", "/blobs/"),
        (1, "PUT", "datapackage.json"),
    ]
    instance = Instance(SERVERS["s3"], tmp_path / "s3")
    try:
        instance.start()
        with between(instance.exports()["TEST_STORAGE_URL"]) as (door, url):
            settings = prepared.copied(copy_database, tmp_path / "home", url)
            for number, method, words in moments:
                door.decide = nth(number, method, words, Half(instance.kill))
                with province.opened(settings) as services:
                    fails(services, Unreachable, "S3 存储没有应答", "did not answer")
                    readers_are_told(services, 503, "S3 存储没有应答", "did not answer")
                    instance.start()
                    assert waiting.is_whole(waiting.public(services), prepared)
            goes_on(settings, prepared)
    finally:
        instance.remove()


def readers_are_told(services: Services, status: int, zh: str, en: str) -> None:
    """Who asks for a file meanwhile gets problem details in both languages."""
    address = f"/datasets/{RENEWED}/releases/1/files/{RENEWED}.csv"
    answer = create_app(services).test_client().get(address, headers=UNCOUNTED)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert zh in answer.json["detail"]
    assert en in answer.json["detail_en"]
    assert ("Retry-After" in answer.headers) == (status == 503)


#: What the server, or what is wrong between it and us, does with every request; what is said of it; whether
#: trying again may help.
REFUSALS: dict[str, tuple[Fate, type[OpenDataError], str, str]] = {
    "no access": ((403, "AccessDenied"), SettingError, "没有访问权限", "access denied"),
    "wrong key": ((403, "InvalidAccessKeyId"), SettingError, "访问密钥不正确", "the access key is wrong"),
    "wrong secret": ((403, "SignatureDoesNotMatch"), SettingError, "访问密钥不正确", "the secret key is wrong"),
    "wrong clock": ((403, "RequestTimeTooSkewed"), SettingError, "时钟与服务器相差过大", "clock is too far from the server's"),
    "no bucket": ((404, "NoSuchBucket"), SettingError, "存储桶不存在", "there is no such bucket"),
    "too many": ((503, "SlowDown"), Busy, "S3 存储繁忙", "asks to slow down"),
    "broken": ((500, "InternalError"), Unreachable, "S3 存储出错", "the S3 storage failed"),
    "silent": (Silence(), Unreachable, "S3 存储没有应答", "did not answer"),
}  # fmt: skip


@needs_server
def test_a_bucket_that_refuses_or_does_not_answer(
    prepared: Waiting, copy_database: Callable[[str], str], tmp_path: Path
) -> None:
    own = own_part(SERVER)
    with between(own) as (door, url):
        settings = prepared.copied(copy_database, tmp_path / "home", url)
        with province.opened(settings) as services:
            for fate, kind, zh, en in REFUSALS.values():
                door.decide = lambda _method, _target, its=fate: its
                fails(services, kind, zh, en)
                readers_are_told(services, 500 if issubclass(kind, TerminalError) else 503, zh, en)
            door.decide = lambda _method, _target: None
            assert waiting.public(services) == prepared.before
        goes_on(settings, prepared)
    remove(replace(settings, storage_url=own))

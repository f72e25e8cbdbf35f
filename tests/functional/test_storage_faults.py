"""A storage that fails in the middle: the disk is full, the server is killed, the bucket or the clock refuses."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import botocore.auth
import pytest
from botocore.auth import SigV4Auth

from catalog.errors import NotFound, SettingError, StorageFull, Unreachable
from opendata.publishing.storage import open_storage
from opendata.publishing.storage.local import INCOMING, LocalStorage
from opendata.publishing.storage.s3 import S3Storage
from opendata.publishing.storage.s3_upload import PART_SIZE
from tests.conftest import ROOT
from tests.services import SERVERS, Instance

SERVER = os.environ.get("TEST_STORAGE_URL", "")
needs_server = pytest.mark.skipif(not SERVER, reason="set TEST_STORAGE_URL to test what an S3 server refuses")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount the small disk that this fills")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_said_leaves_nothing_and_goes_on_when_there_is_room(
    small_disk: Path, tmp_path: Path
) -> None:
    storage, source = LocalStorage(small_disk), tmp_path / "source"
    source.write_bytes(os.urandom(3 << 20))
    storage.put_new("blobs/aa/first", source)
    for put in (storage.put_new, storage.put):
        with pytest.raises(StorageFull, match="no space left; blobs/bb/second was not written"):
            put("blobs/bb/second", source)
    assert [*storage.list()] == ["blobs/aa/first"]
    assert [*(small_disk / INCOMING).iterdir()] == []
    storage.delete("blobs/aa/first")
    assert storage.put_new("blobs/bb/second", source).size == 3 << 20


@needs_server
@pytest.mark.xdist_group("own-s3")
def test_a_server_killed_in_mid_upload_has_the_whole_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    instance = Instance(SERVERS["s3"], tmp_path / "s3")
    try:
        instance.start()
        storage = open_storage(instance.exports()["TEST_STORAGE_URL"])
        assert isinstance(storage, S3Storage)
        source = tmp_path / "big"
        source.write_bytes(os.urandom(1 << 20) * (3 * PART_SIZE >> 20))
        storage.put_bytes("blobs/aa/before", b"before")
        sent = []

        def kill_after_the_first_part(params: object, **_: object) -> None:
            sent.append(params)
            if len(sent) == 2:
                instance.kill()

        storage._client.meta.events.register("before-call.s3.UploadPart", kill_after_the_first_part)
        with pytest.raises(Unreachable):
            storage.put_new("blobs/bb/big", source)
        with pytest.raises(Unreachable):
            storage.exists("blobs/bb/big")

        instance.start()
        with storage.open("blobs/aa/before") as stream:
            assert stream.read() == b"before"
        with pytest.raises(NotFound):
            storage.stat("blobs/bb/big")
        (left,) = storage.unfinished()
        assert storage.put_new("blobs/bb/big", source).size == source.stat().st_size
        assert storage.abandon(left.modified + timedelta(minutes=1)) == 1
        assert [*storage.unfinished()] == []
        with storage.open("blobs/bb/big", PART_SIZE - 5, 10) as stream:
            whole = source.read_bytes()
            assert stream.read() == whole[PART_SIZE - 5 : PART_SIZE + 5]
    finally:
        instance.remove()


@needs_server
def test_a_bucket_a_key_and_a_clock_that_are_wrong_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusal(url: str = SERVER) -> str:
        with pytest.raises(SettingError) as caught:
            open_storage(url).check()
        assert caught.value.text.zh.startswith("S3 存储拒绝访问：")
        return caught.value.text.en

    elsewhere = urlunsplit(urlsplit(SERVER)._replace(netloc="no-such-bucket"))
    assert "there is no such bucket" in refusal(elsewhere)
    with monkeypatch.context() as patch:
        patch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
        assert "the secret key is wrong" in refusal()
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "nobody")
        assert "the access key is wrong" in refusal()
    sign = SigV4Auth.add_auth

    def hours_ago(self: SigV4Auth, request: object) -> None:
        real = botocore.auth.get_current_datetime
        patch.setattr(botocore.auth, "get_current_datetime", lambda *_: real() - timedelta(hours=5))
        sign(self, request)
        patch.setattr(botocore.auth, "get_current_datetime", real)

    with monkeypatch.context() as patch:
        patch.setattr(SigV4Auth, "add_auth", hours_ago)
        assert "clock is too far from the server's" in refusal()


def test_a_command_tells_in_both_languages_what_the_server_refused(tmp_path: Path) -> None:
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(ROOT),
        "OPENDATA_STORAGE_URL": "s3://bucket?endpoint=http://127.0.0.1:9",
        "OPENDATA_DATABASE_URL": f"sqlite:///{tmp_path}/x.db",
        "OPENDATA_WORK_DIR": str(tmp_path),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    command = [sys.executable, "-c", "from opendata.cli import main; main()", "doctor", "--json"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "S3 存储设置不全" in ran.stdout
    assert "the S3 storage's settings fall short" in ran.stdout

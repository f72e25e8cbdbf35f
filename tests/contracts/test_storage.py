"""Every storage keeps files alike: the same tests run on a folder and, with TEST_STORAGE_URL, on a real S3 server."""

import os
import resource
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import httpx
import pytest

from catalog.errors import Conflict, NotFound, SettingError, StorageFull, Unreachable, UnsafeAddress
from opendata.publishing.storage import open_storage
from opendata.publishing.storage.base import Offer, Stat, Storage
from opendata.publishing.storage.local import INCOMING, LocalStorage
from opendata.publishing.storage.s3 import S3Storage
from opendata.publishing.storage.s3_upload import PART_SIZE

SERVER = os.environ.get("TEST_STORAGE_URL", "")
needs_server = pytest.mark.skipif(
    not SERVER, reason="set TEST_STORAGE_URL to s3://BUCKET/PREFIX?endpoint=URL to test S3 storage"
)


def below(url: str, folder: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{folder}"))


@pytest.fixture(params=["file", pytest.param("s3", marks=needs_server)])
def storage(request, tmp_path):
    if request.param == "file":
        yield open_storage(f"file:{tmp_path / 'store'}")
        return
    folder = f"run-{uuid4().hex}"
    yield open_storage(below(SERVER, folder))
    open_storage(SERVER).delete_prefix(folder)


def read(storage: Storage, key: str) -> bytes:
    with storage.open(key) as stream:
        return stream.read()


def stat_of(data: bytes) -> Stat:
    return Stat(len(data), sha256(data).hexdigest())


def test_what_is_put_is_there(storage, tmp_path):
    source = tmp_path / "source.csv"
    source.write_bytes("名称,数量\n公交,1\n".encode())

    assert storage.put("bus/1/bus.csv", source) == stat_of(source.read_bytes())
    assert storage.put_bytes("bus/1/公交 线路.json", b"[]") == stat_of(b"[]")
    assert storage.put_bytes("bus/1/empty.bin", b"") == stat_of(b"")

    assert read(storage, "bus/1/bus.csv") == source.read_bytes()
    assert read(storage, "bus/1/公交 线路.json") == b"[]"
    assert read(storage, "bus/1/empty.bin") == b""
    assert storage.stat("bus/1/bus.csv").size == source.stat().st_size
    assert storage.stat("bus/1/bus.csv").sha256 in {None, stat_of(source.read_bytes()).sha256}
    assert source.exists()


def test_the_last_put_counts(storage):
    storage.put_bytes("a/b", b"old")
    storage.put_bytes("a/b", b"new")
    assert read(storage, "a/b") == b"new"
    assert [*storage.list()] == ["a/b"]


def test_a_big_file_goes_up_in_parts_and_comes_back_whole(storage, tmp_path):
    data = os.urandom(1 << 20) * (PART_SIZE * 2 // (1 << 20)) + b"end"
    source = tmp_path / "big"
    source.write_bytes(data)
    assert storage.put("big/1/big", source) == stat_of(data)
    with storage.open("big/1/big") as stream:
        assert stream.read(10) == data[:10]
        assert stream.read() == data[10:]
    assert storage.stat("big/1/big").size == len(data)


def test_a_part_is_read_without_the_rest(storage):
    storage.put_bytes("a/b", b"0123456789")

    def part(start: int, length: int | None) -> bytes:
        with storage.open("a/b", start, length) as stream:
            return stream.read()

    assert [part(0, 3), part(3, 4), part(8, 9), part(9, None), part(4, 0)] == [
        b"012", b"3456", b"89", b"9", b"",
    ]  # fmt: skip
    assert [part(10, None), part(10, 5)] == [b"", b""]
    for start, length in ((0, 0), (1, None), (1, 1)):
        with pytest.raises(NotFound):
            storage.open("a/c", start, length)


@pytest.mark.parametrize("size", [10, PART_SIZE + 10])
def test_what_is_new_never_takes_the_place_of_another(storage, tmp_path, size):
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(b"1" * size)
    second.write_bytes(b"2" * (size + 1))
    assert storage.put_new("a/b", first).size == size
    assert storage.put_new("a/b", first).size == size
    with pytest.raises(Conflict, match="a/b is stored already"):
        storage.put_new("a/b", second)
    assert read(storage, "a/b") == first.read_bytes()
    assert [*storage.unfinished()] == []


@pytest.mark.parametrize("size", [10, PART_SIZE + 10])
def test_of_two_who_write_the_same_at_once_both_are_served(storage, tmp_path, monkeypatch, size):
    """Both have asked and found nothing; the second comes to a place that is taken."""
    path = tmp_path / "file"
    path.write_bytes(b"1" * size)
    storage.put_new("a/b", path)
    if isinstance(storage, LocalStorage):
        with path.open("rb") as source:
            assert storage._write("a/b", source, new=True) == stat_of(path.read_bytes())
    else:
        monkeypatch.setattr(storage, "exists", lambda key: False)
        assert storage.put_new("a/b", path) == stat_of(path.read_bytes())
    assert [*storage.unfinished()] == []


def test_entries_tell_sizes_and_times_in_the_order_of_keys(storage):
    keys = ["a-b/c", "a.b", "a/b/c", "a/b-c", "a/b.c", "ab", "公/交"]
    for key in keys:
        storage.put_bytes(key, key.encode())
    entries = [*storage.entries()]
    assert [entry.key for entry in entries] == sorted(keys) == [*storage.list()]
    assert [entry.size for entry in entries] == [len(key.encode()) for key in sorted(keys)]
    assert all(abs((datetime.now(UTC) - entry.modified).total_seconds()) < 600 for entry in entries)


def test_one_file_is_deleted_alone(storage):
    for key in ("a/b", "a/bc", "a/b2"):
        storage.put_bytes(key, b"")
    storage.delete("a/b")
    storage.delete("a/b")
    storage.delete("nothing/here")
    assert [*storage.list()] == ["a/b2", "a/bc"]


def test_an_address_serves_anybody_with_name_and_type(storage):
    storage.put_bytes("a/b", "公交".encode())
    address = storage.address(
        "a/b", Offer("text/csv; charset=utf-8", "attachment; filename*=UTF-8''%E5%85%AC"), 60
    )
    if isinstance(storage, LocalStorage):
        assert address is None
        return
    answer = httpx.get(address, headers={"Range": "bytes=0-2"}, trust_env=False)
    assert (answer.status_code, answer.content) == (206, "公".encode())
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%E5%85%AC"
    assert httpx.get(f"{address}0", trust_env=False).status_code == 403


def test_what_a_kill_leaves_is_listed_apart_and_thrown_away(storage):
    if isinstance(storage, LocalStorage):
        storage.put_bytes("a", b"")
        (storage.root / INCOMING / "half").write_bytes(b"half")
    else:
        name = storage._name("blobs/ha/half")
        storage._client.create_multipart_upload(Bucket=storage.bucket, Key=name)
    assert [*storage.list("blobs")] == []
    (left,) = storage.unfinished()
    assert storage.abandon(left.modified) == 0
    assert storage.abandon(datetime.now(UTC) + timedelta(minutes=10)) == 1
    assert [*storage.unfinished()] == []


def test_absent_is_not_found(storage):
    storage.put_bytes("a/b", b"")
    assert [storage.exists(key) for key in ("a/b", "a", "a/c", "x/y/z")] == [True, False, False, False]
    for call in (storage.open, storage.stat):
        for key in ("a/c", "a", "nothing"):
            with pytest.raises(NotFound):
                call(key)


def test_a_prefix_is_a_folder(storage):
    keys = ["a/1/x", "a/1/y", "a/10/x", "ab/1/x", "b"]
    for key in reversed(keys):
        storage.put_bytes(key, b"")
    assert [*storage.list()] == keys
    assert [*storage.list("a/1")] == [*storage.list("a/1/")] == ["a/1/x", "a/1/y"]
    assert [*storage.list("none")] == []
    assert storage.delete_prefix("a/1") == 2
    assert storage.delete_prefix("a/1") == 0
    assert [*storage.list()] == ["a/10/x", "ab/1/x", "b"]


UNSAFE = [
    "",
    "/",
    "/a",
    "a/",
    "a//b",
    "..",
    "a/../b",
    "a/..",
    ".hidden",
    "a/.part",
    "a\\b",
    "a\0b",
    "a\nb",
    "c:x",
]
UNSAFE += ["a" * 300, "/".join(["abc"] * 400), "a\u202egnp.exe", "\ud800", "汉" * 100]


@pytest.mark.parametrize("key", UNSAFE, ids=ascii)
def test_no_key_escapes_or_misleads(storage, key):
    calls = [
        storage.open,
        storage.stat,
        storage.exists,
        storage.local_path,
        lambda k: storage.put_bytes(k, b""),
    ]
    for call in calls:
        with pytest.raises(UnsafeAddress):
            call(key)


def test_a_storage_is_never_emptied_as_a_whole(storage):
    storage.put_bytes("a", b"")
    with pytest.raises(UnsafeAddress):
        storage.delete_prefix("")
    assert storage.exists("a")


def test_check_leaves_nothing_behind(storage):
    storage.check()
    assert [*storage.list()] == []


@needs_server
def test_more_than_a_page_is_listed_and_deleted():
    storage = open_storage(below(SERVER, f"run-{uuid4().hex}"))
    keys = [f"many/{number:04}" for number in range(1001)]
    for key in keys:
        storage.put_bytes(key, b"")
    assert [*storage.list("many")] == keys
    assert storage.delete_prefix("many") == 1001
    assert [*storage.list()] == []


# --- addresses -------------------------------------------------------------------------------------------


def test_the_scheme_chooses_the_storage(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert open_storage("file:var/published").root == Path("var/published")
    assert open_storage("file:///srv/%E5%85%AC").root == Path("/srv/公")
    assert isinstance(open_storage("s3://bucket/a/b?endpoint=http://127.0.0.1:1&region=cn-east-1"), S3Storage)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://host/x", "known: file:, s3:"),
        ("var/published", "known: file:, s3:"),
        ("file:", "file:FOLDER"),
        ("file://host/x", "file:FOLDER"),
        ("s3://", "s3://BUCKET"),
        ("s3://key:secret@bucket", "without credentials"),
        ("s3://bucket?zone=1", "s3://BUCKET"),
        ("s3://bucket?endpoint=nonsense", "malformed S3 address"),
        ("s3://bucket/a/../b", "malformed S3 address"),
    ],
)
def test_an_unknown_address_is_refused_with_what_is_known(url, said):
    with pytest.raises(SettingError) as caught:
        open_storage(url)
    assert said in caught.value.text.en
    assert "secret" not in str(caught.value)


# --- what goes wrong -------------------------------------------------------------------------------------


def test_a_server_that_is_not_there_is_unreachable(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    storage = open_storage("s3://bucket?endpoint=http://127.0.0.1:1")
    for call in (storage.check, lambda: [*storage.list()], lambda: storage.exists("a")):
        with pytest.raises(Unreachable):
            call()


@needs_server
def test_a_server_that_refuses_says_why(monkeypatch):
    bucketless = open_storage(urlunsplit(urlsplit(SERVER)._replace(netloc="no-such-bucket")))
    with pytest.raises(SettingError, match="no such bucket"):
        bucketless.check()
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(SettingError, match="secret key is wrong"):
        open_storage(SERVER).check()


def test_a_folder_that_cannot_be_written_is_unreachable(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unreachable):
        LocalStorage(tmp_path / "file" / "store").check()


def test_a_link_inside_leads_nowhere(tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    storage = LocalStorage(tmp_path / "store")
    storage.put_bytes("a/b", b"")
    (tmp_path / "store" / "a" / "link").symlink_to(tmp_path)
    with pytest.raises(UnsafeAddress):
        storage.open("a/link/secret")


def test_a_name_is_a_file_or_a_folder(tmp_path):
    storage = LocalStorage(tmp_path)
    storage.put_bytes("a/b", b"whole")
    for key in ("a", "a/b/c"):
        with pytest.raises(Conflict):
            storage.put_bytes(key, b"")
    assert [*storage.list()] == ["a/b"]
    assert [*(tmp_path / INCOMING).iterdir()] == []


def test_local_path_is_where_a_web_server_finds_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    storage = open_storage("file:store")
    storage.put_bytes("a/b", b"x")
    assert storage.local_path("a/b") == tmp_path / "store" / "a" / "b"
    assert storage.local_path("a") is None


def test_a_full_disk_leaves_the_old_file_and_nothing_half_written(tmp_path):
    storage = LocalStorage(tmp_path / "store")
    storage.put_bytes("a/b", b"old")
    (tmp_path / "source").write_bytes(b"x" * 50_000)
    script = "\n".join(
        [
            "import sys; from pathlib import Path",
            "from catalog.errors import StorageFull",
            "from opendata.publishing.storage.local import LocalStorage",
            "store = LocalStorage(Path(sys.argv[1]) / 'store')",
            "for key in ('a/b', 'new/c'):",
            "    try: store.put(key, Path(sys.argv[1]) / 'source')",
            "    except StorageFull as error: print(error.text.en)",
        ]
    )
    said = subprocess.run(
        [sys.executable, "-c", script, tmp_path],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=small_disk,
    )
    assert said.stdout.splitlines() == [
        "no space left; a/b was not written",
        "no space left; new/c was not written",
    ]
    assert [(key, read(storage, key)) for key in storage.list()] == [("a/b", b"old")]
    assert [*(tmp_path / "store" / INCOMING).iterdir()] == []
    assert issubclass(StorageFull, Exception)


def small_disk() -> None:
    """A process that can write no file beyond 20,000 bytes sees what a full disk shows: a short write, an error."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

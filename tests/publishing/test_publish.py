"""A release is built, described, stored and proved: with frictionless, kills, full disks and flipped bytes."""

import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import frictionless
import pyarrow as pa
import pytest

from catalog.errors import Conflict, InvalidInput, StorageFull
from catalog.records import Text
from opendata.publishing.build import Build, build
from opendata.publishing.formats import FORMATS
from opendata.publishing.package import Link, Metadata
from opendata.publishing.publish import Manifest, discard, publish
from opendata.publishing.storage import open_storage
from opendata.publishing.storage.local import LocalStorage
from opendata.publishing.verify import verify, verify_folder
from tests.publishing.tables import typed_file

#: frictionless (5.21) leaves a packed file open when it has read it.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning"
)
SCHEMA = {
    "name": "bus-stops",
    "title": "公交站点",
    "title_en": "Bus stops",
    "missingValues": ["", "—"],
    "primaryKey": ["line_no", "seq"],
    "sort": ["line_no"],
    "checks": [{"type": "inside-region", "lon": "lon", "lat": "lat", "region": "shandong"}],
    "fields": [
        {"name": "line_no", "title": "线路", "title_en": "Line", "type": "string", "aliases": ["线路号"]},
        {"name": "seq", "title": "站序", "title_en": "Sequence", "type": "integer", "constraints": {"minimum": 1}},
        {"name": "since", "title": "启用", "title_en": "Since", "type": "date", "format": "%Y年%m月%d日"},
        {"name": "lon", "title": "经度", "title_en": "Longitude", "type": "number", "unit": "°"},
        {"name": "lat", "title": "纬度", "title_en": "Latitude", "type": "number", "unit": "°"},
        {"name": "open", "title": "运营", "title_en": "Open", "type": "boolean", "trueValues": ["是"]},
    ],
}  # fmt: skip
TABLE = pa.table(
    {
        "line_no": ["K50", "K50", "001", "=1+1"],
        "seq": [1, 2, 1, 1],
        "since": [date(2018, 1, 1), None, date(1958, 5, 1), None],
        "lon": [117.0, 117.01, None, 117.5],
        "lat": [36.5, 36.51, None, 36.0],
        "open": [True, None, False, True],
    }
)
METADATA = Metadata(
    name="bus-stops",
    title=Text("公交站点", "Bus stops"),
    version="3",
    created=datetime(2018, 12, 31, 16, tzinfo=UTC),
    description=Text("逐站点位置。", "Stops with position."),
    licenses=(Link("山东省公共数据开放利用条款", "https://data.example/terms", "terms"),),
    sources=(Link("济南市公交数据.csv", f"sha256:{sha256(b'raw').hexdigest()}"),),
    publisher=Text("山东省交通运输厅", "Department of Transport"),
    keywords=("公交",),
)
NAMES = [
    "bus-stops.csv",
    "bus-stops.csv.gz",
    "bus-stops.json",
    "bus-stops.jsonl",
    "bus-stops.xlsx",
    "bus-stops.xml",
    "bus-stops.parquet",
    "bus-stops.geojson",
    "profile.json",
    "datapackage.json",
]


def published(storage, tmp_path: Path, **changes) -> Manifest:
    facts = {"number": 3, "schema": SCHEMA, "metadata": METADATA, **changes}
    file = typed_file(facts.pop("table", TABLE), tmp_path)
    return publish(storage, dataset_slug="bus-stops", file=file, scratch=tmp_path / "scratch", **facts)


def built(folder: Path, table: pa.Table = TABLE, schema=SCHEMA, metadata=METADATA) -> Build:
    file = typed_file(table, folder)
    release = build(file, schema, folder, metadata)
    file.path.unlink()
    return release


def contents(storage: LocalStorage) -> dict[str, str]:
    return {key: sha256(storage.local_path(key).read_bytes()).hexdigest() for key in storage.list()}


def stored(manifest: Manifest) -> dict[str, str]:
    """Every blob by its key, and the description also by the release's name."""
    blobs = {manifest.key(file): file.sha256 for file in manifest.files}
    return {**blobs, f"{manifest.prefix}/datapackage.json": manifest.files[-1].sha256}


@pytest.fixture
def storage(tmp_path) -> LocalStorage:
    return LocalStorage(tmp_path / "store")


def test_every_file_is_stored_and_listed_with_its_hash(storage, tmp_path):
    manifest = published(storage, tmp_path)

    assert (manifest.prefix, manifest.rows, manifest.skipped) == ("bus-stops/3", 4, ())
    assert [file.name for file in manifest.files] == NAMES
    assert stored(manifest) == contents(storage)
    assert [(file.format, file.rows) for file in manifest.files] == [
        ("csv", 4), ("csv.gz", 4), ("json", 4), ("jsonl", 4), ("xlsx", 4), ("xml", 4), ("parquet", 4), ("geojson", 4),
        ("profile", None), ("datapackage", None)
    ]  # fmt: skip
    assert all(storage.stat(manifest.key(file)).size == file.size for file in manifest.files)
    assert verify(storage, manifest.prefix) == []
    assert [*(tmp_path / "scratch").iterdir()] == []


def test_frictionless_finds_the_package_valid(tmp_path):
    built(tmp_path)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.flatten(["rowNumber", "fieldName", "type", "message"]) == []
    assert {task.name: (task.type, task.stats["bytes"]) for task in report.tasks} == {
        f"bus-stops-{kind}": (type_, (tmp_path / name).stat().st_size)
        for kind, type_, name in [
            ("csv", "table", NAMES[0]), ("csv.gz", "file", NAMES[1]), ("json", "file", NAMES[2]),
            ("jsonl", "file", NAMES[3]), ("xlsx", "table", NAMES[4]), ("xml", "file", NAMES[5]),
            ("parquet", "file", NAMES[6]), ("geojson", "file", NAMES[7]), ("profile", "file", NAMES[8]),
        ]
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES[:-1])
def test_frictionless_and_we_find_a_changed_file(name, tmp_path):
    built(tmp_path)
    data = bytearray((tmp_path / name).read_bytes())
    data[-3] ^= 1
    (tmp_path / name).write_bytes(data)
    assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid
    assert [(finding.code, finding.value) for finding in verify_folder(tmp_path)] == [
        ("checksum-mismatch", name)
    ]


def test_the_description_says_what_is_true_of_the_files(tmp_path):
    built(tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    resources = package.pop("resources")
    assert package == {
        "profile": "data-package",
        "name": "bus-stops",
        "title": "公交站点",
        "title_en": "Bus stops",
        "description": "逐站点位置。",
        "description_en": "Stops with position.",
        "version": "3",
        "created": "2018-12-31T16:00:00Z",
        "keywords": ["公交"],
        "licenses": [
            {"title": "山东省公共数据开放利用条款", "path": "https://data.example/terms", "name": "terms"}
        ],
        "sources": [{"title": "济南市公交数据.csv", "path": f"sha256:{sha256(b'raw').hexdigest()}"}],
        "contributors": [
            {"title": "山东省交通运输厅", "title_en": "Department of Transport", "role": "publisher"}
        ],
    }
    assert {resource["name"] for resource in resources if "schema" not in resource} == {"bus-stops-profile"}
    csv = tmp_path / "bus-stops.csv"
    assert resources[0] == {
        "name": "bus-stops-csv",
        "path": "bus-stops.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "bytes": csv.stat().st_size,
        "hash": f"sha256:{sha256(csv.read_bytes()).hexdigest()}",
        "profile": "tabular-data-resource",
        "encoding": "utf-8-sig",
        "dialect": {
            "delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True
        },
        "rows": 4,
        "schema": {
            "name": "bus-stops",
            "title": "公交站点",
            "title_en": "Bus stops",
            "primaryKey": ["line_no", "seq"],
            "missingValues": [""],
            "fields": [
                {"name": "line_no", "title": "线路", "title_en": "Line", "type": "string"},
                {"name": "seq", "title": "站序", "title_en": "Sequence", "type": "integer", "constraints": {"minimum": 1}},
                {"name": "since", "title": "启用", "title_en": "Since", "type": "date"},
                {"name": "lon", "title": "经度", "title_en": "Longitude", "type": "number", "unit": "°"},
                {"name": "lat", "title": "纬度", "title_en": "Latitude", "type": "number", "unit": "°"},
                {"name": "open", "title": "运营", "title_en": "Open", "type": "boolean"},
            ],
        },
    }  # fmt: skip


def test_again_is_the_same_and_other_content_is_refused(storage, tmp_path):
    manifest = published(storage, tmp_path)
    before = contents(storage)
    assert published(storage, tmp_path) == manifest
    with pytest.raises(Conflict, match="bus-stops/3 is published already"):
        published(storage, tmp_path, table=TABLE.slice(1))
    assert contents(storage) == before


def test_what_nothing_points_at_may_be_replaced(storage, tmp_path):
    published(storage, tmp_path)
    manifest = published(storage, tmp_path, metadata=replace(METADATA, keywords=("车站",)), replace=True)
    assert stored(manifest).items() <= contents(storage).items()
    assert verify(storage, "bus-stops/3") == []


@pytest.mark.skipif(
    "TEST_STORAGE_URL" not in os.environ, reason="set TEST_STORAGE_URL to publish to an S3 server"
)
def test_a_bucket_holds_a_release_as_a_folder_does(tmp_path):
    storage = open_storage(os.environ["TEST_STORAGE_URL"])
    slug = f"bus-stops-{uuid4().hex}"
    facts = {
        "dataset_slug": slug,
        "number": 1,
        "file": typed_file(TABLE, tmp_path),
        "schema": SCHEMA,
        "metadata": METADATA,
    }
    manifest = publish(storage, scratch=tmp_path, **facts)
    assert publish(storage, scratch=tmp_path, **facts) == manifest
    expected = stored(manifest)
    assert {key: storage.stat(key).sha256 for key in expected} == expected
    assert verify(storage, manifest.prefix) == []
    assert discard(storage, slug, 1) == 1
    for key in expected:
        storage.delete(key)


def test_a_number_without_a_pointer_can_be_given_up(storage, tmp_path):
    published(storage, tmp_path)
    published(storage, tmp_path, number=30)
    assert discard(storage, "bus-stops", 3) == 1
    assert {*storage.list("bus-stops")} == {"bus-stops/30/datapackage.json"}
    assert verify(storage, "bus-stops/30") == []
    published(storage, tmp_path, table=TABLE.slice(1))


class Killed(BaseException):
    """What a kill is to the process: nothing after it runs."""


class KilledStorage(LocalStorage):
    """A real storage whose process dies before its *n*-th write."""

    def __init__(self, root: Path, writes: int) -> None:
        super().__init__(root)
        self.writes = writes

    def put(self, key, path):
        self.write()
        return super().put(key, path)

    def put_new(self, key, path):
        self.write()
        return super().put_new(key, path)

    def write(self):
        if not self.writes:
            raise Killed
        self.writes -= 1


@pytest.mark.parametrize("writes", range(len(NAMES) + 1))
def test_a_kill_between_files_leaves_no_release_and_the_next_run_completes_it(writes, storage, tmp_path):
    with pytest.raises(Killed):
        published(KilledStorage(storage.root, writes), tmp_path)
    assert [finding.value for finding in verify(storage, "bus-stops/3")] == ["datapackage.json"]

    manifest = published(storage, tmp_path)
    assert verify(storage, manifest.prefix) == []
    assert stored(manifest) == contents(storage)


def test_a_lost_file_is_found_and_put_back(storage, tmp_path):
    manifest = published(storage, tmp_path)
    lost = next(file for file in manifest.files if file.name == "bus-stops.json")
    storage.local_path(manifest.key(lost)).unlink()
    assert [(finding.code, finding.value) for finding in verify(storage, "bus-stops/3")] == [
        ("missing-file", "bus-stops.json")
    ]
    assert published(storage, tmp_path) == manifest
    assert verify(storage, "bus-stops/3") == []


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"resources": []}', '{"resources": [{"path": "a"}]}', "\x80", 'null', '{"resources": 1}',
     '{"resources": [{"path": "../secret", "bytes": 1, "hash": "x"}]}', '{"resources": [{"path": 1, "bytes": 1, "hash": "x"}]}'],
)  # fmt: skip
def test_a_description_that_is_none_is_a_finding(text, tmp_path):
    (tmp_path / "datapackage.json").write_bytes(text.encode("latin-1"))
    assert [(finding.code, finding.value) for finding in verify_folder(tmp_path)] == [
        ("malformed-file", "datapackage.json")
    ]


def test_a_full_disk_is_said_and_nothing_is_stored(tmp_path):
    """Whichever library finds no space left, one in Rust or one in C++: the words are the same."""
    script = "import sys; from tests.publishing.test_publish import fill_the_disk as f; f(sys.argv[1])"
    child = subprocess.run(  # noqa: PLW1510 - what it said is asserted below, with its errors
        [sys.executable, "-c", script, tmp_path],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout.splitlines() == [
        f"no space left to build {name}" for name in [*NAMES[:-2], "bus-stops.nt"]
    ], child.stderr
    assert [*LocalStorage(tmp_path / "store").list()] == []
    assert [*(tmp_path / "scratch").iterdir()] == []


def fill_the_disk(folder: str) -> None:
    """Publish each format in a process that can write no file beyond 20,000 bytes, as a full disk looks to it."""
    noise = pa.array([sha256(str(number).encode()).hexdigest() for number in range(2_000)])
    table = pa.concat_tables([TABLE.slice(2, 1)] * 2_000).set_column(0, "line_no", noise)
    file = typed_file(table, Path(folder))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    named = {**SCHEMA, "fields": [{**field, "uri": "http://schema.org/name"} for field in SCHEMA["fields"]]}
    facts = {"dataset_slug": "bus-stops", "number": 3, "file": file, "schema": named, "metadata": METADATA}
    for name in FORMATS:
        try:
            storage, scratch = LocalStorage(Path(folder) / "store"), Path(folder) / "scratch"
            publish(storage, scratch=scratch, formats={name: FORMATS[name]}, **facts)
        except StorageFull as error:
            print(error.text.en)


@pytest.mark.parametrize(
    ("table", "schema"),
    [
        (TABLE.select(["seq", "line_no"]), SCHEMA),
        (TABLE, {**SCHEMA, "fields": SCHEMA["fields"][:-1]}),
        (pa.table({}), {"fields": []}),
        (pa.table({"=cmd|x": [1]}), {"fields": [{"name": "=cmd|x"}]}),
    ],
)
def test_a_table_that_is_not_the_schemas_is_refused(table, schema, tmp_path):
    (tmp_path / "typed").mkdir()
    (tmp_path / "release").mkdir()
    with pytest.raises(InvalidInput):
        build(typed_file(table, tmp_path / "typed"), schema, tmp_path / "release", METADATA)
    assert [*(tmp_path / "release").iterdir()] == []


def test_a_format_that_would_damage_the_table_is_left_out_with_its_reason(tmp_path):
    table = pa.table({"text": ["x" * 40_000]})
    release = built(tmp_path, table, {"fields": [{"name": "text", "type": "string"}]})
    formats = ["csv", "csv.gz", "json", "jsonl", "xml", "parquet", "profile", "datapackage"]
    assert [file.format for file in release.files] == formats
    assert [(skipped.format, skipped.reason.en) for skipped in release.skipped] == [
        ("xlsx", "field text holds more than the 32767 characters of a cell")
    ]
    assert verify_folder(tmp_path) == []


def test_what_is_unsaid_is_left_out(tmp_path):
    plain = replace(
        METADATA, description=Text("", ""), licenses=(), sources=(), publisher=Text("", ""), keywords=()
    )
    built(tmp_path, metadata=plain)
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    assert [*package] == ["profile", "name", "title", "title_en", "version", "created", "resources"]
    assert frictionless.validate(str(tmp_path / "datapackage.json")).valid

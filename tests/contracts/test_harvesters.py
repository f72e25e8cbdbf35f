"""Every harvester keeps the same promises, whatever kind of source it reads; then what each kind adds."""

import csv
import hashlib
import io
import json
import resource
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

import pytest

from catalog.errors import (
    InvalidInput,
    NotFound,
    SettingError,
    StorageFull,
    TerminalError,
    Unreachable,
    UnreadableFile,
)
from catalog.records import SourceRecord
from catalog.vocabularies import SOURCE_KIND
from harvesters import HARVESTERS, http
from harvesters.base import SourceLocation
from harvesters.http import Client
from harvesters.raw import RawStore
from harvesters.runner import open_source, run
from tests.servers.ckan import CkanServer, Fault, package_dict, resource_dict


@dataclass(frozen=True)
class Offer:
    """What an agency offers, whatever the kind of source."""

    code: str
    title: str
    content: bytes
    issued: str = "20180630"

    @property
    def file(self) -> str:
        return f"{self.code.replace('/', '-')}_{self.title}_{self.issued}.csv"

    @property
    def day(self) -> str:
        return f"{self.issued[:4]}-{self.issued[4:6]}-{self.issued[6:]}"


BUS = Offer("307013/0004", "公交线路", "线路\n1路\n".encode())
STOPS = Offer("307013/0005", "公交站点", "站点\n甲\n".encode("gb18030"), "20190101")
TAXI = Offer("307013/0006", "出租车企业", b"name\nA\n")
OFFERS = (BUS, STOPS, TAXI)


class Site(Protocol):
    """A source of one kind that tests can fill, spoil and remove."""

    #: Whether this kind tells the hash of a file.
    tells_hash: bool

    def location(self) -> SourceLocation: ...
    def publish(self, offers: tuple[Offer, ...]) -> None: ...
    def lose_file(self, offer: Offer) -> None: ...
    def swap_file(self, offer: Offer, content: bytes) -> None:
        """Change the bytes and leave what the source says of them."""

    def vanish(self) -> None: ...


class SheetSite:
    tells_hash = True

    def __init__(self, folder: Path) -> None:
        self._sheet = folder / "报送" / "offer.csv"
        self._sheet.parent.mkdir()

    def location(self) -> SourceLocation:
        return SourceLocation("sheet", str(self._sheet))

    def publish(self, offers: tuple[Offer, ...]) -> None:
        stream = io.StringIO()
        writer = csv.writer(stream)
        writer.writerow(["某厅报送表"])
        writer.writerow(["信息资源代码", "信息资源名称", "信息资源提供方", "文件", "发布日期", "SHA256"])
        for each in offers:
            (self._sheet.parent / each.file).write_bytes(each.content)
            sha256 = hashlib.sha256(each.content).hexdigest()
            writer.writerow([each.code, each.title, "某厅", each.file, each.day, sha256])
        self._sheet.write_bytes(stream.getvalue().encode("gb18030"))

    def lose_file(self, offer: Offer) -> None:
        (self._sheet.parent / offer.file).unlink()

    def swap_file(self, offer: Offer, content: bytes) -> None:
        (self._sheet.parent / offer.file).write_bytes(content)

    def vanish(self) -> None:
        self._sheet.unlink(missing_ok=True)


class FolderSite:
    tells_hash = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "目录"
        self._folder.mkdir()

    def location(self) -> SourceLocation:
        return SourceLocation("folder", str(self._folder))

    def publish(self, offers: tuple[Offer, ...]) -> None:
        for path in self._folder.iterdir():
            path.unlink()
        for each in offers:
            (self._folder / each.file).write_bytes(each.content)

    def lose_file(self, offer: Offer) -> None:
        """A file that stands in the listing and is not there: a broken link."""
        (self._folder / offer.file).unlink()
        (self._folder / offer.file).symlink_to(self._folder / "gone.csv")

    def swap_file(self, offer: Offer, content: bytes) -> None:
        (self._folder / offer.file).write_bytes(content)

    def vanish(self) -> None:
        for path in self._folder.iterdir():
            path.unlink()
        self._folder.rmdir()


class DumpSite:
    tells_hash = True

    def __init__(self, folder: Path) -> None:
        self._dump = folder / "datasets.jsonl"

    def location(self) -> SourceLocation:
        return SourceLocation("ckan", str(self._dump))

    def publish(self, offers: tuple[Offer, ...]) -> None:
        lines = []
        for each in offers:
            package = package_dict(each.code, each.title, {"resource_code": each.code, "issued": each.day})
            package["resources"].append(resource_dict(package["id"], 0, each.file, each.content))
            (self._dump.parent / each.file).write_bytes(each.content)
            lines.append(json.dumps(package, ensure_ascii=False) + "\n")
        self._dump.write_text("".join(lines), encoding="utf-8")

    def lose_file(self, offer: Offer) -> None:
        (self._dump.parent / offer.file).unlink()

    def swap_file(self, offer: Offer, content: bytes) -> None:
        (self._dump.parent / offer.file).write_bytes(content)

    def vanish(self) -> None:
        self._dump.unlink(missing_ok=True)


class PortalSite:
    tells_hash = True

    def __init__(self, portal: CkanServer) -> None:
        self._portal = portal
        self._running = True

    def location(self) -> SourceLocation:
        return SourceLocation("ckan", self._portal.url if self._running else "http://127.0.0.1:1")

    def publish(self, offers: tuple[Offer, ...]) -> None:
        self._portal.packages.clear()
        self._portal.files.clear()
        for each in offers:
            self._portal.add(
                each.code, each.title, {each.file: each.content}, resource_code=each.code, issued=each.day
            )

    def lose_file(self, offer: Offer) -> None:
        del self._portal.files[self._path(offer)]

    def swap_file(self, offer: Offer, content: bytes) -> None:
        self._portal.files[self._path(offer)] = content

    def vanish(self) -> None:
        self._running = False

    def _path(self, offer: Offer) -> str:
        return next(path for path, content in self._portal.files.items() if content == offer.content)


@pytest.fixture
def portal() -> Iterator[CkanServer]:
    with CkanServer() as server:
        yield server


@pytest.fixture(params=["sheet", "folder", "ckan dump", "ckan live"])
def site(request: pytest.FixtureRequest, tmp_path: Path, portal: CkanServer) -> Site:
    sites: dict[str, Callable[[], Site]] = {
        "sheet": lambda: SheetSite(tmp_path),
        "folder": lambda: FolderSite(tmp_path),
        "ckan dump": lambda: DumpSite(tmp_path),
        "ckan live": lambda: PortalSite(portal),
    }
    return sites[request.param]()


@pytest.fixture
def raw(tmp_path: Path) -> RawStore:
    return RawStore(tmp_path / "raw")


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def pull(raw: RawStore, pauses: list[float]) -> Callable[[SourceLocation], list[SourceRecord]]:
    """A function that harvests a source without waiting."""

    def harvest(source: SourceLocation) -> list[SourceRecord]:
        with Client(source.location, pause=pauses.append) as client:
            return list(run(source, client, raw))

    return harvest


Pull = Callable[[SourceLocation], list[SourceRecord]]


def codes(record: SourceRecord) -> list[str]:
    return [finding.code for finding in record.findings]


def by_code(records: list[SourceRecord]) -> dict[str | None, SourceRecord]:
    return {record.resource_code: record for record in records}


# The contract --------------------------------------------------------------------------------------


def test_everything_that_is_offered_arrives_with_its_bytes(site: Site, pull: Pull, raw: RawStore) -> None:
    site.publish(OFFERS)
    found = by_code(pull(site.location()))
    assert {
        code: (record.title, record.issued, record.link and record.link.name, codes(record))
        for code, record in found.items()
    } == {each.code: (each.title, date.fromisoformat(each.day), each.file, []) for each in OFFERS}
    for each in OFFERS:
        record = found[each.code]
        assert (record.file_sha256, record.file_size) == (
            hashlib.sha256(each.content).hexdigest(),
            len(each.content),
        )
        with raw.open(str(record.file_sha256)) as stream:
            assert stream.read() == each.content


def test_a_second_harvest_says_exactly_the_same(site: Site, pull: Pull) -> None:
    site.publish(OFFERS)
    first = pull(site.location())
    assert pull(site.location()) == first
    assert len({record.identifier for record in first}) == len(OFFERS)


def test_new_bytes_keep_the_identifier(site: Site, pull: Pull) -> None:
    site.publish(OFFERS)
    before = by_code(pull(site.location()))
    site.publish((replace(BUS, content=b"new"), STOPS, TAXI))
    after = by_code(pull(site.location()))
    assert {code: record.identifier for code, record in after.items()} == {
        code: record.identifier for code, record in before.items()
    }
    assert after[BUS.code].file_sha256 == hashlib.sha256(b"new").hexdigest()
    assert after[STOPS.code] == before[STOPS.code]


def test_what_is_withdrawn_is_not_offered_and_the_rest_stay_as_they_were(site: Site, pull: Pull) -> None:
    site.publish(OFFERS)
    before = pull(site.location())
    site.publish((BUS, TAXI))
    assert pull(site.location()) == [record for record in before if record.resource_code != STOPS.code]


def test_a_lost_file_is_a_finding_and_the_rest_go_on(site: Site, pull: Pull) -> None:
    site.publish(OFFERS)
    site.lose_file(STOPS)
    found = pull(site.location())
    assert {record.resource_code: codes(record) for record in found} == {
        BUS.code: [],
        STOPS.code: ["missing-file"],
        TAXI.code: [],
    }
    assert by_code(found)[STOPS.code].file_sha256 is None


def test_a_file_that_is_not_what_the_source_says_is_a_finding(site: Site, pull: Pull) -> None:
    site.publish(OFFERS)
    site.swap_file(STOPS, b"swapped")
    found = by_code(pull(site.location()))[STOPS.code]
    assert codes(found) == (["checksum-mismatch"] if site.tells_hash else [])
    assert found.file_sha256 == hashlib.sha256(b"swapped").hexdigest()


def test_an_empty_source_offers_nothing(site: Site, pull: Pull) -> None:
    site.publish(())
    assert pull(site.location()) == []


def test_a_source_that_is_gone_is_unreachable(site: Site, pull: Pull) -> None:
    site.vanish()
    with pytest.raises(Unreachable) as broken:
        pull(site.location())
    assert broken.value.text.zh
    assert broken.value.text.en


def test_an_unknown_kind_is_refused_with_those_that_are_known(raw: RawStore) -> None:
    with pytest.raises(SettingError) as refused:
        list(open_source("oai", "http://example.org", raw))
    assert "sheet, folder, ckan" in refused.value.text.en


def test_every_kind_is_in_the_vocabulary() -> None:
    assert set(HARVESTERS) == {term.code for term in SOURCE_KIND}


# Sheets --------------------------------------------------------------------------------------------


def test_each_fault_of_a_row_stays_with_its_record(tmp_path: Path, pull: Pull) -> None:
    (tmp_path / "good.csv").write_bytes(b"x")
    (tmp_path / "offer.csv").write_text(
        "资源代码,名称,文件,发布日期,SHA256,联系人\n"
        "30701,,good.csv,2018-02-30,abc,甲\n307013/0001,乙,good.csv,,,\n307013/0002,丙,,,,\n",
        encoding="utf-8",
    )
    found = pull(SourceLocation("sheet", str(tmp_path / "offer.csv")))
    assert [(record.identifier, codes(record)) for record in found] == [
        ("good.csv", ["bad-code", "bad-code", "missing-value", "bad-date", "checksum-mismatch"]),
        ("good.csv#2", ["duplicate-code"]),
        ("307013/0002", ["missing-value"]),
    ]
    assert [(f.row, f.field) for f in found[2].findings] == [(4, "文件")]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"a,b\n\xff\xff\n"])
def test_an_unreadable_sheet_stops_the_run(tmp_path: Path, pull: Pull, content: bytes) -> None:
    (tmp_path / "offer.csv").write_bytes(content)
    with pytest.raises(UnreadableFile):
        pull(SourceLocation("sheet", str(tmp_path / "offer.csv")))


def test_a_sheet_without_the_file_column_stops_the_run(tmp_path: Path, pull: Pull) -> None:
    (tmp_path / "offer.csv").write_text("信息资源代码,信息资源名称\n307013/0001,甲\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        pull(SourceLocation("sheet", str(tmp_path / "offer.csv")))
    assert [(f.code, f.expected) for f in refused.value.findings] == [("missing-header", "文件")]


@pytest.mark.parametrize("location", ["../secret.csv", "/etc/hostname", "link.csv", "file:///etc/hostname"])
def test_no_row_reaches_outside_the_sheets_folder(tmp_path: Path, pull: Pull, location: str) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    (tmp_path / "secret.csv").write_bytes(b"secret")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "offer.csv").write_text(
        f"信息资源代码,信息资源名称,文件\n307013/0001,甲,{location}\n", encoding="utf-8"
    )
    (record,) = pull(SourceLocation("sheet", str(folder / "offer.csv")))
    assert codes(record) in (["unsafe-address"], ["missing-file"])
    assert record.file_sha256 is None


def test_a_row_may_link_to_the_web_but_not_into_this_machine(
    tmp_path: Path, pull: Pull, portal: CkanServer
) -> None:
    portal.files["/a.csv"] = b"x"
    (tmp_path / "offer.csv").write_text(
        f"信息资源代码,信息资源名称,文件\n307013/0001,甲,{portal.url}/a.csv\n", encoding="utf-8"
    )
    (record,) = pull(SourceLocation("sheet", str(tmp_path / "offer.csv")))
    assert codes(record) == ["unsafe-address"]
    assert portal.log == []


# Folders -------------------------------------------------------------------------------------------


def test_names_tell_the_resource_and_debris_is_passed_over(tmp_path: Path, pull: Pull) -> None:
    folder = tmp_path / "目录"
    (folder / "2018").mkdir(parents=True)
    names = [
        "307013-0004_公交_线路_20180630.CSV",
        "307013_站点.json",
        "2018/307013-0004_公交_线路_20170630.csv",
        "307013-0004_公交_20181340.csv",
        "说明.txt",
        "~$307013-0004_公交.xlsx",
        ".DS_Store",
        "Thumbs.db",
    ]
    for name in names:
        (folder / name).write_bytes(b"x")
    found = pull(SourceLocation("folder", str(folder)))
    assert [
        (r.identifier, r.resource_code, r.title, r.issued and str(r.issued), codes(r)) for r in found
    ] == [
        (names[2], "307013/0004", "公交_线路", "2017-06-30", []),
        (names[3], "307013/0004", "公交", None, ["bad-code"]),
        (names[0], "307013/0004", "公交_线路", "2018-06-30", []),
        (names[1], "307013", "站点", None, []),
        (names[4], None, "说明", None, ["bad-code"]),
    ]


# CKAN ----------------------------------------------------------------------------------------------


def live(portal: CkanServer) -> SourceLocation:
    return SourceLocation("ckan", portal.url)


def downloads(portal: CkanServer) -> list[int]:
    return [asked.status for asked in portal.log if "/download/" in asked.path]


def test_a_portal_is_read_page_by_page_until_one_is_empty(portal: CkanServer, pull: Pull) -> None:
    for number in range(230):
        portal.add(f"d{number}", f"数据{number}", {f"{number}.csv": b"same"}, resource_code="307013/0001")
    found = pull(live(portal))
    searches = [asked for asked in portal.log if asked.path.endswith("package_search")]
    assert len({record.identifier for record in found}) == 230
    assert [record.identifier for record in found] == sorted(record.identifier for record in found)
    assert [(a.query["start"], a.query["rows"], a.query["sort"]) for a in searches] == [
        (start, "100", "id asc") for start in ("0", "100", "200", "230")
    ]


def test_every_word_of_a_dataset_is_taken_over(portal: CkanServer, pull: Pull) -> None:
    package = portal.add(
        "bus",
        "公交线路",
        {"a.xlsx": b"x", "公交 线路.csv": b"c", "b.json": b"j"},
        resource_code="307013/0004",
        unit_code="37-DT",
        issued="2018-06-30",
        update_cycle="每月",
        schema="bus-lines",
    )
    (record,) = pull(live(portal))
    assert record.link is not None
    assert replace(record, link=None) == SourceRecord(
        identifier=package["id"],
        title="公交线路",
        unit="37-DT",
        resource_code="307013/0004",
        abstract="公交线路的说明",
        keywords=("公交",),
        schema="bus-lines",
        domain="道路交通",
        update_cycle="每月",
        license="other-open",
        issued=date(2018, 6, 30),
        kind="table",
        modified="2018-06-30T09:00:00.000000",
        landing_page=f"{portal.url}/dataset/bus",
        file_sha256=hashlib.sha256(b"c").hexdigest(),
        file_size=1,
    )
    assert (record.link.name, record.link.format, record.link.size) == ("公交 线路.csv", "csv", 1)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"format": "PDF"}, "document"),
        ({"format": "SHP"}, "geodata"),
        ({"format": "", "mimetype": "image/png"}, "image"),
        ({"format": "application/pdf"}, "document"),
        ({"format": "CSV"}, "table"),
        ({"format": "ZIP"}, None),  # anything may be in it
        ({"format": "手册"}, None),
    ],
)
def test_the_format_that_a_portal_names_says_of_which_kind_a_file_is(
    portal: CkanServer, pull: Pull, said: dict[str, str], kind: str | None
) -> None:
    portal.add("a", "说明", {"a.bin": b"a"})["resources"][0].update({"mimetype": "", **said})
    (record,) = pull(live(portal))
    assert record.kind == kind


def test_what_the_public_does_not_see_is_not_taken(portal: CkanServer, tmp_path: Path, pull: Pull) -> None:
    packages = [package_dict(name, name, {}) for name in ("a", "draft", "secret", "showcase")]
    packages[1]["state"], packages[2]["private"], packages[3]["type"] = "draft", True, "showcase"
    packages[0]["resources"] = [
        resource_dict("a", 0, "doc.csv", b"d") | {"resource_type": "documentation"},
        resource_dict("a", 1, "datapackage.json", b"{}") | {"url": "x/datapackage.json"},
        resource_dict("a", 2, "old.csv", b"o") | {"state": "deleted"},
    ]
    dump = tmp_path / "d.jsonl"
    dump.write_text("\n".join(json.dumps(package) for package in packages), encoding="utf-8")
    found = pull(SourceLocation("ckan", str(dump)))
    assert [(record.title, record.link, record.unit) for record in found] == [("a", None, "某省交通运输厅")]


def test_unchanged_files_are_not_sent_again_where_a_strong_etag_says_so(
    portal: CkanServer, pull: Pull
) -> None:
    portal.add("a", "甲", {"a.csv": b"one"})
    first = pull(live(portal))
    assert pull(live(portal)) == first
    portal.replace("a.csv", b"two")
    third = pull(live(portal))
    assert downloads(portal) == [200, 304, 200]
    assert third[0].file_sha256 == hashlib.sha256(b"two").hexdigest()


def test_a_weak_etag_is_not_believed(portal: CkanServer, pull: Pull) -> None:
    portal.etags = False
    portal.add("a", "甲", {"a.csv": b"one"})
    pull(live(portal))
    portal.replace("a.csv", b"two")
    (record,) = pull(live(portal))
    assert (record.file_sha256, downloads(portal)) == (hashlib.sha256(b"two").hexdigest(), [200, 200])


def test_passing_faults_are_tried_again_politely(portal: CkanServer, pull: Pull, pauses: list[float]) -> None:
    portal.add("a", "甲", {"a.csv": b"0123456789" * 10_000})
    portal.misbehave("/package_search", Fault(429, {"Retry-After": "7"}))
    portal.misbehave("/a.csv", Fault(503))
    portal.misbehave("/a.csv", Fault(cut=1000))
    (record,) = pull(live(portal))
    assert (codes(record), record.file_size) == ([], 100_000)
    assert pauses == [7.0, 0.5, 1.0]


def test_a_file_that_never_comes_is_a_finding_of_its_record(
    portal: CkanServer, pull: Pull, raw: RawStore, tmp_path: Path
) -> None:
    portal.add("a", "甲", {"a.csv": b"0123456789" * 10_000})
    portal.add("b", "乙", {"b.csv": b"x"})
    portal.misbehave("/a.csv", Fault(cut=1000), times=3)
    assert {record.title: codes(record) for record in pull(live(portal))} == {"甲": ["unreachable"], "乙": []}
    assert list((tmp_path / "raw").rglob(".part-*")) == []


@pytest.mark.parametrize(
    ("fault", "finding"),
    [
        (Fault(404), "missing-file"),
        (Fault(403), "terminal"),
        (Fault(302, {"Location": "file:///etc/hostname"}), "unsafe-address"),
        (Fault(302, {"Location": "http://localhost:1/x"}), "unsafe-address"),
        (Fault(302, {"Location": "http://169.254.169.254/latest"}), "unsafe-address"),
    ],
)
def test_a_link_that_must_not_be_followed_is_a_finding(
    portal: CkanServer, pull: Pull, fault: Fault, finding: str
) -> None:
    portal.add("a", "甲", {"a.csv": b"x"})
    portal.misbehave("/a.csv", fault)
    (record,) = pull(live(portal))
    assert (codes(record), record.file_sha256) == ([finding], None)


def test_redirects_are_followed_but_not_for_ever(portal: CkanServer, pull: Pull) -> None:
    portal.add("a", "甲", {"a.csv": b"x"})
    (path,) = portal.files
    portal.misbehave("/a.csv", Fault(302, {"Location": path}), times=5)
    (followed,) = pull(live(portal))
    portal.misbehave("/a.csv", Fault(302, {"Location": path}), times=6)
    (given_up,) = pull(live(portal))
    assert (codes(followed), codes(given_up)) == ([], ["terminal"])


def test_a_file_over_the_limit_is_stopped(
    portal: CkanServer, pull: Pull, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(http.Client.get.__kwdefaults__, "limit", 10)
    portal.add("a", "甲", {"a.csv": b"x" * 11})
    (record,) = pull(live(portal))
    assert (codes(record), record.file_sha256) == (["too-large"], None)


def listing(count: int, *packages: dict[str, object]) -> Fault:
    answer = {"success": True, "result": {"count": count, "results": packages}}
    return Fault(200, body=json.dumps(answer).encode())


@pytest.mark.parametrize(
    ("second", "said"), [(0, "counts 5 datasets but gave only 1"), (1, "repeats itself")]
)
def test_a_list_that_cannot_be_relied_on_stops_the_run(
    portal: CkanServer, pull: Pull, second: int, said: str
) -> None:
    package = portal.add("a", "甲", {"a.csv": b"x"})
    portal.misbehave("/package_search", listing(5, package))
    portal.misbehave("/package_search", listing(5, *[package] * second))
    with pytest.raises(Unreachable, match=said):
        pull(live(portal))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(200, body=b"<html>maintenance</html>"), InvalidInput),
        (Fault(200, body=b'"Bad request"'), InvalidInput),
        (Fault(200, body=b'{"success": false, "error": {}}'), InvalidInput),
        (Fault(200, body=b'{"success": true, "result": {"results": [1], "count": 1}}'), InvalidInput),
        (Fault(403), TerminalError),
        (Fault(404), NotFound),
    ],
)
def test_a_server_that_is_no_ckan_stops_the_run(
    portal: CkanServer, pull: Pull, fault: Fault, error: type[Exception]
) -> None:
    portal.misbehave("/package_search", fault)
    with pytest.raises(error):
        pull(live(portal))


def test_broken_datasets_of_a_dump_are_records_with_findings(tmp_path: Path, pull: Pull) -> None:
    lines = [
        b'{"id": "a", "title": "\xe7\x94\xb2", "extras": [{"key": "issued", "value": "soon"}], "resources": [{"url": "../../x"}]}',
        b"{broken",
        b"[1]",
        b"",
        b'{"title": 5, "resources": "none", "tags": [3], "organization": "x"}',
        b'{"id": "b", "title": "\xff"}',
    ]
    (tmp_path / "d.jsonl").write_bytes(b"\n".join(lines))
    found = pull(SourceLocation("ckan", str(tmp_path / "d.jsonl")))
    assert [(record.identifier, codes(record)) for record in found] == [
        ("a", ["bad-date", "unsafe-address"]),
        ("line 2", ["malformed-file"]),
        ("line 3", ["malformed-file"]),
        ("?", ["missing-value"]),
        ("line 6", ["malformed-file"]),
    ]


# The raw store -------------------------------------------------------------------------------------


def test_bytes_are_filed_under_their_hash_once(raw: RawStore, tmp_path: Path) -> None:
    first, second = raw.keep([b"ab", b"c"]), raw.keep([b"abc"])
    sha256 = hashlib.sha256(b"abc").hexdigest()
    assert first == second
    assert (first.sha256, first.size) == (sha256, 3)
    assert raw.path(sha256) == tmp_path / "raw" / sha256[:2] / sha256[2:4] / sha256
    assert [path.name for path in (tmp_path / "raw").rglob("*") if path.is_file()] == [sha256]
    assert (raw.has(sha256), raw.has("0" * 64)) == (True, False)


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", ""])
def test_what_is_not_kept_is_not_found(raw: RawStore, name: str) -> None:
    with pytest.raises(NotFound):
        raw.path(name)


def test_nothing_is_kept_of_bytes_that_break_off(raw: RawStore, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise Unreachable("断", "broken")

    with pytest.raises(Unreachable):
        raw.keep(broken())
    assert list((tmp_path / "raw").iterdir()) == []


def test_a_full_disk_is_told_and_nothing_is_left(raw: RawStore, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(StorageFull):
            raw.keep([bytes(200_000)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list((tmp_path / "raw").iterdir()) == []

"""Documents, images and archives the whole way: harvested, judged, published as they came, fetched, compared, withdrawn."""

import html
import io
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from frictionless import Package
from sqlalchemy import select, update

from catalog.errors import InvalidInput
from catalog.models import Dataset, Release
from catalog.queries.stored import recorded
from opendata import pipeline, review
from opendata.app import create_app
from opendata.cli.steps import public_door
from opendata.client import Portal
from opendata.client.mirror import mirror
from opendata.indicators.coverage import measure
from opendata.pipeline import indexing
from opendata.publishing.prove import prove
from opendata.publishing.signing import new_key, open_signer, public_keys
from opendata.publishing.storage.compare import compare
from opendata.services import Services
from opendata.settings import Settings
from search.query import parse
from tests.cli.office import Office
from tests.conftest import NOON, ROOT, installation, remove
from tests.doors import reader_of
from tests.functional import province
from tests.functional.papers import (
    BUS,
    FIRST,
    LIST,
    MAP,
    NOTICE,
    PACK,
    Offer,
    offer,
    pack,
    pdf,
    png,
    register,
)

BY = {"actor": "person:张三"}
MOMENTS = 4


@dataclass
class County:
    """An installation whose one source offers what lies in ``folder``."""

    services: Services
    folder: Path

    def take_in(self, *offers: Offer) -> dict[str, tuple[str, str]]:
        """Harvest *offers* (none: what is offered), judge and publish; state and kind of each dataset's last release."""
        if offers:
            offer(self.folder, offers)
        with public_door(self.services) as address:
            summary = pipeline.run(self.services, address)
        assert not summary.failed
        query = select(Dataset.slug, Release.state, Release.kind).join(
            Release, Release.dataset_id == Dataset.id
        )
        with self.services.readers() as session:
            return {
                slug: (state, kind) for slug, state, kind in session.execute(query.order_by(Release.number))
            }

    def release(self, slug: str, number: int) -> Release:
        with self.services.readers() as session:
            query = select(Release).join(Dataset, Dataset.id == Release.dataset_id)
            release = session.scalars(query.where(Dataset.slug == slug, Release.number == number)).one()
            assert release.report
            return release

    def findings(self, slug: str, number: int = 1) -> list[str]:
        release = self.release(slug, number)
        return [one["code"] for one in release.report.findings] if release.report else []

    def door(self) -> FlaskClient:
        return reader_of(create_app(self.services))

    def is_clean(self) -> None:
        """Storage, index and ledger agree with the catalogue."""
        with self.services.readers() as session:
            assert list(compare(self.services.storage, recorded(session))) == []
        assert not indexing.check(self.services)


@pytest.fixture
def county(services: Services, tmp_path: Path) -> County:
    signing = replace(services, signer=open_signer(new_key().decode()))
    register(signing, tmp_path / "county")
    return County(signing, tmp_path / "county")


def environment(settings: Settings) -> dict[str, str]:
    """The variables that say the same as *settings*."""
    names = ("database_url", "storage_url", "search_url", "work_dir", "content_dir")
    return {f"OPENDATA_{name.upper()}": str(getattr(settings, name)) for name in names}


def got(door: FlaskClient, path: str, **headers: str) -> Any:
    return door.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_each_is_what_it_is_and_no_table_passes_for_a_document(county: County) -> None:
    assert county.take_in() == {
        NOTICE: ("published", "document"),
        MAP: ("published", "image"),
        PACK: ("published", "archive"),  # nobody said so: the content did
        LIST: ("invalid", "document"),
        BUS: ("invalid", "table"),  # the inventory cites a schema: a table was promised
    }
    assert county.findings(LIST) == ["table-as-document"]
    assert county.findings(BUS) == ["unsupported-format"]
    release = county.release(NOTICE, 1)
    assert (release.schema, release.schema_origin, release.rows, release.period_from) == (
        None,
        None,
        None,
        None,
    )

    states = county.take_in(
        replace(
            FIRST[4], kind="文档"
        ),  # the same bytes, now called a document: judged anew, the promise stands
        replace(FIRST[3], kind=""),  # the wrong declaration taken back: it is a table after all
        replace(FIRST[0], data=png(), kind="图像"),  # still called .pdf
        replace(FIRST[1], name="示意图.pdf", data=pdf("Sketch"), kind="文档"),  # the inventory names PNG
        FIRST[2],
    )
    assert (states[MAP], county.findings(MAP, 2)) == (("published", "document"), ["inventory-format"])
    assert (states[BUS], states[LIST]) == (("invalid", "document"), ("published", "table"))
    assert county.findings(BUS, 2) == ["promised-table"]
    assert states[NOTICE] == ("invalid", "image")
    assert "extension-mismatch" in county.findings(NOTICE, 2)
    county.is_clean()


# frictionless leaves files open
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_bytes_arrive_as_they_came_at_every_door(county: County, tmp_path: Path) -> None:
    county.take_in()
    door = county.door()
    address = f"/datasets/{NOTICE}/releases/1/files/{NOTICE}.pdf"
    told = got(door, address)
    assert told.data == FIRST[0].data
    assert told.content_type == "application/pdf"
    assert told.headers["Content-Disposition"].startswith(
        f'attachment; filename="{NOTICE}.pdf"; filename*=UTF-8'
    )
    assert told.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in told.headers["Content-Security-Policy"]
    assert told.get_etag()[0] == sha256(FIRST[0].data).hexdigest()
    assert got(door, address, If_None_Match=told.headers["ETag"]).status_code == 304
    part = got(door, address, Range="bytes=4-9")
    assert (part.status_code, part.data) == (206, FIRST[0].data[4:10])
    assert got(door, f"/datasets/{NOTICE}/latest/{NOTICE}.pdf").location.endswith(address)
    shown = got(door, f"/datasets/{MAP}/releases/1/image")
    assert (shown.data, shown.content_type) == (FIRST[1].data, "image/png")
    assert got(door, f"/datasets/{NOTICE}/releases/1/image").status_code == 404

    listed = got(door, f"/api/v1/datasets/{NOTICE}/releases/1").json
    assert (listed["kind"], listed["rows"], listed["schema"]) == ("document", None, None)
    assert next((one["format"], one["media_type"]) for one in listed["files"]) == ("pdf", "application/pdf")
    kinds = got(door, "/api/v1/datasets?kind=image").json["items"]
    assert [(one["slug"], one["kind"], one["formats"]) for one in kinds] == [(MAP, "image", ["png"])]
    hits = county.services.index.search(parse("公告", {"format": ["pdf"]})).hits
    assert [hit.document.slug for hit in hits] == [NOTICE]

    folder = tmp_path / "mine"
    folder.mkdir()
    for one in listed["files"]:
        path = f"/datasets/{NOTICE}/releases/1/files/{one['name']}"
        (folder / one["name"]).write_bytes(got(door, path).data)
    report = Package(str(folder / "datapackage.json")).validate()
    assert (report.valid, report.flatten(["type", "note"])) == (True, [])
    proof = prove(folder, public_keys(got(door, "/.well-known/opendata-keys.json").text))
    assert (proof.key, proof.findings) == (county.services.signer and county.services.signer.id, ())
    assert f"`{NOTICE}.pdf`" in (folder / "README.md").read_text()
    assert not (folder / "profile.json").exists()

    with public_door(county.services) as base, Portal(base) as portal:
        with pytest.raises(InvalidInput, match="download"):
            portal.load(NOTICE)
        assert portal.download(NOTICE, tmp_path).read_bytes() == FIRST[0].data
        assert portal.download(MAP, tmp_path, format="png").read_bytes() == FIRST[1].data
        done = mirror(base, tmp_path / "mirror")
        assert done.findings == []
        held = {path.name: path.read_bytes() for path in (tmp_path / "mirror").rglob("resource-*.*")}
        assert held[f"{PACK}.zip"] == FIRST[2].data
    county.is_clean()


def test_nothing_runs_in_the_portals_name(county: County) -> None:
    words = "为做好公共数据开放工作，现将有关事项公告如下：请各单位认真遵照执行。"
    page = f"<!DOCTYPE html><html><head><meta charset='gbk'><title>公告</title></head><body><p>{words}</p></body></html>"
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30"/></svg>'
    )
    states = county.take_in(
        replace(FIRST[0], name="公告.html", data=page.encode("gbk")),
        replace(FIRST[1], name="示意图.svg", data=drawing),
        *FIRST[2:],
    )
    assert (states[NOTICE], states[MAP]) == (("published", "document"), ("published", "image"))
    door = county.door()
    told = got(door, f"/datasets/{NOTICE}/releases/1/files/{NOTICE}.html")
    assert (told.data, told.content_type) == (
        page.encode("gbk"),
        "text/html",
    )  # which encoding, the page says itself
    assert told.headers["Content-Disposition"].startswith("attachment")
    shown = got(door, f"/datasets/{MAP}/releases/1/image")
    assert (shown.data, shown.content_type) == (drawing, "image/svg+xml")
    for answer in (told, shown):
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "sandbox"} <= {*policy}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with zipfile.ZipFile(io.BytesIO(got(door, f"/datasets/{MAP}/releases/1.zip").data)) as archive:
        assert archive.read(f"{MAP}.svg") == drawing
        assert "datapackage.json" in archive.namelist()
    county.is_clean()


def test_pages_show_no_table_where_there_is_none(county: County) -> None:
    county.take_in()
    door = county.door()
    for slug, word in (
        (NOTICE, "application/pdf"),
        (MAP, f"/datasets/{MAP}/releases/1/image"),
        (PACK, "application/zip"),
    ):
        page = got(door, f"/datasets/{slug}").text
        assert word in page
        assert "portal.download" in page
        assert "portal.load" not in page
        assert "read.csv" not in page
        assert 'id="preview"' not in page
        assert 'id="dictionary"' not in page
        assert got(door, f"/en/datasets/{slug}/releases/1").status_code == 200
        report = got(door, f"/datasets/{slug}/releases/1/report").text
        assert "标准模式" not in report
        assert got(door, f"/datasets/{slug}/releases/1/report.json").json["valid"]
        assert got(door, f"/datasets/{slug}/releases/1/report.xlsx").status_code == 200
    assert "表格" in got(door, f"/datasets/{LIST}/releases/1/report").text
    assert got(door, "/search?format=pdf").text.count('class="hit"') == 1
    with county.services.readers() as session:
        unit = next(one for one in measure(session, NOON.date()).units if one.code == "37-DT")
    assert {piece.dataset for piece in unit.evidence if piece.counts} == {NOTICE, MAP, PACK}


def test_a_later_edition_says_what_became_of_the_file(county: County) -> None:
    county.take_in()
    newer = pack(a_pdf=pdf("A"), c_png=png(shade=91), d_pdf=pdf("D"))
    county.take_in(
        replace(FIRST[2], data=newer), replace(FIRST[0], data=pdf("Notice of 2021")), *FIRST[1:2], *FIRST[3:]
    )
    door = county.door()
    told = got(door, f"/datasets/{PACK}/diff/1..2.json").json["file"]
    assert told["counts"] == {"added": 1, "removed": 1, "changed": 1, "unchanged": 1}
    assert [(one["change"], one["name"]) for one in told["members"]] == [
        ("added", "d.pdf"), ("removed", "b.pdf"), ("changed", "c.png"),
    ]  # fmt: skip
    assert (told["before"]["size"], told["after"]["size"]) == (len(FIRST[2].data), len(newer))
    for word in ("d.pdf", "b.pdf", "c.png", sha256(newer).hexdigest()):
        assert word in got(door, f"/datasets/{PACK}/diff/1..2").text
    lines = got(door, f"/datasets/{PACK}/diff/1..2.csv").data.decode("utf-8-sig").splitlines()
    assert lines[1:3] == [
        f"changed,{PACK}.zip,{len(FIRST[2].data)},{len(newer)}",
        f"added,d.pdf,,{len(pdf('D'))}",
    ]
    notice = got(door, f"/datasets/{NOTICE}/diff/1..2.json").json["file"]
    assert (notice["same"], notice["counts"]) == (False, None)
    assert county.release(NOTICE, 2).series == 1
    with county.services.sessions.begin() as session:  # as if publication had told of none: it is found again
        session.execute(update(Release).where(Release.number == 2).values(changes=None))
    assert got(door, f"/datasets/{PACK}/diff/1..2.json").json["file"] == told
    changelog = got(door, f"/datasets/{PACK}/releases/2/files/CHANGELOG.md").text
    assert f"`{sha256(newer).hexdigest()}`" in changelog
    assert "新增 1，删除 1，修改 1" in changelog
    assert got(door, f"/datasets/{PACK}/diff/1..1").status_code == 400
    with public_door(county.services) as base, Portal(base) as portal:
        difference = portal.diff(PACK, 1, 2)
        assert difference.rows["name"].tolist() == ["d.pdf", "b.pdf", "c.png"]
        assert difference.file
        assert not difference.file["same"]
    office = Office(county.folder, environment(county.services.settings))
    assert office("diff", PACK, "1", "2", "--json").json["file"]["counts"] == told["counts"]
    assert re.search(r"^  \+ d\.pdf  → [0-9,]+$", office("diff", PACK, "1", "2").out, re.MULTILINE)

    # Another kind breaks every program that reads it: a new series, and no comparison of files with rows.
    county.take_in(
        replace(FIRST[0], name="公告.csv", data="序号,名称\n1,甲\n".encode(), kind="数据表"), *FIRST[1:]
    )
    release = county.release(NOTICE, 3)
    assert (release.kind, release.series, release.series_reason) == (
        "table", 3, {"zh": "由文档改为数据表", "en": "it was: Document; it is: Table"},
    )  # fmt: skip
    assert got(door, f"/datasets/{NOTICE}/diff/2..3").status_code == 400
    county.is_clean()


@pytest.mark.parametrize("language", ["python", "curl"])
def test_the_code_on_the_page_saves_the_file(county: County, tmp_path: Path, language: str) -> None:
    county.take_in()
    with public_door(county.services) as base:
        page = county.door().get(f"/datasets/{NOTICE}", base_url=base).text
        found = re.search(rf'id="snippet-{language}".*?<code>(.*?)</code>', page, re.DOTALL)
        assert found
        command = [sys.executable, "-c"] if language == "python" else ["bash", "-euo", "pipefail", "-c"]
        subprocess.run(
            [*command, html.unescape(found[1])], cwd=tmp_path, check=True, capture_output=True,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "no_proxy": "127.0.0.1"},
        )  # fmt: skip
    assert (tmp_path / f"{NOTICE}.pdf").read_bytes() == FIRST[0].data


def test_withdrawn_means_gone(county: County) -> None:
    county.take_in()
    door = county.door()
    review.withdraw(county.services, f"{MAP}/1", ground="personal-data", reason="图中有车牌", **BY)
    for path in (f"/datasets/{MAP}/releases/1/files/{MAP}.png", f"/datasets/{MAP}/releases/1/image",
                 f"/datasets/{MAP}/releases/1.zip"):  # fmt: skip
        assert got(door, path).status_code == 410, path
    county.take_in()
    page = got(door, f"/datasets/{MAP}/releases/1").text
    assert "图中有车牌" in page
    assert f"/datasets/{MAP}/releases/1/image" not in page
    assert not county.services.raw.has(sha256(FIRST[1].data).hexdigest()) or county.release(MAP, 1).erased_at
    county.is_clean()


def test_an_embargo_holds_for_documents_too(services: Services, tmp_path: Path) -> None:
    county = County(services, tmp_path / "county")
    register(services, county.folder, trusted=False)
    assert county.take_in()[NOTICE] == ("valid", "document")
    review.approve(services, NOTICE, basis="条例第十七条", release_at=NOON + timedelta(days=1), **BY)
    review.reject(services, MAP, basis="条例第十八条", **BY)
    states = county.take_in()
    assert (states[NOTICE][0], states[MAP][0]) == ("published", "rejected")
    assert got(county.door(), f"/datasets/{NOTICE}/releases/1/files/{NOTICE}.pdf").status_code == 404


def _seen(settings: Settings) -> dict[str, str]:
    """What the public can fetch, by its hash."""
    with province.opened(settings) as services, services.readers() as session:
        door = create_app(services).test_client()
        found = {}
        for dataset in session.scalars(select(Dataset).where(Dataset.current_release_id.is_not(None))):
            release = dataset.current_release
            for file in release.distributions if release else ():
                path = f"/datasets/{dataset.slug}/releases/1/files/{file.name}"
                answer = door.get(path, headers={"User-Agent": "check"})
                assert (answer.status_code, sha256(answer.data).hexdigest()) == (200, file.sha256)
                found[f"{dataset.slug}/{file.name}"] = file.sha256
    return found


def test_killed_at_any_moment_nobody_sees_half(
    settings: Settings, copy_database: Callable[[str], str], tmp_path: Path
) -> None:
    with province.opened(settings) as services:
        register(services, tmp_path / "county")
        pipeline.harvest(services)
        pipeline.validate(services)
        assert pipeline.apply_rules(services)["approved"] == 3

    def copied(name: str) -> Settings:
        own = installation(copy_database(settings.database_url), tmp_path / name)
        shutil.copytree(settings.raw_dir, own.raw_dir)
        return own

    count, undisturbed = tmp_path / "count", copied("undisturbed")
    assert province.run_in_child(undisturbed, count, work=province.publish) == 0
    whole, touches = _seen(undisturbed), int(count.read_text())
    remove(undisturbed)
    assert {f"{slug}/{slug}.{form}" for slug, form in ((NOTICE, "pdf"), (MAP, "png"), (PACK, "zip"))} < {
        *whole
    }
    for moment in sorted(random.Random(20200605).sample(range(1, touches), MOMENTS)):
        own = copied(f"killed-{moment}")
        assert province.run_in_child(own, count, die_at=moment, work=province.publish) == -signal.SIGKILL
        assert _seen(own).items() <= whole.items(), moment
        assert province.run_in_child(own, count, work=province.publish) == 0
        assert _seen(own) == whole, moment
        with province.opened(own) as again:
            pipeline.index(again)
            County(again, tmp_path).is_clean()
        remove(own)

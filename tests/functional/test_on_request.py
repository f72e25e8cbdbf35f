"""A big table's heavy formats are made when they are first asked for: once, whole, and then they stay."""

import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from catalog import ledger, signing_keys
from catalog.errors import Conflict
from catalog.models import Dataset, Distribution, Event, InventoryItem, Release
from opendata import pipeline
from opendata.app import create_app
from opendata.pipeline import on_request
from opendata.publishing.formats.xlsx import Xlsx
from opendata.publishing.prove import prove
from opendata.publishing.signing import new_key, public_keys
from opendata.settings import Settings
from opendata.web import making
from tests import databases
from tests.conftest import installation, remove
from tests.functional import province

#: A program that looks at everything: the thread that counts readers would outlive the services.
UNCOUNTED = {"User-Agent": "check"}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The releases of one source, each of a table that counts as big."""
    folder = tmp_path_factory.mktemp("on-request")
    url = databases.create(folder)
    province.load_registries(url, only_sources=("transport",))
    settings = replace(installation(url, folder / "home"), eager_rows=3, signing_key=new_key().decode())
    with province.opened(settings) as services:
        pipeline.harvest(services)
        pipeline.validate(services)
        pipeline.apply_rules(services)
        pipeline.publish(services)
    yield settings
    remove(settings)
    databases.drop(url)


def release_of(services) -> tuple[str, int]:
    with services.readers() as session:
        query = select(Dataset.slug, Release.number).join(Release, Release.id == Dataset.current_release_id)
        return session.execute(query.where(Release.rows > 3).order_by(Dataset.slug)).first()


def files_of(session, format_: str) -> list[Distribution]:
    return [*session.scalars(select(Distribution).where(Distribution.format == format_))]


def make(settings: Settings, slug: str, number: int) -> None:
    """What a process does that is asked for the workbook."""
    with province.opened(settings) as services:
        on_request.make(services, slug, number, "xlsx")


def test_many_ask_at_once_and_it_is_made_once(published: Settings) -> None:
    with province.opened(published) as services:
        slug, number = release_of(services)
        others = [province.FORKS.Process(target=make, args=(published, slug, number)) for _ in range(2)]
        for process in others:
            process.start()
        app = create_app(services)
        address = f"/datasets/{slug}/releases/{number}/files/{slug}.xlsx"
        with ThreadPoolExecutor(4) as pool:
            answers = [*pool.map(lambda _: app.test_client().get(address, headers=UNCOUNTED), range(4))]
        for process in others:
            process.join(60)
        assert [process.exitcode for process in others] == [0, 0]
        assert [answer.status_code for answer in answers] == [200] * 4
        with services.readers() as session:
            (file,) = files_of(session, "xlsx")
            made = select(func.count()).where(Event.verb == on_request.MADE)
            assert session.scalar(made) == 1
            assert ledger.verify(session)
            assert session.scalar(select(InventoryItem.id).where(InventoryItem.index_pending)) is not None
            parquet = next(one for one in files_of(session, "parquet") if one.release_id == file.release_id)
            rows = session.get_one(Release, file.release_id).rows
        assert {sha256(answer.data).hexdigest() for answer in answers} == {file.sha256}
        book = openpyxl.load_workbook(BytesIO(answers[0].data))
        assert book["数据"].max_row == 1 + rows
        assert parquet.name == f"{slug}.parquet"


def test_what_was_made_later_is_proven_with_its_package(published: Settings, tmp_path: Path) -> None:
    with province.opened(published) as services:
        slug, number = release_of(services)
        client = create_app(services).test_client()
        on_request.make(services, slug, number, "xlsx")
        page = client.get(f"/datasets/{slug}").get_data(as_text=True)
        assert f"{slug}.xlsx.proof.json" in page
        listed = [json.loads(line) for line in client.get("/bulk/files.jsonl").text.splitlines()]
        assert f"{slug}.xlsx.proof.json" in {one["name"] for one in listed}
        archive = client.get(f"/datasets/{slug}/releases/{number}.zip", headers=UNCOUNTED).data
        zipfile.ZipFile(BytesIO(archive)).extractall(tmp_path)
        (tmp_path / "keys.json").write_bytes(client.get("/.well-known/opendata-keys.json").data)
        assert services.signer
        keys = public_keys(str(tmp_path / "keys.json"))
        (tmp_path / "keys.json").unlink()
        proof = prove(tmp_path, keys)
        assert (proof.holds, proof.key, proof.findings) == (True, services.signer.id, ())
        assert f"{slug}.xlsx" in proof.files
        assert prove(tmp_path / f"{slug}.xlsx", keys).holds
        assert province.differences(services) == []


def test_the_page_offers_what_is_not_made_yet(published: Settings) -> None:
    with province.opened(published) as services:
        slug, number = release_of(services)
        page = create_app(services).test_client().get(f"/datasets/{slug}").get_data(as_text=True)
        assert f"/datasets/{slug}/releases/{number}/files/{slug}.xml" in page
        lines = [
            line
            for line in page.split("<tr>")
            if f"{slug}.xml</span>" in line or f"{slug}.csv</span>" in line
        ]
        # a narrow screen hides the third cell of every line
        assert [(line.count("<td"), "colspan" in line) for line in lines] == [(3, False)] * 2
        assert create_app(services).test_client().get(f"/datasets/{slug}/releases/{number}/files/{slug}.zip").status_code == 404  # fmt: skip


def test_who_does_not_want_to_wait_is_told_when_to_come_back(published: Settings, monkeypatch) -> None:
    monkeypatch.setattr(making, "PATIENCE_SECONDS", 0)
    with province.opened(published) as services:
        slug, number = release_of(services)
        app = create_app(services)
        address = f"/datasets/{slug}/releases/{number}/files/{slug}.xml"
        answer = app.test_client().get(address, headers=UNCOUNTED)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "正在生成" in answer.get_json()["detail"] or "being made" in answer.get_data(as_text=True)
        app.extensions["making"]._begun[slug, number, "xml"].result()
        assert app.test_client().get(address, headers=UNCOUNTED).status_code == 200


def test_a_format_that_would_damage_the_table_is_refused_once_and_offered_no_more(
    published: Settings, monkeypatch
) -> None:
    monkeypatch.setattr("opendata.publishing.formats.xlsx.LONGEST_TEXT", 1)
    with province.opened(published) as services:
        with services.readers() as session:
            taken = {one.release_id for one in files_of(session, Xlsx.name)}
            query = select(Release).where(
                Release.state == "published", Release.rows > 3, Release.id.not_in(taken)
            )
            release = session.scalars(query).first()
            slug, number = release.dataset.slug, release.number
        client = create_app(services).test_client()
        address = f"/datasets/{slug}/releases/{number}/files/{slug}.xlsx"
        assert client.get(address, headers=UNCOUNTED).status_code == 400
        assert client.get(address, headers=UNCOUNTED).status_code == 404
        with services.readers() as session:
            assert "xlsx" not in {one.format for one in on_request.offered(session, slug, number, 3)}
        assert not [*(Path(services.settings.scratch_dir)).glob("tmp*")]


def test_a_key_that_was_revoked_signs_nothing_later_either(published: Settings, monkeypatch) -> None:
    monkeypatch.setattr(on_request, "make_one", None)  # nothing is to be made in vain
    with province.opened(published) as services:
        slug, number = release_of(services)
        with services.sessions.begin() as session:
            signing_keys.revoke(session, services.signer.id, reason="x", actor="person:x", now=services.now())
        stored = sorted(services.storage.list())
        with pytest.raises(Conflict, match="was revoked"):
            on_request.make(services, slug, number, "json")
        assert sorted(services.storage.list()) == stored

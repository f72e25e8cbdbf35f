"""A mirror of a portal with 500 datasets fetches what changed and nothing else, and finds a flipped byte."""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from catalog.database import identifier
from catalog.errors import Busy, Unreachable
from catalog.models import Dataset, Distribution, InventoryItem, InventoryRevision, Release
from catalog.queries import downloads
from opendata.app import create_app
from opendata.cli.steps import Quiet
from opendata.client.mirror import Options, mirror
from opendata.client.mirror_index import opened
from opendata.publishing.storage.blobs import blob_key
from opendata.services import Services
from tests.cli.office import Office
from tests.conftest import NOON
from tests.factories import BEGINNING, THEN, Factory, sha256

DATASETS = 500
FEW = 110
CHANGED = (7, 99, 100, 250, 499)


@dataclass
class Portal:
    """A portal on loopback that notes which files were asked for, and can be told what to answer."""

    services: Services
    url: str = ""
    asked: list[str] = field(default_factory=list)
    cut: int = 0
    list_lines: list[str] | None = None

    def files(self) -> list[str]:
        """What was asked for since the last question."""
        found, self.asked = sorted(path for path in self.asked if "/files/" in path), []
        return found


def content(number: int, release: int) -> bytes:
    return f"编号,版本\n{number},{release}\n".encode() * (1 + number % 3)


def publish(
    services: Services, make: Factory, dataset: Dataset, number: int, version: int, state: str = "published"
) -> Release:
    """A release with one file; few rows and no flush, since there are many."""
    release = Release(
        id=identifier("release", dataset.id, version), dataset_id=dataset.id, number=version, state=state,
        source_id=make.source().id, record_id=identifier("record", make.source().id, "all"), file_sha256="0" * 64,
        file_name="x", schema=None, schema_origin=None, rows=1, received_at=THEN, open_from=date(2020, 11, 2),
        open_to=None, published_at=THEN, ended_at=None, end_reason="",
    )  # fmt: skip
    data = content(number, version)
    name, hash_ = f"{dataset.slug}.csv", sha256(data)
    file = Distribution(
        id=identifier("distribution", release.id, name), release_id=release.id, name=name, format="csv",
        media_type="text/csv", key=blob_key(hash_), size=len(data), sha256=hash_,
    )  # fmt: skip
    make.session.add_all([release, file])
    services.storage.put_bytes(file.key, data)
    return release


def fill(services: Services, count: int) -> None:
    with services.sessions.begin() as session:
        make = Factory(session)
        unit = make.unit("370100", "济南市")
        make.record("all")
        for number in range(count):
            id_ = identifier("inventory", str(number))
            session.add(InventoryItem(id=id_, resource_code=f"370100/{number}"))
            dataset = Dataset(
                id=identifier("dataset", id_), slug=f"data-{number:03}", item_id=id_, created_at=THEN,
                modified_at=THEN, current_release_id=None,
            )  # fmt: skip
            session.add(
                InventoryRevision(
                    item_id=id_, unit=unit, title=f"数据{number}", title_en="", abstract="", keywords=[], formats=[],
                    sharing="unconditional", sharing_condition="", openness="unconditional", open_condition="",
                    closed_basis="", update_cycle="annual", domain="transport", schema_name="",
                    valid_from=BEGINNING, valid_to=None, recorded_at=THEN, retracted_at=None,
                )
            )  # fmt: skip
            session.add(dataset)
            publish(services, make, dataset, number, 1)
        point(session)


def point(session: Session) -> None:
    """Every dataset's one pointer to its published release."""
    session.flush()
    published = select(Release.id).where(Release.dataset_id == Dataset.id, Release.state == "published")
    session.execute(update(Dataset).values(current_release_id=published.scalar_subquery()))


@pytest.fixture
def portal(request: pytest.FixtureRequest, services: Services) -> Iterator[Portal]:
    fill(services, getattr(request, "param", FEW))
    portal = Portal(services)
    app = create_app(services)
    inner = app.wsgi_app

    def noting(environ: dict[str, Any], start: Any) -> Any:
        portal.asked.append(environ["PATH_INFO"])
        if portal.list_lines is not None and environ["PATH_INFO"] == "/bulk/files.jsonl":
            start("200 OK", [("Content-Type", "application/jsonl")])
            return ["\n".join(portal.list_lines).encode()]
        answer = inner(environ, start)
        if portal.cut and "/files/" in environ["PATH_INFO"]:
            portal.cut -= 1
            return [b"".join(answer)[:9]]  # the line breaks in the middle of the file
        return answer

    app.wsgi_app = noting
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    portal.url = f"http://127.0.0.1:{server.server_port}"
    yield portal
    server.shutdown()
    thread.join()
    server.server_close()


def held(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".mirror" not in path.parts
    }


@pytest.mark.parametrize("portal", [DATASETS], indirect=True)
def test_only_what_changed_is_fetched_and_a_flipped_byte_is_found(portal: Portal, tmp_path: Path) -> None:
    folder, office = tmp_path / "mirror", Office(tmp_path)
    first = mirror(portal.url, folder)
    assert (first.fetched, first.unchanged, first.findings) == (DATASETS, 0, [])
    expected = {f"data-{n:03}/1/data-{n:03}.csv": content(n, 1) for n in range(DATASETS)}
    assert held(folder) == expected
    assert len(portal.files()) == DATASETS

    with portal.services.sessions.begin() as session:
        make = Factory(session)
        for number in CHANGED:
            dataset = session.query(Dataset).filter_by(slug=f"data-{number:03}").one()
            dataset.releases[0].state, dataset.releases[0].open_to = "superseded", date(2021, 2, 1)
            publish(portal.services, make, dataset, number, 2)
        lost = session.query(Dataset).filter_by(slug="data-003").one().releases[0]
        lost.state, lost.ended_at = "withdrawn", NOON
        point(session)
    second = mirror(portal.url, folder)
    assert (second.fetched, second.unchanged, second.deleted) == (5, DATASETS - 6, 1)
    assert portal.files() == [f"/datasets/data-{n:03}/releases/2/files/data-{n:03}.csv" for n in CHANGED]
    expected |= {f"data-{n:03}/2/data-{n:03}.csv": content(n, 2) for n in CHANGED}
    del expected["data-003/1/data-003.csv"]
    assert held(folder) == expected

    flipped = folder / "data-042" / "1" / "data-042.csv"
    before, data = flipped.stat(), bytearray(flipped.read_bytes())
    data[-2] ^= 1
    flipped.write_bytes(data)
    os.utime(flipped, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert mirror(portal.url, folder).fetched == 0  # it looks untouched: only reading tells
    said = office("mirror", portal.url, folder, "--verify", "--json")
    assert (said.code, said.json["fetched"]) == (1, 1)
    assert [(one["code"], one["value"]) for one in said.json["findings"]] == [
        ("damaged", "data-042/1/data-042.csv")
    ]
    assert held(folder) == expected
    assert office("mirror", portal.url, folder, "--verify").code == 0

    pruned = mirror(portal.url, folder, Options(prune=True))
    assert (pruned.deleted, pruned.fetched) == (5, 0)
    assert len(held(folder)) == DATASETS - 1
    assert mirror(portal.url, folder, Options(every=True)).fetched == 5
    with portal.services.readers() as session:
        assert downloads.totals(session) == {}


def test_a_mirror_goes_on_where_it_broke_and_follows_no_bad_line(portal: Portal, tmp_path: Path) -> None:
    folder = tmp_path / "mirror"
    portal.cut = 3
    done = mirror(portal.url, folder, Options(jobs=1))
    assert (done.fetched, done.findings) == (FEW, [])
    # the first file has 18 bytes, which come in two answers of nine; the second goes on once
    assert len(portal.files()) == FEW + 2

    good = {"dataset": "data-001", "release": 1, "state": "published", "name": "data-001.csv", "format": "csv",
            "bytes": 1, "sha256": "0" * 64, "url": f"{portal.url}/datasets/data-001/releases/1/files/data-001.csv"}  # fmt: skip
    bad: list[dict[str, Any]] = [
        {"name": "../../../escaped"},
        {"dataset": ".."},
        {"dataset": "a/b"},
        {"name": "a\0b"},
        {"name": "长" * 300},
        {"name": "a\u202egnp.csv"},
        {"sha256": "x"},
        {"bytes": -1},
        {"state": "hidden"},
        {"release": "one"},
        {"url": None},
    ]
    portal.list_lines = [json.dumps({**good, **one}) for one in bad] + ["{", "[]", json.dumps(good)]
    done = mirror(portal.url, folder)
    codes = [one.code for one in done.findings]
    assert codes.count("malformed-line") == len(bad) + 2
    assert codes.count("tampered") == 1  # the list names a hash that the file hasn't
    assert not (tmp_path / "escaped").exists()
    assert sha256(held(folder)["data-001/1/data-001.csv"]) == sha256(content(1, 1))

    portal.list_lines = []
    done = mirror(portal.url, folder, Options(prune=True))
    assert [one.code for one in done.findings] == ["sudden-loss"]
    assert len(held(folder)) == FEW

    with opened(folder), pytest.raises(Busy):
        mirror(portal.url, folder)
    with pytest.raises(Unreachable):
        mirror("http://127.0.0.1:9", folder)


def test_the_list_comes_in_pages_and_tells_what_there_is(portal: Portal, tmp_path: Path) -> None:
    app = create_app(portal.services)
    client = app.test_client()
    index = client.get("/bulk.json")
    assert index.json["current"]["files"] == FEW
    assert client.get("/bulk.json", headers={"If-None-Match": index.headers["ETag"]}).status_code == 304
    address, lines, pages = "/bulk/files.jsonl?size=50", [], 0
    while address:
        answer = client.get(address)
        lines += [json.loads(line) for line in answer.text.splitlines()]
        link = answer.headers.get("Link", "")
        address, pages = link[1 : link.index(">")] if link else "", pages + 1
    assert (pages, [line["dataset"] for line in lines]) == (3, [f"data-{n:03}" for n in range(FEW)])
    assert lines[0] == {
        "dataset": "data-000", "release": 1, "state": "published", "name": "data-000.csv", "format": "csv",
        "media_type": "text/csv", "bytes": len(content(0, 1)), "sha256": sha256(content(0, 1)),
        "modified": "2021-01-04T02:00:00+00:00",
        "url": "http://localhost/datasets/data-000/releases/1/files/data-000.csv",
    }  # fmt: skip
    for after in ("x", "a/b/c", "a/1/", "a/1\0/x"):
        assert client.get("/bulk/files.jsonl", query_string={"after": after}).status_code == 400

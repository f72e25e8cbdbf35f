"""An installation in which one release is public, and its next one and another dataset's first wait to be published."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from catalog import ledger
from catalog.models import Event, Release, Source
from catalog.queries.stored import recorded
from opendata import pipeline, review
from opendata.app import create_app
from opendata.publishing.signing import new_key
from opendata.publishing.storage import open_storage
from opendata.publishing.storage.move import move
from opendata.services import Services
from opendata.settings import Settings
from tests import databases
from tests.conftest import installation, remove
from tests.functional import province

#: A dataset with an old and a new release, and one of which the public has nothing yet.
RENEWED, NEW = "bus-lines-307112-0001", "bus-stops-307112-0002"
BY = {"actor": "person:张三", "basis": "条例第十七条"}
#: A program that looks at everything: the thread that counts readers would outlive the services.
UNCOUNTED = {"User-Agent": "check", "Accept-Encoding": "identity"}
#: What a reader gets: dataset → (number of the release, name → sha256 of the bytes that came).
Seen = dict[str, tuple[int, dict[str, str]]]


@dataclass(frozen=True)
class Waiting:
    """The installation that copies are made of, and what a reader gets before and after the publication."""

    settings: Settings
    before: Seen
    after: Seen

    def copied(self, copy: Callable[[str], str], home: Path, storage_url: str = "") -> Settings:
        """An installation of its own in the same state.

        :param storage_url: where its files are to lie; empty: wherever tests have them.
        """
        settings = replace(
            installation(copy(self.settings.database_url), home), signing_key=self.settings.signing_key
        )
        if storage_url:
            settings = replace(settings, storage_url=storage_url)
        for name in ("raw", "typed"):
            if (self.settings.work_dir / name).is_dir():
                shutil.copytree(self.settings.work_dir / name, home / name)
        with province.opened(self.settings) as services, services.readers() as session:
            target = open_storage(settings.storage_url)
            assert not move(services.storage, target, recorded(session), home / "scratch").findings
        return settings


@contextmanager
def prepared(folder: Path, copy: Callable[[str], str]) -> Iterator[Waiting]:
    """Make the installation in *folder*; it is taken away at the end."""
    url = databases.create(folder)
    province.load_registries(url, only_sources=("linyi",))
    settings = replace(installation(url, folder / "home"), signing_key=new_key().decode())
    with province.opened(settings) as services:
        with services.sessions.begin() as session:
            session.execute(update(Source).values(trusted=False))
        pipeline.harvest(services)
        pipeline.validate(services)
        review.approve(services, f"{RENEWED}/1", **BY)
        pipeline.publish(services)
        review.approve(services, f"{RENEWED}/2", **BY)
        review.approve(services, f"{NEW}/1", **BY)
        before = public(services)
    made = Waiting(settings, before, {})
    undisturbed = made.copied(copy, folder / "undisturbed")
    with province.opened(undisturbed) as services:
        pipeline.publish(services)
        after = public(services)
    remove(undisturbed)
    assert ({*before}, {*after}) == ({RENEWED}, {RENEWED, NEW})
    assert (before[RENEWED][0], after[RENEWED][0]) == (1, 2)
    yield replace(made, after=after)
    remove(settings)
    databases.drop(url)


def public(services: Services) -> Seen:
    """What a reader of the bulk list gets: every file that it names, which must be the one that it names."""
    client = create_app(services).test_client()
    seen: Seen = {}
    for line in client.get("/bulk/files.jsonl", headers=UNCOUNTED).text.splitlines():
        file = json.loads(line)
        address = urlsplit(file["url"]).path
        assert fetched(client, address) == file["sha256"], address
        number, files = seen.setdefault(file["dataset"], (file["release"], {}))
        assert number == file["release"]
        files[file["name"]] = file["sha256"]
    for slug, (number, _) in seen.items():
        latest = client.get(f"/datasets/{slug}/latest", headers=UNCOUNTED)
        assert latest.location.endswith(f"/datasets/{slug}/releases/{number}")
    return seen


def fetched(client: FlaskClient, address: str) -> str:
    """The sha256 of the bytes at *address*, which must be there."""
    answer = client.get(address, headers=UNCOUNTED)
    assert answer.status_code == 200, (address, answer.text)
    return sha256(answer.data).hexdigest()


def differs(client: httpx.Client, line: str) -> list[str]:
    """The address of the file that *line* of the bulk list names, if what comes from there is not that file."""
    file = json.loads(line)
    answer = client.get(urlsplit(file["url"]).path)
    came = (answer.status_code, sha256(answer.content).hexdigest())
    return [] if came == (200, file["sha256"]) else [f"{answer.status_code} {file['url']}"]


def is_whole(seen: Seen, waiting: Waiting) -> bool:
    """Whether of each dataset a reader gets what there was before, or all of what comes after; never a mixture."""
    return all(
        seen.get(slug) in (waiting.before.get(slug), waiting.after.get(slug)) for slug in (RENEWED, NEW)
    )


def finished(services: Services, waiting: Waiting) -> None:
    """Make sure that the publication has come to its end: everything public, once, and nothing besides."""
    assert public(services) == waiting.after
    assert province.differences(services) == []
    with services.readers() as session:
        ledger.verify(session)
        published = select(func.count()).where(Event.verb == "release.published")
        assert session.scalar(published) == 3
        typed = {path.stem for path in services.settings.typed_dir.glob("*")}
        assert not typed & {*session.scalars(select(Release.id).where(Release.published_at.is_not(None)))}

"""Make a heavy format of a big table when somebody asks for it, from the release's own Parquet; then it is kept.

However many ask at once, in however many processes of this machine, one makes it and the others wait for that one.
Two machines may both make it: the bytes are the same, and the catalogue takes the file once. A proof comes with it,
since the release's signed description was made before.
"""

import fcntl
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import ledger, lifecycle
from catalog.disk import room_in
from catalog.embargo import FETCHABLE, opened
from catalog.errors import InvalidInput, NotFound
from catalog.models import Dataset, Event, Release
from catalog.records import Text
from opendata.pipeline import reading, recording
from opendata.pipeline.surroundings import published_rows
from opendata.publishing.formats import FORMATS
from opendata.publishing.formats.base import Format
from opendata.publishing.formats.rdf import located
from opendata.publishing.formats.shape import Shape
from opendata.publishing.package import DESCRIPTOR, BuiltFile
from opendata.publishing.product import Product, writing
from opendata.publishing.products import make_one
from opendata.publishing.storage.blobs import blob_key, keep, require
from opendata.publishing.supplement import proof
from opendata.services import Services
from opendata.tables.masking import masked_schema

ACTOR = "system:on-request"
MADE, REFUSED = "release.format-made", "release.format-refused"


@dataclass(frozen=True, slots=True)
class Unmade:
    """A file that a release is offered as, and that is made when it is first asked for."""

    name: str
    format: str
    title: Text


def offered(session: Session, slug: str, number: int, eager_rows: int) -> tuple[Unmade, ...]:
    """The files of a public release that can be asked for and are not there yet; none of an unknown release.

    :param eager_rows: the setting by which releases are published.
    """
    release = _release(session, slug, number)
    if release is None or (release.rows or 0) <= eager_rows or release.schema is None:
        return ()
    there = {one.format for one in release.distributions} | _refused(session, release.id)
    schema = masked_schema(release.schema)
    wanted = (one for one in FORMATS.values() if one.heavy and one.name not in there and one.applies(schema))
    return tuple(Unmade(f"{slug}{one.extension}", one.name, one.title) for one in wanted)


def make(services: Services, slug: str, number: int, format_name: str) -> None:
    """Make the file of a release in a format, unless it is there; after it, it and its proof stand in the catalogue.

    :raises NotFound: no such public release, or it has no Parquet to be made from.
    :raises InvalidInput: the table would be damaged by the format; that is kept, and it is not offered again.
    :raises Conflict: the key that signs was revoked.
    :raises StorageFull: no space is left.
    :raises Unreachable: the storage does not answer.
    """
    with _alone(services, f"{slug}-{number}-{format_name}"), services.readers() as session:
        release = _release(session, slug, number)
        if release is None:
            raise NotFound(
                f"数据集 {slug} 没有开放的第 {number} 版", f"dataset {slug} has no open release {number}"
            )
        if any(one.format == format_name for one in release.distributions):
            return
        recording.require_trusted(session, services)
        with reading.scratch(services) as folder:
            product = _product(services, release, FORMATS[format_name], folder)
            if product.reason is not None:
                _refuse(services, release.id, format_name, product.reason)
                raise InvalidInput(product.reason.zh, product.reason.en)
            built = product.built()
            files = (built, _proven(services, release, built, folder))
            for one in files:
                keep(services.storage, one.sha256, folder / one.name)
    _record(services, release.id, files)


def _product(services: Services, release: Release, format_: Format, folder: Path) -> Product:
    rows = published_rows(services, release, folder)
    if rows is None or release.schema is None:
        raise NotFound(
            "该版本没有可供转换的数据表", "this release has no table to be made into other formats"
        )
    slug = release.dataset.slug
    shape = Shape(located(masked_schema(release.schema), services.settings.public_page(slug)), rows)
    return make_one(shape, format_, folder, slug)


def _release(session: Session, slug: str, number: int) -> Release | None:
    return session.scalars(
        select(Release)
        .join(Dataset, Dataset.id == Release.dataset_id)
        .where(Dataset.slug == slug, Release.number == number)
        .where(Release.state.in_(FETCHABLE), opened(session))
    ).first()


def _refused(session: Session, release_id: str) -> set[str]:
    query = select(Event.details).where(
        Event.subject_type == "release", Event.subject_id == release_id, Event.verb == REFUSED
    )
    return {details["format"] for details in session.scalars(query)}


def _proven(services: Services, release: Release, file: BuiltFile, folder: Path) -> BuiltFile:
    """The proof of *file*, which the release's signed description does not know; written into *folder*."""
    package = next(one.sha256 for one in release.distributions if one.name == DESCRIPTOR)
    signer = services.signer
    made = proof(release.dataset.slug, package, file, signer.sign if signer else None)
    with writing(folder / made.name):
        (folder / made.name).write_bytes(made.data)
    digest = hashlib.sha256(made.data).hexdigest()
    return BuiltFile(made.name, made.format, made.media_type, len(made.data), digest)


def _record(services: Services, release_id: str, files: Sequence[BuiltFile]) -> None:
    """Add the files to the release, unless another machine was faster or the release has gone meanwhile."""
    with services.sessions.begin() as session:
        release = lifecycle.held(session, release_id)
        there = {one.name for one in release.distributions}
        if release.state not in FETCHABLE or there & {one.name for one in files}:
            return
        session.add_all(recording.distribution(release_id, one) for one in files)
        release.dataset.item.index_pending = True
        recording.remember_signer(session, services, ACTOR)
        made = {"format": files[0].format, "files": {one.name: one.sha256 for one in files}}
        _note(session, services, release_id, MADE, made)
        require(services.storage, [blob_key(one.sha256) for one in files])


def _refuse(services: Services, release_id: str, format_name: str, reason: Text) -> None:
    with services.sessions.begin() as session:
        details = {"format": format_name, "zh": reason.zh, "en": reason.en}
        _note(session, services, release_id, REFUSED, details)


def _note(
    session: Session, services: Services, release_id: str, verb: str, details: Mapping[str, object]
) -> None:
    ledger.append(
        session,
        actor=ACTOR,
        verb=verb,
        subject_type="release",
        subject_id=release_id,
        details=dict(details),
        at=services.now(),
    )


@contextmanager
def _alone(services: Services, name: str) -> Iterator[None]:
    """Wait until no other process or thread of this machine is at the same file; a kill gives the lock back."""
    place = services.settings.scratch_dir / "making"
    with room_in(place):
        place.mkdir(parents=True, exist_ok=True)
    with (place / f"{name}.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

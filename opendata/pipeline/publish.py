"""Publish every approved release: all of its files first, then one pointer, in one transaction.

A process that is killed before the transaction leaves files that nothing points at; the next run builds
them again under the same keys.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from catalog import decisions, ledger, lifecycle
from catalog.models import Dataset, InventoryRevision, Release
from catalog.moments import CHINA
from catalog.records import Text
from catalog.vocabularies import TABLE
from opendata.pipeline import lineage, reading, recording, rules
from opendata.pipeline.originals import original_of
from opendata.pipeline.progress import Progress, Silent, following
from opendata.pipeline.story import Story
from opendata.publishing.formats.rdf import located
from opendata.publishing.package import Link, Metadata
from opendata.publishing.publish import Manifest, publish_original
from opendata.publishing.publish import publish as publish_files
from opendata.publishing.storage.blobs import require
from opendata.services import Services
from opendata.tables.masking import masked_schema
from opendata.tables.period import period_of
from opendata.tables.typed_file import TypedFile

ACTOR = "system:publish"
TITLE = Text("发布", "publish")


def publish(services: Services, progress: Progress | None = None) -> Counter[str]:
    """Publish each ``approved`` release, in the order of their numbers.

    :returns: how many were published, and how many the negative list stopped at the last moment.
    :raises Conflict, SettingError: the key that signs was revoked or is not set; nothing was stored.
    """
    with services.readers() as session:
        query = (
            select(Release).where(Release.state == "approved").order_by(Release.dataset_id, Release.number)
        )
        pending = list(session.scalars(query))
        if pending:
            recording.require_signer(session, services)
    counts: Counter[str] = Counter()
    for release in following(progress or Silent(), TITLE, pending, "file_name"):
        if _blocked(services, release.id):
            reading.drop_typed(services, release.id)
            counts["blocked"] += 1
            continue
        counts[_publish(services, release.id)] += 1
        # Only once the public sees the release: a run that is killed before needs it again.
        reading.drop_typed(services, release.id)
    reading.drop_settled(services)
    return counts


def _publish(services: Services, release_id: str) -> str:
    """Build and point, again if another process published the release before this one in between."""
    while True:
        manifest, story = _build(services, release_id)
        with services.sessions.begin() as session:
            done = _point(session, services, release_id, manifest, story)
        if done:
            return done


def _blocked(services: Services, release_id: str) -> bool:
    """Whether the negative list grew since the approval; if so, the release is rejected."""
    with services.sessions.begin() as session:
        release = lifecycle.held(session, release_id)
        entry = decisions.blocking_entry(session, release, services.today())
        if entry:
            decisions.decide(
                session,
                release,
                "reject",
                actor=rules.NEGATIVE_LIST,
                basis=f"{entry.entry.code} {entry.legal_basis}",
                note=entry.matter,
                now=services.now(),
            )
        return entry is not None


def _build(services: Services, release_id: str) -> tuple[Manifest, Story]:
    with services.readers() as session, reading.scratch(services) as folder:
        release = session.get_one(
            Release, release_id, options=[joinedload(Release.dataset).joinedload(Dataset.item)]
        )
        metadata = _metadata(session, services, release)
        story = Story(session, services, release, metadata)
        if release.kind == TABLE:
            return _build_table(services, release, metadata, story, folder), story
        manifest = publish_original(
            services.storage,
            dataset_slug=release.dataset.slug,
            number=release.number,
            original=original_of(services, release),
            metadata=metadata,
            scratch=folder,
            replace=True,
            beside=story,
            sign=services.signer.sign if services.signer else None,
        )
        return manifest, story


def _build_table(
    services: Services, release: Release, metadata: Metadata, story: Story, folder: Path
) -> Manifest:
    if release.schema is None:
        raise AssertionError("an approved table was validated by a schema")
    rows = _rows(services, release, folder)
    schema = located(masked_schema(release.schema), services.settings.public_page(release.dataset.slug))
    story.period = period_of(rows, schema)
    return publish_files(
        services.storage,
        dataset_slug=release.dataset.slug,
        number=release.number,
        file=rows,
        schema=schema,
        metadata=metadata,
        scratch=folder,
        eager_rows=services.settings.eager_rows,
        replace=True,  # nothing points at an approved release: what a killed run left may be replaced
        beside=story,
        sign=services.signer.sign if services.signer else None,
    )


def _rows(services: Services, release: Release, folder: Path) -> TypedFile:
    """The validated rows under a name of our own: whoever publishes the release first takes the file's own away."""
    mine = folder / "rows.parquet"
    while not mine.exists():
        with suppress(FileNotFoundError):  # it was taken away just now: it is made again
            file = reading.typed_of(services, release, folder)
            mine.hardlink_to(file.path)
    return replace(file, path=mine)


def _metadata(session: Session, services: Services, release: Release) -> Metadata:
    query = select(InventoryRevision).where(
        InventoryRevision.item_id == release.dataset.item_id, InventoryRevision.holds(services.today())
    )
    item = session.scalars(query).one()
    unit = item.unit.revisions[-1]
    return Metadata(
        name=release.dataset.slug,
        title=Text(item.title, item.title_en),
        version=str(release.number),
        created=release.received_at,
        description=Text(item.abstract, ""),
        sources=(Link(title=release.file_name, path=f"sha256:{release.file_sha256}"),),
        publisher=Text(unit.name, unit.name_en),
        keywords=tuple(item.keywords),
    )


def _open_from(release: Release, today: date) -> date:
    """The day from which the public has the release: never before its embargo ends."""
    opened = release.open_from or today
    return max(opened, release.release_at.astimezone(CHINA).date()) if release.release_at else opened


def _newest(release: Release, current: Release | None, now: datetime) -> Release:
    """Which of the two the public sees from now on; the other is superseded.

    A person may approve an older release after a newer one: it is published for its own days, and
    must not take the newer one's place.
    """
    if current is None or current.state != "published":
        return release
    older, newer = sorted((release, current), key=lambda one: one.number)
    if newer.open_from is None:
        raise AssertionError("a published release has the day from which it was open")
    lifecycle.end(older, "superseded", open_to=newer.open_from, at=now, reason=f"release {newer.number}")
    return newer


def _point(session: Session, services: Services, release_id: str, manifest: Manifest, story: Story) -> str:
    """Show the release to the public; empty if it was compared with what no longer is the one before it."""
    release = lifecycle.held(session, release_id)
    if release.state != "approved":
        return "already published"
    before = lineage.predecessor(session, release)
    if (before.id if before else None) != story.before_id:
        return ""
    if story.period:
        release.period_from, release.period_to = story.period.first, story.period.last
    release.changes = story.change.to_dict() if story.change else None
    recording.remember_signer(session, services, ACTOR)
    now, dataset = services.now(), release.dataset
    lifecycle.move(release, "published")
    release.published_at = now
    lineage.inherit(session, release)
    release.open_from = _open_from(release, services.today())
    newest = _newest(release, dataset.current_release, now)
    session.add_all(recording.distribution(release.id, file) for file in manifest.files)
    dataset.current_release_id = newest.id
    dataset.modified_at = now
    dataset.item.index_pending = True
    ledger.append(
        session,
        actor=ACTOR,
        verb="release.published",
        subject_type="release",
        subject_id=release.id,
        details={
            "dataset": dataset.slug,
            "number": release.number,
            "open_from": release.open_from.isoformat(),
            "files": {file.name: file.sha256 for file in manifest.files},
        },
        at=now,
    )
    require(services.storage, [manifest.key(file) for file in manifest.files])
    return "published"

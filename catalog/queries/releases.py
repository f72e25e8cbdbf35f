"""One release with its evidence: the report on it, who decided, where it came from, who could fetch it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from catalog.embargo import PUBLIC, current_id, opened
from catalog.errors import NotFound
from catalog.models import Dataset, Distribution, HarvestRecord, HarvestRun, InventoryRevision, Release
from catalog.queries.datasets import DESCRIPTIONS, ReleaseRow, release_row
from catalog.queries.revisions import latest
from catalog.records import Finding
from catalog.vocabularies import TABLE

#: States in which the public may read every row anyway.
_OPEN_ROWS = frozenset({"published", "superseded"})


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The verdict on the file of a release; ``document`` is the report without its findings."""

    valid: bool
    findings: tuple[Finding, ...]
    document: dict[str, Any]
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One review outcome."""

    verdict: str
    actor: str
    basis: str
    note: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One fetch of the release through the public door."""

    url: str
    status: int
    intact: bool
    detail: str
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the bytes came from; ``location`` is empty unless the public can follow it."""

    source: str
    source_name: str
    kind: str
    location: str
    record: str
    file_name: str
    file_sha256: str
    received_at: datetime
    run: int
    run_started_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One published file: where it lies and what a web server tells of it.

    ``kind`` is that of the release. ``gzipped`` is the file of the same release that holds its bytes compressed, if
    there is one.
    """

    release_id: str
    format: str
    key: str
    name: str
    title: str
    media_type: str
    size: int
    sha256: str
    published_at: datetime | None
    withdrawn: bool
    gzipped: "StoredFile | None" = None
    kind: str = TABLE

    @property
    def is_original(self) -> bool:
        """Whether an agency wrote these bytes and they are published as they came."""
        return self.kind != TABLE and self.format not in DESCRIPTIONS


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """One release with everything that its page shows."""

    slug: str
    row: ReleaseRow
    schema: dict[str, Any] | None
    schema_origin: str | None
    #: How it differs from the release that it supersedes; None where that was not kept.
    changes: dict[str, Any] | None
    report: ReportPage | None
    decisions: tuple[DecisionRow, ...]
    checks: tuple[CheckRow, ...]
    provenance: Provenance


def release(session: Session, slug: str, number: int) -> ReleasePage:
    """One release, published or refused.

    :raises NotFound: the dataset has no release of this number.
    """
    found = session.scalars(
        select(Release)
        .join(Dataset, Dataset.id == Release.dataset_id)
        .where(Dataset.slug == slug, Release.number == number, opened(session))
        .options(
            selectinload(Release.distributions),
            selectinload(Release.report),
            selectinload(Release.decisions),
            selectinload(Release.checks),
            selectinload(Release.source),
            selectinload(Release.supersedes),
        )
    ).first()
    if found is None:
        raise NotFound(f"数据集 {slug} 没有第 {number} 版", f"dataset {slug} has no release {number}")
    newest = session.scalar(select(current_id(session)).where(Dataset.id == found.dataset_id))
    return ReleasePage(
        slug=slug,
        row=release_row(found, newest),
        schema=found.schema,
        schema_origin=found.schema_origin,
        changes=found.changes,
        report=_report(found),
        decisions=tuple(
            DecisionRow(one.verdict, one.actor, one.basis, one.note, one.decided_at)
            for one in found.decisions
        ),
        checks=tuple(
            CheckRow(one.url, one.status, one.intact, one.detail, one.checked_at)
            for one in reversed(found.checks)
        ),
        provenance=_provenance(session, found),
    )


def stored_file(session: Session, slug: str, number: int, name: str, day: date) -> StoredFile:
    """One file of a release that the public may, or once might, fetch.

    :raises NotFound: there is no such file, or its release was never published.
    """
    found = stored_files(session, slug, number, day, (name, f"{name}.gz"))
    file = next((one for one in found if one.name == name), None)
    if file is None:
        raise NotFound(
            f"数据集 {slug} 第 {number} 版没有可下载的文件 {name}",
            f"release {number} of {slug} has no file {name} to fetch",
        )
    return replace(file, gzipped=next((one for one in found if one.name == f"{name}.gz"), None))


def stored_files(
    session: Session, slug: str, number: int, day: date, names: Collection[str] = ()
) -> list[StoredFile]:
    """Those files of a release with these *names* (none: every one), in the order of their names.

    They are those that the public may, or once might, fetch; none if there is no such release.
    """
    statement = (
        select(Distribution, Release, InventoryRevision.title)
        .join(Release, Release.id == Distribution.release_id)
        .join(Dataset, Dataset.id == Release.dataset_id)
        .outerjoin(
            InventoryRevision,
            (InventoryRevision.item_id == Dataset.item_id) & latest(InventoryRevision, "item_id", day),
        )
        .where(Dataset.slug == slug, Release.number == number)
        .where(Release.state.in_(PUBLIC), opened(session))
        .order_by(Distribution.name)
    )
    if names:
        statement = statement.where(Distribution.name.in_(names))
    return [_stored(file, its, title or slug) for file, its, title in session.execute(statement)]


def _stored(file: Distribution, release: Release, title: str) -> StoredFile:
    return StoredFile(
        release_id=release.id,
        kind=release.kind,
        format=file.format,
        key=file.key,
        name=file.name,
        title=title,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        published_at=release.published_at,
        withdrawn=release.state == "withdrawn",
    )


def current_number(session: Session, slug: str) -> int:
    """The number of a dataset's current release.

    :raises NotFound: there is no such dataset, or nothing of it is open.
    """
    number = session.scalar(
        select(Release.number).join(Dataset, Release.id == current_id(session)).where(Dataset.slug == slug)
    )
    if number is None:
        raise NotFound(f"数据集 {slug} 没有开放的版本", f"dataset {slug} has no open release")
    return number


def _report(release: Release) -> ReportPage | None:
    report = release.report
    if report is None:
        return None
    findings = tuple(Finding.from_dict(values) for values in report.findings)
    document = report.document
    if release.state not in _OPEN_ROWS:
        # Rows that were refused or withdrawn are not told in passing, beside the cells that are at fault.
        document = {key: value for key, value in document.items() if key != "excerpts"}
    return ReportPage(report.valid, findings, document, report.recorded_at)


def _provenance(session: Session, release: Release) -> Provenance:
    record = session.get_one(HarvestRecord, release.record_id)
    run = session.get(HarvestRun, record.last_run_id)
    source = release.source
    return Provenance(
        source=source.code,
        source_name=source.name,
        kind=source.kind,
        location=source.location if source.location.startswith(("http://", "https://")) else "",
        record=record.identifier,
        file_name=release.file_name,
        file_sha256=release.file_sha256,
        received_at=release.received_at,
        run=record.last_run_id,
        run_started_at=run.started_at if run else None,
    )

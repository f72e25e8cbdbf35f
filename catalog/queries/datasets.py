"""Datasets as the public sees them: a list, and one with its releases, files and dictionary."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, selectinload

from catalog.embargo import PUBLIC, current_id, opened
from catalog.errors import NotFound
from catalog.models import (
    Dataset,
    Distribution,
    InventoryItem,
    InventoryRevision,
    Release,
    Unit,
    UnitRevision,
)
from catalog.queries.inventory import ItemField, fields
from catalog.queries.revisions import latest, mentions
from catalog.queries.slices import Slice, read
from catalog.queries.units import UnitName, names

#: Files that tell of the data without holding them.
DESCRIPTIONS = (
    "datapackage",
    "profile",
    "readme",
    "changelog",
    "changes",
    "citation",
    "bibtex",
    "dictionary",
    "dictionary-xlsx",
    "signature",
    "proof",
)


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """One dataset with its current release; ``release`` is None where it was withdrawn or never published.

    ``kind`` is that of the release, a code of :data:`catalog.vocabularies.RELEASE_KIND`; ``rows`` is None of what is
    no table.
    """

    slug: str
    item_code: str
    title: str
    title_en: str
    abstract: str
    unit: UnitName
    domain: str
    openness: str
    update_cycle: str
    keywords: tuple[str, ...]
    formats: tuple[str, ...]
    release: int | None
    kind: str | None
    rows: int | None
    open_from: date | None
    published_at: datetime | None
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of a release, with what proves it."""

    name: str
    format: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """One release of a dataset that is, or once was, in the public's hands."""

    number: int
    state: str
    kind: str
    rows: int | None
    open_from: date | None
    open_to: date | None
    published_at: datetime | None
    end_reason: str
    ended_at: datetime | None
    ended_by: str
    ground: str
    erased_at: datetime | None
    supersedes: int | None
    series: int | None
    series_reason: dict[str, Any] | None
    file_sha256: str
    files: tuple[FileRow, ...]


@dataclass(frozen=True, slots=True)
class DatasetPage:
    """One dataset with everything that its page shows; ``releases`` has the newest first."""

    row: DatasetRow
    sharing: str
    open_condition: str
    created_at: datetime
    fields: tuple[ItemField, ...]
    releases: tuple[ReleaseRow, ...]
    #: Numbers of the releases that were refused, the newest first.
    refused: tuple[int, ...]


def datasets(
    session: Session,
    day: date,
    *,
    text: str = "",
    domain: str | None = None,
    unit: str | None = None,
    level: str | None = None,
    openness: str | None = None,
    update_cycle: str | None = None,
    format: str | None = None,  # noqa: A002 - the word that readers use in the address
    kind: str | None = None,
    page: int = 1,
    size: int = 20,
) -> Slice[DatasetRow]:
    """The datasets that are open now; first those whose data were opened last, whenever we came to publish them."""
    statement = _joined(session, day).where(Release.id.is_not(None))
    conditions = {
        InventoryRevision.domain: domain,
        InventoryRevision.openness: openness,
        InventoryRevision.update_cycle: update_cycle,
        Unit.code: unit,
        Release.kind: kind,
    }
    for column, wanted in conditions.items():
        if wanted:
            statement = statement.where(column == wanted)
    if level:
        of_level = select(UnitRevision.unit_id).where(
            latest(UnitRevision, "unit_id", day), UnitRevision.level == level
        )
        statement = statement.where(InventoryRevision.unit_id.in_(of_level))
    if format:
        with_file = select(Distribution.release_id).where(Distribution.format == format)
        statement = statement.where(Release.id.in_(with_file))
    if text:
        statement = statement.where(
            or_(
                mentions(
                    text, InventoryRevision.title, InventoryRevision.title_en, InventoryRevision.abstract
                ),
                InventoryItem.resource_code == text,
            )
        )
    statement = statement.order_by(Release.open_from.desc(), Release.published_at.desc(), Dataset.slug)
    return read(session, statement, lambda rows: _rows(session, rows, day), page, size)


def dataset(session: Session, slug: str, day: date) -> DatasetPage:
    """One dataset, even if nothing of it is open (any more).

    :raises NotFound: there is none with this slug.
    """
    found = session.execute(_joined(session, day).where(Dataset.slug == slug)).first()
    if found is None:
        raise NotFound(f"没有名为 {slug} 的数据集", f"there is no dataset {slug}")
    one, _, revision, newest = found
    releases = session.scalars(
        select(Release)
        .where(Release.dataset_id == one.id, opened(session))
        .order_by(Release.number.desc())
        .options(selectinload(Release.distributions), selectinload(Release.supersedes))
    ).all()
    return DatasetPage(
        row=_rows(session, [found], day)[0],
        sharing=revision.sharing,
        open_condition=revision.open_condition,
        created_at=one.created_at,
        fields=fields(revision),
        releases=tuple(
            release_row(release, newest.id if newest else None)
            for release in releases
            if release.state in PUBLIC
        ),
        refused=tuple(release.number for release in releases if release.state in ("invalid", "rejected")),
    )


def release_row(release: Release, newest: str | None) -> ReleaseRow:
    """A release as a value; its distributions and the release that it supersedes should have been loaded with it.

    :param newest: the id of the release that the public sees now. Where that is this one, a newer release that is
        still under embargo has ended it already, of which the public is not told before the moment comes.
    """
    ended = release.state == "withdrawn" or release.id != newest
    return ReleaseRow(
        number=release.number,
        state=release.state if ended else "published",
        kind=release.kind,
        rows=release.rows,
        open_from=release.open_from,
        open_to=release.open_to if ended else None,
        published_at=release.published_at,
        end_reason=release.end_reason if ended else "",
        ended_at=release.ended_at if ended else None,
        ended_by=release.ended_by if ended else "",
        ground=release.ground,
        erased_at=release.erased_at,
        supersedes=release.supersedes.number if release.supersedes else None,
        series=release.series,
        series_reason=release.series_reason,
        file_sha256=release.file_sha256,
        files=tuple(
            FileRow(one.name, one.format, one.media_type, one.size, one.sha256)
            for one in sorted(release.distributions, key=lambda one: (one.format in DESCRIPTIONS, one.name))
        ),
    )


def _joined(session: Session, day: date) -> Select[*tuple[Any, ...]]:
    return (
        select(Dataset, InventoryItem.resource_code, InventoryRevision, Release)
        .join(InventoryItem, InventoryItem.id == Dataset.item_id)
        .join(InventoryRevision, InventoryRevision.item_id == InventoryItem.id)
        .join(Unit, Unit.id == InventoryRevision.unit_id)
        .outerjoin(Release, Release.id == current_id(session))
        .where(latest(InventoryRevision, "item_id", day))
    )


def _rows(session: Session, rows: Sequence[Any], day: date) -> list[DatasetRow]:
    holders = names(session, [revision.unit_id for _, _, revision, _ in rows], day)
    formats = _formats(session, [release.id for *_, release in rows if release])
    return [
        DatasetRow(
            slug=one.slug,
            item_code=code,
            title=revision.title,
            title_en=revision.title_en,
            abstract=revision.abstract,
            unit=holders[revision.unit_id],
            domain=revision.domain,
            openness=revision.openness,
            update_cycle=revision.update_cycle,
            keywords=tuple(revision.keywords),
            formats=formats.get(release.id, ()) if release else (),
            release=release.number if release else None,
            kind=release.kind if release else None,
            rows=release.rows if release else None,
            open_from=release.open_from if release else None,
            published_at=release.published_at if release else None,
            modified_at=one.modified_at,
        )
        for one, code, revision, release in rows
    ]


def _formats(session: Session, release_ids: list[str]) -> dict[str, tuple[str, ...]]:
    statement = (
        select(Distribution.release_id, Distribution.format)
        .where(Distribution.release_id.in_(release_ids), Distribution.format.not_in(DESCRIPTIONS))
        .order_by(Distribution.format)
    )
    found: dict[str, list[str]] = {}
    for release_id, name in session.execute(statement):
        found.setdefault(release_id, []).append(name)
    return {release_id: tuple(dict.fromkeys(formats)) for release_id, formats in found.items()}

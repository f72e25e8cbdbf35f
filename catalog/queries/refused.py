"""What was not published, and why: releases that failed validation or review, records that fit nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from catalog.models import Dataset, HarvestRecord, InventoryItem, InventoryRevision, Release, Source
from catalog.queries.revisions import latest
from catalog.queries.slices import Slice, cut
from catalog.queries.units import UnitName, names
from catalog.records import Finding

Stage = Literal["register", "validate", "review"]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One thing that was refused at a ``stage`` of the flow.

    ``findings`` says why; for a review it is empty and ``basis`` and ``note`` are the reviewer's words.
    ``item_code`` and ``unit`` are what the source said where it fitted nowhere (then the unit has no code).
    ``mended`` is True where a later release of the same dataset is open: the fault was mended.
    """

    stage: Stage
    item_code: str
    title: str
    title_en: str
    unit: UnitName
    source: str
    file_name: str
    dataset: str | None
    release: int | None
    findings: tuple[Finding, ...]
    basis: str
    note: str
    at: datetime
    mended: bool


def refused(
    session: Session,
    day: date,
    *,
    stage: str | None = None,
    code: str | None = None,
    page: int = 1,
    size: int = 50,
) -> Slice[RefusedRow]:
    """What stands refused, the latest first.

    :param code: only what has a finding with this code.
    """
    rows = everything(session, day)
    chosen = [
        row
        for row in rows
        if stage in (None, row.stage) and (code is None or any(one.code == code for one in row.findings))
    ]
    return cut(chosen, page, size)


def everything(session: Session, day: date) -> list[RefusedRow]:
    """All that stands refused, the latest first; three statements."""
    rows = [*_releases(session, day), *_records(session)]
    return sorted(rows, key=lambda row: (row.at, row.title), reverse=True)


def _releases(session: Session, day: date) -> list[RefusedRow]:
    found = session.execute(
        select(Release, Dataset, InventoryRevision, Source.code, InventoryItem.resource_code)
        .join(Dataset, Dataset.id == Release.dataset_id)
        .join(InventoryItem, InventoryItem.id == Dataset.item_id)
        .join(InventoryRevision, InventoryRevision.item_id == InventoryItem.id)
        .join(Source, Source.id == Release.source_id)
        .where(Release.state.in_(("invalid", "rejected")), latest(InventoryRevision, "item_id", day))
        .options(
            selectinload(Release.report),
            selectinload(Release.decisions),
            selectinload(Dataset.current_release),
        )
    ).all()
    holders = names(session, [revision.unit_id for _, _, revision, *_ in found], day)
    return [_of_release(row, holders[row[2].unit_id]) for row in found]


def _of_release(row: Sequence[Any], holder: UnitName) -> RefusedRow:
    release, dataset, revision, source, code = row
    decision = release.decisions[-1] if release.decisions else None
    report = release.report
    failed = report is not None and not report.valid
    current = dataset.current_release  # the agency mended it, whenever the public may see that
    return RefusedRow(
        stage="validate" if failed else "review",
        item_code=code,
        title=revision.title,
        title_en=revision.title_en,
        unit=holder,
        source=source,
        file_name=release.file_name,
        dataset=dataset.slug,
        release=release.number,
        findings=tuple(Finding.from_dict(one) for one in report.findings) if failed else (),
        basis=decision.basis if decision else "",
        note=decision.note if decision else "",
        at=decision.decided_at if decision else report.recorded_at if report else release.received_at,
        mended=current is not None and current.number > release.number,
    )


def _records(session: Session) -> list[RefusedRow]:
    found = session.execute(
        select(HarvestRecord, Source.code)
        .join(Source, Source.id == HarvestRecord.source_id)
        .where(HarvestRecord.state == "refused")
    ).all()
    return [
        RefusedRow(
            stage="register",
            item_code=str(record.content.get("resource_code") or ""),
            title=str(record.content.get("title") or record.identifier),
            title_en="",
            unit=UnitName("", str(record.content.get("unit") or ""), ""),
            source=source,
            file_name=str((record.content.get("link") or {}).get("name") or ""),
            dataset=None,
            release=None,
            findings=tuple(Finding.from_dict(one) for one in record.findings),
            basis="",
            note="",
            at=record.changed_at,
            mended=False,
        )
        for record, source in found
    ]

"""Register what a harvester found: match it to the inventory, and open a release when its content is new.

One record, one transaction (the caller's). What cannot be registered is refused with findings, which
stay with the record; it is looked at again at every run, since a mended inventory may let it in.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import ledger, negative_list, roster
from catalog.database import identifier
from catalog.models import Dataset, HarvestRecord, HarvestRun, InventoryItem, InventoryRevision, Release
from catalog.records import Finding, SourceRecord, Text
from catalog.vocabularies import UNDECIDED

Outcome = Literal["new", "changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class Registration:
    """What became of one record."""

    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    dataset_id: str | None = None
    release_id: str | None = None


def register(
    session: Session, record: SourceRecord, run: HarvestRun, *, actor: str, now: datetime, today: date
) -> Registration:
    """Register *record*, found by *run*; adds to *session* and never commits.

    A new release is opened only when the bytes of the file differ from those of the latest one, or when the source
    now says that the same bytes are of another kind.
    """
    digest = content_digest(record)
    known = _known(session, record, run)
    if known is None or not _is_registered(known, digest):
        ledger.hold(
            session
        )  # so that two runs that bring the same file give it one number, one after the other
        known = known or _known(session, record, run)
    if known and _is_registered(known, digest):
        known.last_run_id = max(known.last_run_id, run.id)
        return Registration("unchanged", dataset_id=known.dataset_id)
    item = _find_item(session, record, today)
    findings = (*record.findings, *_objections(session, record, item, today))
    refused = any(finding.severity == "error" for finding in findings) or item is None
    same = known is not None and known.digest == digest and known.state == "refused"
    redeclared = known is not None and known.content.get("kind") != record.kind
    row = _keep(session, known, record, run, digest, findings, now)
    if item is None or refused:
        row.state = "refused"
        row.dataset_id = None
        if not same:
            _note(session, row, "record.refused", [finding.code for finding in findings], actor, now)
        return Registration("refused", findings)
    row.state = "registered"
    dataset = _dataset(session, item, now)
    row.dataset_id = dataset.id
    release = _release(session, dataset, row, record, now, redeclared=redeclared)
    if release:
        ledger.append(
            session,
            actor=actor,
            verb="release.received",
            subject_type="release",
            subject_id=release.id,
            details={"dataset": dataset.slug, "number": release.number, "sha256": release.file_sha256},
            at=now,
        )
    outcome: Outcome = "changed" if known and known.state == "registered" and not same else "new"
    return Registration(outcome, findings, dataset.id, release.id if release else None)


def _known(session: Session, record: SourceRecord, run: HarvestRun) -> HarvestRecord | None:
    """What is known of the record, locked until the transaction ends."""
    return session.get(
        HarvestRecord, identifier("record", run.source_id, record.identifier), with_for_update=True
    )


def _is_registered(known: HarvestRecord, digest: str) -> bool:
    return known.digest == digest and known.state == "registered"


def content_digest(record: SourceRecord) -> str:
    """sha256 of everything that a source says of a record, and of its file's bytes."""
    return hashlib.sha256(
        json.dumps(content(record), sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()


def content(record: SourceRecord) -> dict[str, Any]:
    """*record* as JSON-ready values."""
    values = asdict(record)
    values["issued"] = record.issued.isoformat() if record.issued else None
    # Records that say nothing of these two keep the digest that they always had.
    for name in ("release_at", "kind"):
        if values[name] is None:
            del values[name]
    if record.release_at:
        values["release_at"] = record.release_at.isoformat()
    values["keywords"] = list(record.keywords)
    values["findings"] = [finding.to_dict() for finding in record.findings]
    return values


def dataset_slug(item: InventoryRevision) -> str:
    """The address of an item's dataset: its schema's name, if it cites one, and its resource code."""
    code = item.item.resource_code.replace("/", "-").lower()
    return f"{item.schema_name}-{code}" if item.schema_name else f"resource-{code}"


def _find_item(session: Session, record: SourceRecord, today: date) -> InventoryRevision | None:
    if not record.resource_code:
        return None
    query = select(InventoryRevision).join(InventoryItem)
    query = query.where(InventoryItem.resource_code == record.resource_code, InventoryRevision.holds(today))
    return session.scalars(query).first()


def _objections(
    session: Session, record: SourceRecord, item: InventoryRevision | None, today: date
) -> list[Finding]:
    findings = []
    # A unit may be named as it was when the data were issued.
    days = [today] if record.issued is None else [today, record.issued]
    if record.unit and not any(roster.find_unit(session, record.unit, day) for day in days):
        findings.append(_unknown_unit(record.unit))
    if item is None:
        findings.append(_unknown_item(record))
        return findings
    if entry := negative_list.matches(session, item, today):
        findings.append(negative_finding(entry.entry.code, entry.matter, entry.legal_basis))
    elif item.openness == "closed":
        findings.append(
            Finding(
                "closed-item",
                Text(
                    f"清单条目 {item.item.resource_code} 为不予开放，不接收其数据",
                    f"inventory item {item.item.resource_code} is not to be opened: its data are not taken in",
                ),
                value=item.closed_basis or None,
            )
        )
    if record.file_sha256 is None and not any(finding.severity == "error" for finding in record.findings):
        findings.append(
            Finding("missing-file", Text("来源没有提供数据文件", "the source offers no file for it"))
        )
    return findings


def negative_finding(code: str, matter: str, legal_basis: str) -> Finding:
    """The finding that an entry of the negative list blocks."""
    return Finding(
        "negative-list",
        Text(f"属于负面清单 {code}（{matter}）", f"on the negative list: {code} ({matter})"),
        value=code,
        expected=legal_basis,
    )


def _unknown_unit(unit: str) -> Finding:
    return Finding(
        "unknown-unit",
        Text(f"单位名录中没有 {unit!r}", f"no unit on the roster is called {unit!r}"),
        value=unit,
        expected="单位编码、名称或别名 | a unit's code, name or alias",
    )


def _unknown_item(record: SourceRecord) -> Finding:
    code = record.resource_code or ""
    return Finding(
        "unknown-item",
        Text(
            f"资源清单中没有代码 {code!r} 的有效条目",
            f"the inventory has no item in force with code {code!r}",
        ),
        value=code,
        expected="已登记的信息资源代码 | a registered resource code",
    )


def _keep(
    session: Session,
    known: HarvestRecord | None,
    record: SourceRecord,
    run: HarvestRun,
    digest: str,
    findings: tuple[Finding, ...],
    now: datetime,
) -> HarvestRecord:
    row = known
    if row is None:
        row = HarvestRecord(
            id=identifier("record", run.source_id, record.identifier),
            source_id=run.source_id,
            identifier=record.identifier,
            state="refused",
            first_seen_at=now,
        )
        session.add(row)
    if row.digest != digest:
        row.changed_at = now
    row.digest = digest
    row.file_sha256 = record.file_sha256
    row.content = content(record)
    row.findings = [finding.to_dict() for finding in findings]
    row.last_run_id = max(row.last_run_id or 0, run.id)
    return row


def _note(
    session: Session, row: HarvestRecord, verb: str, codes: list[str], actor: str, now: datetime
) -> None:
    details = {"source": row.source_id, "identifier": row.identifier, "findings": codes}
    ledger.append(
        session, actor=actor, verb=verb, subject_type="record", subject_id=row.id, details=details, at=now
    )


def _dataset(session: Session, item: InventoryRevision, now: datetime) -> Dataset:
    item.item.index_pending = True
    dataset = session.scalars(select(Dataset).where(Dataset.item_id == item.item_id)).first()
    if dataset is None:
        dataset = Dataset(
            id=identifier("dataset", item.item.resource_code),
            slug=dataset_slug(item),
            item_id=item.item_id,
            created_at=now,
        )
        session.add(dataset)
    dataset.modified_at = now
    session.flush()
    return dataset


def _release(
    session: Session,
    dataset: Dataset,
    row: HarvestRecord,
    record: SourceRecord,
    now: datetime,
    *,
    redeclared: bool,
) -> Release | None:
    latest = session.scalars(
        select(Release).where(Release.dataset_id == dataset.id).order_by(Release.number.desc()).limit(1)
    ).first()
    if record.file_sha256 is None:
        return None
    if latest and latest.file_sha256 == record.file_sha256 and not (redeclared and _differs(latest, record)):
        return None
    number = latest.number + 1 if latest else 1
    release = Release(
        id=identifier("release", dataset.id, number),
        dataset_id=dataset.id,
        number=number,
        state="received",
        source_id=row.source_id,
        record_id=row.id,
        file_sha256=record.file_sha256,
        file_name=record.link.name if record.link else record.identifier,
        kind=record.kind or UNDECIDED,
        received_at=now,
        open_from=record.issued,
        release_at=record.release_at,
        end_reason="",
    )
    session.add(release)
    session.flush()
    return release


def _differs(latest: Release, record: SourceRecord) -> bool:
    """Whether *record* now declares the bytes of *latest* as something else, so that they must be judged again."""
    return latest.kind != record.kind if record.kind else latest.state in ("invalid", "rejected")

"""Harvest runs: the latest of each source, all of them, and one with the records that it saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from catalog.errors import NotFound
from catalog.models import Dataset, HarvestRecord, HarvestRun, Release, Source
from catalog.queries.slices import Slice, read
from catalog.records import Finding, Text

RunState = Literal["running", "done", "failed", "interrupted"]
STATES: tuple[RunState, ...] = ("running", "done", "failed", "interrupted")


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What a run made of the records that it met; a run that goes on has counted nothing yet."""

    new: int
    changed: int
    unchanged: int
    refused: int
    vanished: int


@dataclass(frozen=True, slots=True)
class RunError:
    """Why a run failed: a code of :mod:`catalog.errors`, and the sentence."""

    code: str
    message: Text


@dataclass(frozen=True, slots=True)
class RunRow:
    """One pull from a source; ``seconds`` is how long it took, None while it goes on."""

    id: int
    source: str
    source_name: str
    kind: str
    state: RunState
    started_at: datetime
    finished_at: datetime | None
    seconds: float | None
    counts: RunCounts
    error: RunError | None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source with its latest run; ``latest`` is None where it was never pulled from."""

    code: str
    name: str
    kind: str
    enabled: bool
    trusted: bool
    latest: RunRow | None


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One thing that a run saw; ``release`` is the latest that was received of it, None where it was refused."""

    identifier: str
    title: str
    state: str
    file_name: str
    findings: tuple[Finding, ...]
    first_seen_at: datetime
    changed_at: datetime
    dataset: str | None
    release: int | None


def runs(
    session: Session, *, source: str | None = None, state: str | None = None, page: int = 1, size: int = 50
) -> Slice[RunRow]:
    """The runs, the latest first.

    :param source: a source's code.
    """
    statement = _joined().order_by(HarvestRun.id.desc())
    if source:
        statement = statement.where(Source.code == source)
    if state:
        statement = statement.where(HarvestRun.state == state)
    return read(session, statement, lambda rows: [_row(*row) for row in rows], page, size)


def run(session: Session, number: int) -> RunRow:
    """One run.

    :raises NotFound: there is none of this number.
    """
    found = session.execute(_joined().where(HarvestRun.id == number)).first()
    if found is None:
        raise NotFound(f"没有采集任务 {number}", f"there is no harvest run {number}")
    return _row(*found)


def records(session: Session, number: int, *, page: int = 1, size: int = 50) -> Slice[RecordRow]:
    """What was last seen by run *number*, the refused first: a record that a later run saw belongs to that one."""
    statement = (
        select(HarvestRecord, Dataset.slug)
        .outerjoin(Dataset, Dataset.id == HarvestRecord.dataset_id)
        .where(HarvestRecord.last_run_id == number)
        .order_by(HarvestRecord.state != "refused", HarvestRecord.identifier)
    )
    return read(session, statement, lambda rows: _records(session, rows), page, size)


def sources(session: Session) -> list[SourceRow]:
    """Every source by code, with its latest run; one statement."""
    newest = select(func.max(HarvestRun.id)).group_by(HarvestRun.source_id)
    found = session.execute(
        select(Source, HarvestRun)
        .outerjoin(HarvestRun, (HarvestRun.source_id == Source.id) & HarvestRun.id.in_(newest))
        .order_by(Source.code)
    )
    return [
        SourceRow(
            code=source.code,
            name=source.name,
            kind=source.kind,
            enabled=source.enabled,
            trusted=source.trusted,
            latest=_row(latest, source) if latest else None,
        )
        for source, latest in found
    ]


def going_on(session: Session) -> int:
    """How many runs are going on."""
    return (
        session.scalar(select(func.count()).select_from(HarvestRun).where(HarvestRun.state == "running")) or 0
    )


def _joined() -> Select[HarvestRun, Source]:
    return select(HarvestRun, Source).join(Source, Source.id == HarvestRun.source_id)


def _row(run: HarvestRun, source: Source) -> RunRow:
    ended = run.finished_at
    state: RunState = run.state  # type: ignore[assignment]  # the column holds one of the four
    return RunRow(
        id=run.id,
        source=source.code,
        source_name=source.name,
        kind=source.kind,
        state=state,
        started_at=run.started_at,
        finished_at=ended,
        seconds=round((ended - run.started_at).total_seconds(), 3) if ended else None,
        counts=RunCounts(
            *(int(run.counts.get(name, 0)) for name in ("new", "changed", "unchanged", "refused", "vanished"))
        ),
        error=_error(run, source),
    )


def _error(run: HarvestRun, source: Source) -> RunError | None:
    """The error in words that may be read by anybody: the address of a source that is no public one is left out."""
    if run.error is None:
        return None
    secret = "" if source.location.startswith(("http://", "https://")) else source.location
    zh, en = (
        str(run.error[key]).replace(secret, source.code) if secret else str(run.error[key])
        for key in ("zh", "en")
    )
    return RunError(str(run.error["code"]), Text(zh, en))


def _records(session: Session, rows: Sequence[Any]) -> list[RecordRow]:
    ids = [record.id for record, _ in rows]
    numbers = dict(
        session.execute(
            select(Release.record_id, func.max(Release.number))
            .where(Release.record_id.in_(ids))
            .group_by(Release.record_id)
        ).all()
    )
    return [
        RecordRow(
            identifier=record.identifier,
            title=str(record.content.get("title") or record.identifier),
            state=record.state,
            file_name=str((record.content.get("link") or {}).get("name") or ""),
            findings=tuple(Finding.from_dict(one) for one in record.findings),
            first_seen_at=record.first_seen_at,
            changed_at=record.changed_at,
            dataset=slug,
            release=numbers.get(record.id),
        )
        for record, slug in rows
    ]

"""Harvest every enabled source and register what it offers."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog import ledger
from catalog.errors import NotFound, OpenDataError, TransientError
from catalog.models import HarvestRecord, HarvestRun, Source
from catalog.records import Text
from catalog.register import register
from harvesters.runner import open_source
from opendata.pipeline.progress import Progress, Silent
from opendata.services import Services

ACTOR = "system:harvest"
#: More than this share of a source's records gone at once looks like a broken source, not like a decision.
VANISH_BRAKE_PERCENT = 30
#: Below this number of records a share says nothing.
VANISH_BRAKE_MINIMUM = 5


@dataclass(frozen=True, slots=True)
class Harvested:
    """How one source's run ended; ``error`` is set when the run failed."""

    source: str
    counts: dict[str, int]
    error: Text | None = None
    transient: bool = False


def harvest(
    services: Services, codes: tuple[str, ...] = (), progress: Progress | None = None
) -> list[Harvested]:
    """Pull from the enabled sources (or those named by *codes*), one run each; a failed run does not stop the rest.

    :raises NotFound: a code names no enabled source; nothing is harvested then.
    """
    progress = progress or Silent()
    with services.readers() as session:
        enabled = {
            source.code: source
            for source in session.scalars(select(Source).where(Source.enabled).order_by(Source.code))
        }
    unknown = [code for code in codes if code not in enabled]
    if unknown:
        known = ", ".join(enabled) or "—"
        raise NotFound(
            f"没有启用的采集源 {'、'.join(unknown)}；现有：{known}",
            f"there is no enabled source {', '.join(unknown)}; there are: {known}",
        )
    sources = [source for code, source in enabled.items() if not codes or code in codes]
    return [_harvest_source(services, source, progress) for source in sources]


def _harvest_source(services: Services, source: Source, progress: Progress) -> Harvested:
    run = _begin(services, source)
    counts: Counter[str] = Counter()
    progress.begin(Text(f"采集 {source.name}", f"harvest {source.code}"), None)
    try:
        for record in open_source(source.kind, source.location, services.raw):
            with services.sessions.begin() as session:
                found = register(
                    session, record, run, actor=ACTOR, now=services.now(), today=services.today()
                )
                counts[found.outcome] += 1
                # So that the page of runs can tell how far it is.
                session.execute(update(HarvestRun).where(HarvestRun.id == run.id).values(counts=dict(counts)))
            progress.advance(record.title)
    except OpenDataError as error:
        _finish(services, run, counts, error)
        return Harvested(source.code, dict(counts), error.text, transient=isinstance(error, TransientError))
    counts["vanished"] = _mark_vanished(services, source, run)
    _finish(services, run, counts, None)
    return Harvested(source.code, dict(counts))


def _begin(services: Services, source: Source) -> HarvestRun:
    """Open a run; runs of the source that are still open belong to a process that is gone."""
    with services.sessions.begin() as session:
        stale = select(HarvestRun).where(HarvestRun.source_id == source.id, HarvestRun.state == "running")
        for run in session.scalars(stale):
            run.state, run.finished_at = "interrupted", services.now()
        run = HarvestRun(
            source_id=source.id, started_at=services.now(), state="running", counts={}, error=None
        )
        session.add(run)
    return run


def _mark_vanished(services: Services, source: Source, run: HarvestRun) -> int:
    """Mark the records that the source no longer offers; nothing is withdrawn by that alone."""
    with services.sessions.begin() as session:
        records = select(HarvestRecord).where(
            HarvestRecord.source_id == source.id, HarvestRecord.state != "vanished"
        )
        rows = list(session.scalars(records))
        gone = [row for row in rows if row.last_run_id < run.id]  # what a later run saw is there
        braked = len(rows) >= VANISH_BRAKE_MINIMUM and 100 * len(gone) > VANISH_BRAKE_PERCENT * len(rows)
        if braked:
            _note(session, services, source, "source.brake", {"gone": len(gone), "of": len(rows)})
            return 0
        for row in gone:
            row.state = "vanished"
        if gone:
            _note(
                session,
                services,
                source,
                "records.vanished",
                {"identifiers": sorted(r.identifier for r in gone)},
            )
        return len(gone)


def _note(
    session: Session, services: Services, source: Source, verb: str, details: dict[str, object]
) -> None:
    ledger.append(
        session,
        actor=ACTOR,
        verb=verb,
        subject_type="source",
        subject_id=source.id,
        details=details,
        at=services.now(),
    )


def _finish(services: Services, run: HarvestRun, counts: Counter[str], error: OpenDataError | None) -> None:
    with services.sessions.begin() as session:
        row = session.merge(run)
        row.finished_at = services.now()
        row.state = "failed" if error else "done"
        row.counts = dict(counts)
        row.error = {"code": error.code, "zh": error.text.zh, "en": error.text.en} if error else None

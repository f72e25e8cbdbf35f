"""Validate every release that was received and not judged yet: tables by their schema, all else by its content."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from catalog import ledger, lifecycle
from catalog.errors import SettingError
from catalog.models import Release, Report
from catalog.records import Text
from catalog.vocabularies import TABLE
from opendata.pipeline import kinds, reading, surroundings
from opendata.pipeline.progress import Progress, Silent, following
from opendata.services import Services
from opendata.tables.masking import Masking
from opendata.validation import Report as Verdict
from opendata.validation import Schema, validate_table
from opendata.validation.documents import inspect
from opendata.validation.known import Divisions

ACTOR = "system:validate"
TITLE = Text("校验", "validate")
DONE = "already judged"
#: Files that a sentence names.
_NAMED = 5


class Unjudged(SettingError):
    """Releases wait, unjudged, for a setting; ``counts`` says what became of the others."""

    def __init__(self, files: Sequence[str], lacking: SettingError, counts: Counter[str]) -> None:
        self.counts = counts
        shown = "、".join(files[:_NAMED]), ", ".join(files[:_NAMED])
        super().__init__(
            f"{len(files)} 份文件等待校验（{shown[0]}）：{lacking.text.zh}",
            f"{len(files)} file(s) wait to be judged ({shown[1]}): {lacking.text.en}",
        )


@dataclass(frozen=True, slots=True)
class _Judged:
    """The verdict, as what the release was judged, and by which schema; None for what is no table."""

    verdict: Verdict
    kind: str
    schema: Schema | None


def validate(services: Services, progress: Progress | None = None) -> Counter[str]:
    """Judge each ``received`` release: it becomes ``valid`` or ``invalid``, with a report.

    :returns: how many became which.
    :raises Unjudged: releases whose columns are to be hashed wait for the secret; all others were judged.
    """
    with services.readers() as session:
        pending = list(
            session.scalars(select(Release).where(Release.state == "received").order_by(Release.id))
        )
        stood = surroundings.divisions(session)
    counts: Counter[str] = Counter()
    waiting: list[str] = []
    lacking: SettingError | None = None
    for release in following(progress or Silent(), TITLE, pending, "file_name"):
        try:
            judged = _judge(services, release.id, stood)
        except SettingError as error:
            waiting.append(release.file_name)
            lacking = error
            continue
        with services.sessions.begin() as session:
            state = _record(session, services, release.id, judged)
        counts[state] += 1
        if state == DONE:  # perhaps even published: then nobody would take our rows away
            reading.drop_typed(services, release.id)
    if lacking is not None:
        raise Unjudged(waiting, lacking, counts) from lacking
    return counts


def _judge(services: Services, release_id: str, stood: Divisions) -> _Judged:
    with services.readers() as session, reading.scratch(services) as folder:
        release = session.get_one(Release, release_id, options=[joinedload(Release.dataset)])
        item = reading.item_fields(session, release, services)
        path = services.raw.path(release.file_sha256)
        kind = kinds.kind_of(release, item, path)
        schema = None
        if kind == TABLE:
            verdict, schema = _judge_table(session, services, release, item, stood, folder)
        else:
            verdict = inspect(path, release.file_name, kind, scratch=folder)
        return _Judged(kinds.with_promise(verdict, kind, item), kind, schema)


def _judge_table(
    session: Session,
    services: Services,
    release: Release,
    item: reading.ItemFields,
    stood: Divisions,
    folder: Path,
) -> tuple[Verdict, Schema]:
    table = reading.table_of(services, release, folder, reading.dialect_for(services, item))
    schema = reading.schema_of(services, item, table)
    known = surroundings.known_for(session, services, release.dataset.slug, schema, stood, folder)
    made = folder / "typed.parquet"
    key = services.settings.mask_key
    Masking(schema.descriptor, key)  # else only publication would find out that the secret is missing
    verdict = validate_table(table, schema, known=known, scratch=folder, typed=made, mask_key=key)
    if made.exists():
        reading.keep_typed(services, release.id, schema.descriptor, made)
    return verdict, schema


def _record(session: Session, services: Services, release_id: str, judged: _Judged) -> str:
    release = lifecycle.held(session, release_id)
    if release.state != "received":
        return DONE  # another process was faster
    verdict, schema = judged.verdict, judged.schema
    release.kind = judged.kind
    lifecycle.move(release, "valid" if verdict.valid else "invalid")
    if schema:
        release.schema = dict(schema.descriptor)
        release.schema_origin = schema.origin
        release.rows = verdict.rows
    session.add(
        Report(
            release_id=release.id,
            valid=verdict.valid,
            document=verdict.summary(),
            findings=[finding.to_dict() for finding in verdict.findings],
            recorded_at=services.now(),
        )
    )
    ledger.append(
        session,
        actor=ACTOR,
        verb="release.validated",
        subject_type="release",
        subject_id=release.id,
        details={
            "valid": verdict.valid,
            "kind": release.kind,
            "rows": release.rows,
            "counts": dict(verdict.counts),
        },
        at=services.now(),
    )
    return release.state

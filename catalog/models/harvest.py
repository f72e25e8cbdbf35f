"""Sources, harvest runs and what they found (采集源, 采集任务, 采集记录)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.database import Base
from catalog.models.mixins import Identified
from catalog.models.unit import Unit


class Source(Identified, Base):
    """Where data is pulled from."""

    __tablename__ = "source"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(32))
    #: A URL, or a path.
    location: Mapped[str]
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    #: A standing rule may sign the decisions on what comes from here; ``trust_basis`` is that rule.
    trusted: Mapped[bool]
    trust_basis: Mapped[str]
    enabled: Mapped[bool]
    recorded_at: Mapped[datetime]

    unit: Mapped[Unit | None] = relationship()


class HarvestRun(Base):
    """One pull from a source."""

    __tablename__ = "harvest_run"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), index=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    #: ``running``, ``done``, ``failed`` or ``interrupted`` (found running by a later run).
    state: Mapped[str] = mapped_column(String(16))
    #: How many records were new, changed, unchanged, refused, vanished.
    counts: Mapped[dict[str, Any]]
    error: Mapped[dict[str, Any] | None]

    source: Mapped[Source] = relationship()


class HarvestRecord(Identified, Base):
    """One thing found; its identity is the source and the source's own name for it."""

    __tablename__ = "harvest_record"
    __table_args__ = (UniqueConstraint("source_id", "identifier"),)

    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    identifier: Mapped[str] = mapped_column(String(512))
    #: Digest of everything that the source said and of the file's bytes.
    digest: Mapped[str] = mapped_column(String(64))
    #: Content hash of the kept raw bytes of the file.
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    #: What the source said, in our words (:class:`catalog.records.SourceRecord` as a dict).
    content: Mapped[dict[str, Any]]
    #: ``registered``, ``refused`` or ``vanished``.
    state: Mapped[str] = mapped_column(String(16), index=True)
    findings: Mapped[list[dict[str, Any]]]
    dataset_id: Mapped[str | None] = mapped_column(ForeignKey("dataset.id"), index=True)
    first_seen_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    last_run_id: Mapped[int] = mapped_column(ForeignKey("harvest_run.id"))

    source: Mapped[Source] = relationship()

"""Validation reports with their findings, and decisions (校验报告, 问题, 审查意见)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.database import Base


class Report(Base):
    """The verdict on the file of a release, with its findings as rows."""

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    release_id: Mapped[str] = mapped_column(ForeignKey("release.id"), unique=True)
    valid: Mapped[bool]
    #: The whole report as JSON, without its findings.
    document: Mapped[dict[str, Any]]
    #: The findings (:class:`catalog.records.Finding` as dicts), capped by kind; the counts are whole.
    findings: Mapped[list[dict[str, Any]]]
    recorded_at: Mapped[datetime]


class Decision(Base):
    """One review outcome; appended, never changed."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    release_id: Mapped[str] = mapped_column(ForeignKey("release.id"), index=True)
    #: ``approve``, ``reject`` or ``return``.
    verdict: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str]
    #: The rule, article or negative-list entry on which it stands.
    basis: Mapped[str]
    note: Mapped[str]
    decided_at: Mapped[datetime]

"""Units (公共数据开放单位): who owes open data."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.database import Base
from catalog.models.mixins import Identified, Revised


class Unit(Identified, Base):
    """A body that owes open data; what is known of it stands in its revisions."""

    __tablename__ = "unit"

    #: The roster's own code, e.g. ``370102`` or ``37-DRC``.
    code: Mapped[str] = mapped_column(String(32), unique=True)
    revisions: Mapped[list["UnitRevision"]] = relationship(
        back_populates="unit", order_by="UnitRevision.valid_from, UnitRevision.id"
    )


class UnitRevision(Revised, Base):
    """What a unit was over a period."""

    __tablename__ = "unit_revision"

    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str]
    name_en: Mapped[str]
    aliases: Mapped[list[str]]
    #: Unified social credit code (GB 32100-2015).
    uscc: Mapped[str | None] = mapped_column(String(18))
    level: Mapped[str]
    #: Six digits of GB/T 2260.
    division_code: Mapped[str] = mapped_column(String(6))
    unit_class: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(String(32))
    predecessors: Mapped[list[str]]
    #: Whether it counts in the denominator of coverage; if not, ``exclusion_reason`` says why.
    obliged: Mapped[bool]
    exclusion_reason: Mapped[str]

    unit: Mapped[Unit] = relationship(back_populates="revisions")

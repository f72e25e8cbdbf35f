"""The open-data plan (开放计划): when an inventory item is to be opened, by whom, how."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.database import Base
from catalog.models.inventory import InventoryItem
from catalog.models.mixins import Identified, Revised
from catalog.models.unit import Unit


class PlanItem(Identified, Base):
    """One promise; what was promised stands in its revisions."""

    __tablename__ = "plan_item"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    revisions: Mapped[list["PlanRevision"]] = relationship(
        back_populates="plan_item", order_by="PlanRevision.valid_from, PlanRevision.id"
    )


class PlanRevision(Revised, Base):
    """What was promised over a period."""

    __tablename__ = "plan_revision"

    plan_item_id: Mapped[str] = mapped_column(ForeignKey("plan_item.id"), index=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("inventory_item.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    due: Mapped[date]
    method: Mapped[str]
    note: Mapped[str]

    plan_item: Mapped[PlanItem] = relationship(back_populates="revisions")
    item: Mapped[InventoryItem] = relationship()
    unit: Mapped[Unit] = relationship()

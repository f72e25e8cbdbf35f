"""The inventory (政务数据资源清单): every data resource that a unit holds, open or not."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.database import Base
from catalog.models.mixins import Identified, Revised
from catalog.models.unit import Unit


class InventoryItem(Identified, Base):
    """One data resource; what is known of it stands in its revisions."""

    __tablename__ = "inventory_item"

    #: 信息资源代码 of the 2017 guide, e.g. ``307013/0004``.
    resource_code: Mapped[str] = mapped_column(String(64), unique=True)
    #: Set in the transaction that changes what search should tell of the item or of its dataset, cleared
    #: when the index has it.
    index_pending: Mapped[bool] = mapped_column(index=True, default=True)
    revisions: Mapped[list["InventoryRevision"]] = relationship(
        back_populates="item", order_by="InventoryRevision.valid_from, InventoryRevision.id"
    )


class InventoryRevision(Revised, Base):
    """The core metadata of an inventory item over a period (2017 guide)."""

    __tablename__ = "inventory_revision"

    item_id: Mapped[str] = mapped_column(ForeignKey("inventory_item.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    title: Mapped[str]
    title_en: Mapped[str]
    abstract: Mapped[str]
    keywords: Mapped[list[str]]
    formats: Mapped[list[str]]
    sharing: Mapped[str]
    sharing_condition: Mapped[str]
    openness: Mapped[str] = mapped_column(index=True)
    open_condition: Mapped[str]
    #: Legal basis of *not open*; closed without one, or a negative-list entry, is *unjustified*.
    closed_basis: Mapped[str]
    update_cycle: Mapped[str]
    domain: Mapped[str] = mapped_column(index=True)
    #: Code of the theme (主题分类); empty where the sheet names none.
    theme: Mapped[str] = mapped_column(server_default="")
    #: Name of the schema in ``schemas/`` that the item cites; empty: derived from its fields.
    schema_name: Mapped[str]

    item: Mapped[InventoryItem] = relationship(back_populates="revisions")
    unit: Mapped[Unit] = relationship()
    fields: Mapped[list["InventoryField"]] = relationship(
        back_populates="revision", order_by="InventoryField.position", cascade="all, delete-orphan"
    )


class InventoryField(Base):
    """One 信息项: a column of an inventory item."""

    __tablename__ = "inventory_field"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("inventory_revision.id"), index=True)
    position: Mapped[int]
    title: Mapped[str]
    #: ASCII name of the column in published files.
    name: Mapped[str]
    #: One letter of the 2017 guide: C N Y D T L M G B I F.
    type: Mapped[str] = mapped_column(String(1))
    length: Mapped[int | None]
    required: Mapped[bool]
    key: Mapped[bool]
    openness: Mapped[str]

    revision: Mapped[InventoryRevision] = relationship(back_populates="fields")

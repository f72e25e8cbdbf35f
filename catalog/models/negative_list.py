"""The negative list (负面清单): what must not be opened (opinion art. 18)."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.database import Base
from catalog.models.mixins import Identified, Revised


class NegativeListEntry(Identified, Base):
    """One matter that must not be opened; its words stand in its revisions."""

    __tablename__ = "negative_list_entry"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    revisions: Mapped[list["NegativeListRevision"]] = relationship(
        back_populates="entry", order_by="NegativeListRevision.valid_from, NegativeListRevision.id"
    )


class NegativeListRevision(Revised, Base):
    """What an entry said over a period."""

    __tablename__ = "negative_list_revision"

    entry_id: Mapped[str] = mapped_column(ForeignKey("negative_list_entry.id"), index=True)
    matter: Mapped[str]
    #: ``resource``, ``keyword`` or ``unit``: how ``targets`` are matched.
    scope: Mapped[str]
    targets: Mapped[list[str]]
    category: Mapped[str]
    legal_basis: Mapped[str]
    review_on: Mapped[date | None]

    entry: Mapped[NegativeListEntry] = relationship(back_populates="revisions")

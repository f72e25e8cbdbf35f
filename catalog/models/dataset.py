"""Datasets, their immutable releases, and the files of a release."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.database import Base
from catalog.models.harvest import Source
from catalog.models.inventory import InventoryItem
from catalog.models.mixins import Identified
from catalog.models.review import Decision, Report


class Dataset(Identified, Base):
    """What the public sees for one inventory item."""

    __tablename__ = "dataset"

    #: ASCII, stable for ever: part of every public address.
    slug: Mapped[str] = mapped_column(String(128), unique=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("inventory_item.id"), unique=True)
    created_at: Mapped[datetime]
    modified_at: Mapped[datetime]
    #: People who downloaded it, as search knows it: :mod:`catalog.uses`.
    uses: Mapped[int] = mapped_column(default=0, server_default="0")
    #: The one pointer that publication moves.
    current_release_id: Mapped[str | None] = mapped_column(ForeignKey("release.id", use_alter=True))

    item: Mapped[InventoryItem] = relationship()
    current_release: Mapped["Release | None"] = relationship(
        foreign_keys=current_release_id, post_update=True
    )
    releases: Mapped[list["Release"]] = relationship(
        back_populates="dataset", foreign_keys="Release.dataset_id", order_by="Release.number"
    )


class Release(Identified, Base):
    """An immutable version of a dataset's data; its states: :mod:`catalog.lifecycle`."""

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("dataset_id", "number"),)

    dataset_id: Mapped[str] = mapped_column(ForeignKey("dataset.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), index=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    record_id: Mapped[str] = mapped_column(ForeignKey("harvest_record.id"))
    #: Content hash of the raw bytes as the agency sent them, and their name there.
    file_sha256: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str]
    #: The Table Schema by which it was validated, with where it came from: named, derived, inferred.
    schema: Mapped[dict[str, Any] | None]
    schema_origin: Mapped[str | None] = mapped_column(String(16))
    rows: Mapped[int | None] = mapped_column(BigInteger)
    #: ``table``, or what is published as it came: one of :data:`catalog.vocabularies.RELEASE_KIND`; empty until it is
    #: judged, where the source says nothing.
    kind: Mapped[str] = mapped_column(String(16), default="table", server_default="table")
    #: The release that it took the place of when it was published.
    supersedes_id: Mapped[str | None] = mapped_column(ForeignKey("release.id"))
    #: The number of the release that opened its series: all of one series can be read by one program.
    series: Mapped[int | None]
    #: Why a series was opened here, as a bilingual sentence.
    series_reason: Mapped[dict[str, Any] | None]
    #: How it differs from the release that it supersedes (:class:`opendata.publishing.companions.Change`).
    changes: Mapped[dict[str, Any] | None]
    #: The first and the last day of which the data speak, where the schema names the fields that tell.
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    received_at: Mapped[datetime]
    #: From which day the data were open to the public: the source's issue date, else the day of publication.
    open_from: Mapped[date | None]
    #: The embargo: before this moment nobody outside sees the release (:mod:`catalog.embargo`); None: no embargo.
    release_at: Mapped[datetime | None] = mapped_column(index=True)
    #: When the search index was told that the embargo had passed; reading never waits for it.
    lifted_at: Mapped[datetime | None]
    #: The first day on which it was no longer the open version: superseded or withdrawn.
    open_to: Mapped[date | None]
    published_at: Mapped[datetime | None]
    #: When it was recorded that it had been superseded or withdrawn.
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str]
    #: Who withdrew it, and on which of :data:`catalog.withdrawal.GROUNDS`; empty unless it is withdrawn.
    ended_by: Mapped[str] = mapped_column(default="", server_default="")
    ground: Mapped[str] = mapped_column(String(16), default="", server_default="")
    #: The mark that its files are to be erased, and when they were.
    erase_pending: Mapped[bool] = mapped_column(default=False, server_default=false(), index=True)
    erased_at: Mapped[datetime | None]

    dataset: Mapped[Dataset] = relationship(back_populates="releases", foreign_keys=dataset_id)
    supersedes: Mapped["Release | None"] = relationship(
        foreign_keys=supersedes_id, remote_side="Release.id", post_update=True
    )
    source: Mapped[Source] = relationship()
    distributions: Mapped[list["Distribution"]] = relationship(
        back_populates="release", order_by="Distribution.name"
    )
    report: Mapped[Report | None] = relationship(uselist=False)
    decisions: Mapped[list[Decision]] = relationship(order_by=Decision.id)
    checks: Mapped[list["PublicCheck"]] = relationship(order_by="PublicCheck.id")


class Distribution(Identified, Base):
    """One file of a release in one format."""

    __tablename__ = "distribution"
    __table_args__ = (UniqueConstraint("release_id", "name"),)

    release_id: Mapped[str] = mapped_column(ForeignKey("release.id"))
    name: Mapped[str]
    format: Mapped[str] = mapped_column(String(32))
    media_type: Mapped[str]
    #: Key in the storage.
    key: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))

    release: Mapped[Release] = relationship(back_populates="distributions")


class PublicCheck(Base):
    """One fetch of a release through the public door, byte by byte."""

    __tablename__ = "public_check"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    release_id: Mapped[str] = mapped_column(ForeignKey("release.id"), index=True)
    checked_at: Mapped[datetime]
    url: Mapped[str]
    status: Mapped[int]
    #: Whether every byte arrived: the hash of what was fetched is the hash that was published.
    intact: Mapped[bool]
    detail: Mapped[str]

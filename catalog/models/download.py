"""How often published files were fetched, counted without keeping who fetched them."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.database import Base


class DownloadCount(Base):
    """How many people fetched a release in one format on one day in China."""

    __tablename__ = "download_count"

    release_id: Mapped[str] = mapped_column(ForeignKey("release.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    #: A format of :class:`catalog.models.Distribution`, or ``zip`` for the whole release as an archive.
    format: Mapped[str] = mapped_column(String(32), primary_key=True)
    count: Mapped[int]


class DownloadSalt(Base):
    """The secret of one day; once it is deleted, nobody can tell whose the day's marks were."""

    __tablename__ = "download_salt"

    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[str] = mapped_column(String(64))


class DownloadMark(Base):
    """That somebody was counted on this day: a keyed hash, kept until the day is over."""

    __tablename__ = "download_mark"

    day: Mapped[date] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)

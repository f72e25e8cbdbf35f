"""What many tables share: a stable identity, and facts that carry two times.

*Effective* time (``valid_from`` ≤ day < ``valid_to``) says when a fact holds in the world; *recording*
time (``recorded_at`` ≤ moment < ``retracted_at``) says when we held it to be so. A fact is never
changed: it is retracted and another is recorded, so any day can be recomputed as any day knew it.
"""

from datetime import date, datetime

from sqlalchemy import ColumnElement, String, and_, or_
from sqlalchemy.orm import Mapped, mapped_column


class Identified:
    """A thing with a UUID that is derived from what it is (:func:`catalog.database.identifier`)."""

    id: Mapped[str] = mapped_column(String(36), primary_key=True)


class Revised:
    """A fact with effective dates and recording times."""

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    valid_from: Mapped[date]
    #: The first day on which it no longer holds; None: still holds.
    valid_to: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    #: When we stopped holding it to be so; None: we still do.
    retracted_at: Mapped[datetime | None]

    @classmethod
    def known(cls, known_at: datetime | None = None) -> ColumnElement[bool]:
        """The condition that we held it to be so at *known_at*; None: now."""
        if known_at is None:
            return cls.retracted_at.is_(None)
        return and_(cls.recorded_at <= known_at, or_(cls.retracted_at.is_(None), cls.retracted_at > known_at))

    @classmethod
    def listed(cls, day: date | None) -> ColumnElement[bool]:
        """The condition that it holds on *day*, as known now; None: on any day, its whole history."""
        return cls.known() if day is None else cls.holds(day)

    @classmethod
    def holds(cls, day: date, known_at: datetime | None = None) -> ColumnElement[bool]:
        """The condition that it holds on *day*, as known at *known_at* (None: now)."""
        return and_(
            cls.known(known_at), cls.valid_from <= day, or_(cls.valid_to.is_(None), cls.valid_to > day)
        )

"""What people asked of the search and what was found, counted without keeping who asked."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.database import Base


class Question(Base):
    """A search that found something; see :mod:`catalog.questions` for what is kept and what is not."""

    __tablename__ = "question"

    #: As it is compared: :func:`catalog.vocabularies.fold`.
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: As it was typed last.
    text: Mapped[str] = mapped_column(String(64))
    #: On how many different days it was asked, and the last of them.
    days: Mapped[int]
    last_on: Mapped[date]
    #: How often it was asked, and how much it found the last time.
    times: Mapped[int]
    hits: Mapped[int]

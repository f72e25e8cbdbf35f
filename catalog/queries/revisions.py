"""Conditions on facts that carry two times, and on words that a reader typed."""

from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from catalog.models import InventoryRevision, NegativeListRevision, PlanRevision, UnitRevision

Revision = type[InventoryRevision] | type[PlanRevision] | type[UnitRevision] | type[NegativeListRevision]


def latest(model: Revision, key: str, day: date) -> ColumnElement[bool]:
    """The condition that a row of *model* is the latest one known that had begun by *day*.

    Unlike ``holds`` it is true of something that has since ended, so that an old dataset keeps the name of
    an abolished unit.

    :param key: name of the column that says whose revision it is.
    """
    other = aliased(model)
    newest = (
        select(func.max(other.valid_from))
        .where(getattr(other, key) == getattr(model, key), other.retracted_at.is_(None))
        .where(other.valid_from <= day)
        .correlate(model)
        .scalar_subquery()
    )
    return and_(model.known(), model.valid_from == newest)


def mentions(text: str, *columns: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition that every word of *text* occurs in one of the *columns*."""
    return and_(
        *(or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in text.split())
    )

"""Embargo (定时开放): a release may be published and yet not be shown before its moment.

Nothing is written when the moment comes: whoever reads asks here whether it has. Publication moves the one
pointer of the dataset at once; until the moment readers see the newest release that is open already. The
moment itself (``release_at``) is public.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, or_, select
from sqlalchemy.orm import Session, aliased

from catalog.database import present
from catalog.models import Dataset, Release

#: States in which a release is in the public's hands.
FETCHABLE = ("published", "superseded")
#: Those in which it is or once was: a withdrawn release keeps its tombstone.
PUBLIC = (*FETCHABLE, "withdrawn")


def opened(session: Session) -> ColumnElement[bool]:
    """The condition that the embargo of a :class:`Release` is over, or that it has none."""
    return _opened(Release, present(session))


def is_open(session: Session, release: Release) -> bool:
    """Whether the embargo of *release* is over, or it has none."""
    return release.release_at is None or release.release_at <= present(session)


def current_id(session: Session) -> ScalarSelect[str]:
    """The id of the release of a :class:`Dataset` that the public sees now; to be used inside a query over it.

    None where nothing of it was published, where all of it is still under embargo, or where the newest was withdrawn.
    """
    one = aliased(Release)
    return (
        select(one.id)
        .where(one.dataset_id == Dataset.id, Dataset.current_release_id.is_not(None))
        .where(one.state.in_(FETCHABLE), _opened(one, present(session)))
        .order_by(one.number.desc())
        .limit(1)
        .correlate(Dataset)
        .scalar_subquery()
    )


def open_datasets(session: Session, ids: Collection[str]) -> set[str]:
    """Which of the datasets with these *ids* have a release that the public sees now."""
    return set(
        session.scalars(select(Dataset.id).where(Dataset.id.in_(ids), current_id(session).is_not(None)))
    )


def current(session: Session, dataset: Dataset) -> Release | None:
    """The release of *dataset* that the public sees now."""
    pointed = dataset.current_release
    if pointed is None or (pointed.state == "published" and is_open(session, pointed)):
        return pointed
    return session.scalars(
        select(Release).join(Dataset, Release.id == current_id(session)).where(Dataset.id == dataset.id)
    ).first()


def ended(session: Session) -> ColumnElement[bool]:
    """The condition that a published release's embargo is over and the index was not told yet."""
    over = and_(Release.release_at.is_not(None), Release.release_at <= present(session))
    return and_(over, Release.lifted_at.is_(None), Release.state.in_(FETCHABLE))


def _opened(release: type[Release], moment: datetime) -> ColumnElement[bool]:
    return or_(release.release_at.is_(None), release.release_at <= moment)

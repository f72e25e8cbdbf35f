"""Which bytes of a release another release needs as well."""

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from catalog.models import Distribution, Release


def shared_keys(session: Session, release: Release) -> frozenset[str]:
    """The storage keys of *release* under which a file of another release lies that is not to be erased."""
    other = aliased(Release)
    query = (
        select(Distribution.key)
        .join(other, other.id == Distribution.release_id)
        .where(Distribution.key.in_([file.key for file in release.distributions]))
        .where(other.id != release.id, other.erase_pending.is_(False), other.erased_at.is_(None))
    )
    return frozenset(session.scalars(query))

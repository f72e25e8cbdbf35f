"""What a release is to the one before it: it supersedes it, and goes on with its series or opens a new one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Release
from catalog.records import Text
from catalog.vocabularies import RELEASE_KIND
from opendata.tables.schema_diff import SchemaDiff, compare_schemas


def predecessor(session: Session, release: Release) -> Release | None:
    """The release of the same dataset that was published before *release* by number, whatever became of it."""
    query = select(Release).where(Release.dataset_id == release.dataset_id, Release.number < release.number)
    query = query.where(Release.published_at.is_not(None)).order_by(Release.number.desc()).limit(1)
    return session.scalars(query).first()


def schema_diff(before: Release, release: Release) -> SchemaDiff | None:
    """How the schemas of two releases differ; None unless both are tables."""
    if before.schema is None or release.schema is None:
        return None
    return compare_schemas(before.schema, release.schema)


def inherit(session: Session, release: Release) -> None:
    """Note which release *release* supersedes and which series it belongs to, with the reason if it opens one."""
    before = predecessor(session, release)
    release.supersedes = before
    release.series, release.series_reason = release.number, None
    if before is None:
        return
    if reason := _reason(before, release):
        release.series_reason = {"zh": reason.zh, "en": reason.en}
    else:
        release.series = before.series or before.number


def _reason(before: Release, release: Release) -> Text | None:
    if before.kind != release.kind:
        was, now = (RELEASE_KIND.term(one.kind) for one in (before, release))
        return Text(f"由{was.zh}改为{now.zh}", f"it was: {was.en}; it is: {now.en}")
    diff = schema_diff(before, release)
    return diff.reason if diff else None

"""Two public releases of a dataset, compared on request."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import BoundedSemaphore

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from catalog.embargo import FETCHABLE, opened
from catalog.errors import InvalidInput, NotFound
from catalog.models import Dataset, Distribution, Release
from opendata.pipeline import kept_diffs, reading
from opendata.pipeline.story import PARQUET, fetched
from opendata.publishing.diff import RowDiff, diff_rows
from opendata.services import Services
from opendata.tables.masking import masked_schema
from opendata.tables.schema_diff import SchemaDiff, compare_schemas, key_of

#: Comparisons that one process makes at once: each may hold two tables in memory.
TURN = BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How release ``new`` of a dataset differs from release ``old``."""

    slug: str
    old: int
    new: int
    schema: SchemaDiff
    rows: RowDiff


def compare(services: Services, session: Session, slug: str, old: int, new: int) -> Comparison:
    """Compare two releases, rows and cells included.

    :raises NotFound: there is no such release, or it was withdrawn.
    :raises InvalidInput: it is the same release twice, or one of them is no table.
    """
    if old == new:
        raise InvalidInput(f"第 {old} 版与自身没有差异", f"release {old} does not differ from itself")
    before, after = (public_release(session, slug, number) for number in (old, new))
    schemas = [masked_schema(one.schema) for one in (before, after) if one.schema]
    files = [_table(before), _table(after)]
    if len(schemas) != len(files):
        raise InvalidInput(f"{slug} 的这两版不是数据表", f"these releases of {slug} are no tables")
    folder, pair = services.settings.diffs_dir, (before.id, after.id)
    rows = kept_diffs.known(folder, pair)
    if rows is None:
        rows = _made(services, files, key_of(schemas[1]))
        kept_diffs.keep(folder, pair, rows)
        _forget_withdrawn(services, pair)
    return Comparison(slug, old, new, compare_schemas(*schemas), rows)


def _made(services: Services, files: Sequence[Distribution], key: Sequence[str]) -> RowDiff:
    with TURN, reading.scratch(services) as folder:
        older, newer = (fetched(services.storage, file, folder) for file in files)
        return diff_rows(older, newer, key)


def _forget_withdrawn(services: Services, pair: Sequence[str]) -> None:
    """Keep nothing of a release that was withdrawn meanwhile: its files may have been erased already."""
    with services.readers() as session:
        query = select(Release.id).where(Release.id.in_(pair), Release.state.not_in(FETCHABLE))
        for gone in session.scalars(query):
            kept_diffs.drop(services.settings.diffs_dir, gone)


def public_release(session: Session, slug: str, number: int) -> Release:
    """A release that the public may fetch, with its files.

    :raises NotFound: there is none of this number, or it was withdrawn.
    """
    query = select(Release).join(Dataset, Dataset.id == Release.dataset_id)
    query = query.where(Dataset.slug == slug, Release.number == number, opened(session))
    found = session.scalars(query.options(selectinload(Release.distributions))).first()
    if found is None or found.published_at is None:
        raise NotFound(f"数据集 {slug} 没有公开的第 {number} 版", f"{slug} has no public release {number}")
    if found.state not in FETCHABLE:
        raise NotFound(
            f"数据集 {slug} 第 {number} 版已撤回，不能比较", f"release {number} of {slug} was withdrawn"
        )
    return found


def _table(release: Release) -> Distribution:
    file = next((one for one in release.distributions if one.format == PARQUET), None)
    if file is None:
        raise InvalidInput(
            f"第 {release.number} 版不是数据表，不能逐行比较",
            f"release {release.number} is no table; its rows cannot be compared",
        )
    return file

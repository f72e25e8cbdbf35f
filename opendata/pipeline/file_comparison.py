"""Two public releases that are no tables, compared on request: the file, and what an archive holds."""

from pathlib import Path

from sqlalchemy.orm import Session

from catalog.errors import InvalidInput
from catalog.models import Distribution, Release
from opendata.pipeline import reading
from opendata.pipeline.comparison import TURN, public_release
from opendata.pipeline.originals import published_original, state_of
from opendata.pipeline.story import fetched
from opendata.publishing.diff.files import FileDiff, FileState, diff_files
from opendata.services import Services


def compare_files(services: Services, session: Session, slug: str, old: int, new: int) -> FileDiff | None:
    """How the file of release *new* differs from that of release *old*; None if both are tables, which have rows.

    :raises NotFound: there is no such release, or it was withdrawn.
    :raises InvalidInput: one of them is a table and the other is not, or it is the same release twice.
    """
    before, after = (public_release(session, slug, number) for number in (old, new))
    files = published_original(before), published_original(after)
    if files == (None, None):
        return None
    if files[0] is None or files[1] is None:
        raise InvalidInput(
            f"第 {old} 版与第 {new} 版一个是数据表、一个不是，不能比较",
            f"one of the releases {old} and {new} is a table and the other is not: they cannot be compared",
        )
    if old == new:
        raise InvalidInput(f"第 {old} 版与自身没有差异", f"release {old} does not differ from itself")
    known = _known(before, after)
    if known is not None:
        return known
    with TURN, reading.scratch(services) as folder:
        older = _side(services, files[0], folder / "before")
        return diff_files(older, _side(services, files[1], folder / "after"))


def _known(before: Release, after: Release) -> FileDiff | None:
    """What publication found, if it compared these two and told every member."""
    told = (after.changes or {}).get("file")
    if not told or after.supersedes_id != before.id:
        return None
    found = FileDiff.from_dict(told)
    return found if found.is_whole else None


def _side(services: Services, file: Distribution, folder: Path) -> tuple[FileState, Path]:
    folder.mkdir()
    return state_of(file), fetched(services.storage, file, folder)

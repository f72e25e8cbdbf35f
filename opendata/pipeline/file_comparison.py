"""Two public releases that are no tables, compared on request: the file, and what an archive holds."""

from pathlib import Path

from sqlalchemy.orm import Session

from catalog.errors import InvalidInput
from catalog.models import Distribution
from opendata.pipeline import reading
from opendata.pipeline.comparison import public_release
from opendata.pipeline.originals import published_original, state_of
from opendata.pipeline.story import fetched
from opendata.publishing.diff.files import FileDiff, FileState, diff_files
from opendata.services import Services


def compare_files(services: Services, session: Session, slug: str, old: int, new: int) -> FileDiff | None:
    """How the file of release *new* differs from that of release *old*; None if both are tables, which have rows.

    :raises NotFound: there is no such release, or it was withdrawn.
    :raises InvalidInput: one of them is a table and the other is not, or it is the same release twice.
    """
    before, after = (published_original(public_release(session, slug, number)) for number in (old, new))
    if before is None and after is None:
        return None
    if before is None or after is None:
        raise InvalidInput(
            f"第 {old} 版与第 {new} 版一个是数据表、一个不是，不能比较",
            f"one of the releases {old} and {new} is a table and the other is not: they cannot be compared",
        )
    if old == new:
        raise InvalidInput(f"第 {old} 版与自身没有差异", f"release {old} does not differ from itself")
    with reading.scratch(services) as folder:
        return diff_files(
            _side(services, before, folder / "before"), _side(services, after, folder / "after")
        )


def _side(services: Services, file: Distribution, folder: Path) -> tuple[FileState, Path]:
    folder.mkdir()
    return state_of(file), fetched(services.storage, file, folder)

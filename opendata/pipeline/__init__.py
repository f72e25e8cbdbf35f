"""The pipeline: one function per step, and :func:`run` for all of them.

Each step finds its own work in the database (what is in the state before it) and each thing has its own
transaction, so a process killed at any line loses nothing: the next run goes on where it stopped.
"""

from collections import Counter
from dataclasses import dataclass, field

from catalog import downloads
from catalog.errors import OpenDataError
from catalog.records import Text
from opendata.pipeline.erase import erase
from opendata.pipeline.harvest import Harvested, harvest
from opendata.pipeline.indexing import index
from opendata.pipeline.progress import Progress
from opendata.pipeline.public_check import check
from opendata.pipeline.publish import publish
from opendata.pipeline.rules import apply_rules
from opendata.pipeline.validate import Unjudged, validate
from opendata.services import Services


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did, step by step.

    ``unjudged`` is set when files wait for a setting, ``index_error`` when search could not be brought in step.
    """

    harvested: tuple[Harvested, ...] = ()
    validated: Counter[str] = field(default_factory=Counter)
    unjudged: Text | None = None
    reviewed: Counter[str] = field(default_factory=Counter)
    published: Counter[str] = field(default_factory=Counter)
    indexed: int = 0
    index_error: Text | None = None
    checked: Counter[str] = field(default_factory=Counter)

    @property
    def failed(self) -> bool:
        """Whether a source could not be harvested, a file not be judged, search not be reached, or the public check failed."""
        has_error = self.unjudged is not None or self.index_error is not None
        has_error |= any(source.error for source in self.harvested)
        return has_error or self.checked["failed"] > 0

    @property
    def changed(self) -> bool:
        """Whether the run changed anything."""
        seen: Counter[str] = Counter()
        for source in self.harvested:
            seen.update(source.counts)
        new = seen["new"] + seen["changed"] + seen["vanished"]
        return bool(new or self.validated or self.published or self.indexed or self.checked)


def run(services: Services, base_url: str, progress: Progress | None = None) -> Summary:
    """Do every pending step once: erase what a withdrawal marked, harvest, validate, review by rule, publish, index, check.

    Before them, the keys are thrown away by which readers of the days before could be told apart.
    Search is a mirror that can be repaired at any time: while it cannot be reached, its marks stay and the
    public check goes on.

    :param base_url: where the public door answers, for the check.
    :raises StorageFull, Unreachable: from a step that the rest depends on; what was done before stays done.
    """
    with services.sessions.begin() as session:
        downloads.forget(session, services.today())
    erase(services, progress)
    harvested = tuple(harvest(services, progress=progress))
    validated, unjudged = _validated(services, progress)
    reviewed = apply_rules(services, progress)
    published = publish(services, progress)
    indexed, index_error = _index(services, progress)
    checked = check(services, base_url, progress)
    return Summary(harvested, validated, unjudged, reviewed, published, indexed, index_error, checked)


def _validated(services: Services, progress: Progress | None) -> tuple[Counter[str], Text | None]:
    """What was judged; and why some was not, which need not hold up the others."""
    try:
        return validate(services, progress), None
    except Unjudged as error:
        return error.counts, error.text


def _index(services: Services, progress: Progress | None) -> tuple[int, Text | None]:
    try:
        return index(services, progress), None
    except OpenDataError as error:
        return 0, error.text


__all__ = [
    "Harvested",
    "Progress",
    "Summary",
    "Unjudged",
    "apply_rules",
    "check",
    "erase",
    "harvest",
    "index",
    "publish",
    "run",
    "validate",
]

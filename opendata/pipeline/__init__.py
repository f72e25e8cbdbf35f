"""The pipeline: one function per step, and :func:`run` for all of them.

Each step finds its own work in the database (what is in the state before it) and each thing has its own
transaction, so a process killed at any line loses nothing: the next run goes on where it stopped.
"""

from collections import Counter
from dataclasses import dataclass, field

from opendata.pipeline.harvest import Harvested, harvest
from opendata.pipeline.indexing import index
from opendata.pipeline.progress import Progress
from opendata.pipeline.public_check import check
from opendata.pipeline.publish import publish
from opendata.pipeline.rules import apply_rules
from opendata.pipeline.validate import validate
from opendata.services import Services


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did, step by step."""

    harvested: tuple[Harvested, ...] = ()
    validated: Counter[str] = field(default_factory=Counter)
    reviewed: Counter[str] = field(default_factory=Counter)
    published: Counter[str] = field(default_factory=Counter)
    indexed: int = 0
    checked: Counter[str] = field(default_factory=Counter)

    @property
    def failed(self) -> bool:
        """Whether a source could not be harvested or the public check failed."""
        return any(source.error for source in self.harvested) or self.checked["failed"] > 0

    @property
    def changed(self) -> bool:
        """Whether the run changed anything."""
        seen: Counter[str] = Counter()
        for source in self.harvested:
            seen.update(source.counts)
        new = seen["new"] + seen["changed"] + seen["vanished"]
        return bool(new or self.validated or self.published or self.indexed or self.checked)


def run(services: Services, base_url: str, progress: Progress | None = None) -> Summary:
    """Do every pending step once: harvest, validate, review by rule, publish, index, check.

    :param base_url: where the public door answers, for the check.
    """
    return Summary(
        harvested=tuple(harvest(services, progress=progress)),
        validated=validate(services, progress),
        reviewed=apply_rules(services, progress),
        published=publish(services, progress),
        indexed=index(services, progress),
        checked=check(services, base_url, progress),
    )


__all__ = [
    "Harvested",
    "Progress",
    "Summary",
    "apply_rules",
    "check",
    "harvest",
    "index",
    "publish",
    "run",
    "validate",
]

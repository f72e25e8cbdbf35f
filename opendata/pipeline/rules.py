"""Let the standing rules speak on what awaits a decision, and the negative list on all of it."""

from collections import Counter

from catalog import decisions, lifecycle
from catalog.records import Text
from opendata.pipeline.progress import Progress, Silent, following
from opendata.services import Services

STANDING_RULE = "rule:standing"
NEGATIVE_LIST = "rule:negative-list"
TITLE = Text("审查", "review")


def apply_rules(services: Services, progress: Progress | None = None) -> Counter[str]:
    """Decide each valid release that a rule can decide; the rest waits for a person.

    What tells of persons, or could not be looked through, no rule approves (:data:`catalog.decisions.FOR_A_PERSON`).

    :returns: how many were approved by a standing rule, blocked by the negative list, left to a person.
    """
    with services.readers() as session:
        waiting = decisions.awaiting(session)
    counts: Counter[str] = Counter()
    for release in following(progress or Silent(), TITLE, waiting, "file_name"):
        counts[_decide(services, release.id)] += 1
    return counts


def _decide(services: Services, release_id: str) -> str:
    with services.sessions.begin() as session:
        release = lifecycle.held(session, release_id)
        if release.state != "valid":
            return "already decided"
        entry = decisions.blocking_entry(session, release, services.today())
        if entry:
            basis = f"{entry.entry.code} {entry.legal_basis}"
            decisions.decide(
                session,
                release,
                "reject",
                actor=NEGATIVE_LIST,
                basis=basis,
                note=entry.matter,
                now=services.now(),
            )
            return "blocked"
        if not release.source.trusted or decisions.for_a_person(session, release):
            return "left"
        basis = release.source.trust_basis
        decisions.decide(session, release, "approve", actor=STANDING_RULE, basis=basis, now=services.now())
        return "approved"

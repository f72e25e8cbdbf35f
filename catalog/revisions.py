"""How dated facts are amended: nothing is overwritten, everything that ever held can be told.

What a sheet states of a thing is merged into the periods that are held of it:

- the same start day with other facts is a *correction*: the old revision is retracted, another recorded;
- a new start day *closes* the period before it on that day;
- a stated end day closes the period itself.

A period without a stated end runs to the next one's start. Stating the same again changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from catalog.models.mixins import Revised

RevisionType = TypeVar("RevisionType", bound=Revised)
Facts = dict[str, Any]
#: The value of a fact on which a sheet is silent: what was held stays.
KEEP: Any = object()


@dataclass(frozen=True, slots=True)
class Stated:
    """Facts with the period for which they are stated; without ``valid_from``, since when is not said."""

    facts: Facts
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Amendment(Generic[RevisionType]):
    """What :func:`amend` did: revisions retracted (already marked) and added (not yet in a session)."""

    retracted: list[RevisionType]
    added: list[RevisionType]
    before: Facts
    after: Facts
    #: The last period had no end before and has one now.
    ended: bool

    def __bool__(self) -> bool:
        return bool(self.retracted or self.added)


def amend(
    held: Sequence[RevisionType],
    stated: Sequence[Stated],
    *,
    facts_of: Callable[[RevisionType], Facts],
    make: Callable[[Facts], RevisionType],
    now: datetime,
    default_from: date,
    blank: Facts,
) -> Amendment[RevisionType]:
    """Merge what is *stated* of one thing into the revisions *held* of it.

    :param held: the revisions that are not retracted, by start day.
    :param make: a revision of the same thing with these facts; its times are set here.
    :param default_from: the start day of facts that changed and state none.
    :param blank: values of facts on which the sheet is silent and nothing is held.
    """
    periods = [Stated(facts_of(revision), revision.valid_from, revision.valid_to) for revision in held]
    desired = _timeline(periods, stated, default_from, blank)
    retracted = [revision for revision, period in zip(held, periods, strict=True) if period not in desired]
    for revision in retracted:
        revision.retracted_at = now
    added = [_record(make, period, now) for period in desired if period not in periods]
    return Amendment(
        retracted,
        added,
        before=periods[-1].facts if periods else {},
        after=desired[-1].facts if desired else {},
        ended=bool(periods and desired and periods[-1].valid_to is None and desired[-1].valid_to),
    )


def _record(make: Callable[[Facts], RevisionType], period: Stated, now: datetime) -> RevisionType:
    assert period.valid_from is not None
    revision = make(period.facts)
    revision.valid_from, revision.valid_to = period.valid_from, period.valid_to
    revision.recorded_at, revision.retracted_at = now, None
    return revision


def _timeline(
    held: Sequence[Stated], stated: Sequence[Stated], default_from: date, blank: Facts
) -> list[Stated]:
    """Every period that shall be held, by start day, none reaching into the next."""
    periods = {_start(period): period for period in held}
    for period in sorted(stated, key=lambda each: each.valid_from or date.max):
        base = periods.get(period.valid_from) if period.valid_from else None
        if base is None and periods:
            base = periods[max(periods)]
        facts = {
            name: (base.facts if base else blank)[name] if value is KEEP else value
            for name, value in period.facts.items()
        }
        start = period.valid_from
        if start is None:
            start = _start(base) if base and base.facts == facts else default_from
        periods[start] = Stated(facts, start, period.valid_to)
    starts = sorted(periods)
    return [
        Stated(periods[start].facts, start, _earlier(periods[start].valid_to, following))
        for start, following in zip(starts, [*starts[1:], None], strict=True)
    ]


def _start(period: Stated) -> date:
    assert period.valid_from is not None
    return period.valid_from


def _earlier(first: date | None, second: date | None) -> date | None:
    return min((day for day in (first, second) if day), default=None)

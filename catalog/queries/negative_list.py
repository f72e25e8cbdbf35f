"""The negative list as it stands on a day, and which of its entries speak of an inventory item."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from catalog.models import InventoryRevision, NegativeListRevision
from catalog.negative_list import NegativeList, in_force


@dataclass(frozen=True, slots=True)
class Blocker:
    """One entry of the negative list: what must not be opened, and by which law."""

    code: str
    matter: str
    scope: str
    targets: tuple[str, ...]
    category: str
    legal_basis: str
    valid_from: date
    valid_to: date | None
    review_on: date | None
    #: Its day of review has passed.
    overdue: bool


@dataclass(frozen=True, slots=True)
class Blockers:
    """The negative list of a day, ready to be asked about many items."""

    rules: NegativeList
    day: date

    @property
    def entries(self) -> tuple[Blocker, ...]:
        """All entries, by code."""
        return tuple(_blocker(revision, self.day) for revision in self.rules.entries)

    def of(self, code: str, revision: InventoryRevision, unit_code: str) -> tuple[Blocker, ...]:
        """The entries that speak of the item with this resource *code*, held by this unit; the narrowest first."""
        found = self.rules.forbidding(code, revision.title, unit_code)
        return tuple(_blocker(one, self.day) for one in found)


def blockers(session: Session, day: date) -> Blockers:
    """The entries that hold on *day*; one statement."""
    return Blockers(in_force(session, day), day)


def _blocker(revision: NegativeListRevision, day: date) -> Blocker:
    return Blocker(
        code=revision.entry.code,
        matter=revision.matter,
        scope=revision.scope,
        targets=tuple(revision.targets),
        category=revision.category,
        legal_basis=revision.legal_basis,
        valid_from=revision.valid_from,
        valid_to=revision.valid_to,
        review_on=revision.review_on,
        overdue=revision.review_on is not None and revision.review_on < day,
    )

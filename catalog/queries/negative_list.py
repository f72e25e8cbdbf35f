"""The negative list as it stands on a day, and which of its entries speak of an inventory item."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import InventoryRevision, NegativeListEntry, NegativeListRevision
from catalog.vocabularies import fold


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
    """All entries of a day, ready to be asked about many items."""

    entries: tuple[Blocker, ...]

    def of(self, code: str, revision: InventoryRevision, unit_code: str) -> tuple[Blocker, ...]:
        """The entries that speak of the item with this resource *code*, held by this unit."""
        title = fold(revision.title)
        return tuple(entry for entry in self.entries if _speaks_of(entry, code, title, unit_code))


def blockers(session: Session, day: date) -> Blockers:
    """The entries that hold on *day*, by code; one statement."""
    statement = (
        select(NegativeListEntry.code, NegativeListRevision)
        .join(NegativeListRevision, NegativeListRevision.entry_id == NegativeListEntry.id)
        .where(NegativeListRevision.holds(day))
        .order_by(NegativeListEntry.code)
    )
    return Blockers(tuple(_blocker(code, revision, day) for code, revision in session.execute(statement)))


def _blocker(code: str, revision: NegativeListRevision, day: date) -> Blocker:
    return Blocker(
        code=code,
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


def _speaks_of(entry: Blocker, code: str, title: str, unit_code: str) -> bool:
    match entry.scope:
        case "resource":
            return code in entry.targets
        case "unit":
            return unit_code in entry.targets
        case _:
            return any(fold(word) in title for word in entry.targets if word)

"""What the dated registries share: statements from a sheet, merged all or nothing, counted, entered in the ledger.

A registry module says which columns its sheet has and what a row states; the rest is here.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from catalog import ledger
from catalog.database import Base
from catalog.errors import InvalidInput, UnreadableFile
from catalog.grids import Grid, read_grids
from catalog.models.mixins import Revised
from catalog.records import Finding, Text
from catalog.revisions import Amendment, Facts, Stated, amend
from catalog.sheets import Column, Row, choose, read_rows

RevisionType = TypeVar("RevisionType", bound=Revised)
Action = Literal["new", "changed", "retired"]
_CODE = re.compile(r"\S{1,64}")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a load changed; ``before`` and ``after`` hold only the facts that differ."""

    action: Action
    key: str
    title: str
    before: Facts
    after: Facts


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, in things (not rows), and every change for showing before it is kept."""

    new: int
    changed: int
    unchanged: int
    retired: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What one row states of the thing named *key*."""

    key: str
    title: str
    stated: Stated
    row: Row


@dataclass(frozen=True, slots=True)
class Registry(Generic[RevisionType]):
    """Which tables a registry keeps and how a revision and its facts become one another.

    ``make_owner`` builds the undated thing from its key; ``link`` is the revision's reference to it.
    """

    name: str
    revision: type[RevisionType]
    owner: type[Base]
    link: InstrumentedAttribute[str]
    owner_id: Callable[[str], str]
    make_owner: Callable[[str], Base]
    facts_of: Callable[[RevisionType], Facts]
    make: Callable[[str, Facts], RevisionType]
    blank: Facts


def read_sheet(path: Path, columns: Sequence[Column], findings: list[Finding]) -> list[Row]:
    """The rows of the one sheet in the file at *path* that has these *columns*.

    :raises UnreadableFile: the file cannot be read at all.
    """
    grids = read_grids(path)
    return read_rows(choose(grids, columns) or _likeliest(path, grids), columns, findings)


def code_of(row: Row) -> str:
    """The code that an office gave to the thing of this *row*: 1 to 64 characters without white space."""
    return row.code("code", lambda text: bool(_CODE.fullmatch(text)), "1–64", required=True)


def period_of(row: Row, start: str = "valid_from", end: str = "valid_to") -> tuple[date | None, date | None]:
    """The period that the *row* states; an end that is not after the start is a fault."""
    first, last = row.day(start), row.day(end)
    if first and last and last <= first:
        row.fault(
            "period",
            end,
            f"{last} 不晚于开始日期 {first}",
            f"{last} is not after the start {first}",
            f"> {first}",
        )
    return first, last


def refuse_if_faulty(path: Path, findings: Sequence[Finding]) -> None:
    """:raises InvalidInput: there is a fault; all are handed over, by sheet and row."""
    if findings:
        raise InvalidInput(
            f"{path.name} 有 {len(findings)} 处问题，未载入任何内容",
            f"{path.name} has {len(findings)} faults; nothing was loaded",
            sorted(findings, key=lambda each: (each.sheet or "", each.row or 0, each.column or 0)),
        )


def check_repeats(statements: Iterable[Statement], key_field: str, end_field: str) -> None:
    """Note keys stated twice for the same day and periods of one key that overlap."""
    by_key: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        by_key[statement.key].append(statement)
    for key, same in by_key.items():
        same.sort(key=lambda each: each.stated.valid_from or date.max)
        for earlier, later in pairwise(same):
            if earlier.stated.valid_from == later.stated.valid_from:
                later.row.fault(
                    "duplicate-code",
                    key_field,
                    f"{key} 已在第 {earlier.row.number} 行出现",
                    f"{key} stands in row {earlier.row.number} already",
                )
            elif (
                earlier.stated.valid_to
                and later.stated.valid_from
                and earlier.stated.valid_to > later.stated.valid_from
            ):
                earlier.row.fault(
                    "period",
                    end_field,
                    f"与第 {later.row.number} 行的有效期重叠",
                    f"the period overlaps that of row {later.row.number}",
                    f"<= {later.stated.valid_from}",
                )


def merge(
    session: Session,
    registry: Registry[RevisionType],
    statements: Sequence[Statement],
    *,
    path: Path,
    now: datetime,
    actor: str,
    default_from: date,
) -> Loaded:
    """Merge the *statements* into what is held, and enter one event if that changed something."""
    held = _held(session, registry)
    by_key: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        by_key[statement.key].append(statement)
    changes = []
    for key, same in by_key.items():
        known = held.get(registry.owner_id(key), [])
        amendment = amend(
            known,
            [statement.stated for statement in same],
            facts_of=registry.facts_of,
            make=partial(registry.make, registry.owner_id(key)),
            now=now,
            default_from=default_from,
            blank=registry.blank,
        )
        if not amendment:
            continue
        if session.get(registry.owner, registry.owner_id(key)) is None:
            session.add(registry.make_owner(key))
            session.flush()
        session.add_all(amendment.added)
        changes.append(_change(key, same[-1].title, amendment, is_new=not known))
    session.flush()
    loaded = count(changes, len(by_key))
    record(session, registry.name, path, loaded, now=now, actor=actor)
    return loaded


def count(changes: Sequence[Change], things: int) -> Loaded:
    """The *changes* among so many *things*, counted by what happened."""
    number = {
        action: sum(change.action == action for change in changes) for action in ("new", "changed", "retired")
    }
    return Loaded(number["new"], number["changed"], things - len(changes), number["retired"], tuple(changes))


def record(session: Session, name: str, path: Path, loaded: Loaded, *, now: datetime, actor: str) -> None:
    """Enter the load into the ledger, if it changed something."""
    if loaded.changes:
        ledger.append(
            session,
            actor=actor,
            verb=f"{name}.loaded",
            subject_type="registry",
            subject_id=name,
            details={
                "file": path.name,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "new": loaded.new,
                "changed": loaded.changed,
                "retired": loaded.retired,
                "unchanged": loaded.unchanged,
            },
            at=now,
        )


def difference(before: Facts, after: Facts) -> tuple[Facts, Facts]:
    """Only what differs, on both sides."""
    names = [name for name in after if name not in before or before[name] != after[name]]
    return {name: before[name] for name in names if name in before}, {name: after[name] for name in names}


def simple_facts(revision: Revised, names: Iterable[str]) -> Facts:
    """The named attributes of *revision*; lists are copied, so that a change is seen."""
    values: dict[str, Any] = {name: getattr(revision, name) for name in names}
    return {name: list(value) if isinstance(value, list) else value for name, value in values.items()}


def _held(session: Session, registry: Registry[RevisionType]) -> dict[str, list[RevisionType]]:
    revision = registry.revision
    found = session.scalars(select(revision).where(revision.known()).order_by(revision.valid_from))
    held: dict[str, list[RevisionType]] = defaultdict(list)
    for each in found:
        held[getattr(each, registry.link.key)].append(each)
    return held


def _change(key: str, title: str, amendment: Amendment[Any], *, is_new: bool) -> Change:
    action: Action = "new" if is_new else "retired" if amendment.ended else "changed"
    return Change(action, key, title, *difference(amendment.before, amendment.after))


def _likeliest(path: Path, grids: Sequence[Grid]) -> Grid:
    """The sheet about which the missing columns are reported: the first that holds anything."""
    for grid in grids:
        if grid.rows:
            return grid
    text = Text(f"{path.name} 没有任何内容", f"{path.name} holds nothing")
    raise UnreadableFile(text.zh, text.en, [Finding("empty-file", text, sheet=path.name)])

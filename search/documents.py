"""The presenter of search: what of the catalogue a document tells, flat.

A dataset is told as its current release has it; an item of which nothing is open, as the inventory has it.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog import embargo
from catalog.errors import NotFound
from catalog.models import Dataset, InventoryItem, InventoryRevision, Release, Unit, UnitRevision
from catalog.queries.datasets import DESCRIPTIONS
from catalog.queries.revisions import latest
from catalog.vocabularies import DOMAIN, RELEASE_KIND, TABLE, UPDATE_CYCLE, Vocabulary
from search.base import Document
from search.layout import region_path

#: Values of closed columns that a document tells; a list of all countries would drown the rest.
MOST_VALUES = 60
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class Shelf:
    """What many documents need, read at once: the revision of each item, and each unit only once.

    :param day: names and metadata are told as of this day; without it, as known last.
    :param items: those to be told; of another item the revision is read when it is asked for.
    """

    def __init__(self, session: Session, day: date = date.max, items: Collection[InventoryItem] = ()) -> None:
        self._session, self._day = session, day
        self._units: dict[str, dict[str, Any]] = {}
        self._above: dict[str, tuple[str, ...]] = {}
        self._revisions = (
            {one.item_id: one for one in self._read([item.id for item in items])} if items else {}
        )

    def revision(self, item: InventoryItem) -> InventoryRevision:
        """What the inventory says of an item."""
        held = self._revisions.get(item.id)
        return held or self._read([item.id])[0]

    def unit(self, unit: Unit) -> dict[str, Any]:
        """A unit as fields of a document."""
        if unit.id not in self._units:
            self._units[unit.id] = _unit(self._session, unit, self._day)
        return self._units[unit.id]

    def above(self, unit: Unit) -> tuple[str, ...]:
        """The name of the unit above."""
        if unit.id not in self._above:
            parents = _parents(self._session, unit, self._day)
            self._above[unit.id] = tuple(_names(self._session, parents, self._day))
        return self._above[unit.id]

    def _read(self, ids: Collection[str]) -> Sequence[InventoryRevision]:
        statement = (
            select(InventoryRevision)
            .where(InventoryRevision.item_id.in_(ids), latest(InventoryRevision, "item_id", self._day))
            .options(selectinload(InventoryRevision.fields), joinedload(InventoryRevision.unit))
        )
        return self._session.scalars(statement).all()


def dataset_document(
    session: Session, dataset: Dataset, day: date = date.max, shelf: Shelf | None = None
) -> Document:
    """What search tells of a dataset with a published release.

    :param day: names and metadata are told as of this day; without it, as known last.
    :param shelf: what was read of the same day for many at once.
    """
    release = embargo.current(session, dataset)
    assert release is not None, "a dataset without a published release is told by item_document"
    shown = [one for one in dataset.releases if embargo.is_open(session, one)]
    issued = min((one.open_from for one in shown if one.open_from), default=None)
    facts = _facts(shelf or Shelf(session, day), dataset.item)
    if release.kind != TABLE:
        facts["labels"] += _labels(RELEASE_KIND, release.kind)[:2]
    return Document(
        **{**facts, **_columns(release)},
        id=dataset.id,
        kind="dataset",
        formats=_formats(release),
        year=_year(facts["title"], release.period_to or issued),
        rows=release.rows,
        period_from=release.period_from,
        period_to=release.period_to,
        warnings=sum(release.report.document.get("counts", {}).values()) if release.report else None,
        uses=dataset.uses,
        issued=issued,
        modified=release.open_from,
        slug=dataset.slug,
    )


def item_document(
    session: Session, item: InventoryItem, day: date = date.max, shelf: Shelf | None = None
) -> Document:
    """What search tells of an inventory item of which nothing is open; ``slug`` is its resource code.

    :param day: names and metadata are told as of this day; without it, as known last.
    :param shelf: what was read of the same day for many at once.
    """
    facts = _facts(shelf or Shelf(session, day), item)
    return Document(
        **facts,
        id=item.id,
        kind="inventory-item",
        year=_year(facts["title"], None),
        slug=item.resource_code,
    )


def _facts(shelf: Shelf, item: InventoryItem) -> dict[str, Any]:
    """What an item's revision and its unit say, as fields of a document."""
    revision = shelf.revision(item)
    return {
        "title": revision.title,
        "title_en": revision.title_en,
        "abstract": revision.abstract,
        "keywords": tuple(revision.keywords),
        "labels": (
            item.resource_code,
            *_labels(DOMAIN, revision.domain),
            *_labels(UPDATE_CYCLE, revision.update_cycle)[:2],  # aliases such as "01" say nothing to a reader
            *shelf.above(revision.unit),
        ),
        "domain": revision.domain,
        "theme": revision.theme,
        "openness": revision.openness,
        "update_cycle": revision.update_cycle,
        "column_names": tuple(field.name for field in revision.fields if field.name),
        "column_titles": tuple(field.title for field in revision.fields),
        **shelf.unit(revision.unit),
    }


def _unit(session: Session, unit: Unit, day: date) -> dict[str, Any]:
    """A unit as fields of a document; its earlier names and its predecessors' are aliases."""
    known = session.scalars(
        select(UnitRevision)
        .where(UnitRevision.unit_id == unit.id, UnitRevision.known())
        .order_by(UnitRevision.valid_from.desc())
    ).all()
    now = next((revision for revision in known if revision.valid_from <= day), known[-1])
    before = _names(session, now.predecessors, day)
    names = (now.name_en, *now.aliases, *(revision.name for revision in known), *before)
    path = region_path(now.division_code)
    return {
        "unit_code": unit.code,
        "unit_name": now.name,
        "unit_aliases": tuple(name for name in dict.fromkeys(names) if name and name != now.name),
        "unit_level": now.level,
        "region": now.division_code,
        # A division is called as the government that carries its code as unit code.
        "region_names": tuple(name.removesuffix("人民政府") for name in _names(session, path, day)),
    }


def _parents(session: Session, unit: Unit, day: date) -> tuple[str, ...]:
    """The code of the unit above, as the unit's revision of the day names it."""
    statement = select(UnitRevision.parent_code).where(
        UnitRevision.unit_id == unit.id, latest(UnitRevision, "unit_id", day)
    )
    return tuple(code for code in session.scalars(statement) if code)


def _names(session: Session, codes: Iterable[str], day: date) -> list[str]:
    statement = (
        select(UnitRevision.name)
        .join(Unit, Unit.id == UnitRevision.unit_id)
        .where(Unit.code.in_(tuple(codes)), latest(UnitRevision, "unit_id", day))
        .order_by(Unit.code)
    )
    return list(session.scalars(statement))


def _columns(release: Release) -> dict[str, tuple[str, ...]]:
    """The columns of the published files; they may say more than the inventory's 信息项."""
    fields = (release.schema or {}).get("fields", [])
    described = [field for field in fields if field.get("mask", {}).get("rule") != "drop"]
    return {
        "column_names": tuple(field["name"] for field in described),
        "column_titles": tuple(
            text for field in described for key in ("title", "title_en") if (text := field.get(key))
        ),
        "values": _values(described),
    }


def _values(described: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """What closed columns may hold, in words: codes and numbers say nothing to who searches."""
    allowed = [one for field in described for one in field.get("constraints", {}).get("enum", ())]
    words = (str(one) for one in allowed if any(map(str.isalpha, str(one))))
    return tuple(dict.fromkeys(words))[:MOST_VALUES]


def _formats(release: Release) -> tuple[str, ...]:
    files = [one for one in release.distributions if one.format not in DESCRIPTIONS]
    return tuple(sorted({one.format for one in files}))


def _labels(vocabulary: Vocabulary, code: str) -> tuple[str, ...]:
    term = vocabulary.find(code)
    return (term.zh, term.en, *term.aliases) if term else ()


def _year(title: str, day: date | None) -> int | None:
    """The year that the title names, else that of *day*: the end of the data's period, or the first issue."""
    named = _YEAR.findall(title)
    return int(named[-1]) if named else day.year if day else None


def document_id(session: Session, name: str) -> str:
    """Return under which id search knows a dataset, by its slug, or an item, by its resource code.

    :raises NotFound: neither is called so.
    """
    for column, id_ in ((Dataset.slug, Dataset.id), (InventoryItem.resource_code, InventoryItem.id)):
        found = session.scalar(select(id_).where(column == name))
        if found is not None:
            return found
    raise NotFound(
        f"没有名为 {name} 的数据集或清单条目", f"there is neither a dataset nor an inventory item {name}"
    )

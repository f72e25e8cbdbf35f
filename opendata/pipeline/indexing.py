"""Bring the search index in step with the catalogue: work off the marks, compare, rebuild.

A mark is set in the transaction that changes what the public should find, and cleared only after the
index has it: a process killed in between leaves the mark, and the next run does the same work again.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnExpressionArgument, Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog import embargo, uses
from catalog.models import Dataset, InventoryItem, InventoryRevision, Release
from catalog.records import Text
from opendata.pipeline.progress import Progress, Silent
from opendata.services import Services
from search.base import Difference, Document, compare
from search.documents import Shelf, dataset_document, item_document

TITLE = Text("索引", "index")
BATCH = 500


def index(services: Services, progress: Progress | None = None) -> int:
    """Put every marked item, or its dataset, into the index, and clear the marks.

    :returns: how many items were worked off.
    :raises Unreachable, Busy: the engine cannot be written to now; the marks stay.
    """
    progress = progress or Silent()
    progress.begin(TITLE, None)
    mark_opened(services)
    with services.sessions.begin() as session:
        uses.refresh(session)
    done = 0
    while batch := _batch(services, InventoryItem.index_pending):
        done += batch
        progress.advance(str(done))
    return done


def mark_opened(services: Services) -> list[str]:
    """Mark what an embargo kept from the public until now; returns the ids of the items."""
    with services.readers() as session:
        if session.scalar(select(Release.id).where(embargo.ended(session)).limit(1)) is None:
            return []
    with services.sessions.begin() as session:
        items = []
        for release in session.scalars(select(Release).where(embargo.ended(session))):
            release.lifted_at = services.now()
            release.dataset.item.index_pending = True
            items.append(release.dataset.item_id)
        return items


def put(services: Services, ids: Collection[str]) -> None:
    """Work off the marks of these items alone; what has none any more is done.

    :raises Unreachable, Busy: the engine cannot be written to now; the marks stay.
    """
    while _batch(services, InventoryItem.index_pending & InventoryItem.id.in_(ids)):
        pass


def _batch(services: Services, pending: ColumnExpressionArgument[bool]) -> int:
    """Index one batch of marked items; returns how many, 0 when no mark is left."""
    with services.sessions.begin() as session:
        items = session.scalars(
            select(InventoryItem).where(pending).order_by(InventoryItem.id).limit(BATCH)
        ).all()
        if not items:
            return 0
        wanted, ids = _told(session, items, services.today())
        kept = {document.id for document in wanted}
        # The new first: if the second write fails, something is found twice, never not at all.
        services.index.put(wanted)
        services.index.delete(id_ for id_ in ids if id_ not in kept)
        for item in items:
            item.index_pending = False
        return len(items)


def _told(session: Session, items: Sequence[InventoryItem], today: date) -> tuple[list[Document], list[str]]:
    """What search tells of *items*, and every id under which they may stand in the index.

    Of an item its dataset is told if something is published, else the item itself; of one that does not hold any
    more and of which nothing is published, nothing.
    """
    ids = [item.id for item in items]
    datasets = {dataset.item_id: dataset for dataset in session.scalars(_with_releases(ids))}
    holding = set(
        session.scalars(
            select(InventoryRevision.item_id).where(
                InventoryRevision.item_id.in_(ids), InventoryRevision.holds(today)
            )
        )
    )
    shelf = Shelf(session, today, items)
    wanted = []
    for item in items:
        dataset = datasets.get(item.id)
        if dataset and embargo.current(session, dataset):
            wanted.append(dataset_document(session, dataset, today, shelf))
        elif item.id in holding:
            wanted.append(item_document(session, item, today, shelf))
    return wanted, [*ids, *(dataset.id for dataset in datasets.values())]


def _with_releases(ids: Collection[str]) -> Select[Dataset]:
    """The datasets of items, with all that a document tells of their releases."""
    release = joinedload(Dataset.current_release)
    return (
        select(Dataset)
        .where(Dataset.item_id.in_(ids))
        .options(
            joinedload(Dataset.item),
            selectinload(Dataset.releases),
            release.selectinload(Release.distributions),
            release.selectinload(Release.report),
        )
    )


def documents(services: Services) -> Iterator[Document]:
    """Every document that the index should hold, read lazily, many at a time."""
    after = ""
    with services.readers() as session:
        while True:
            page = select(InventoryItem).where(InventoryItem.id > after).order_by(InventoryItem.id)
            items = session.scalars(page.limit(BATCH)).all()
            if not items:
                return
            yield from _told(session, items, services.today())[0]
            after = items[-1].id
            session.expunge_all()  # so that memory stays bounded


def check(services: Services) -> Difference:
    """How the index differs from the catalogue."""
    return compare(services.index, ((document.id, document.digest) for document in documents(services)))


def rebuild(services: Services) -> int:
    """Build the index anew beside the old one and swap; returns the number of documents."""
    return services.index.rebuild(documents(services))

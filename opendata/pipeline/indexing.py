"""Bring the search index in step with the catalogue: work off the marks, compare, rebuild.

A mark is set in the transaction that changes what the public should find, and cleared only after the
index has it: a process killed in between leaves the mark, and the next run does the same work again.
"""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import embargo, uses
from catalog.models import Dataset, InventoryItem, InventoryRevision, Release
from catalog.records import Text
from opendata.pipeline.progress import Progress, Silent
from opendata.services import Services
from search.base import Difference, Document, compare
from search.documents import dataset_document, item_document

TITLE = Text("索引", "index")
BATCH = 500


def index(services: Services, progress: Progress | None = None) -> int:
    """Put every marked item, or its dataset, into the index, and clear the marks.

    :returns: how many items were worked off.
    :raises Unreachable, Busy: the engine cannot be written to now; the marks stay.
    """
    progress = progress or Silent()
    progress.begin(TITLE, None)
    _mark_opened(services)
    with services.sessions.begin() as session:
        uses.refresh(session)
    done = 0
    while batch := _batch(services):
        done += len(batch)
        progress.advance(str(done))
    return done


def _mark_opened(services: Services) -> None:
    """Mark what an embargo kept from the public until now: nobody writes when its moment comes."""
    with services.readers() as session:
        if session.scalar(select(Release.id).where(embargo.ended(session)).limit(1)) is None:
            return
    with services.sessions.begin() as session:
        for release in session.scalars(select(Release).where(embargo.ended(session))):
            release.lifted_at = services.now()
            release.dataset.item.index_pending = True


def _batch(services: Services) -> list[str]:
    """Index one batch of marked items; returns their ids, none when no mark is left."""
    with services.sessions.begin() as session:
        pending = (
            select(InventoryItem).where(InventoryItem.index_pending).order_by(InventoryItem.id).limit(BATCH)
        )
        items = list(session.scalars(pending))
        if not items:
            return []
        wanted = [document for item in items if (document := document_of(session, item, services.today()))]
        kept = {document.id for document in wanted}
        # The new first: if the second write fails, something is found twice, never not at all.
        services.index.put(wanted)
        services.index.delete(id_ for item in items for id_ in _ids(session, item) if id_ not in kept)
        for item in items:
            item.index_pending = False
        return [item.id for item in items]


def _ids(session: Session, item: InventoryItem) -> tuple[str, ...]:
    """Every id under which *item* may stand in the index."""
    dataset_id = session.scalar(select(Dataset.id).where(Dataset.item_id == item.id))
    return (item.id, dataset_id) if dataset_id else (item.id,)


def document_of(session: Session, item: InventoryItem, today: date) -> Document | None:
    """What search tells of *item*: its dataset if something is published, else the item itself.

    None if the item does not hold any more and nothing of it is published.
    """
    dataset = session.scalars(select(Dataset).where(Dataset.item_id == item.id)).first()
    release = embargo.current(session, dataset) if dataset else None
    if dataset and release:
        return dataset_document(session, dataset, today)
    query = select(InventoryRevision.id).where(
        InventoryRevision.item_id == item.id, InventoryRevision.holds(today)
    )
    return item_document(session, item, today) if session.scalar(query) else None


def documents(services: Services) -> Iterator[Document]:
    """Every document that the index should hold, read lazily."""
    with services.readers() as session:
        for item in session.scalars(select(InventoryItem).order_by(InventoryItem.id)):
            if document := document_of(session, item, services.today()):
                yield document


def check(services: Services) -> Difference:
    """How the index differs from the catalogue."""
    return compare(services.index, ((document.id, document.digest) for document in documents(services)))


def rebuild(services: Services) -> int:
    """Build the index anew beside the old one and swap; returns the number of documents."""
    return services.index.rebuild(documents(services))

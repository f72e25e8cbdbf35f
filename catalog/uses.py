"""How much each dataset is used, as search ranks by it: the people who downloaded it, so far."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from catalog.models import Dataset, DownloadCount, Release


def refresh(session: Session) -> int:
    """Bring every dataset's ``uses`` up to its downloads and mark what changed for the index; how many changed.

    The number that search knows is the one kept here, so that it changes with a run and not with every download.
    """
    counted = (
        select(Release.dataset_id, func.sum(DownloadCount.count).label("total"))
        .join(DownloadCount, DownloadCount.release_id == Release.id)
        .group_by(Release.dataset_id)
        .subquery()
    )
    statement = (
        select(Dataset, counted.c.total)
        .join(counted, counted.c.dataset_id == Dataset.id)
        .where(Dataset.uses != counted.c.total)
        .options(joinedload(Dataset.item))
    )
    changed = session.execute(statement).all()
    for dataset, total in changed:
        dataset.uses = int(total)
        dataset.item.index_pending = True
    return len(changed)

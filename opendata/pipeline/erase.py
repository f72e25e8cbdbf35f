"""Erase the files of releases that were withdrawn because of what is in them.

The mark is set in the transaction of the withdrawal (:mod:`catalog.withdrawal`); from then on the public gets
nothing but the tombstone. The bytes go here, after it: a process killed in between leaves the mark, and the
next run does the rest. Bytes that another release has too stay, since that release was not withdrawn.
"""

from catalog import ledger, lifecycle, withdrawal
from catalog.queries.shared_files import shared_keys
from catalog.records import Text
from catalog.withdrawal import shares_raw
from opendata.pipeline import kept_diffs, reading
from opendata.pipeline.progress import Progress, Silent
from opendata.publishing.publish import discard
from opendata.services import Services

ACTOR = "system:erase"
TITLE = Text("删除已撤回的文件", "erase withdrawn files")


def erase(services: Services, progress: Progress | None = None) -> int:
    """Erase what is marked; returns how many releases that were.

    :raises Unreachable: the storage does not answer; the marks stay.
    """
    with services.readers() as session:
        marked = withdrawal.to_erase(session)
    shown = progress or Silent()
    shown.begin(TITLE, len(marked))
    for release_id in marked:
        _erase(services, release_id)
        shown.advance(release_id)
    return len(marked)


def _erase(services: Services, release_id: str) -> None:
    with services.sessions.begin() as session:
        release = lifecycle.held(session, release_id)
        if not release.erase_pending:
            return  # another process was faster
        ledger.hold(session)  # nobody may publish the same bytes between the question and the deletion
        shared = shared_keys(session, release)
        for file in release.distributions:
            if file.key not in shared:
                services.storage.delete(file.key)
        discard(services.storage, release.dataset.slug, release.number)
        if not shares_raw(session, release):
            services.raw.forget(release.file_sha256)
        reading.drop_typed(services, release.id)
        kept_diffs.drop(services.settings.diffs_dir, release.id)
        withdrawal.erased(session, release, actor=ACTOR, now=services.now())

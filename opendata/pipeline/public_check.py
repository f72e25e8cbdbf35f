"""Fetch what was published as the public would, and compare every byte.

A release counts as covered only after this: "published" means fetched.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable

import httpx
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from catalog import ledger
from catalog.embargo import FETCHABLE, opened
from catalog.models import Distribution, PublicCheck, Release
from catalog.records import Text
from opendata.pipeline.progress import Progress, Silent, following
from opendata.services import Services

ACTOR = "system:check"
TITLE = Text("公众可取性检查", "public check")
TIMEOUT_SECONDS = 30
#: The very bytes that were published, not compressed on the way; and no reader, so not counted as a download.
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "opendata-check/1.0"}


def check(
    services: Services, base_url: str, progress: Progress | None = None, *, every: bool = False
) -> Counter[str]:
    """Fetch the files of each release that was published and that no check has proven yet (or of all, with *every*).

    :param base_url: where the public door answers now; the kept address is the settings' public one.
    :returns: how many releases were intact and how many failed.
    """
    counts: Counter[str] = Counter()
    with httpx.Client(
        base_url=base_url, timeout=TIMEOUT_SECONDS, follow_redirects=True, trust_env=False, headers=HEADERS
    ) as client:
        for release in following(progress or Silent(), TITLE, _pending(services, every), "file_name"):
            result = _fetch(client, release)
            with services.sessions.begin() as session:
                result.checked_at = services.now()
                session.add(result)
                ledger.append(
                    session,
                    actor=ACTOR,
                    verb="release.checked",
                    subject_type="release",
                    subject_id=release.id,
                    details={"intact": result.intact, "status": result.status, "detail": result.detail},
                    at=result.checked_at,
                )
            counts["intact" if result.intact else "failed"] += 1
    return counts


def _pending(services: Services, every: bool) -> list[Release]:
    with services.readers() as session:
        # What was superseded is still downloadable, and is the evidence for the days when it was current.
        query = select(Release).where(Release.state.in_(FETCHABLE), opened(session)).order_by(Release.id)
        if not every:
            proven = select(PublicCheck.release_id).where(PublicCheck.intact)
            query = query.where(Release.id.not_in(proven))
        options = (selectinload(Release.distributions), selectinload(Release.dataset))
        return list(session.scalars(query.options(*options)))


def file_path(release: Release, file: Distribution) -> str:
    """The path of a published file below the portal's address."""
    return f"/datasets/{release.dataset.slug}/releases/{release.number}/files/{file.name}"


def _fetch(client: httpx.Client, release: Release) -> PublicCheck:
    """Fetch every file until one is not what was published; an unreachable door is a failed check."""
    result = PublicCheck(release_id=release.id, url="", status=0, intact=False, detail="no file")
    for file in release.distributions:
        result.url = file_path(release, file)
        try:
            with client.stream("GET", result.url) as response:
                result.status = response.status_code
                found = _sha256(response.iter_raw())
        except httpx.HTTPError as error:
            result.status, result.intact, result.detail = 0, False, f"{file.name}: {type(error).__name__}"
            return result
        result.intact = result.status == httpx.codes.OK and found == file.sha256
        result.detail = file.name if result.intact else f"{file.name}: {result.status}, sha256 {found}"
        if not result.intact:
            return result
    return result


def _sha256(chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()

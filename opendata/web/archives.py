"""Many files as one archive, made while it is sent: stored, not compressed, so its length is known beforehand.

Zip64 begins by itself where a file or the whole needs it. Each file is compared with its sha256 on the way; where
one is damaged the connection breaks, so that nobody keeps a wrong archive that looks whole.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from zipstream import ZipStream

from catalog.errors import InvalidInput, NotFound, Tampered
from catalog.keys import checked, safe_name
from catalog.queries import releases
from catalog.queries.datasets import DESCRIPTIONS
from catalog.queries.releases import StoredFile
from opendata.pipeline.opening import searched
from opendata.publishing.storage.base import Storage
from opendata.web.blueprint import pages
from opendata.web.counting import count
from opendata.web.door import services, session, today, words
from opendata.web.files import attachment
from opendata.web.ranges import Span
from opendata.web.sending import bytes_of, require_size
from search.query import FACETS, parse

#: Datasets in the archive of a search; for more there is the mirror.
MOST_DATASETS = 200
MANIFEST = "manifest.json"
ZIP = "zip"
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Member:
    """A stored file and its name in the archive."""

    name: str
    file: StoredFile


@pages.get("/datasets/<slug>/releases/<int:number>.zip")
def release_archive(slug: str, number: int) -> AnyResponse:
    """All files of a release; unpacked, its ``datapackage.json`` proves them (``opendata verify``)."""
    found = releases.stored_files(session(), slug, number, today())
    if not found:
        raise NotFound(f"数据集 {slug} 没有第 {number} 版", f"dataset {slug} has no release {number}")
    if found[0].withdrawn:
        abort(HTTPStatus.GONE)
    whole = f"{safe_name(found[0].title, 150)}_v{number}.zip"
    members = [Member(checked(file.name), file) for file in found]
    return _send(members, attachment(f"{slug}_v{number}.zip", whole))


@pages.get("/datasets/<slug>/latest.zip")
def latest_archive(slug: str) -> AnyResponse:
    """Leads to the archive of the current release."""
    number = releases.current_number(session(), slug)
    response = redirect(url_for("web.release_archive", slug=slug, number=number))
    response.headers["Cache-Control"] = "no-cache"
    return response


@pages.get("/search.zip")
def search_archive() -> AnyResponse:
    """The current releases of the datasets that a search finds: in the chosen formats, else as CSV or as they came."""
    chosen = {facet: values for facet in FACETS if (values := request.args.getlist(facet))}
    formats = frozenset(chosen.get("format", ()))
    slugs = _found(chosen)
    members = [member for slug in slugs for member in _members(slug, formats)]
    if not members:
        raise NotFound("检索结果中没有可下载的文件", "what was found has no file to fetch")
    manifest = {
        "query": words("q"),
        "filters": chosen,
        "files": [
            {
                "path": one.name,
                "bytes": one.file.size,
                "sha256": one.file.sha256,
                "mediatype": one.file.media_type,
            }
            for one in members
        ],
    }
    told = json.dumps(manifest, ensure_ascii=False, indent=2).encode()
    return _send(members, attachment("search.zip", f"{safe_name(words('q') or 'data', 100)}.zip"), told)


def _found(chosen: dict[str, list[str]]) -> list[str]:
    """The datasets that the search finds, by name in their addresses.

    :raises InvalidInput: there are too many for one archive.
    """
    slugs: list[str] = []
    total, page = 1, 1
    while (page - 1) * _PAGE < total:
        query = parse(words("q"), {**chosen, "kind": ["dataset"]}, page=page, size=_PAGE)
        answer = searched(services()).search(query)
        total, page = answer.total, page + 1
        if total > MOST_DATASETS:
            raise InvalidInput(
                f"检索到 {total} 个数据集，一个压缩包最多 {MOST_DATASETS} 个；请缩小范围，或用 opendata mirror",
                f"{total} datasets were found, an archive holds at most {MOST_DATASETS};"
                " narrow the search, or use `opendata mirror`",
            )
        slugs += [hit.document.slug for hit in answer.hits if hit.document.slug]
    return sorted({*slugs})


def _members(slug: str, formats: frozenset[str]) -> list[Member]:
    try:
        number = releases.current_number(session(), slug)
    except NotFound:
        return []  # withdrawn or put under embargo since it was indexed
    files = releases.stored_files(session(), slug, number, today())
    data = [file for file in files if file.format not in DESCRIPTIONS and not file.withdrawn]
    wanted = formats or (
        {"csv"} if any(file.format == "csv" for file in data) else {file.format for file in data}
    )
    return [Member(checked(f"{slug}/{file.name}"), file) for file in data if file.format in wanted]


def _send(members: Sequence[Member], disposition: str, manifest: bytes | None = None) -> Response:
    storage = services().storage
    for member in members:
        require_size(storage, member.file.key, member.file.size)
    archive = archive_of(storage, members)
    if manifest is not None:
        archive.add(manifest, MANIFEST)
    response = Response(archive, content_type="application/zip", direct_passthrough=True)
    response.content_length = len(archive)
    response.headers["Content-Disposition"] = disposition
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Accept-Ranges"] = "none"
    for release_id in {member.file.release_id for member in members}:
        count(release_id, ZIP)
    return response


def archive_of(storage: Storage, members: Sequence[Member]) -> ZipStream:
    """The archive of *members*, whose bytes are read while it is sent."""
    archive = ZipStream(sized=True)
    for member in members:
        archive.add(_proven(storage, member.file), member.name, size=member.file.size)
    return archive


def _proven(storage: Storage, file: StoredFile) -> Iterator[bytes]:
    """The file's bytes; its end comes only if they are those that were published."""
    digest = hashlib.sha256()
    for piece in bytes_of(storage, file.key, Span(0, file.size)):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != file.sha256:
        raise Tampered(f"{file.name} 在存储中已损坏", f"{file.name} is damaged in the storage")

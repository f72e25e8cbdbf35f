"""The image of a release as pages show it: the published bytes, from our own host, not counted as a download."""

from http import HTTPStatus

from flask import Response, abort

from catalog.errors import NotFound
from catalog.queries import releases
from catalog.queries.datasets import ReleaseRow
from catalog.queries.releases import StoredFile
from opendata.web.blueprint import pages
from opendata.web.door import services, session, today
from opendata.web.sending import Content, send

#: What every browser shows.
SHOWABLE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml", "image/bmp"})
#: Bytes of the largest image that a page loads; a phone's reader has to pay for them.
LARGEST = 4 << 20


@pages.get("/datasets/<slug>/releases/<int:number>/image")
def release_image(slug: str, number: int) -> Response:
    """The image itself, for an ``img`` element; it is fetched for keeping under its file's own address."""
    file = next(
        (one for one in releases.stored_files(session(), slug, number, today()) if _is_shown(one)), None
    )
    if file is None:
        raise NotFound(
            f"数据集 {slug} 第 {number} 版没有可显示的图像",
            f"release {number} of {slug} has no image to show",
        )
    if file.withdrawn:
        abort(HTTPStatus.GONE)
    content = Content(file.key, file.size, file.sha256, file.media_type, "inline", file.published_at)
    return send(services().storage, content)


def shows(release: ReleaseRow) -> bool:
    """Whether the page of *release* shows it as an image."""
    return release.kind == "image" and any(_fits(one.media_type, one.size) for one in release.files)


def _is_shown(file: StoredFile) -> bool:
    return file.is_original and file.kind == "image" and _fits(file.media_type, file.size)


def _fits(media_type: str, size: int) -> bool:
    return media_type in SHOWABLE and size <= LARGEST

"""Where published files live: the URL's scheme chooses the class. To add a storage: one file, one line here."""

from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

from catalog.errors import SettingError
from opendata.publishing.storage.base import Storage
from opendata.publishing.storage.local import LocalStorage
from opendata.publishing.storage.s3 import S3Storage

STORAGES: dict[str, Callable[[SplitResult], Storage]] = {
    "file": LocalStorage.from_url,
    "s3": S3Storage.from_url,
}


def open_storage(url: str) -> Storage:
    """The storage at *url*: ``file:FOLDER`` or ``s3://BUCKET/PREFIX?endpoint=URL&region=NAME``.

    Nothing is written or asked yet; :meth:`Storage.check` does that.

    :raises SettingError: the scheme is unknown or the address malformed.
    """
    parts = urlsplit(url)
    if parts.scheme not in STORAGES:
        known = ", ".join(f"{scheme}:" for scheme in sorted(STORAGES))
        raise SettingError(
            f"未知的存储地址 {url!r}，可用：{known}", f"unknown storage address {url!r}; known: {known}"
        )
    return STORAGES[parts.scheme](parts)

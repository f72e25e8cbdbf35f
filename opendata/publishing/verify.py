"""Prove that a release's files are still the ones that its ``datapackage.json`` lists."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog.errors import NotFound, UnsafeAddress
from catalog.records import Finding, Text
from opendata.publishing.package import DESCRIPTOR
from opendata.publishing.storage.base import Storage
from opendata.publishing.storage.blobs import blob_key
from opendata.publishing.storage.local import LocalStorage

_CHUNK = 1 << 20


def verify(storage: Storage, prefix: str = "") -> list[Finding]:
    """Read every file of the release that is described under *prefix* again and compare size and SHA-256.

    Its files are blobs, or lie beside the description as in a download.

    :returns: ``missing-file``, ``checksum-mismatch`` or ``malformed-file``, the file's name in ``value``; none if
        all is well.
    :raises Unreachable: the storage does not answer.
    """
    folder = f"{prefix}/" if prefix else ""
    try:
        with storage.open(folder + DESCRIPTOR) as stream:
            resources = _resources(stream.read())
    except NotFound:
        return [_missing(DESCRIPTOR)]
    if resources is None:
        return [_malformed(DESCRIPTOR)]
    return [finding for resource in resources for finding in _check(storage, folder, resource)]


def verify_folder(folder: Path) -> list[Finding]:
    """The same for a folder on this machine, such as a download."""
    return verify(LocalStorage(folder))


def _resources(data: bytes) -> list[dict[str, Any]] | None:
    try:
        resources = json.loads(data)["resources"]
        wanted = [{name: resource[name] for name in ("path", "bytes", "hash")} for resource in resources]
    except (ValueError, TypeError, KeyError):
        return None
    return wanted if wanted and all(isinstance(item["path"], str) for item in wanted) else None


def _check(storage: Storage, folder: str, resource: dict[str, Any]) -> Iterator[Finding]:
    name = resource["path"]
    digest, size = hashlib.sha256(), 0
    try:
        with storage.open(_key(storage, folder, resource)) as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except NotFound:
        yield _missing(name)
    except UnsafeAddress:
        yield _malformed(DESCRIPTOR)
    else:
        found = (size, f"sha256:{digest.hexdigest()}")
        if found != (resource["bytes"], resource["hash"]):
            yield _changed(name, resource, found)


def _key(storage: Storage, folder: str, resource: dict[str, Any]) -> str:
    """The file beside the description if there is one: a download has no blobs."""
    beside, blob = folder + resource["path"], blob_key(str(resource["hash"]).removeprefix("sha256:"))
    return beside if storage.exists(beside) or not storage.exists(blob) else blob


def _missing(name: str) -> Finding:
    return Finding("missing-file", Text(f"缺少文件 {name}", f"the file {name} is missing"), value=name)


def _malformed(name: str) -> Finding:
    return Finding(
        "malformed-file",
        Text(f"{name} 不是有效的数据包描述", f"{name} is no data package descriptor"),
        value=name,
    )


def _changed(name: str, resource: dict[str, Any], found: tuple[int, str]) -> Finding:
    return Finding(
        "checksum-mismatch",
        Text(f"文件 {name} 与发布时不同", f"the file {name} is not the one that was published"),
        value=name,
        expected=f"{resource['bytes']} bytes, {resource['hash']}; found {found[0]} bytes, {found[1]}",
    )

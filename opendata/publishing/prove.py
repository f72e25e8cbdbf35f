"""Prove a download offline: that every byte is the one that was published, and by whom.

What was downloaded is a folder with ``datapackage.json``, its ``.sig`` and the files, or one file with these beside
it. The signature proves the description, the description's sha256 prove the files. A file that was made later has a
proof of its own (:mod:`opendata.publishing.supplement`).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.records import Finding, Text
from opendata.publishing.held import Keys, finding, held, unsigned
from opendata.publishing.package import DESCRIPTOR
from opendata.publishing.signing import SUFFIX as SIGNATURE
from opendata.publishing.signing import read_signature
from opendata.publishing.supplement import SUFFIX as SUPPLEMENT
from opendata.publishing.supplement import supplements


@dataclass(frozen=True, slots=True)
class Proof:
    """What could be proven: which files, by which key (None: by none), and everything that is wrong."""

    files: tuple[str, ...]
    key: str | None
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong; without a key it only says that the files fit their description."""
        return all(finding.severity == "warning" for finding in self.findings)


def prove(path: Path, keys: Keys) -> Proof:
    """Prove the file or folder at *path*.

    :param keys: public keys by id, of those who may have signed; empty: only the checksums are proven.
    :returns: findings ``missing-description``, ``malformed-description``, ``unsigned``, ``bad-signature``,
        ``wrong-key``, ``wrong-package``, ``unchecked-signature`` (a warning), ``missing-file``, ``truncated-file``,
        ``checksum-mismatch``, ``extra-file``; the file's name in ``value``.
    """
    folder = path if path.is_dir() else path.parent
    description = folder / DESCRIPTOR
    if not description.is_file():
        return Proof((), None, (_missing_description(folder),))
    data = description.read_bytes()
    key, findings = _signed(description, data, keys)
    resources = _resources(data)
    if resources is None:
        zh, en = "不是有效的数据包描述", "is no data package descriptor"
        return Proof((), key, (*findings, finding("malformed-description", DESCRIPTOR, zh, en)))
    later, faults = supplements(folder, hashlib.sha256(data).hexdigest(), keys)
    known = {**later, **resources}
    if path.is_dir() or path.name in (DESCRIPTOR, DESCRIPTOR + SIGNATURE):
        wanted = known
        findings += [one for its in faults.values() for one in its]
        findings += [_extra(name) for name in (_others(folder, known, faults) if path.is_dir() else ())]
    else:
        name = path.name.removesuffix(SUPPLEMENT)
        wanted = {name: known[name]} if name in known else {}
        findings += faults.get(name, [_extra(path.name)] if not wanted else [])
    found = [fault for name, one in wanted.items() for fault in _file(folder, name, one)]
    return Proof(tuple(wanted), key, (*findings, *found))


def _signed(description: Path, data: bytes, keys: Keys) -> tuple[str | None, list[Finding]]:
    beside = description.with_name(DESCRIPTOR + SIGNATURE)
    if not beside.is_file():
        return None, [unsigned(DESCRIPTOR, keys)]
    signature = read_signature(beside.read_bytes())
    if signature is None:
        return None, [finding("bad-signature", beside.name, "不是签名文件", "is no signature file")]
    return held(DESCRIPTOR, data, signature, keys)


def _resources(data: bytes) -> dict[str, dict[str, Any]] | None:
    """What the description says of each file, by name; None if it is none, or names a file elsewhere."""
    try:
        listed = json.loads(data)["resources"]
        found = {one["path"]: {"bytes": one["bytes"], "hash": one["hash"]} for one in listed}
    except (ValueError, TypeError, KeyError):
        return None
    safe = all(isinstance(name, str) and Path(name).name == name for name in found)
    return found if found and safe else None


def _file(folder: Path, name: str, wanted: Mapping[str, Any]) -> Iterator[Finding]:
    path = folder / name
    if not path.is_file():
        yield finding("missing-file", name, "缺失", "is missing")
        return
    size = path.stat().st_size
    if size < wanted["bytes"]:
        zh, en = (
            f"不完整：{size} 字节，应为 {wanted['bytes']}",
            f"is cut off: {size} bytes of {wanted['bytes']}",
        )
        yield finding("truncated-file", name, zh, en, expected=f"{wanted['bytes']} bytes")
        return
    with path.open("rb") as file:
        digest = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    if digest != wanted["hash"] or size != wanted["bytes"]:
        yield finding(
            "checksum-mismatch", name, f"与发布时不同（{digest}）", f"is not the one that was published ({digest})",
            expected=str(wanted["hash"]),
        )  # fmt: skip


def _others(folder: Path, known: Iterable[str], supplemented: Iterable[str]) -> list[str]:
    """Files in the folder that nothing proves."""
    proofs = {name + SUPPLEMENT for name in supplemented}
    named = {*known, *supplemented, *proofs, DESCRIPTOR, DESCRIPTOR + SIGNATURE}
    return sorted(
        path.name for path in folder.iterdir() if path.name not in named and not path.name.startswith(".")
    )


def _extra(name: str) -> Finding:
    return finding(
        "extra-file",
        name,
        "不在数据包描述中，无法证明",
        "is not in the package's description: nothing proves it",
    )


def _missing_description(folder: Path) -> Finding:
    text = Text(
        f"{folder} 中没有 {DESCRIPTOR}：请从同一版本一并下载它和 {DESCRIPTOR}{SIGNATURE}",
        f"there is no {DESCRIPTOR} in {folder}: download it and {DESCRIPTOR}{SIGNATURE} from the same release",
    )
    return Finding("missing-description", text, value=DESCRIPTOR)

"""Prove a download offline: that every byte is the one that was published, and by whom.

What was downloaded is a folder with ``datapackage.json``, its ``.sig`` and the files, or one file with these beside
it. The signature proves the description, the description's sha256 prove the files.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.records import Finding, Severity, Text
from opendata.publishing.package import DESCRIPTOR
from opendata.publishing.signing import SUFFIX, is_signed, read_signature


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


def prove(path: Path, keys: Mapping[str, bytes]) -> Proof:
    """Prove the file or folder at *path*.

    :param keys: public keys by id, of those who may have signed; empty: only the checksums are proven.
    :returns: findings ``missing-description``, ``malformed-description``, ``unsigned``, ``bad-signature``,
        ``wrong-key``, ``unchecked-signature`` (a warning), ``missing-file``, ``truncated-file``, ``checksum-mismatch``,
        ``extra-file``; the file's name in ``value``.
    """
    folder = path if path.is_dir() else path.parent
    description = folder / DESCRIPTOR
    if not description.is_file():
        return Proof((), None, (_missing_description(folder),))
    data = description.read_bytes()
    key, findings = _signed(description, data, keys)
    resources = _resources(data)
    if resources is None:
        return Proof(
            (),
            key,
            (
                *findings,
                _finding(
                    "malformed-description",
                    DESCRIPTOR,
                    "不是有效的数据包描述",
                    "is no data package descriptor",
                ),
            ),
        )
    only = None if path.is_dir() or path.name in (DESCRIPTOR, DESCRIPTOR + SUFFIX) else path.name
    if only is not None and only not in resources:
        return Proof((), key, (*findings, _extra(only)))
    wanted = {name: one for name, one in resources.items() if only in (None, name)}
    found = [finding for name, one in wanted.items() for finding in _file(folder, name, one)]
    extra = [] if only else [_extra(name) for name in _others(folder, resources)]
    return Proof(tuple(wanted), key, (*findings, *found, *extra))


def _signed(description: Path, data: bytes, keys: Mapping[str, bytes]) -> tuple[str | None, list[Finding]]:
    beside = description.with_name(DESCRIPTOR + SUFFIX)
    if not beside.is_file():
        severity: Severity = "error" if keys else "warning"
        zh, en = (
            "没有签名，只能核对校验值，不能证明出自何处",
            "is not signed: its checksums hold, but not who published it",
        )
        return None, [_finding("unsigned", DESCRIPTOR, zh, en, severity)]
    signature = read_signature(beside.read_bytes())
    if signature is None:
        return None, [_finding("bad-signature", beside.name, "不是签名文件", "is no signature file")]
    if not keys:
        zh = f"由密钥 {signature.key} 签名，未核对：请用 --key 给出公钥"
        en = f"is signed by key {signature.key}, which was not checked: pass the public key with --key"
        return None, [_finding("unchecked-signature", DESCRIPTOR, zh, en, "warning")]
    public = keys.get(signature.key)
    if public is None:
        zh = f"由密钥 {signature.key} 签名，与给出的公钥（{'、'.join(keys)}）不符"
        en = f"is signed by key {signature.key}, not by the given one ({', '.join(keys)})"
        return None, [_finding("wrong-key", DESCRIPTOR, zh, en, expected=", ".join(keys))]
    if not is_signed(data, signature, public):
        return None, [
            _finding(
                "bad-signature",
                DESCRIPTOR,
                "的签名无效：描述已被改动",
                "was changed: its signature does not hold",
            )
        ]
    return signature.key, []


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
        yield _finding("missing-file", name, "缺失", "is missing")
        return
    size = path.stat().st_size
    if size < wanted["bytes"]:
        zh, en = (
            f"不完整：{size} 字节，应为 {wanted['bytes']}",
            f"is cut off: {size} bytes of {wanted['bytes']}",
        )
        yield _finding("truncated-file", name, zh, en, expected=f"{wanted['bytes']} bytes")
        return
    with path.open("rb") as file:
        digest = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    if digest != wanted["hash"] or size != wanted["bytes"]:
        yield _finding(
            "checksum-mismatch", name, f"与发布时不同（{digest}）", f"is not the one that was published ({digest})",
            expected=str(wanted["hash"]),
        )  # fmt: skip


def _others(folder: Path, resources: Mapping[str, Any]) -> list[str]:
    known = {*resources, DESCRIPTOR, DESCRIPTOR + SUFFIX}
    return sorted(
        path.name for path in folder.iterdir() if path.name not in known and not path.name.startswith(".")
    )


def _extra(name: str) -> Finding:
    return _finding(
        "extra-file",
        name,
        "不在数据包描述中，无法证明",
        "is not in the package's description: nothing proves it",
    )


def _missing_description(folder: Path) -> Finding:
    text = Text(
        f"{folder} 中没有 {DESCRIPTOR}：请从同一版本一并下载它和 {DESCRIPTOR}{SUFFIX}",
        f"there is no {DESCRIPTOR} in {folder}: download it and {DESCRIPTOR}{SUFFIX} from the same release",
    )
    return Finding("missing-description", text, value=DESCRIPTOR)


def _finding(
    code: str, name: str, zh: str, en: str, severity: Severity = "error", expected: str | None = None
) -> Finding:
    return Finding(code, Text(f"{name} {zh}", f"{name} {en}"), severity, value=name, expected=expected)

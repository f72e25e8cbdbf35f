"""The proof of a file that was made after its package was signed: which release it belongs to, its size and hash.

Beside ``lines.xlsx`` lies ``lines.xlsx.proof.json``::

    {"statement": "{\"package\": \"sha256:…\", \"resource\": {\"path\": \"lines.xlsx\", \"bytes\": …, \"hash\": \"sha256:…\", …}}",
     "algorithm": "ed25519", "key": "…", "sha256": "…", "signature": "…"}

The statement is a text, so that the bytes that were signed are its own, and names the release by the hash of its
``datapackage.json``: a proof does not hold in another package. A portal without a key leaves the signature out.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.records import Finding
from opendata.publishing.companions import Companion
from opendata.publishing.held import Keys, finding, held, unsigned
from opendata.publishing.package import BuiltFile, resource
from opendata.publishing.signing import Signature, read_signature

SUFFIX = ".proof.json"
FORMAT = "proof"


@dataclass(frozen=True, slots=True)
class Supplement:
    """What a proof says of a file, how it is signed, and the text that was signed."""

    package: str
    wanted: dict[str, Any]
    signature: Signature | None
    signed: bytes


def proof(dataset: str, package: str, file: BuiltFile, sign: Callable[[bytes], bytes] | None) -> Companion:
    """The proof of *file*, made later than the package whose ``datapackage.json`` has the sha256 *package*."""
    told = {"package": f"sha256:{package}", "resource": resource(dataset, file)}
    statement = json.dumps(told, ensure_ascii=False)
    signature = json.loads(sign(statement.encode())) if sign else {}
    text = json.dumps({"statement": statement, **signature}, ensure_ascii=False, indent=2)
    return Companion(file.name + SUFFIX, FORMAT, "application/json", f"{text}\n".encode())


def supplements(
    folder: Path, package: str, keys: Keys
) -> tuple[dict[str, dict[str, Any]], dict[str, list[Finding]]]:
    """What the proofs in *folder* say of each file, by its name; and by its name what is wrong with its proof.

    :param package: the sha256 of the folder's ``datapackage.json``.
    """
    wanted: dict[str, dict[str, Any]] = {}
    faults: dict[str, list[Finding]] = {}
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        name = path.name.removesuffix(SUFFIX)
        found = _read(path.read_bytes())
        if found is None or found.wanted["path"] != name:
            zh, en = f"不是 {name} 的证明", f"is no proof of {name}"
            faults[name] = [finding("malformed-description", path.name, zh, en)]
            continue
        wanted[name], faults[name] = found.wanted, _faults(path.name, found, package, keys)
    return wanted, faults


def _faults(name: str, found: Supplement, package: str, keys: Keys) -> list[Finding]:
    faults = [unsigned(name, keys)]
    if found.signature:
        _, faults = held(name, found.signed, found.signature, keys)
    if found.package != f"sha256:{package}":
        zh, en = "属于另一个版本", "belongs to another release"
        faults.append(finding("wrong-package", name, zh, en, expected=f"sha256:{package}"))
    return faults


def _read(data: bytes) -> Supplement | None:
    try:
        statement: str = json.loads(data)["statement"]
        told = json.loads(statement)
        one, package = told["resource"], str(told["package"])
        wanted = {"path": str(one["path"]), "bytes": int(one["bytes"]), "hash": str(one["hash"])}
        return Supplement(package, wanted, read_signature(data), statement.encode())
    except (ValueError, TypeError, KeyError, AttributeError):
        return None

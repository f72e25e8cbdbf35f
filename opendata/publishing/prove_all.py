"""Prove a folder of many packages offline, such as a mirror: each by its own description and signature."""

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

from catalog.records import Finding, Text
from opendata.publishing.held import Keys
from opendata.publishing.package import DESCRIPTOR
from opendata.publishing.prove import Proof, prove


def prove_all(path: Path, keys: Keys) -> Proof:
    """Prove *path* as :func:`prove` does; a folder that is no package itself, by the packages that lie in it.

    :returns: names of files and of findings with the way to them; ``extra-file`` for each file that lies in no
        package. ``key`` names those who signed, if every package was signed. What begins with a dot is passed over.
    """
    if not path.is_dir() or (path / DESCRIPTOR).is_file():
        return prove(path, keys)
    proofs: list[tuple[str, Proof]] = []
    loose: list[Finding] = []
    for folder, names in _folders(path):
        at = folder.relative_to(path).as_posix()
        if DESCRIPTOR in names:
            proofs.append((at, prove(folder, keys)))
        else:
            loose += [_loose(f"{at}/{name}".removeprefix("./")) for name in names]
    if not proofs:
        return prove(path, keys)
    signed = {proof.key for _, proof in proofs}
    return Proof(
        tuple(f"{at}/{name}" for at, proof in proofs for name in proof.files),
        ", ".join(sorted(key for key in signed if key)) or None if None not in signed else None,
        (*(_placed(at, one) for at, proof in proofs for one in proof.findings), *loose),
    )


def _folders(path: Path) -> Iterator[tuple[Path, list[str]]]:
    """Every folder with the files in it, in the order of their names."""
    for folder, below, names in os.walk(path):
        below[:] = sorted(name for name in below if not name.startswith("."))
        yield Path(folder), sorted(name for name in names if not name.startswith("."))


def _placed(at: str, finding: Finding) -> Finding:
    told = Text(f"{at}：{finding.message.zh}", f"{at}: {finding.message.en}")
    return dataclasses.replace(finding, message=told, value=f"{at}/{finding.value}")


def _loose(name: str) -> Finding:
    text = Text(
        f"{name} 所在文件夹没有 {DESCRIPTOR}，无法证明",
        f"there is no {DESCRIPTOR} beside {name}: nothing proves it",
    )
    return Finding("extra-file", text, value=name)

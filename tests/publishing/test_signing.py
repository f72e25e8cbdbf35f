"""A download proven offline, and everything that can be wrong with one, told apart."""

import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from catalog.errors import InvalidInput, NotFound, SettingError
from opendata.publishing.package import BuiltFile
from opendata.publishing.prove import prove
from opendata.publishing.prove_all import prove_all
from opendata.publishing.signing import Signer, new_key, open_signer, public_keys, public_pem
from opendata.publishing.supplement import proof

FILES = {"a.csv": "线路\n1\n".encode(), "profile.json": b"{}"}


def signer() -> Signer:
    made = open_signer(new_key().decode())
    assert made is not None
    return made


OURS, OTHER = signer(), signer()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    resources = [
        {"path": name, "bytes": len(data), "hash": f"sha256:{sha256(data).hexdigest()}"}
        for name, data in FILES.items()
    ]
    description = json.dumps({"resources": resources}).encode()
    folder = tmp_path / "package"
    folder.mkdir()
    for name, data in {
        **FILES,
        "datapackage.json": description,
        "datapackage.json.sig": OURS.sign(description),
    }.items():
        (folder / name).write_bytes(data)
    return folder


KEYS = {OURS.id: OURS.public}


def test_a_whole_package_and_each_file_of_it_hold(package: Path) -> None:
    for path, files in (
        (package, {*FILES}),
        (package / "a.csv", {"a.csv"}),
        (package / "datapackage.json", {*FILES}),
    ):
        proof = prove(path, KEYS)
        assert (proof.holds, proof.key, {*proof.files}, proof.findings) == (True, OURS.id, files, ())
    assert prove(package, {OTHER.id: OTHER.public, **KEYS}).holds
    unproven = prove(package, {})
    assert (unproven.holds, unproven.key) == (True, None)
    assert [one.code for one in unproven.findings] == ["unchecked-signature"]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-2] ^= 1
    path.write_bytes(data)


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "checksum-mismatch": (lambda folder: flip(folder / "a.csv"), "a.csv"),
    "truncated-file": (lambda folder: (folder / "a.csv").write_bytes(FILES["a.csv"][:-1]), "a.csv"),
    "missing-file": (lambda folder: (folder / "a.csv").unlink(), "a.csv"),
    "extra-file": (lambda folder: (folder / "evil.exe").write_bytes(b""), "evil.exe"),
    "unsigned": (lambda folder: (folder / "datapackage.json.sig").unlink(), "datapackage.json"),
    "wrong-key": (
        lambda folder: (folder / "datapackage.json.sig").write_bytes(OTHER.sign((folder / "datapackage.json").read_bytes())),
        "datapackage.json",
    ),
    "bad-signature": (
        lambda folder: (folder / "datapackage.json").write_bytes((folder / "datapackage.json").read_bytes() + b" "),
        "datapackage.json",
    ),
    "malformed-description": (lambda folder: resign(folder, b'{"resources": [{"path": "../a.csv", "bytes": 1, "hash": ""}]}'), "datapackage.json"),
    "missing-description": (lambda folder: (folder / "datapackage.json").unlink(), "datapackage.json"),
}  # fmt: skip


def resign(folder: Path, description: bytes) -> None:
    (folder / "datapackage.json").write_bytes(description)
    (folder / "datapackage.json.sig").write_bytes(OURS.sign(description))


@pytest.mark.parametrize("code", FAULTS)
def test_what_is_wrong_is_said_and_nothing_else(package: Path, code: str) -> None:
    spoil, name = FAULTS[code]
    spoil(package)
    proof = prove(package, KEYS)
    assert not proof.holds
    assert [(one.code, one.value) for one in proof.findings] == [(code, name)]


def test_a_file_that_the_package_does_not_name_is_not_proven(package: Path) -> None:
    (package / "b.csv").write_bytes(b"")
    assert [one.code for one in prove(package / "b.csv", KEYS).findings] == ["extra-file"]
    flip(package / "a.csv")
    assert prove(package / "profile.json", KEYS).holds


LATER = b"made later"


def supplemented(package: Path, by: Signer | None = OURS, *, of: str = "") -> Path:
    """*package* with a file that was made later, and its proof."""
    built = BuiltFile("a.xlsx", "xlsx", "application/x", len(LATER), sha256(LATER).hexdigest())
    description = sha256((package / "datapackage.json").read_bytes()).hexdigest()
    made = proof("a", of or description, built, by.sign if by else None)
    (package / "a.xlsx").write_bytes(LATER)
    (package / made.name).write_bytes(made.data)
    return package / made.name


def test_a_file_made_later_is_proven_by_its_own_proof(package: Path) -> None:
    beside = supplemented(package)
    for path, files in (
        (package, {*FILES, "a.xlsx"}),
        (package / "a.xlsx", {"a.xlsx"}),
        (beside, {"a.xlsx"}),
        (package / "a.csv", {"a.csv"}),
    ):
        found = prove(path, KEYS)
        assert (found.holds, found.key, {*found.files}, found.findings) == (True, OURS.id, files, ())
    unproven = prove(package / "a.xlsx", {})
    assert (unproven.holds, {one.code for one in unproven.findings}) == (True, {"unchecked-signature"})


SUPPLEMENTS: dict[str, tuple[Callable[[Path], object], list[tuple[str, str]]]] = {
    "a byte differs": (lambda folder: flip(folder / "a.xlsx"), [("checksum-mismatch", "a.xlsx")]),
    "cut off": (lambda folder: (folder / "a.xlsx").write_bytes(LATER[:3]), [("truncated-file", "a.xlsx")]),
    "missing": (lambda folder: (folder / "a.xlsx").unlink(), [("missing-file", "a.xlsx")]),
    "no proof": (lambda folder: (folder / "a.xlsx.proof.json").unlink(), [("extra-file", "a.xlsx")]),
    "a stranger's": (lambda folder: supplemented(folder, OTHER), [("wrong-key", "a.xlsx.proof.json")]),
    "nobody's": (lambda folder: supplemented(folder, None), [("unsigned", "a.xlsx.proof.json")]),
    "of another release": (
        lambda folder: supplemented(folder, of="0" * 64),
        [("wrong-package", "a.xlsx.proof.json")],
    ),
    "changed": (
        lambda folder: (folder / "a.xlsx.proof.json").write_bytes(
            (folder / "a.xlsx.proof.json").read_bytes().replace(b"application/x", b"application/y")
        ),
        [("bad-signature", "a.xlsx.proof.json")],
    ),
    "no JSON": (
        lambda folder: (folder / "a.xlsx.proof.json").write_bytes(b"[]"),
        [("malformed-description", "a.xlsx.proof.json")],
    ),
    "of another file": (
        lambda folder: (folder / "a.xlsx.proof.json").rename(folder / "profile.json.proof.json"),
        [("malformed-description", "profile.json.proof.json"), ("extra-file", "a.xlsx")],
    ),
}


@pytest.mark.parametrize("case", SUPPLEMENTS)
def test_what_is_wrong_with_a_file_made_later_is_said(package: Path, case: str) -> None:
    spoil, expected = SUPPLEMENTS[case]
    supplemented(package)
    spoil(package)
    found = prove(package, KEYS)
    assert not found.holds
    assert [(one.code, one.value) for one in found.findings] == expected
    if (package / "a.xlsx").exists() and case not in ("no proof", "of another file"):
        alone = prove(package / "a.xlsx", KEYS)
        assert [(one.code, one.value) for one in alone.findings] == expected
    assert prove(package / "a.csv", KEYS).holds


def test_a_mirror_is_proven_package_by_package(package: Path, tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    places = ("lines/1", "lines/2", "stops/1")
    for place in places:
        shutil.copytree(package, mirror / place)
    (mirror / ".mirror").mkdir()
    (mirror / ".mirror" / "index.jsonl").write_bytes(b"{}")
    whole = prove_all(mirror, KEYS)
    assert (whole.holds, whole.key, whole.findings) == (True, OURS.id, ())
    assert {*whole.files} == {f"{place}/{name}" for place in places for name in FILES}
    assert prove_all(package, KEYS) == prove(package, KEYS)
    assert [one.code for one in prove_all(mirror / ".mirror", KEYS).findings] == ["missing-description"]

    flipped = mirror / "lines" / "2" / "a.csv"
    flipped.write_bytes(flipped.read_bytes()[:-2] + b"2\n")
    (mirror / "stops" / "1" / "datapackage.json").unlink()
    (mirror / "notes.txt").write_bytes(b"x")
    (mirror / "lines" / "1" / "datapackage.json.sig").unlink()
    damaged = prove_all(mirror, KEYS)
    assert {(one.code, one.value) for one in damaged.findings} == {
        ("unsigned", "lines/1/datapackage.json"),
        ("checksum-mismatch", "lines/2/a.csv"),
        ("extra-file", "notes.txt"),
        *(("extra-file", f"stops/1/{name}") for name in (*FILES, "datapackage.json.sig")),
    }
    assert (damaged.holds, damaged.key) == (False, None)
    assert "lines/2" in next(one.message.en for one in damaged.findings if one.code == "checksum-mismatch")


def test_keys_in_every_form(tmp_path: Path) -> None:
    pem, text = public_pem(OURS.public), base64.b64encode(OURS.public).decode()
    listed = {"id": OURS.id, "public_key": text, "revoked_at": None}
    revoked = {
        "id": OTHER.id,
        "public_key": base64.b64encode(OTHER.public).decode(),
        "revoked_at": "2021-01-01",
    }
    for name, content in (("pem", pem), ("text", text), ("json", json.dumps({"keys": [listed, revoked]}))):
        (tmp_path / name).write_text(content)
        assert public_keys(str(tmp_path / name)) == public_keys(content) == KEYS
    with pytest.raises(NotFound):
        public_keys(str(tmp_path / "nowhere"))
    (tmp_path / "other").write_text("hello")
    with pytest.raises(InvalidInput):
        public_keys(str(tmp_path / "other"))


def test_the_setting_in_every_form(tmp_path: Path) -> None:
    pem = new_key().decode()
    (tmp_path / "key.pem").write_text(pem)
    first, second = open_signer(pem), open_signer(str(tmp_path / "key.pem"))
    assert first
    assert second
    assert first.sign(b"x") == second.sign(b"x")
    assert open_signer("") is None
    with pytest.raises(SettingError) as raised:
        open_signer("my-secret-but-wrong")
    assert "my-secret" not in str(raised.value)


def test_openssl_agrees(package: Path, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    assert openssl, "openssl comes with every Debian"
    (tmp_path / "public.pem").write_text(public_pem(OURS.public))
    signature = json.loads((package / "datapackage.json.sig").read_bytes())["signature"]
    (tmp_path / "sig").write_bytes(base64.b64decode(signature))
    command = [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", tmp_path / "public.pem", "-rawin", "-in"]
    done = subprocess.run(
        [*command, package / "datapackage.json", "-sigfile", tmp_path / "sig"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0

"""Signatures: who published a package, provable offline for as long as the public key is known.

A package's ``datapackage.json`` names every file with its sha256; ``datapackage.json.sig`` holds an Ed25519 signature
(RFC 8032) of its exact bytes. Keys are named by the first 16 hexadecimal digits of the sha256 of their 32 public bytes.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from catalog.errors import InvalidInput, NotFound, SettingError

SUFFIX = ".sig"
ALGORITHM = "ed25519"
_RAW = 32


@dataclass(frozen=True, slots=True)
class Signature:
    """What a ``.sig`` file says: which key signed, and the 64 bytes of the signature."""

    key: str
    value: bytes


class Signer:
    """Signs with one private key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = raw(key.public_key())
        self.id = key_id(self.public)

    def sign(self, data: bytes) -> bytes:
        """The text of the ``.sig`` file of *data*; the same for the same bytes."""
        value = base64.b64encode(self._key.sign(data)).decode()
        values = {"algorithm": ALGORITHM, "key": self.id, "sha256": hashlib.sha256(data).hexdigest()}
        return (json.dumps({**values, "signature": value}, indent=2) + "\n").encode()


def new_key() -> bytes:
    """A new private key as PEM (PKCS 8)."""
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def open_signer(setting: str) -> Signer | None:
    """The signer that the setting names; None if it is empty.

    :param setting: a PEM text, its 32 secret bytes in base64, or the path of a file with either.
    :raises SettingError: it is none of these, or no Ed25519 key. The value is never shown.
    """
    if not setting:
        return None
    key = _private(setting) or _private(_file(setting))
    if key is None:
        raise SettingError(
            "OPENDATA_SIGNING_KEY 不是 Ed25519 私钥（PEM、base64 或其文件路径），用 opendata keys new 可生成",
            "OPENDATA_SIGNING_KEY is no Ed25519 private key (PEM, base64, or a path to one); opendata keys new makes one",
        )
    return Signer(key)


def public_keys(text: str) -> dict[str, bytes]:
    """Public keys by id: from a PEM, from 32 bytes in base64, or from the JSON of ``/.well-known/opendata-keys.json``.

    :param text: the key itself, or the path of a file with it.
    :raises NotFound: it is neither a key nor a file.
    :raises InvalidInput: there is no Ed25519 key in it.
    """
    found = _publics(text)
    if not found:
        if not Path(text).is_file():
            raise NotFound(f"找不到公钥 {text!r}", f"there is no public key {text!r}")
        found = _publics(_file(text))
    if not found:
        raise InvalidInput(f"{text!r} 中没有 Ed25519 公钥", f"there is no Ed25519 public key in {text!r}")
    return {key_id(one): one for one in found}


def read_signature(text: bytes) -> Signature | None:
    """What a ``.sig`` file says; None if it is none."""
    try:
        values: dict[str, Any] = json.loads(text)
        if values["algorithm"] != ALGORITHM:
            return None
        return Signature(str(values["key"]), base64.b64decode(values["signature"], validate=True))
    except (ValueError, TypeError, KeyError):
        return None


def is_signed(data: bytes, signature: Signature, public: bytes) -> bool:
    """Whether *signature* is that of *data* by the key with these *public* bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature.value, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_id(public: bytes) -> str:
    """The name of a key."""
    return hashlib.sha256(public).hexdigest()[:16]


def raw(key: Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def public_pem(public: bytes) -> str:
    """A public key as PEM."""
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def _file(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except (OSError, ValueError):
        return ""


def _private(text: str) -> Ed25519PrivateKey | None:
    if "-----BEGIN" in text:
        try:
            key = serialization.load_pem_private_key(text.strip().encode(), password=None)
        except (ValueError, TypeError):
            return None
        return key if isinstance(key, Ed25519PrivateKey) else None
    seed = _bytes(text)
    return Ed25519PrivateKey.from_private_bytes(seed) if seed else None


def _publics(text: str) -> list[bytes]:
    if "-----BEGIN" in text:
        try:
            key = serialization.load_pem_public_key(text.strip().encode())
        except ValueError:
            return []
        return [raw(key)] if isinstance(key, Ed25519PublicKey) else []
    if text.lstrip().startswith("{"):
        try:
            listed = [
                _bytes(one["public_key"]) for one in json.loads(text)["keys"] if not one.get("revoked_at")
            ]
        except (ValueError, TypeError, KeyError):
            return []
        return [one for one in listed if one]
    one = _bytes(text)
    return [one] if one else []


def _bytes(text: str) -> bytes | None:
    try:
        found = base64.b64decode(text.strip(), validate=True)
    except (ValueError, binascii.Error):
        return None
    return found if len(found) == _RAW else None

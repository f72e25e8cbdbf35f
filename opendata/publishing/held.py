"""Whether a signature holds, and what is wrong with it if it does not."""

from collections.abc import Mapping

from catalog.records import Finding, Severity, Text
from opendata.publishing.signing import Signature, is_signed

#: Public keys by id: those whose signatures are believed.
Keys = Mapping[str, bytes]


def held(name: str, data: bytes, signature: Signature, keys: Keys) -> tuple[str | None, list[Finding]]:
    """The key that signed *data*, the content of *name*; None with the reason where none of *keys* did."""
    if not keys:
        zh = f"由密钥 {signature.key} 签名，未核对：请用 --key 给出公钥"
        en = f"is signed by key {signature.key}, which was not checked: pass the public key with --key"
        return None, [finding("unchecked-signature", name, zh, en, "warning")]
    public = keys.get(signature.key)
    if public is None:
        zh = f"由密钥 {signature.key} 签名，与给出的公钥（{'、'.join(keys)}）不符"
        en = f"is signed by key {signature.key}, not by the given one ({', '.join(keys)})"
        return None, [finding("wrong-key", name, zh, en, expected=", ".join(keys))]
    if not is_signed(data, signature, public):
        zh, en = "的签名无效：内容已被改动", "was changed: its signature does not hold"
        return None, [finding("bad-signature", name, zh, en)]
    return signature.key, []


def unsigned(name: str, keys: Keys) -> Finding:
    """That *name* is not signed: an error to whoever has a key."""
    zh, en = (
        "没有签名，只能核对校验值，不能证明出自何处",
        "is not signed: its checksums hold, but not who published it",
    )
    return finding("unsigned", name, zh, en, "error" if keys else "warning")


def finding(
    code: str, name: str, zh: str, en: str, severity: Severity = "error", expected: str | None = None
) -> Finding:
    """A fault of the file *name*, said as ``name zh`` and ``name en``."""
    return Finding(code, Text(f"{name} {zh}", f"{name} {en}"), severity, value=name, expected=expected)

"""The public keys of the portal: each is remembered when it first signs, and may be declared untrusted."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import ledger
from catalog.errors import Conflict, InvalidInput, NotFound
from catalog.models import SigningKey


def require_trusted(session: Session, key_id: str) -> None:
    """Make sure that this key may sign: one that is new, or known and not revoked.

    :raises Conflict: the key was revoked.
    """
    known = session.get(SigningKey, key_id)
    if known is not None and known.revoked_at is not None:
        raise Conflict(
            f"签名密钥 {key_id} 已吊销，请更换 OPENDATA_SIGNING_KEY",
            f"signing key {key_id} was revoked; set another OPENDATA_SIGNING_KEY",
        )


def remember(session: Session, key_id: str, public_key: str, *, actor: str, now: datetime) -> None:
    """Note that this key signs from now on; known already, nothing changes.

    :param public_key: its 32 bytes in base64.
    :raises Conflict: the key was revoked.
    """
    require_trusted(session, key_id)
    if session.get(SigningKey, key_id) is None:
        session.add(
            SigningKey(
                id=key_id, public_key=public_key, first_used_at=now, revoked_at=None, revoked_reason=""
            )
        )
        _note(session, "key.introduced", key_id, {"public_key": public_key}, actor, now)


def revoke(session: Session, key_id: str, *, reason: str, actor: str, now: datetime) -> SigningKey:
    """Declare that signatures of this key prove nothing any more.

    :raises NotFound: no such key ever signed.
    :raises InvalidInput: no reason is given.
    """
    known = session.get(SigningKey, key_id)
    if known is None:
        raise NotFound(f"没有签名密钥 {key_id}", f"there is no signing key {key_id}")
    if not reason.strip():
        raise InvalidInput("吊销须说明理由", "a revocation needs a reason")
    if known.revoked_at is None:
        known.revoked_at, known.revoked_reason = now, reason.strip()
        _note(session, "key.revoked", key_id, {"reason": known.revoked_reason}, actor, now)
    return known


def listed(session: Session) -> list[SigningKey]:
    """Every key that ever signed, the newest first."""
    return list(session.scalars(select(SigningKey).order_by(SigningKey.first_used_at.desc(), SigningKey.id)))


def _note(
    session: Session, verb: str, key_id: str, details: dict[str, str], actor: str, now: datetime
) -> None:
    ledger.append(
        session, actor=actor, verb=verb, subject_type="key", subject_id=key_id, details=dict(details), at=now
    )

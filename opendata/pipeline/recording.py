"""What the catalogue keeps of a file that was stored, and of the key that signed it."""

import base64

from sqlalchemy.orm import Session

from catalog import signing_keys
from catalog.database import identifier
from catalog.errors import SettingError
from catalog.models import Distribution
from opendata.publishing.package import BuiltFile
from opendata.publishing.storage.blobs import blob_key
from opendata.services import Services


def distribution(release_id: str, file: BuiltFile) -> Distribution:
    """The row of *file*, whose bytes lie in the storage under their hash."""
    return Distribution(
        id=identifier("distribution", release_id, file.name),
        release_id=release_id,
        name=file.name,
        format=file.format,
        media_type=file.media_type,
        key=blob_key(file.sha256),
        size=file.size,
        sha256=file.sha256,
    )


def require_trusted(session: Session, services: Services) -> None:
    """Make sure, before anything is made or stored, that the key by which this installation signs may sign.

    :raises Conflict: the key was revoked.
    """
    if services.signer:
        signing_keys.require_trusted(session, services.signer.id)


def require_signer(session: Session, services: Services) -> None:
    """As :func:`require_trusted`; and an installation that has signed does not cease to by a forgotten setting.

    :raises Conflict: the key was revoked.
    :raises SettingError: no key is set, though one has signed that was not revoked.
    """
    require_trusted(session, services)
    trusted = next((one.id for one in signing_keys.listed(session) if one.revoked_at is None), None)
    if trusted and services.signer is None:
        raise SettingError(
            f"已发布的数据包由密钥 {trusted} 签名，但未设置 OPENDATA_SIGNING_KEY；请设置密钥，或先吊销它（opendata keys revoke）以不再签名",
            f"what is published is signed by key {trusted}, but OPENDATA_SIGNING_KEY is not set;"
            " set it, or revoke the key (opendata keys revoke) to publish unsigned from now on",
        )


def remember_signer(session: Session, services: Services, actor: str) -> None:
    """Note the public key by which this installation signs, if it does, so that it stays known for ever.

    :raises Conflict: the key was revoked.
    """
    if services.signer:
        public = base64.b64encode(services.signer.public).decode()
        signing_keys.remember(session, services.signer.id, public, actor=actor, now=services.now())

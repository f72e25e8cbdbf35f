"""What the catalogue keeps of a file that was stored, and of the key that signed it."""

import base64

from sqlalchemy.orm import Session

from catalog import signing_keys
from catalog.database import identifier
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


def remember_signer(session: Session, services: Services, actor: str) -> None:
    """Note the public key by which this installation signs, if it does, so that it stays known for ever.

    :raises Conflict: the key was revoked.
    """
    if services.signer:
        public = base64.b64encode(services.signer.public).decode()
        signing_keys.remember(session, services.signer.id, public, actor=actor, now=services.now())

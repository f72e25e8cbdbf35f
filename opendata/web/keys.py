"""The public keys by which downloads can be proven, at an address that never changes."""

from flask import Response, jsonify

from catalog import signing_keys
from opendata.web.blueprint import pages
from opendata.web.door import session


@pages.get("/.well-known/opendata-keys.json")
def signing_keys_document() -> Response:
    """Every key that ever signed, with when it was first used and, if it was, why it was revoked."""
    answer = jsonify(
        keys=[
            {
                "id": one.id,
                "algorithm": "ed25519",
                "public_key": one.public_key,
                "first_used_at": one.first_used_at.isoformat(),
                "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
                "revoked_reason": one.revoked_reason,
            }
            for one in signing_keys.listed(session())
        ]
    )
    answer.headers["Cache-Control"] = "no-cache"
    return answer

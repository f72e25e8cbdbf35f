"""Public keys that signed published packages (签名公钥)."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.database import Base


class SigningKey(Base):
    """One public key; it is kept for as long as anybody may hold a package that it signed."""

    __tablename__ = "signing_key"

    #: The first 16 hexadecimal digits of the sha256 of its bytes.
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    #: Its 32 bytes in base64.
    public_key: Mapped[str] = mapped_column(String(44))
    first_used_at: Mapped[datetime]
    #: When it was declared to be trusted no more, and why.
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str]

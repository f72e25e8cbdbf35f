"""Keep the public keys that sign packages."""

import sqlalchemy as sa
from alembic import op

import catalog.database

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signing_key",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("public_key", sa.String(length=44), nullable=False),
        sa.Column("first_used_at", catalog.database.Moment(length=27), nullable=False),
        sa.Column("revoked_at", catalog.database.Moment(length=27), nullable=True),
        sa.Column("revoked_reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
    )


def downgrade() -> None:
    op.drop_table("signing_key")

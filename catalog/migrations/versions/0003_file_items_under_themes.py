"""File items under themes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("inventory_revision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("theme", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("inventory_revision", schema=None) as batch_op:
        batch_op.drop_column("theme")

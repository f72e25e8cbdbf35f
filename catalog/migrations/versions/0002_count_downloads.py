"""Count downloads."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "download_mark",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("day", "mark", name=op.f("pk_download_mark")),
    )
    op.create_table(
        "download_salt",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_download_salt")),
    )
    op.create_table(
        "download_count",
        sa.Column("release_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_download_count_release_id")),
        sa.PrimaryKeyConstraint("release_id", "day", "format", name=op.f("pk_download_count")),
    )
    with op.batch_alter_table("download_count", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_download_count_day"), ["day"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("download_count", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_download_count_day"))

    op.drop_table("download_count")
    op.drop_table("download_salt")
    op.drop_table("download_mark")

"""Number series, embargoes and erasures of releases."""

import sqlalchemy as sa
from alembic import op

import catalog.database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=16), server_default="table", nullable=False))
        batch_op.add_column(sa.Column("supersedes_id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("series", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("series_reason", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("changes", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("release_at", catalog.database.Moment(length=27), nullable=True))
        batch_op.add_column(sa.Column("lifted_at", catalog.database.Moment(length=27), nullable=True))
        batch_op.add_column(sa.Column("ended_by", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("ground", sa.String(length=16), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("erase_pending", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("erased_at", catalog.database.Moment(length=27), nullable=True))
        batch_op.create_index(batch_op.f("ix_release_erase_pending"), ["erase_pending"], unique=False)
        batch_op.create_index(batch_op.f("ix_release_release_at"), ["release_at"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_release_supersedes_id"), "release", ["supersedes_id"], ["id"]
        )
    # Until now nothing told one series from another: all that a dataset ever published is one.
    op.execute(
        "UPDATE release SET series = (SELECT MIN(first.number) FROM release AS first"
        " WHERE first.dataset_id = release.dataset_id AND first.published_at IS NOT NULL)"
        " WHERE published_at IS NOT NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_release_supersedes_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_release_release_at"))
        batch_op.drop_index(batch_op.f("ix_release_erase_pending"))
        batch_op.drop_column("erased_at")
        batch_op.drop_column("erase_pending")
        batch_op.drop_column("ground")
        batch_op.drop_column("ended_by")
        batch_op.drop_column("lifted_at")
        batch_op.drop_column("release_at")
        batch_op.drop_column("changes")
        batch_op.drop_column("series_reason")
        batch_op.drop_column("series")
        batch_op.drop_column("supersedes_id")
        batch_op.drop_column("kind")

"""Create the tables."""

import sqlalchemy as sa
from alembic import op

import catalog.database

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", catalog.database.Moment(length=27), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("verb", sa.String(length=64), nullable=False),
        sa.Column("subject_type", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_event_hash")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_at"), ["at"], unique=False)
        batch_op.create_index("ix_event_subject", ["subject_type", "subject_id"], unique=False)

    op.create_table(
        "inventory_item",
        sa.Column("resource_code", sa.String(length=64), nullable=False),
        sa.Column("index_pending", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_item")),
        sa.UniqueConstraint("resource_code", name=op.f("uq_inventory_item_resource_code")),
    )
    with op.batch_alter_table("inventory_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inventory_item_index_pending"), ["index_pending"], unique=False)

    op.create_table(
        "negative_list_entry",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_negative_list_entry")),
        sa.UniqueConstraint("code", name=op.f("uq_negative_list_entry_code")),
    )
    op.create_table(
        "plan_item",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_item")),
        sa.UniqueConstraint("code", name=op.f("uq_plan_item_code")),
    )
    op.create_table(
        "unit",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
    )
    op.create_table(
        "dataset",
        sa.Column("slug", sa.String(length=128), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", catalog.database.Moment(length=27), nullable=False),
        sa.Column("modified_at", catalog.database.Moment(length=27), nullable=False),
        sa.Column("current_release_id", sa.String(length=36), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["inventory_item.id"], name=op.f("fk_dataset_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset")),
        sa.UniqueConstraint("item_id", name=op.f("uq_dataset_item_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_dataset_slug")),
    )
    op.create_table(
        "inventory_revision",
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("abstract", sa.String(), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("formats", sa.JSON(), nullable=False),
        sa.Column("sharing", sa.String(), nullable=False),
        sa.Column("sharing_condition", sa.String(), nullable=False),
        sa.Column("openness", sa.String(), nullable=False),
        sa.Column("open_condition", sa.String(), nullable=False),
        sa.Column("closed_basis", sa.String(), nullable=False),
        sa.Column("update_cycle", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("schema_name", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", catalog.database.Moment(length=27), nullable=False),
        sa.Column("retracted_at", catalog.database.Moment(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["inventory_item.id"], name=op.f("fk_inventory_revision_item_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_inventory_revision_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_revision")),
    )
    with op.batch_alter_table("inventory_revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inventory_revision_domain"), ["domain"], unique=False)
        batch_op.create_index(batch_op.f("ix_inventory_revision_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inventory_revision_openness"), ["openness"], unique=False)
        batch_op.create_index(batch_op.f("ix_inventory_revision_recorded_at"), ["recorded_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_inventory_revision_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "negative_list_revision",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", catalog.database.Moment(length=27), nullable=False),
        sa.Column("retracted_at", catalog.database.Moment(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["negative_list_entry.id"], name=op.f("fk_negative_list_revision_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_negative_list_revision")),
    )
    with op.batch_alter_table("negative_list_revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_negative_list_revision_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_negative_list_revision_recorded_at"), ["recorded_at"], unique=False
        )

    op.create_table(
        "plan_revision",
        sa.Column("plan_item_id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", catalog.database.Moment(length=27), nullable=False),
        sa.Column("retracted_at", catalog.database.Moment(length=27), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["inventory_item.id"], name=op.f("fk_plan_revision_item_id")),
        sa.ForeignKeyConstraint(
            ["plan_item_id"], ["plan_item.id"], name=op.f("fk_plan_revision_plan_item_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_revision_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_revision")),
    )
    with op.batch_alter_table("plan_revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_revision_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_revision_plan_item_id"), ["plan_item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_revision_recorded_at"), ["recorded_at"], unique=False)

    op.create_table(
        "source",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=True),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("trust_basis", sa.String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", catalog.database.Moment(length=27), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_source_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("code", name=op.f("uq_source_code")),
    )
    op.create_table(
        "unit_revision",
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("division_code", sa.String(length=6), nullable=False),
        sa.Column("unit_class", sa.String(), nullable=False),
        sa.Column("parent_code", sa.String(length=32), nullable=True),
        sa.Column("predecessors", sa.JSON(), nullable=False),
        sa.Column("obliged", sa.Boolean(), nullable=False),
        sa.Column("exclusion_reason", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", catalog.database.Moment(length=27), nullable=False),
        sa.Column("retracted_at", catalog.database.Moment(length=27), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_revision_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_revision")),
    )
    with op.batch_alter_table("unit_revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_revision_recorded_at"), ["recorded_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_revision_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "harvest_run",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("source_id", sa.String(length=36), nullable=False),
        sa.Column("started_at", catalog.database.Moment(length=27), nullable=False),
        sa.Column("finished_at", catalog.database.Moment(length=27), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_harvest_run_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_harvest_run")),
    )
    with op.batch_alter_table("harvest_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_harvest_run_source_id"), ["source_id"], unique=False)

    op.create_table(
        "inventory_field",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(length=1), nullable=False),
        sa.Column("length", sa.Integer(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("key", sa.Boolean(), nullable=False),
        sa.Column("openness", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["inventory_revision.id"], name=op.f("fk_inventory_field_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_field")),
    )
    with op.batch_alter_table("inventory_field", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inventory_field_revision_id"), ["revision_id"], unique=False)

    op.create_table(
        "harvest_record",
        sa.Column("source_id", sa.String(length=36), nullable=False),
        sa.Column("identifier", sa.String(length=512), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("dataset_id", sa.String(length=36), nullable=True),
        sa.Column("first_seen_at", catalog.database.Moment(length=27), nullable=False),
        sa.Column("changed_at", catalog.database.Moment(length=27), nullable=False),
        sa.Column("last_run_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_harvest_record_dataset_id")),
        sa.ForeignKeyConstraint(
            ["last_run_id"], ["harvest_run.id"], name=op.f("fk_harvest_record_last_run_id")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_harvest_record_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_harvest_record")),
        sa.UniqueConstraint("source_id", "identifier", name=op.f("uq_harvest_record_source_id_identifier")),
    )
    with op.batch_alter_table("harvest_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_harvest_record_dataset_id"), ["dataset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_harvest_record_state"), ["state"], unique=False)

    op.create_table(
        "release",
        sa.Column("dataset_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("source_id", sa.String(length=36), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("schema", sa.JSON(), nullable=True),
        sa.Column("schema_origin", sa.String(length=16), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=True),
        sa.Column("received_at", catalog.database.Moment(length=27), nullable=False),
        sa.Column("open_from", sa.Date(), nullable=True),
        sa.Column("open_to", sa.Date(), nullable=True),
        sa.Column("published_at", catalog.database.Moment(length=27), nullable=True),
        sa.Column("ended_at", catalog.database.Moment(length=27), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_release_dataset_id")),
        sa.ForeignKeyConstraint(["record_id"], ["harvest_record.id"], name=op.f("fk_release_record_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_release_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("dataset_id", "number", name=op.f("uq_release_dataset_id_number")),
    )
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_release_state"), ["state"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("release_id", sa.String(length=36), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("decided_at", catalog.database.Moment(length=27), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_decision_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_release_id"), ["release_id"], unique=False)

    op.create_table(
        "distribution",
        sa.Column("release_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_distribution_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distribution")),
        sa.UniqueConstraint("release_id", "name", name=op.f("uq_distribution_release_id_name")),
    )
    op.create_table(
        "public_check",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("release_id", sa.String(length=36), nullable=False),
        sa.Column("checked_at", catalog.database.Moment(length=27), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("intact", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_public_check_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_check")),
    )
    with op.batch_alter_table("public_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_public_check_release_id"), ["release_id"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("release_id", sa.String(length=36), nullable=False),
        sa.Column("valid", sa.Boolean(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("recorded_at", catalog.database.Moment(length=27), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_report_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("release_id", name=op.f("uq_report_release_id")),
    )
    # A dataset points at its current release and a release at its dataset: the second arrow comes last.
    with op.batch_alter_table("dataset", schema=None) as batch_op:
        batch_op.create_foreign_key(
            batch_op.f("fk_dataset_current_release_id"), "release", ["current_release_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("dataset", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_dataset_current_release_id"), type_="foreignkey")
    op.drop_table("report")
    with op.batch_alter_table("public_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_public_check_release_id"))

    op.drop_table("public_check")
    op.drop_table("distribution")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_release_id"))

    op.drop_table("decision")
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_release_state"))

    op.drop_table("release")
    with op.batch_alter_table("harvest_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_harvest_record_state"))
        batch_op.drop_index(batch_op.f("ix_harvest_record_dataset_id"))

    op.drop_table("harvest_record")
    with op.batch_alter_table("inventory_field", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inventory_field_revision_id"))

    op.drop_table("inventory_field")
    with op.batch_alter_table("harvest_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_harvest_run_source_id"))

    op.drop_table("harvest_run")
    with op.batch_alter_table("unit_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_revision_unit_id"))
        batch_op.drop_index(batch_op.f("ix_unit_revision_recorded_at"))

    op.drop_table("unit_revision")
    op.drop_table("source")
    with op.batch_alter_table("plan_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_revision_recorded_at"))
        batch_op.drop_index(batch_op.f("ix_plan_revision_plan_item_id"))
        batch_op.drop_index(batch_op.f("ix_plan_revision_item_id"))

    op.drop_table("plan_revision")
    with op.batch_alter_table("negative_list_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_negative_list_revision_recorded_at"))
        batch_op.drop_index(batch_op.f("ix_negative_list_revision_entry_id"))

    op.drop_table("negative_list_revision")
    with op.batch_alter_table("inventory_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inventory_revision_unit_id"))
        batch_op.drop_index(batch_op.f("ix_inventory_revision_recorded_at"))
        batch_op.drop_index(batch_op.f("ix_inventory_revision_openness"))
        batch_op.drop_index(batch_op.f("ix_inventory_revision_item_id"))
        batch_op.drop_index(batch_op.f("ix_inventory_revision_domain"))

    op.drop_table("inventory_revision")
    op.drop_table("dataset")
    op.drop_table("unit")
    op.drop_table("plan_item")
    op.drop_table("negative_list_entry")
    with op.batch_alter_table("inventory_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inventory_item_index_pending"))

    op.drop_table("inventory_item")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_subject")
        batch_op.drop_index(batch_op.f("ix_event_at"))

    op.drop_table("event")

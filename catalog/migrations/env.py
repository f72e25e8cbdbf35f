"""What alembic runs: the connection is handed in by :mod:`catalog.migrate`."""

from alembic import context

from catalog.database import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter a table in place
)
with context.begin_transaction():
    context.run_migrations()

"""Bring the database's tables to this version (alembic)."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from catalog import models  # noqa: F401 - fills Base.metadata with the tables
from catalog.database import Base
from catalog.errors import SettingError

_MIGRATIONS = Path(__file__).with_name("migrations")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def upgrade(engine: Engine) -> None:
    """Create or upgrade the tables; harmless when they are this version's already."""
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def create_revision(engine: Engine, message: str) -> None:
    """Write a migration from what *engine*'s database holds to what the models say (for developers)."""
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True)


def differences(engine: Engine) -> list[object]:
    """How the database's tables differ from the models; empty when they agree."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def require_current(engine: Engine) -> None:
    """Make sure that the tables are this version's.

    :raises SettingError: they are missing, older or newer; says what to run.
    """
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != head:
        raise SettingError(
            f"数据库结构版本为 {found or '空'}，本程序需要 {head}；请运行 opendata init",
            f"the database is at version {found or 'none'}, this program needs {head}; run `opendata init`",
        )

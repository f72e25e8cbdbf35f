"""Write a migration from the last one to what the models say: ``python -m tests.checks.make_migration MESSAGE``."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from catalog import migrate
from catalog.database import open_database

if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{Path(folder, 'scratch.db')}")
        migrate.upgrade(engine)
        migrate.create_revision(engine, sys.argv[1])

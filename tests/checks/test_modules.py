"""Importing any module opens, reads and configures nothing; the tables agree with the models."""

import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

import catalog
import harvesters
import opendata
import search
from catalog import migrate

PACKAGES = (catalog, harvesters, search, opendata)
MODULES = sorted(
    module.name
    for package in PACKAGES
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if ".migrations." not in module.name
)
#: Import every module, and complain if one of them opened a file for writing or a socket.
IMPORT_ALL = """
import importlib, sys
opened = []
def watch(event, arguments):
    if event in ("socket.connect", "subprocess.Popen"):
        opened.append((event, str(arguments)))
    if event == "open" and isinstance(arguments[1], str) and any(letter in arguments[1] for letter in "wax+"):
        opened.append((event, str(arguments[0])))
sys.addaudithook(watch)
for name in sys.argv[1:]:
    importlib.import_module(name)
opened = [entry for entry in opened if "__pycache__" not in entry[1]]
assert not opened, opened
"""


def test_every_module_imports_with_an_empty_environment(tmp_path: Path) -> None:
    root = str(Path(catalog.__file__).parents[1])
    environment = {"PYTHONPATH": root, "PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *MODULES],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr[-2000:]) == (0, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_every_package_is_walked(package: object) -> None:
    assert any(name.startswith(f"{package.__name__}.") for name in MODULES)  # type: ignore[attr-defined]


def test_migrations_make_the_tables_that_the_models_say(engine: Engine) -> None:
    assert migrate.differences(engine) == []

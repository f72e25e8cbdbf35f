"""``init``, ``doctor``, ``settings``: bring an installation up and look it over."""

from collections.abc import Callable
from dataclasses import Field, fields
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from catalog import inventory, migrate, negative_list, plan, roster, sources
from catalog.database import open_database
from catalog.errors import NotFound, OpenDataError
from catalog.registry import Loaded
from opendata.cli.console import (
    BROKEN,
    as_json,
    counts,
    current_settings,
    loaded_text,
    out,
    show_json,
    show_table,
)
from opendata.publishing.storage import open_storage
from opendata.services import utc_now
from opendata.settings import HELP, PREFIX, Settings
from search import open_index

#: What a sample folder holds, in the order in which it can be loaded.
SAMPLE = (
    ("roster.xlsx", roster.load),
    ("inventory.xlsx", inventory.load),
    ("plan.csv", plan.load),
    ("negative-list.csv", negative_list.load),
    ("sources.csv", sources.load),
)


@click.command()
@click.option("--sample", metavar="NAME", help="Load the sample province datasets/NAME as well.")
@as_json
def init(sample: str | None, json_output: bool) -> None:
    """建立数据库表 | Create or upgrade the tables; harmless when repeated.

    \b
    Examples:
      opendata init
      opendata init --sample shandong
    """
    settings = current_settings()
    folder = _sample_folder(settings, sample) if sample else None
    engine = open_database(settings.database_url)
    try:
        migrate.upgrade(engine)
        loaded = _load_sample(engine, folder) if folder else {}
    finally:
        engine.dispose()
    if json_output:
        show_json({"ready": True, "loaded": {name: counts(one) for name, one in loaded.items()}})
        return
    out.print("数据库已就绪 | the database is ready")
    for name, one in loaded.items():
        out.print(f"  {name}: {loaded_text(one)}")


def _load_sample(engine: Engine, folder: Path) -> dict[str, Loaded]:
    """All of the sample's registries, or none."""
    with sessionmaker(engine).begin() as session:
        return {name: load(session, folder / name, now=utc_now(), actor="cli:init") for name, load in SAMPLE}


def _sample_folder(settings: Settings, name: str) -> Path:
    folder = settings.content_dir / "datasets" / name
    if not (folder / SAMPLE[0][0]).is_file():
        raise NotFound(f"没有示例省份 {folder}", f"there is no sample province in {folder}")
    return folder


@click.command()
@as_json
@click.pass_context
def doctor(ctx: click.Context, json_output: bool) -> None:
    """检查各部件 | Ask every backend whether it answers.

    \b
    Example:
      opendata doctor --json
    """
    settings = current_settings()
    probes: dict[str, Callable[[], object]] = {
        "database": lambda: _database(settings),
        "storage": lambda: open_storage(settings.storage_url).check(),
        "search": lambda: open_index(settings.search_url).count(),
        "schemas": lambda: _schemas(settings),
    }
    results = {name: _probe(probe) for name, probe in probes.items()}
    if json_output:
        show_json({name: error or "ok" for name, error in results.items()})
    else:
        show_table(
            "体检 | doctor",
            ("部件 | part", "结果 | result"),
            [(n, e or "好 | ok") for n, e in results.items()],
        )
    if any(results.values()):
        ctx.exit(BROKEN)


def _probe(probe: Callable[[], object]) -> str | None:
    try:
        probe()
    except OpenDataError as error:
        return str(error)
    return None


def _database(settings: Settings) -> None:
    engine = open_database(settings.database_url)
    try:
        migrate.require_current(engine)
    finally:
        engine.dispose()


def _schemas(settings: Settings) -> None:
    if not any(settings.schemas_dir.glob("*.json")):
        raise NotFound(f"{settings.schemas_dir} 中没有模式", f"no schema in {settings.schemas_dir}")


def _shown(settings: Settings, one: Field[object]) -> str:
    """The value of a setting; of a secret only whether there is one."""
    value = str(getattr(settings, one.name))
    return value if one.repr or not value else "***"


@click.command()
@as_json
def settings(json_output: bool) -> None:
    """列出全部设置 | List every setting with its value, its default and what it means.

    \b
    Example:
      opendata settings
    """
    current = current_settings()
    rows = [(PREFIX + f.name.upper(), _shown(current, f), HELP[f.name]) for f in fields(Settings)]
    if json_output:
        show_json([{"variable": name, "value": value, "help": text} for name, value, text in rows])
    else:
        show_table("设置 | settings", ("变量 | variable", "值 | value", "含义 | meaning"), rows)

"""A small installation whose files and schema a test chooses: one unit, one item, one trusted folder of files."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.orm import sessionmaker

from catalog import inventory, migrate, roster, sources
from catalog.codes import identity_check_digit
from catalog.database import open_database
from opendata.services import Services
from opendata.settings import Settings
from tests import databases
from tests.conftest import NOON, ROOT, installation, remove
from tests.functional import province

SLUG = "people"
ITEM = "307013/0001"
FIELDS: list[dict[str, Any]] = [
    {"name": "no", "title": "编号", "type": "integer", "constraints": {"required": True}},
    {"name": "who", "title": "持证人", "type": "string"},
    {"name": "id_no", "title": "证件号", "type": "string"},
    *({"name": f"c{at}", "title": f"列{at}", "type": "string"} for at in range(6)),
    {"name": "day", "title": "日期", "type": "date"},
    {"name": "amount", "title": "金额", "type": "number"},
    {"name": "division", "title": "区划", "type": "string"},
]
_SHEETS = {
    "roster.csv": "单位编码,单位名称,层级,区划代码,单位类别,负有开放义务,生效日期\n37-DT,示例厅,省级,370000,机关,是,2017-01-01\n",
    "inventory.csv": (
        "信息资源代码,信息资源名称,信息资源提供方,信息资源摘要,信息资源格式,共享类型,开放属性,更新周期,数据领域,标准模式,登记日期\n"
        f"{ITEM},持证人员,37-DT,示例,csv,无条件共享,无条件开放,每年,行政管理,{SLUG},2017-01-01\n"
    ),
    "sources.csv": (
        "采集源标识,名称,类型,地址,单位,可信,可信依据,启用\nfolder,文件夹,文件夹,files,37-DT,是,示例规则,是\n"
    ),
}


def identity(number: int) -> str:
    """An identity number of its own for each *number*."""
    first = f"370102{1950 + number % 50}{1 + number // 50 % 12:02}{1 + number // 600 % 28:02}{number // 16800 % 1000:03}"
    return first + identity_check_digit(first)


def write(path: Path, rows: int, *, persons: bool = True) -> None:
    """A file of *rows* rows in twelve columns, one of which holds an identity number in every row."""
    mixed = np.random.default_rng(1).permutation(rows)
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(field["title"] for field in FIELDS) + "\n")
        for number in range(rows):
            person = identity(number) if persons else f"JN-{number:08}"
            cells = ",".join(f"示例{at}之{mixed[number] % 97}" for at in range(6))
            file.write(f"{number},持证人,{person},{cells},2018-01-{1 + number % 28:02},{number}.5,370102\n")


@contextmanager
def installed(folder: Path, schema: Mapping[str, Any], **settings: Any) -> Iterator[tuple[Settings, Path]]:
    """The settings of a fresh installation that judges by *schema*, and the folder its files come from."""
    content = folder / "content"
    shutil.copytree(ROOT / "schemas", content / "schemas")
    (content / "schemas" / f"{SLUG}.json").write_text(json.dumps({"name": SLUG, **schema}), encoding="utf-8")
    for name, text in _SHEETS.items():
        (content / name).write_text(text, encoding="utf-8")
    files = content / "files"
    files.mkdir()
    url = databases.create(folder)
    engine = open_database(url)
    migrate.upgrade(engine)
    with sessionmaker(engine).begin() as session:
        roster.load(session, content / "roster.csv", now=NOON, actor="test")
        inventory.load(session, content / "inventory.csv", now=NOON, actor="test")
        sources.load(session, content / "sources.csv", now=NOON, actor="test")
    engine.dispose()
    made = replace(installation(url, folder / "home"), content_dir=content, **settings)
    yield made, files
    remove(made)
    databases.drop(url)


@contextmanager
def opened(settings: Settings) -> Iterator[Services]:
    """Its services."""
    with province.opened(settings) as services:
        yield services

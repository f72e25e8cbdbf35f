"""Every setting, read once from an environment that is handed in.

To add one: a field of :class:`Settings` with its default, and a line in :data:`HELP`. The variable is
``OPENDATA_`` and the field's name in capitals; ``docs/settings.md`` must name it (a test says so).
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from catalog.errors import SettingError

PREFIX = "OPENDATA_"
HELP: dict[str, str] = {
    "database_url": "where the catalogue lives: sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME",
    "storage_url": "where published files live: file:PATH or s3://BUCKET/PREFIX?endpoint=URL&region=NAME",
    "search_url": "where the search index lives: embedded:PATH or http(s)://HOST:PORT/INDEX",
    "work_dir": "folder for raw bytes as agencies sent them, and for scratch files",
    "content_dir": "folder that holds schemas/ and datasets/",
    "public_url": "address under which the public reaches the portal; empty: the check serves itself on loopback",
    "site_title": "name of the portal, in Chinese",
    "site_title_en": "name of the portal, in English",
    "target_percent": "share of obliged units that must be covered, in percent (the opinion, art. 14)",
    "grace_days": "days after the update cycle's end during which a dataset still counts as current",
    "mask_key": "secret of the columns that a schema masks by hash, 16 characters or more; needed only for such schemas",
    "eager_rows": "rows up to which a table is published in every format at once; the heavy formats of a bigger one are"
    " made when they are first asked for",
    "signing_key": "Ed25519 private key that signs published packages: PEM, base64, or the path of a file; empty: unsigned",
    "workers": "web server processes of `opendata serve`",
    "downloads": "requests that a web server process answers at once, slow downloads among them",
    "presigned_seconds": "S3 only: send readers to the bucket, with an address valid so long; 0: through the portal",
    "proxies": "reverse proxies before the portal whose X-Forwarded headers are believed",
}
#: What the whole numbers may be.
RANGES = {
    "target_percent": range(1, 101),
    "grace_days": range(3651),
    "eager_rows": range(10**9),
    "workers": range(1, 257),
    "downloads": range(16, 4097),
    "presigned_seconds": range(604_801),
    "proxies": range(10),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one installation; :data:`HELP` says what each means."""

    database_url: str = "sqlite:///var/opendata.db"
    storage_url: str = "file:var/published"
    search_url: str = "embedded:var/index"
    work_dir: Path = Path("var")
    content_dir: Path = Path()
    public_url: str = ""
    site_title: str = "山东省公共数据开放平台"
    site_title_en: str = "Shandong Open Data"
    target_percent: int = 80
    grace_days: int = 30
    mask_key: str = field(default="", repr=False)
    eager_rows: int = 100_000
    signing_key: str = field(default="", repr=False)
    workers: int = 2
    downloads: int = 256
    presigned_seconds: int = 0
    proxies: int = 0

    @property
    def schemas_dir(self) -> Path:
        """The folder of Table Schemas."""
        return self.content_dir / "schemas"

    @property
    def raw_dir(self) -> Path:
        """The folder of raw bytes, by content hash."""
        return self.work_dir / "raw"

    @property
    def scratch_dir(self) -> Path:
        """The folder of files that may be deleted at any time."""
        return self.work_dir / "scratch"

    @property
    def typed_dir(self) -> Path:
        """The folder of validated tables that wait for publication; a lost one is made again from the raw bytes."""
        return self.work_dir / "typed"

    def public_page(self, slug: str) -> str:
        """The address of a dataset's page; empty where the public has none."""
        return f"{self.public_url.rstrip('/')}/datasets/{slug}" if self.public_url else ""

    @property
    def diffs_dir(self) -> Path:
        """The folder of comparisons that were made; a lost one is made again from the published files."""
        return self.work_dir / "diffs"


def default_content_dir(working: Path, prefix: Path = Path(sys.prefix)) -> Path:
    """The working directory if it has ``schemas/``, else what the wheel installed."""
    return working if (working / "schemas").is_dir() else prefix / "share" / "opendata"


def read_settings(environment: Mapping[str, str], working: Path) -> Settings:
    """Read the ``OPENDATA_…`` variables of *environment*.

    :param working: the working directory; only looked at to find the content folder.
    :raises SettingError: a variable is unknown, or its value has the wrong shape.
    """
    known = {PREFIX + item.name.upper(): item for item in fields(Settings)}
    values: dict[str, object] = {}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX):
            continue
        if variable not in known:
            names = ", ".join(sorted(known))
            raise SettingError(
                f"未知的设置 {variable}，可用：{names}", f"unknown setting {variable}; known: {names}"
            )
        item = known[variable]
        values[item.name] = _convert(variable, item.name, text, type(item.default))
    values.setdefault("content_dir", default_content_dir(working))
    return Settings(**values)  # type: ignore[arg-type]  # each value was converted to its field's type above


def _convert(variable: str, name: str, text: str, kind: type) -> object:
    if issubclass(kind, Path):
        return Path(text)
    if kind is int:
        return _whole_number(variable, text, RANGES[name])
    if name == "public_url" and text and urlsplit(text).scheme not in {"http", "https"}:
        raise SettingError(
            f"设置 {variable} 应为 http(s)://… 或留空，实际为 {text!r}",
            f"setting {variable} must be http(s)://… or empty, not {text!r}",
        )
    return text


def _whole_number(variable: str, text: str, allowed: range) -> int:
    if text.strip().isdecimal() and int(text) in allowed:
        return int(text)
    first, last = allowed[0], allowed[-1]
    raise SettingError(
        f"设置 {variable} 应为 {first} 至 {last} 的整数，实际为 {text!r}",
        f"setting {variable} must be a whole number from {first} to {last}, not {text!r}",
    )

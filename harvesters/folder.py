"""A folder (文件夹) of data files, whose names say what they are.

``<resource code, "/" written "-">_<title>[_<YYYYMMDD issued>].<ext>``, for example
``307013-0004_公交线路_20180630.csv``. Later editions of one resource may lie beside the earlier ones.
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from catalog.codes import is_resource_code
from catalog.errors import Unreachable
from catalog.records import FileLink, Finding, SourceRecord, Text
from catalog.sheets import parse_day
from harvesters.base import SourceLocation
from harvesters.context import Context

_NAME = re.compile(r"(?P<code>[0-9]+(-[0-9]+)?)_(?P<title>.+?)(_(?P<issued>[0-9]{8}))?")
#: What desktops leave behind: lock files of an open workbook, thumbnails.
_DEBRIS = re.compile(r"\..*|~\$.*|Thumbs\.db|desktop\.ini", re.IGNORECASE)


class Folder:
    """Reads the names in one folder and below."""

    def base(self, source: SourceLocation) -> str:
        """The folder."""
        return source.location

    def harvest(self, source: SourceLocation, context: Context) -> Iterator[SourceRecord]:
        """One record per file, named by its path in the folder."""
        root = Path(source.location)
        try:
            if not root.is_dir():
                raise FileNotFoundError(root)
            found = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir())
        except OSError as error:
            raise Unreachable(
                f"文件夹无法访问：{root.name}（{error.strerror or '不存在'}）",
                f"the folder cannot be reached: {root.name} ({error.strerror or 'it does not exist'})",
            ) from error
        for name in found:
            if not any(_DEBRIS.fullmatch(part) for part in name.split("/")):
                yield _record(name, context)


def _record(location: str, context: Context) -> SourceRecord:
    path = Path(location)
    stem = path.stem.removesuffix(".tar")  # of a .tar.gz
    match = _NAME.fullmatch(unicodedata.normalize("NFC", stem))
    code = match["code"].replace("-", "/") if match else ""
    issued = parse_day(match["issued"]) if match and match["issued"] else None
    link = FileLink(location, path.name, path.suffix.lstrip(".").lower() or None)
    offered = context.offer(link)
    findings = list(offered.findings)
    if not match or not is_resource_code(code) or (match["issued"] and not issued):
        findings.append(_misnamed(path.name))
    return SourceRecord(
        identifier=location,
        title=match["title"] if match else stem,
        resource_code=code or None,
        issued=issued,
        link=link,
        file_sha256=offered.kept.sha256 if offered.kept else None,
        file_size=offered.kept.size if offered.kept else None,
        findings=tuple(findings),
    )


def _misnamed(name: str) -> Finding:
    return Finding(
        "bad-code",
        Text(
            f"文件名 {name!r} 不合规则，无法知道是哪项信息资源",
            f"the file name {name!r} does not follow the rule, so nobody can tell which resource it is",
        ),
        value=name,
        expected="307013-0004_公交线路[_20180630].csv",
    )

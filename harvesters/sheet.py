"""A sheet (表格清单): a CSV or XLSX each of whose rows offers one file, beside the sheet or on the web."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from catalog.codes import is_resource_code
from catalog.errors import InvalidInput, NotFound, Unreachable
from catalog.moments import parse_moment
from catalog.records import FileLink, Finding, SourceRecord
from catalog.registry import read_sheet
from catalog.sheets import Column, Row
from catalog.sources import is_url
from catalog.vocabularies import RELEASE_KIND
from harvesters.base import SourceLocation
from harvesters.context import Context, Offered

COLUMNS = (
    Column("resource_code", "信息资源代码", "Resource code", ("资源代码", "数据资源代码"), needed=True),
    Column("title", "信息资源名称", "Title", ("资源名称", "数据资源名称", "名称"), needed=True),
    Column("unit", "信息资源提供方", "Provider", ("提供方", "提供单位", "单位")),
    Column("abstract", "信息资源摘要", "Abstract", ("资源摘要", "摘要", "说明")),
    Column("file", "文件", "File", ("文件名", "数据文件", "附件", "下载地址", "url"), needed=True),
    Column("issued", "发布日期", "Issued", ("开放日期",)),
    Column("release_at", "定时开放时间", "Release at", ("定时开放", "解禁时间", "embargo")),
    Column("kind", "资源类型", "Kind", ("数据类型", "资源形态")),
    Column("modified", "更新日期", "Modified", ("更新时间", "last modified")),
    Column("sha256", "SHA256", "SHA-256", ("校验值", "文件校验值")),
    Column("schema", "标准模式", "Schema", ("数据模式",)),
)
_SHA256_LENGTH = 64


class Sheet:
    """Reads the offers of one sheet."""

    def base(self, source: SourceLocation) -> str:
        """The sheet's own folder."""
        return str(Path(source.location).parent)

    def harvest(self, source: SourceLocation, context: Context) -> Iterator[SourceRecord]:
        """One record per row, named by its file."""
        findings: list[Finding] = []
        try:
            rows = read_sheet(Path(source.location), COLUMNS, findings)
        except NotFound as error:
            raise Unreachable(error.text.zh, error.text.en) from error
        missing = [finding for finding in findings if finding.code == "missing-header"]
        if missing:
            raise InvalidInput(missing[0].message.zh, missing[0].message.en, missing)
        for row in rows:
            yield _record(row, context)


def _record(row: Row, context: Context) -> SourceRecord:
    begun = len(row.findings)
    location = row.text("file", required=True)
    sha256 = row.code("sha256", _is_sha256, "64 × [0-9a-f]").lower()
    code = row.code("resource_code", is_resource_code, "307013/0004", required=True)
    title = row.text("title", required=True)
    issued = row.day("issued")
    link = FileLink(location, _name(location), _format(location), sha256 or None) if location else None
    offered = context.offer(link) if link else Offered(None)
    return SourceRecord(
        identifier=location or code or title or f"row {row.number}",
        title=title or location,
        unit=row.text("unit") or None,
        resource_code=code or None,
        abstract=row.text("abstract"),
        schema=row.text("schema") or None,
        issued=issued,
        release_at=_moment(row),
        kind=row.term("kind", RELEASE_KIND) or None,
        modified=row.text("modified") or None,
        link=link,
        file_sha256=offered.kept.sha256 if offered.kept else None,
        file_size=offered.kept.size if offered.kept else None,
        findings=(*row.findings[begun:], *offered.findings),
    )


def _moment(row: Row) -> datetime | None:
    text = row.text("release_at")
    found = parse_moment(text) if text else None
    if text and found is None:
        row.fault(
            "bad-date", "release_at", f"{text!r} 不是时间", f"{text!r} is no moment", "YYYY-MM-DD HH:MM"
        )
    return found


def _is_sha256(text: str) -> bool:
    return len(text) == _SHA256_LENGTH and all(char in "0123456789ABCDEF" for char in text)


def _name(location: str) -> str:
    path = unquote(urlsplit(location).path) if is_url(location) else location.replace("\\", "/")
    return PurePosixPath(path).name or location


def _format(location: str) -> str | None:
    return PurePosixPath(_name(location)).suffix.lstrip(".").lower() or None

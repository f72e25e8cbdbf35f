"""A CKAN portal: its live action API, or the JSON Lines that ``ckanapi dump datasets`` writes.

One record per dataset; of its resources the file that reads best is taken (CSV before XLSX before JSON …).
The extras ``resource_code``, ``unit_code``, ``issued``, ``update_cycle`` and ``schema`` are ours.
"""

import json
from collections.abc import Iterator
from mimetypes import MimeTypes
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from catalog.errors import InvalidInput, Unreachable
from catalog.records import FileLink, Finding, SourceRecord, Text
from catalog.sheets import parse_day
from catalog.sources import is_url
from catalog.vocabularies import kinds_of
from harvesters.base import SourceLocation
from harvesters.context import Context, Offered

_PAGE = 100
#: No description of a dataset is longer; a line that is, is not one.
_LONGEST_LINE = 16 * 2**20
_FILES = frozenset({None, "", "file", "file.upload"})
#: Python's own list, whatever this machine knows besides.
_MEDIA_TYPES = MimeTypes()
_BEST_FIRST = ("csv", "xlsx", "json", "geojson", "xls", "tsv", "xml", "zip")

Package = dict[str, Any]


class Ckan:
    """Reads datasets as CKAN describes them."""

    def base(self, source: SourceLocation) -> str:
        """The portal's address with a slash at its end, or the folder of the dump."""
        if is_url(source.location):
            return source.location.rstrip("/") + "/"
        return str(Path(source.location).parent)

    def harvest(self, source: SourceLocation, context: Context) -> Iterator[SourceRecord]:
        """One record per public dataset, named by CKAN's id."""
        portal = self.base(source) if is_url(source.location) else None
        packages = _search(portal, context) if portal else _dumped(Path(source.location))
        for package in packages:
            if isinstance(package, SourceRecord):
                yield package
            elif _is_public(package):
                yield _record(package, portal, context)


def _search(portal: str, context: Context) -> Iterator[Package]:
    """Every dataset of the live portal, page by page until one is empty.

    A portal under load may cut the list short; what it counted and what it gave are compared, since a
    dataset that merely was not listed must not look deleted.
    """
    url = urljoin(portal, "api/3/action/package_search")
    seen: set[str] = set()
    while True:
        answer = context.client.get_json(url, {"rows": _PAGE, "start": len(seen), "sort": "id asc"})
        count, page = _page(url, answer)
        if not page:
            break
        fresh = {_text(package, "id") or json.dumps(package) for package in page} - seen
        if len(fresh) < len(page):
            raise Unreachable(
                f"{url} 的分页重复，列表不可靠", f"{url} repeats itself: its list cannot be relied on"
            )
        seen |= fresh
        yield from page
    if len(seen) < count:
        raise Unreachable(
            f"{url} 声称有 {count} 个数据集，只给出 {len(seen)} 个",
            f"{url} counts {count} datasets but gave only {len(seen)}",
        )


def _page(url: str, answer: object) -> tuple[int, list[Package]]:
    """How many datasets the portal counts, and those of this page."""
    if isinstance(answer, dict) and answer.get("success") is True:
        result = answer.get("result")
        if isinstance(result, dict) and isinstance(page := result.get("results"), list):
            count = result.get("count")
            if isinstance(count, int) and all(isinstance(package, dict) for package in page):
                return count, page
    said = json.dumps(answer, ensure_ascii=False)[:200]
    raise InvalidInput(f"{url} 的应答不是 CKAN 的：{said}", f"{url} does not answer as CKAN does: {said}")


def _dumped(path: Path) -> Iterator[Package | SourceRecord]:
    """Every dataset of a dump; a line that is not one becomes a record that says so."""
    try:
        with path.open("rb") as stream:
            number = 0
            while line := stream.readline(_LONGEST_LINE):
                number += 1
                if line.strip():
                    yield _parsed(line, number)
    except OSError as error:
        raise Unreachable(
            f"文件无法访问：{path.name}（{error.strerror}）",
            f"the file cannot be reached: {path.name} ({error.strerror})",
        ) from error


def _parsed(line: bytes, number: int) -> Package | SourceRecord:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return _broken(number, str(error))
    return value if isinstance(value, dict) else _broken(number, "not an object")


def _broken(number: int, reason: str) -> SourceRecord:
    text = Text(f"第 {number} 行不是 JSON 对象（{reason}）", f"line {number} is not a JSON object ({reason})")
    return SourceRecord(
        f"line {number}", f"line {number}", findings=(Finding("malformed-file", text, row=number),)
    )


def _is_public(package: Package) -> bool:
    """Whether the portal shows it: drafts, deleted and private ones, showcases and harvest sources are not."""
    return (
        package.get("state", "active") == "active"
        and package.get("private") not in {True, "true", "True"}
        and package.get("type", "dataset") == "dataset"
    )


def _record(package: Package, portal: str | None, context: Context) -> SourceRecord:
    extras = {str(each.get("key")): str(each.get("value")) for each in _dicts(package, "extras")}
    identifier = _text(package, "id") or _text(package, "name") or _text(package, "title")
    findings: list[Finding] = []
    issued = parse_day(extras["issued"]) if extras.get("issued") else None
    if extras.get("issued") and issued is None:
        text = Text("extras 中 issued 不是日期", "the extra `issued` is not a date")
        findings.append(
            Finding("bad-date", text, field="issued", value=extras["issued"], expected="YYYY-MM-DD")
        )
    if not identifier or not _text(package, "title"):
        text = Text("数据集没有标识或标题", "the dataset has no id or no title")
        findings.append(Finding("missing-value", text, field="title" if identifier else "id"))
    link = _best_file(package)
    offered = context.offer(link) if link else Offered(None)
    organization = package.get("organization")
    return SourceRecord(
        identifier=identifier or "?",
        title=_text(package, "title") or identifier,
        unit=extras.get("unit_code")
        or (_text(organization, "title") if isinstance(organization, dict) else "")
        or None,
        resource_code=extras.get("resource_code"),
        abstract=_text(package, "notes"),
        keywords=tuple(_text(tag, "name") for tag in _dicts(package, "tags")),
        schema=extras.get("schema"),
        domain=next((_text(group, "title") for group in _dicts(package, "groups")), None),
        update_cycle=extras.get("update_cycle"),
        license=_text(package, "license_id") or None,
        issued=issued,
        kind=_kind(link),
        modified=_text(package, "metadata_modified") or None,
        landing_page=urljoin(portal, f"dataset/{_text(package, 'name')}") if portal else None,
        link=link,
        file_sha256=offered.kept.sha256 if offered.kept else None,
        file_size=offered.kept.size if offered.kept else None,
        findings=(*findings, *offered.findings),
    )


def _best_file(package: Package) -> FileLink | None:
    """The resource to take: a file, in the format that reads best, the first of those."""
    files = [
        _link(resource)
        for resource in _dicts(package, "resources")
        if resource.get("resource_type") in _FILES
        and resource.get("state", "active") == "active"
        and _text(resource, "url")
        and not _text(resource, "url").endswith("/datapackage.json")
    ]
    return min(files, key=lambda link: _rank(link.format), default=None)


def _link(resource: Package) -> FileLink:
    location = _text(resource, "url")
    path = unquote(urlsplit(location).path)
    name = path.rpartition("/")[2] or _text(resource, "name")
    given = _format(resource)
    if given and "." not in name:
        name = f"{name or 'file'}.{given}"
    said = _text(resource, "hash")
    size = resource.get("size")
    return FileLink(
        location,
        name,
        given or name.rpartition(".")[2].lower() or None,
        # A bare hash may be of any kind (portals also put an ETag there): only a named sha256 is one.
        said.removeprefix("sha256:") if said.startswith("sha256:") else None,
        size if isinstance(size, int) else None,
        _text(resource, "last_modified") or None,
    )


def _format(resource: Package) -> str:
    """How the portal calls the file's format, by its name or else by its media type; empty if it says nothing."""
    said = _text(resource, "format") or _text(resource, "mimetype")
    if "/" in said:
        said = _MEDIA_TYPES.guess_extension(said.lower()) or ""
    return said.lower().lstrip(".")


def _kind(link: FileLink | None) -> str | None:
    """What the portal says that the file is, by the name of its format; None where that leaves it open."""
    kinds = kinds_of([link.format] if link and link.format else [])
    return next(iter(kinds), None)


def _rank(name: str | None) -> int:
    return _BEST_FIRST.index(name) if name in _BEST_FIRST else len(_BEST_FIRST)


def _text(values: Package, key: str) -> str:
    value = values.get(key)
    return value.strip() if isinstance(value, str) else ""


def _dicts(package: Package, key: str) -> list[Package]:
    value = package.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []

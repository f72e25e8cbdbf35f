"""The OpenAPI 3.1 document: built from the same arguments and types by which the API answers."""

from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request

from catalog.queries.datasets import DatasetPage, DatasetRow, ReleaseRow
from catalog.queries.downloads import DownloadPage
from catalog.queries.inventory import ItemPage, ItemRow
from catalog.queries.negative_list import Blocker
from catalog.queries.pending import PendingRow
from catalog.queries.plan import PlanRow
from catalog.queries.refused import RefusedRow
from catalog.queries.releases import ReleasePage
from catalog.queries.runs import RecordRow, RunRow
from catalog.queries.units import UnitPage, UnitRow
from catalog.records import Text
from opendata import __version__
from opendata.api import arguments
from opendata.api.arguments import PAGING, Argument
from opendata.api.blueprint import LIVE, api, services
from opendata.api.search import Completions, SearchPage
from opendata.api.shapes import schema_of

VERSION = "3.1.0"


@dataclass(frozen=True, slots=True)
class Operation:
    """One address: what it answers with, and what it may be asked."""

    path: str
    name: str
    summary: Text
    answer: type | None = None
    many: bool = False
    arguments: tuple[Argument, ...] = ()


_A = arguments
OPERATIONS = (
    Operation("/datasets", "list_datasets", Text("已开放的数据集", "datasets that are open"), DatasetRow, many=True,
              arguments=(_A.QUERY, _A.DOMAIN, _A.UNIT, _A.LEVEL, _A.OPENNESS, _A.UPDATE_CYCLE, _A.FORMAT, _A.KIND, *PAGING)),
    Operation("/datasets/{slug}", "get_dataset", Text("一个数据集", "one dataset"), DatasetPage),
    Operation("/datasets/{slug}/releases", "list_releases", Text("数据集的版本", "releases of a dataset"), ReleaseRow,
              many=True, arguments=PAGING),
    Operation("/datasets/{slug}/releases/{number}", "get_release", Text("一个版本及其证据", "one release with its evidence"),
              ReleasePage),
    Operation("/search", "search", Text("检索数据集与清单条目", "search datasets and inventory items"), SearchPage,
              arguments=(_A.QUERY, *_A.FACETS.values(), _A.SORT, *PAGING)),
    Operation("/search/suggest", "suggest", Text("检索词补全", "completions of what is being typed"), Completions,
              arguments=(_A.QUERY,)),
    Operation("/datasets/{slug}/downloads", "get_downloads", Text("数据集的下载次数", "how often a dataset was downloaded"),
              DownloadPage),
    Operation("/units", "list_units", Text("单位名录", "the roster of units"), UnitRow, many=True,
              arguments=(_A.AS_OF, _A.LEVEL, _A.REGION, _A.QUERY, *PAGING)),
    Operation("/units/{code}", "get_unit", Text("一个单位", "one unit"), UnitPage, arguments=(_A.AS_OF,)),
    Operation("/inventory", "list_inventory", Text("数据资源清单", "the inventory"), ItemRow, many=True,
              arguments=(_A.AS_OF, _A.OPENNESS, _A.DOMAIN, _A.UNIT, _A.QUERY, _A.UNJUSTIFIED, *PAGING)),
    Operation("/inventory/{code}", "get_item", Text("一个清单条目（代码可含斜杠）", "one item; its code may hold a slash"),
              ItemPage, arguments=(_A.AS_OF,)),
    Operation("/plan", "list_plan", Text("开放计划", "the open-data plan"), PlanRow, many=True,
              arguments=(_A.AS_OF, _A.STATUS, _A.DOMAIN, *PAGING)),
    Operation("/negative-list", "list_negative", Text("负面清单", "the negative list"), Blocker, many=True,
              arguments=(_A.AS_OF, *PAGING)),
    Operation("/refused", "list_refused", Text("未通过的数据及原因", "what was refused, and why"), RefusedRow, many=True,
              arguments=(_A.STAGE, _A.CODE, *PAGING)),
    Operation("/coverage", "get_coverage", Text("开放单位覆盖率及证据", "coverage with its evidence"),
              arguments=(_A.AS_OF, _A.KNOWN_AT, _A.LEVEL, _A.REGION, _A.DOMAIN)),
    Operation("/runs", "list_runs", Text("采集任务", "harvest runs"), RunRow, many=True,
              arguments=(_A.SOURCE, _A.RUN_STATE, *PAGING)),
    Operation("/runs/{number}", "get_run", Text("一个采集任务", "one harvest run"), RunRow),
    Operation("/runs/{number}/records", "list_records", Text("采集任务所见的记录", "what a run last saw"), RecordRow,
              many=True, arguments=PAGING),
    Operation("/pending", "list_pending", Text("等待某一步的内容", "what waits for a step"), PendingRow, many=True,
              arguments=(_A.STEP, *PAGING)),
    Operation("/vocabularies", "get_vocabularies", Text("代码表", "the vocabularies")),
    Operation("/openapi.json", "get_openapi", Text("本文档", "this document")),
)  # fmt: skip
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "detail_en", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "zh-CN"},
        "detail_en": {"type": "string", "description": "en"},
        "instance": {"type": "string"},
    },
}
_LINKS = {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}


@api.get("/openapi.json")
def get_openapi() -> Response:
    """What you are reading about."""
    return jsonify(document(services().settings.public_url or request.host_url.rstrip("/")))


def document(base_url: str) -> dict[str, Any]:
    """The whole document; *base_url* is where the portal is reached."""
    components: dict[str, Any] = {"Problem": _PROBLEM, "Links": _LINKS}
    paths = {operation.path: {"get": _get(operation, components)} for operation in OPERATIONS}
    return {
        "openapi": VERSION,
        "info": {
            "title": "公共数据开放平台 API | Open data API",
            "version": __version__,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": f"{base_url}{api.url_prefix}"}],
        "paths": paths,
        "components": {"schemas": dict(sorted(components.items()))},
    }


def _get(operation: Operation, components: dict[str, Any]) -> dict[str, Any]:
    problems = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    return {
        "operationId": operation.name,
        "summary": str(operation.summary),
        "parameters": [*_in_path(operation.path), *(one.to_openapi() for one in operation.arguments)],
        "responses": {
            "200": {
                "description": str(operation.summary),
                "headers": {name: {"schema": {"type": "string"}} for name in _headers(operation)},
                "content": {"application/json": {"schema": _body(operation, components)}},
            },
            "304": {"description": "Not Modified"},
            "default": {"description": "problem+json", **problems},
        },
    }


def _headers(operation: Operation) -> tuple[str, ...]:
    return ("ETag",) if f"api.{operation.name}" in LIVE else ("ETag", "Last-Modified")


def _in_path(path: str) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if name == "number" else "string"},
        }
        for name in names
    ]


def _body(operation: Operation, components: dict[str, Any]) -> dict[str, Any]:
    if operation.answer is None:
        return {"type": "object"}
    links = {
        "type": "object",
        "required": ["links"],
        "properties": {"links": {"$ref": "#/components/schemas/Links"}},
    }
    item = {"allOf": [schema_of(operation.answer, components), links]}
    if not operation.many:
        return item
    counts = {name: {"type": "integer"} for name in ("total", "page", "size", "pages")}
    return {
        "type": "object",
        "required": ["items", *counts],
        "properties": {"items": {"type": "array", "items": item}, **counts},
    }

"""The arguments of the API: each declared once, read by the views and told by the OpenAPI document."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, get_args

from flask import request

from catalog import vocabularies
from catalog.codes import is_division_code
from catalog.errors import InvalidInput
from catalog.queries.pending import STEPS
from catalog.queries.plan import STATUSES
from catalog.queries.runs import STATES
from catalog.queries.slices import LARGEST
from catalog.records import Text
from catalog.vocabularies import Vocabulary
from search.query import Sort

_MOST_DIGITS = 6
_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Argument:
    """One query argument: its JSON Schema, what it means, and how its text becomes a value."""

    name: str
    schema: dict[str, Any]
    meaning: Text
    convert: Callable[[str], object]
    default: object = None

    def read(self) -> Any:  # noqa: ANN401 - the type is the argument's own
        """The value in this request; the default where it is absent or empty.

        :raises InvalidInput: the text is none of the values that the schema allows.
        """
        text = request.args.get(self.name, "")
        return self._converted(text) if text else self.default

    def read_all(self) -> list[Any]:
        """Every value that this request gives the argument, however often it stands there.

        :raises InvalidInput: a text is none of the values that the schema allows.
        """
        return [self._converted(text) for text in request.args.getlist(self.name) if text]

    def _converted(self, text: str) -> Any:  # noqa: ANN401 - the type is the argument's own
        try:
            return self.convert(text)
        except ValueError as error:
            raise InvalidInput(
                f"参数 {self.name} 的值 {text[:80]!r} 无效，应为：{self._expected()}",
                f"argument {self.name} has the value {text[:80]!r}; expected: {self._expected()}",
            ) from error

    def to_openapi(self) -> dict[str, Any]:
        """The argument as an OpenAPI parameter."""
        schema = self.schema if self.default is None else {**self.schema, "default": self.default}
        return {
            "name": self.name,
            "in": "query",
            "required": False,
            "description": str(self.meaning),
            "schema": schema,
        }

    def _expected(self) -> str:
        if "enum" in self.schema:
            return ", ".join(self.schema["enum"])
        return str(self.schema.get("format") or self.schema.get("pattern") or self.schema["type"])


def _between(least: int, most: int) -> Callable[[str], int]:
    def convert(text: str) -> int:
        if not (
            text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and least <= int(text) <= most
        ):
            raise ValueError(text)
        return int(text)

    return convert


def _one_of(codes: tuple[str, ...]) -> Callable[[str], str]:
    def convert(text: str) -> str:
        if text not in codes:
            raise ValueError(text)
        return text

    return convert


def _typed(text: str) -> str:
    if len(text) > _LONGEST_TEXT or "\x00" in text:
        raise ValueError(text)
    return text.strip()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign that nobody escaped
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _division(text: str) -> str:
    if not is_division_code(text):
        raise ValueError(text)
    return text


def _year(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) == 4):  # noqa: PLR2004 - digits of a year
        raise ValueError(text)
    return text


def _from_list(vocabulary: Vocabulary, meaning: Text) -> Argument:
    codes = tuple(term.code for term in vocabulary)
    return Argument(vocabulary.name, {"type": "string", "enum": list(codes)}, meaning, _one_of(codes))


def _free(name: str, meaning: Text) -> Argument:
    return Argument(name, {"type": "string", "maxLength": _LONGEST_TEXT}, meaning, _typed)


_MOST_PAGES = 10**_MOST_DIGITS - 1
PAGE = Argument(
    "page",
    {"type": "integer", "minimum": 1, "maximum": _MOST_PAGES},
    Text("第几页，从 1 起", "page, counted from 1"),
    _between(1, _MOST_PAGES),
    1,
)
SIZE = Argument(
    "size",
    {"type": "integer", "minimum": 1, "maximum": LARGEST},
    Text("每页条数", "items on a page"),
    _between(1, LARGEST),
    20,
)
PAGING = (PAGE, SIZE)
QUERY = _free("q", Text("检索词", "words to look for"))
UNIT = _free("unit", Text("单位编码", "code of a unit"))
FORMAT = _free("format", Text("文件格式，如 csv", "file format, e.g. csv"))
KIND = replace(
    _from_list(
        vocabularies.RELEASE_KIND,
        Text("数据类型：数据表、文档、图像…", "what it is: a table, a document, an image, …"),
    ),
    name="kind",
)
CODE = _free("code", Text("问题代码，如 type-error", "finding code, e.g. type-error"))
DOMAIN = _from_list(vocabularies.DOMAIN, Text("数据领域", "domain"))
OPENNESS = _from_list(vocabularies.OPENNESS, Text("开放属性", "openness"))
LEVEL = _from_list(vocabularies.LEVEL, Text("单位层级", "level of the unit"))
UPDATE_CYCLE = _from_list(vocabularies.UPDATE_CYCLE, Text("更新周期", "update cycle"))
_STAGES = ("register", "validate", "review")
STAGE = Argument(
    "stage",
    {"type": "string", "enum": list(_STAGES)},
    Text("在哪一步被退回", "step at which it was refused"),
    _one_of(_STAGES),
)
STEP = Argument(
    "step",
    {"type": "string", "enum": list(STEPS)},
    Text("等待哪一步", "step that is waited for"),
    _one_of(STEPS),
    "review",
)
SOURCE = _free("source", Text("采集源代码", "code of a source"))
RUN_STATE = Argument(
    "state",
    {"type": "string", "enum": list(STATES)},
    Text("任务状态", "state of the run"),
    _one_of(STATES),
)
STATUS = Argument(
    "status",
    {"type": "string", "enum": list(STATUSES)},
    Text("计划状态", "status of the promise"),
    _one_of(STATUSES),
)
UNJUSTIFIED = Argument(
    "unjustified",
    {"type": "string", "enum": ["true", "false"]},
    Text("只列不予开放而无依据的条目", "only items that are closed without a reason"),
    lambda text: _one_of(("true", "false"))(text) == "true",
)
REGION = Argument(
    "region",
    {"type": "string", "pattern": r"^[1-9]\d{5}$"},
    Text("区划代码：省、市或县", "division code: province, city or county"),
    _division,
)
AS_OF = Argument(
    "as_of",
    {"type": "string", "format": "date"},
    Text("截至哪一天，默认今天", "day, default today"),
    date.fromisoformat,
)
KNOWN_AT = Argument(
    "known_at",
    {"type": "string", "format": "date-time"},
    Text("按何时所知，默认最新", "moment of knowledge, default the latest"),
    _moment,
)
THEME = _from_list(vocabularies.THEME, Text("主题分类", "theme"))
SORT = Argument(
    "sort",
    {"type": "string", "enum": list(get_args(Sort))},
    Text("排序：相关度、最新、下载最多、题名", "order: by relevance, newest, most downloaded, title"),
    _one_of(get_args(Sort)),
    "relevance",
)
_KINDS = ("dataset", "inventory-item")
#: The arguments by which a search is narrowed, by facet; each may be given several times.
FACETS = {
    "kind": Argument(
        "kind",
        {"type": "string", "enum": list(_KINDS)},
        Text("已开放的数据集，或尚未开放的清单条目", "open dataset, or inventory item that is not open yet"),
        _one_of(_KINDS),
    ),
    "unit": UNIT,
    "level": LEVEL,
    "domain": DOMAIN,
    "theme": THEME,
    "region": REGION,
    "format": FORMAT,
    "openness": OPENNESS,
    "update_cycle": UPDATE_CYCLE,
    "year": Argument(
        "year",
        {"type": "string", "pattern": r"^\d{4}$"},
        Text("数据年份", "year that the data speak of"),
        _year,
    ),
}

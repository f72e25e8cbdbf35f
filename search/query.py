"""What a person typed, as a value that both engines understand.

The language: words are all required; ``"a phrase"`` stands in this order; ``-word`` must not occur;
``a OR b`` needs one of the two; ``field:value`` looks in one field. Brackets and every other sign only
separate words. :func:`parse` never raises: what it cannot use it lists in ``Query.ignored``.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Sort = Literal["relevance", "newest", "used", "title"]

#: Facets by which an answer is counted and filtered, in the order in which a page shows them.
FACETS = ("kind", "unit", "level", "domain", "theme", "region", "format", "openness", "update_cycle", "year")

#: What may stand before a colon, with the other names that people use for it.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("标题", "名称"),
    "keyword": ("关键字", "关键词"),
    "column": ("字段", "信息项", "数据项"),
    "unit": ("单位", "提供方", "部门"),
    "level": ("层级",),
    "domain": ("领域",),
    "theme": ("主题", "主题分类"),
    "region": ("地区", "区划"),
    "format": ("格式",),
    "openness": ("开放", "开放属性"),
    "update_cycle": ("cycle", "更新", "更新周期"),
    "year": ("年份", "年"),
    "kind": ("类型",),
    "issued": ("发布", "发布日期"),
    "modified": ("更新日期",),
    "id": ("编号",),
}

LONGEST_TEXT = 1_000  # characters of a query that are read
MOST_TERMS = 32
MOST_VALUES = 100
LARGEST_PAGE = 100
#: Hits beyond this depth are counted, not shown: an engine would have to sort them all first.
DEEPEST_HIT = 10_000

_FIELD_NAMES = {alias: name for name, aliases in FIELDS.items() for alias in (name, *aliases)}
_QUOTES = str.maketrans("“”„‟«»「」『』", '"' * 10)
_TERM = re.compile(
    r"""(?P<minus>-)?(?:(?P<field>[^\W\d]\w*):(?=["\S]))?"""  # -unit:
    r"""(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))"""  # "a phrase" or word
)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must (or must not) be found: a word or phrase, anywhere or in one field."""

    text: str
    phrase: bool = False
    negated: bool = False
    field: str | None = None

    def __str__(self) -> str:
        text = f'"{self.text}"' if self.phrase else self.text
        return f"{'-' if self.negated else ''}{f'{self.field}:' if self.field else ''}{text}"


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: every group must hold, and of a group any one term.

    ``filters`` pairs a facet with the values that were chosen: any value of a facet, every facet.
    ``page`` counts from 1. ``ignored`` lists what was not understood or left out.
    """

    text: str = ""
    groups: tuple[tuple[Term, ...], ...] = ()
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sort: Sort = "relevance"
    page: int = 1
    size: int = 20
    ignored: tuple[str, ...] = ()

    @property
    def offset(self) -> int:
        """How many hits stand before this page."""
        return (self.page - 1) * self.size

    @property
    def wanted(self) -> tuple[Term, ...]:
        """The terms that should be found anywhere: what ranks and what is highlighted."""
        return tuple(t for group in self.groups for t in group if not t.negated and t.field is None)


def parse(
    text: str = "",
    filters: Mapping[str, Iterable[str]] | None = None,
    sort: str = "relevance",
    page: int | str = 1,
    size: int | str = 20,
) -> Query:
    """Turn what a person typed and chose into a query; never raises.

    :param filters: facet to the values chosen; an unknown facet is ignored and listed.
    :param page: counted from 1; what is no number, or smaller, is page 1.
    :param size: hits on a page, 1 to 100.
    """
    ignored: list[str] = []
    groups = _groups(_readable(text, ignored), ignored)
    chosen = _chosen(filters or {}, ignored)
    if sort not in get_args(Sort):
        ignored.append(f"sort={sort[:80]}")
    return Query(
        text=text[:LONGEST_TEXT],
        groups=groups,
        filters=chosen,
        sort=next((known for known in get_args(Sort) if known == sort), "relevance"),
        page=_number(page, 1, None),
        size=_number(size, 20, LARGEST_PAGE),
        ignored=tuple(ignored),
    )


def _readable(text: str, ignored: list[str]) -> str:
    if len(text) > LONGEST_TEXT:
        ignored.append(f"…{text[LONGEST_TEXT : LONGEST_TEXT + 20]}…")
    plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT].translate(_QUOTES))[:LONGEST_TEXT]
    return "".join(char if char.isprintable() else " " for char in plain)


def _groups(text: str, ignored: list[str]) -> tuple[tuple[Term, ...], ...]:
    groups: list[list[Term]] = []
    joining = negating = False
    for found in _TERM.finditer(text):
        match found["word"] if not (found["minus"] or found["field"]) else None:
            case "OR" | "|" | "||":
                joining = bool(groups)
                continue
            case "AND" | "&&":
                continue
            case "NOT":
                negating = True
                continue
        term = _term(found, negating=negating)
        if not any(char.isalnum() for char in term.text):
            continue
        if sum(map(len, groups)) == MOST_TERMS:
            ignored.append(term.text[:80])
            break
        if joining:
            groups[-1].append(term)
        else:
            groups.append([term])
        joining = negating = False
    return tuple(map(tuple, groups))


def _term(found: re.Match[str], *, negating: bool) -> Term:
    field = _FIELD_NAMES.get((found["field"] or "").casefold())
    text = found["phrase"] if found["phrase"] is not None else found["word"]
    if found["field"] and field is None:  # not one of our fields: a time, an address, a title with a colon
        text = f"{found['field']}:{text}"
    return Term(
        text=" ".join(text.split()),
        phrase=found["phrase"] is not None,
        negated=negating or bool(found["minus"]),
        field=field,
    )


def _chosen(
    filters: Mapping[str, Iterable[str]], ignored: list[str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    chosen = []
    for facet in FACETS:
        values = tuple(dict.fromkeys(value for value in filters.get(facet, ()) if value))
        ignored += [f"{facet}={value[:80]}" for value in values[MOST_VALUES : MOST_VALUES + 5]]
        if values:
            chosen.append((facet, values[:MOST_VALUES]))
    ignored += [str(name)[:80] for name in filters if name not in FACETS]
    return tuple(chosen)


def _number(value: int | str, default: int, most: int | None) -> int:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit()):
        return default
    number = int(text[:9])  # so many hits there never are; Python refuses thousands of digits
    return max(1, number if most is None else min(number, most))

"""What is known of a file that is no table, as labels and values to be shown in any report."""

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.records import Text
from catalog.vocabularies import RELEASE_KIND
from opendata.validation.report import Report

#: Members and layers that are named; the report's JSON has more.
_SHOWN = 20


def document_facts(report: Report) -> Iterator[tuple[Text, Text]]:
    """The facts of *report* in the order in which people ask for them; none of a table."""
    if report.kind == "table" and not report.facts:
        return
    facts = report.facts
    term = RELEASE_KIND.term(report.kind)
    yield Text("类型", "kind"), Text(term.zh, term.en)
    if "media_type" in facts:
        yield Text("媒体类型", "media type"), _same(str(facts["media_type"]))
    if "pages" in facts:
        yield Text("页数", "pages"), _same(f"{facts['pages']:,}")
    if "width" in facts:
        yield Text("像素", "pixels"), _same(f"{facts['width']:,} × {facts['height']:,}")
    if "encoding" in facts:
        yield Text("编码", "encoding"), _same(str(facts["encoding"]))
    for layer in facts.get("layers", [])[:_SHOWN]:
        yield Text("图层", "layer"), _layer(layer)
    if "member_count" in facts:
        yield Text("成员", "members"), _members(facts)


def _same(text: str) -> Text:
    return Text(text, text)


def _layer(layer: Mapping[str, Any]) -> Text:
    name, geometry, crs = layer["name"], layer["geometry"] or "—", layer["crs"]
    count = "—" if layer["features"] is None else f"{layer['features']:,}"
    return Text(
        f"{name}（{geometry}，{count} 个要素，坐标系 {crs or '未知'}）",
        f"{name} ({geometry}, {count} features, coordinate system {crs or 'unknown'})",
    )


def _members(facts: Mapping[str, Any]) -> Text:
    names = [str(member["name"]) for member in facts["members"][:_SHOWN]]
    count = facts["member_count"]
    more = "…" if count > len(names) else ""
    return _same(f"{count:,}：{'、'.join(names)}{more}")

"""What a release is: a table by its schema, or something that is published as it came.

The source's word counts first, then the inventory's promise, then the content. Whatever was promised as a table is
judged as one: a table whose schema cannot be read is never passed off as a document.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from catalog.models import Release
from catalog.records import Finding, Text
from catalog.vocabularies import RELEASE_KIND, TABLE, kinds_of
from opendata.pipeline.reading import ItemFields
from opendata.validation import Report
from opendata.validation.documents import identify

_HINTS = {
    "promised-table": Text(
        "按标准模式整理成数据表报送；若该资源确为文档，请先修订清单，去掉其标准模式。",
        "Hand it in as a table of that schema; if it truly is no table, first amend the inventory so that it cites none.",
    ),
    "inventory-format": Text(
        "核对清单的“信息资源格式”，与实际报送的不一致时修订清单。",
        "Compare the format in the inventory and amend it where it differs from what is handed in.",
    ),
}


def kind_of(release: Release, item: ItemFields, path: Path) -> str:
    """The kind as which *release* is judged, a code of :data:`catalog.vocabularies.RELEASE_KIND`.

    :param path: its raw bytes.
    """
    if release.kind:
        return release.kind
    if item.schema_name or item.fields:
        return TABLE
    return identify(path, release.file_name).kind


def with_promise(report: Report, kind: str, item: ItemFields) -> Report:
    """*report* with what is to be said of *kind* against what the inventory promises of the item."""
    added = tuple(_objections(report, kind, item))
    if not added:
        return report
    return replace(
        report,
        valid=report.valid and all(one.severity != "error" for one in added),
        findings=(*report.findings, *added),
        counts={**report.counts, **{one.code: 1 for one in added}},
        hints={**report.hints, **{one.code: {"": _HINTS[one.code]} for one in added}},
    )


def _objections(report: Report, kind: str, item: ItemFields) -> Iterator[Finding]:
    label = RELEASE_KIND.term(kind)
    if kind != TABLE and item.schema_name:
        yield Finding(
            "promised-table",
            Text(
                f"清单为该资源指定了标准模式 {item.schema_name}，应报送数据表，来源却称之为{label.zh}",
                f"the inventory cites the schema {item.schema_name} for it and so promises a table,"
                f" but the source calls it: {label.en}",
            ),
            value=kind,
            expected=item.schema_name,
        )
        return
    promised = kinds_of(item.formats)
    # Of a file that is refused anyway, who mends it has enough to read.
    if report.valid and promised and kind not in promised:
        formats = "、".join(item.formats)
        yield Finding(
            "inventory-format",
            Text(
                f"清单登记的格式是 {formats}，报送的是{label.zh}",
                f"the inventory registers the format {formats}, but this is: {label.en}",
            ),
            "warning",
            value=kind,
            expected=formats,
        )

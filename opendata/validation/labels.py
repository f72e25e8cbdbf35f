"""Labels that tell on persons: a table without a header, whose first row would be published as the names of its columns."""

import re
from collections.abc import Iterator
from dataclasses import replace

from catalog.records import Finding, Text
from opendata.tables import Table
from opendata.validation.personal import Kind, mask, personal_kind

#: A label with words may show by an example how its column is filled in. A plate has one character, no word.
_WORD = re.compile(r"[\u4e00-\u9fff]{2}")


def without_persons(table: Table) -> Table:
    """*table* itself; if a label is a personal number, one that cannot be judged, and whose labels say nothing.

    Its findings then have a ``personal-information`` for each such label, and its columns are called by their
    numbers, so that neither a report nor an inferred schema repeats what stands there.
    """
    found = tuple(_findings(table))
    if not found:
        return table
    labels = tuple(f"第 {table.physical_column(at)} 列" for at in range(1, len(table.labels) + 1))
    return replace(table, labels=labels, findings=(*table.findings, *found))


def _findings(table: Table) -> Iterator[Finding]:
    for at, label in enumerate(table.labels, start=1):
        kind = _kind(label)
        if kind is None:
            continue
        number = table.physical_column(at)
        yield Finding(
            "personal-information",
            Text(
                f"第 {number} 列的列名是{kind.zh}：表格似乎没有表头，首行就是数据。",
                f"The label of column {number} is one of the {kind.en}: the table seems to have no header, only data.",
            ),
            row=table.header_row or None,
            column=number,
            value=mask(label)[:60],
            expected="首行为列名 a first row of labels",
        )


def _kind(label: str) -> Kind | None:
    kind = personal_kind(label)
    # Of the kinds that look like many other codes, one label alone says nothing.
    if kind is None or kind.share:
        return None
    return kind if kind.never_public or not _WORD.search(label) else None

"""One pull from one source."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from catalog.errors import SettingError
from catalog.records import Finding, SourceRecord, Text
from catalog.sources import is_url
from harvesters import HARVESTERS
from harvesters.base import SourceLocation
from harvesters.context import Context
from harvesters.http import Client
from harvesters.raw import RawStore


def open_source(kind: str, location: str, raw: RawStore) -> Iterator[SourceRecord]:
    """Everything that the source offers; the bytes of its files are in *raw* before their record comes.

    :raises SettingError: no harvester knows this *kind*.
    :raises Unreachable: the source does not answer, or broke off.
    :raises InvalidInput: what the source says as a whole cannot be read.
    """
    source = SourceLocation(kind, location)
    with Client(location) as client:
        yield from run(source, client, raw)


def run(source: SourceLocation, client: Client, raw: RawStore) -> Iterator[SourceRecord]:
    """The same with a *client* of one's own."""
    if source.kind not in HARVESTERS:
        known = ", ".join(HARVESTERS)
        raise SettingError(
            f"未知的采集源类型 {source.kind!r}，可用：{known}",
            f"unknown kind of source {source.kind!r}; known: {known}",
        )
    harvester = HARVESTERS[source.kind]()
    base = harvester.base(source)
    context = Context(base if is_url(base) else Path(base), raw, client)
    seen: set[str] = set()
    for record in harvester.harvest(source, context):
        yield _distinct(record, seen)


def _distinct(record: SourceRecord, seen: set[str]) -> SourceRecord:
    """*record*, made distinct and faulty if the source has used its identifier before."""
    if record.identifier not in seen:
        seen.add(record.identifier)
        return record
    number = sum(each.startswith(f"{record.identifier}#") for each in seen) + 2
    finding = Finding(
        "duplicate-code",
        Text(
            f"来源重复给出 {record.identifier}，只取第一条",
            f"the source gives {record.identifier} more than once; the first is taken",
        ),
        value=record.identifier,
    )
    again = replace(
        record,
        identifier=f"{record.identifier}#{number}",
        findings=(*record.findings, finding),
    )
    seen.add(again.identifier)
    return again

"""What changed from release to release, as data and as a page of text."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """How a release differs from the one that it supersedes; computed once, when it is published.

    ``counts`` has added, removed, changed and unchanged rows, None where rows could not be compared (the first release,
    a document); ``fields`` counts the changed rows per column. ``schema`` has the schema's changes
    (:class:`opendata.tables.schema_diff.SchemaChange` as dicts). ``file`` tells how the file of what is no table
    differs (:meth:`opendata.publishing.diff.files.FileDiff.to_dict`).
    """

    release: int
    day: str
    rows: int | None
    supersedes: int | None = None
    breaking: bool = False
    schema: list[dict[str, Any]] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    counts: dict[str, int] | None = None
    fields: dict[str, int] = field(default_factory=dict)
    file: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The change as JSON-ready values; tables say nothing of a file."""
        values = asdict(self)
        if self.file is None:
            del values["file"]
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Change":
        """The inverse of :meth:`to_dict`."""
        return cls(**values)


def markdown(title: str, changes: Iterable[Change]) -> str:
    """The changelog of a dataset, the newest release first."""
    told = "\n".join(_entry(change) for change in sorted(changes, key=lambda one: -one.release))
    return f"# {title}：变更记录 Changelog\n\n{told}"


def _entry(change: Change) -> str:
    lines = [f"## 第 {change.release} 版 Release {change.release}（{change.day}）", ""]
    if change.supersedes is None:
        rows = "" if change.rows is None else f"，{change.rows:,} 行 rows"
        return "\n".join([*lines, f"- 首次发布 First release{rows}", ""])
    if change.breaking:
        lines += ["**结构有不兼容的变更，自本版起为新的系列。 A breaking change: a new series begins.**", ""]
    lines += [f"- {one['zh']}。{one['en']}." for one in change.schema]
    if change.counts is not None:
        lines.append(_rows(change.counts, change.supersedes))
    if change.fields:
        listed = "、".join(f"`{name}` {count:,}" for name, count in change.fields.items())
        lines.append(f"- 有变更的字段 Changed columns: {listed}")
    if change.file is not None:
        lines += _file(change.file)
    return "\n".join([*lines, ""])


def _rows(counts: Mapping[str, int], before: int) -> str:
    zh = f"与第 {before} 版相比：新增 {counts['added']:,} 行，删除 {counts['removed']:,} 行，修改 {counts['changed']:,} 行"
    en = f"{counts['added']:,} rows added, {counts['removed']:,} removed, {counts['changed']:,} changed"
    return f"- {zh}。Since release {before}: {en}."


def _file(told: Mapping[str, Any]) -> Iterator[str]:
    """How the file of what is no table differs, and which members of an archive do."""
    before, after = told["before"], told["after"]
    if told["same"]:
        yield "- 文件未变。The file is the same."
        return
    yield f"- 文件已更换 The file was replaced: {before['size']:,} → {after['size']:,} 字节 bytes"
    yield f"- SHA-256: `{before['sha256']}` → `{after['sha256']}`"
    if before["media_type"] != after["media_type"]:
        yield f"- 类型 Media type: {before['media_type']} → {after['media_type']}"
    if told["counts"] is not None:
        counts = told["counts"]
        zh = f"包内文件：新增 {counts['added']:,}，删除 {counts['removed']:,}，修改 {counts['changed']:,}"
        en = f"members: {counts['added']:,} added, {counts['removed']:,} removed, {counts['changed']:,} changed"
        yield f"- {zh}。{en}."

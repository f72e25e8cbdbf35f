"""The faults of a file as a file, each in one place in both languages."""

from typing import Any

from catalog.errors import UnreadableFile
from catalog.records import Finding, Text


def fault(code: str, zh: str, en: str, **place: Any) -> UnreadableFile:  # noqa: ANN401 - Finding's own fields
    """The exception that carries one finding out of a reader; *place* are :class:`Finding`'s fields."""
    return UnreadableFile(zh, en, [Finding(code, Text(zh, en), **place)])


def empty() -> UnreadableFile:
    """There is no header, or nothing at all."""
    return fault(
        "empty-file",
        "文件为空：没有任何内容，应至少有一行表头。",
        "The file is empty: there is nothing in it; a header row at least was expected.",
        expected="表头和数据行 header and rows",
    )


def malformed(form: str, zh: str, en: str, **place: Any) -> UnreadableFile:  # noqa: ANN401 - Finding's own fields
    """The bytes claim to be *form* but are broken; *zh* and *en* say how, without a full stop."""
    return fault(
        "malformed-file",
        f"文件损坏，不是完整的 {form}：{zh}。",
        f"The file is broken, not a whole {form}: {en}.",
        expected=form,
        **place,
    )


def too_large(zh: str, en: str, expected: str, **place: Any) -> UnreadableFile:  # noqa: ANN401 - Finding's own fields
    """The file passes one of :mod:`opendata.tables.limits`."""
    return fault(
        "too-large", f"文件过大：{zh}。", f"The file is too large: {en}.", expected=expected, **place
    )


def unsupported(kind: str) -> UnreadableFile:
    """A file that is surely something else than a table."""
    return fault(
        "unsupported-format",
        f"文件内容是 {kind}，不是能读取的表格。",
        f"The content is {kind}, not a table that can be read.",
        value=kind,
        expected="CSV, TSV, XLSX, XLS, ODS, JSON, JSON Lines, GeoJSON, Parquet",
    )


def protected() -> UnreadableFile:
    """The file is locked with a password."""
    return fault(
        "unsupported-format",
        "文件设有密码，无法读取；请去除密码后重新提交。",
        "The file is protected by a password and cannot be read; remove the password and hand it in again.",
        value="password",
        expected="无密码的文件 a file without a password",
    )

"""``README.md``: what somebody who opens the folder in ten years has to know, in Chinese and in English."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from opendata.publishing.companions.dictionary import lines
from opendata.publishing.package import DESCRIPTOR, BuiltFile, Link, Metadata


def readme(metadata: Metadata, schema: Mapping[str, Any] | None, files: Sequence[BuiltFile]) -> str:
    """The text; *files* are those of the data, *schema* is None for what is no table."""
    title = f"{metadata.title.zh}" + (f" {metadata.title.en}" if metadata.title.en else "")
    parts = [
        f"# {_plain(title)}",
        f"第 {metadata.version} 版 Release {metadata.version} · {metadata.created:%Y-%m-%d}",
        _plain(metadata.description.zh),
        _plain(metadata.description.en),
        _facts(metadata),
        "## 文件 Files",
        _table(
            ("文件 file", "格式 format", "字节 bytes", "行 rows", "SHA-256"), (_file(one) for one in files)
        ),
    ]
    if schema:
        fields = ((f"`{name}`", title, type_, unit) for _, name, title, _, type_, unit, *_ in lines(schema))
        parts += [
            "## 字段 Columns",
            _table(("字段 name", "标题 title", "类型 type", "单位 unit"), fields),
            "完整的数据字典见 The whole data dictionary: `dictionary.csv`, `dictionary.xlsx`.",
        ]
    parts += [
        "## 核对 Verify",
        (
            f"`{DESCRIPTOR}` 列有每个文件的字节数和 SHA-256；`opendata verify 本文件夹` 逐一核对。"
            f" `{DESCRIPTOR}` lists size and SHA-256 of every file; `opendata verify FOLDER` proves them."
        ),
        "## 引用 Cite",
        "见 See `CITATION.cff`, `CITATION.bib`.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _facts(metadata: Metadata) -> str:
    told = [("发布单位 Publisher", metadata.publisher.zh), ("主页 Page", metadata.homepage)]
    told += [("许可 Licence", _link(one)) for one in metadata.licenses]
    told += [("来源 Source", _link(one)) for one in metadata.sources]
    told += [("关键词 Keywords", "、".join(metadata.keywords))]
    return "\n".join(f"- {name}: {_plain(text)}" for name, text in told if text)


def _link(link: Link) -> str:
    return f"{link.title} ({link.path})" if link.path else link.title


def _file(one: BuiltFile) -> tuple[str, ...]:
    rows = "" if one.rows is None else f"{one.rows:,}"
    return f"`{one.name}`", one.format, f"{one.size:,}", rows, f"`{one.sha256}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = [f"| {' | '.join(_plain(cell) for cell in row)} |" for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *body])


def _plain(text: str) -> str:
    """*text* on one line, without what Markdown would take for markup."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")

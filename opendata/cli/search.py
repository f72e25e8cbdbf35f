"""``search``: ask the index, compare it with the catalogue, rebuild it."""

import click

from opendata.cli.console import FINDINGS, as_json, open_services, out, progress, show_json, show_table
from opendata.pipeline import indexing
from search.query import parse


@click.group()
def search() -> None:
    """检索 | Search and its index."""


@search.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--size", default=10, show_default=True)
@as_json
def query(words: tuple[str, ...], size: int, json_output: bool) -> None:
    """检索数据集 | Find datasets, and inventory items that are not open yet.

    \b
    Examples:
      opendata search query 公交 站点
      opendata search query '"空气质量" -降水 domain:environment' --json
    """
    with open_services() as services:
        page = services.index.search(parse(" ".join(words), size=size))
    hits = [
        (hit.document.slug or hit.id, hit.document.title, hit.document.unit_name, hit.document.kind)
        for hit in page.hits
    ]
    if json_output:
        keys = ("slug", "title", "unit", "kind")
        facets = {name: dict(values) for name, values in page.facets.items()}
        show_json(
            {
                "total": page.total,
                "hits": [dict(zip(keys, hit, strict=True)) for hit in hits],
                "facets": facets,
            }
        )
    else:
        show_table(
            f"{page.total} 个结果 | hits", ("标识 | slug", "名称 | title", "单位 | unit", "类别 | kind"), hits
        )


@search.command()
@as_json
@click.pass_context
def check(ctx: click.Context, json_output: bool) -> None:
    """核对索引与目录 | Find every difference between index and catalogue.

    \b
    Example:
      opendata search check
    """
    with open_services() as services:
        difference = indexing.check(services)
    if json_output:
        show_json({"missing": difference.missing, "stale": difference.stale, "extra": difference.extra})
    else:
        out.print(
            f"缺 | missing {len(difference.missing)}, 旧 | stale {len(difference.stale)},"
            f" 多 | extra {len(difference.extra)}"
        )
    if difference:
        ctx.exit(FINDINGS)


@search.command()
@as_json
def rebuild(json_output: bool) -> None:
    """重建索引 | Build the index anew beside the old one, then swap.

    \b
    Example:
      opendata search rebuild
    """
    with open_services() as services, progress():
        count = indexing.rebuild(services)
    if json_output:
        show_json({"documents": count})
    else:
        out.print(f"已重建 | rebuilt: {count}")

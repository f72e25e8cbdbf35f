"""``search``: ask the index, compare it with the catalogue, rebuild it."""

from dataclasses import asdict
from pathlib import Path
from typing import get_args

import click

from catalog.errors import InvalidInput
from opendata.cli.console import FINDINGS, as_json, err, open_services, out, progress, show_json, show_table
from opendata.pipeline import indexing
from opendata.pipeline.opening import searched
from search.documents import document_id
from search.evaluate import evaluate as score
from search.evaluate import read_judgements
from search.query import FACETS, LARGEST_PAGE, Sort, parse


@click.group()
def search() -> None:
    """检索 | Search and its index."""


@search.command()
@click.argument("words", nargs=-1)
@click.option("--filter", "filters", multiple=True, metavar="FACET=VALUE", help="Only these; several times.")
@click.option("--sort", type=click.Choice(get_args(Sort)), default="relevance", show_default=True)
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--size", type=click.IntRange(1, LARGEST_PAGE), default=10, show_default=True)
@as_json
def query(
    words: tuple[str, ...], filters: tuple[str, ...], sort: Sort, page: int, size: int, json_output: bool
) -> None:
    """检索数据集 | Find datasets, and inventory items that are not open yet.

    \b
    Examples:
      opendata search query 公交 站点
      opendata search query '"空气质量" -降水 domain:environment' --json
      opendata search query --filter region=370100 --filter format=geojson --sort used
    """
    asked = parse(" ".join(words), _chosen(filters), sort=sort, page=page, size=size)
    for text in asked.ignored:
        err.print(f"未采用 | ignored: {text}", markup=False)
    with open_services() as services:
        found = searched(services).search(asked)
    hits = [
        (hit.document.slug or hit.id, hit.document.title, hit.document.unit_name, hit.document.kind)
        for hit in found.hits
    ]
    if json_output:
        keys = ("slug", "title", "unit", "kind")
        facets = {name: dict(values) for name, values in found.facets.items()}
        show_json(
            {
                "total": found.total,
                "hits": [dict(zip(keys, hit, strict=True)) for hit in hits],
                "facets": facets,
            }
        )
    else:
        show_table(
            f"{found.total} 个结果 | hits",
            ("标识 | slug", "名称 | title", "单位 | unit", "类别 | kind"),
            hits,
        )


def _chosen(filters: tuple[str, ...]) -> dict[str, list[str]]:
    """``FACET=VALUE`` texts by facet.

    :raises InvalidInput: there is no such facet, or no value.
    """
    chosen: dict[str, list[str]] = {}
    for text in filters:
        facet, _, value = text.partition("=")
        if facet not in FACETS or not value:
            known = ", ".join(FACETS)
            raise InvalidInput(
                f"筛选条件 {text!r} 应为 FACET=VALUE，FACET 为 {known} 之一",
                f"filter {text!r} must be FACET=VALUE, FACET one of {known}",
            )
        chosen.setdefault(facet, []).append(value)
    return chosen


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


@search.command()
@click.argument("query_text", metavar="QUERY")
@click.argument("dataset")
@as_json
@click.pass_context
def explain(ctx: click.Context, query_text: str, dataset: str, json_output: bool) -> None:
    """说明排名原因 | Tell why a dataset stands where it stands among the answers to a query.

    DATASET is the dataset's name in its address, or the resource code of an item that is not open yet.

    \b
    Example:
      opendata search explain '公交 线路' bus-lines-307112-0001
    """
    with open_services() as services:
        with services.readers() as session:
            id_ = document_id(session, dataset)
        found = services.index.explain(parse(query_text), id_)
    if json_output:
        conditions = [{"text": text, "holds": holds} for text, holds in found.conditions]
        reasons = [reason._asdict() for reason in found.reasons]
        show_json({"place": found.place, "total": found.total, "conditions": conditions, "reasons": reasons})
    else:
        place = f"第 {found.place} 位 | place {found.place}" if found.place else "未找到 | not found"
        out.print(f"{place} / {found.total}")
        marks = [("✓" if holds else "✗", text) for text, holds in found.conditions]
        show_table("条件 | conditions", ("", "条件 | condition"), marks)
        parts = [(reason.text, reason.field, f"{reason.score:.2f}") for reason in found.reasons]
        show_table("得分 | score", ("词 | text", "字段 | field", "分 | score"), parts)
    if not found.place:
        ctx.exit(FINDINGS)


@search.command()
@click.argument("qrels", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def evaluate(qrels: Path, json_output: bool) -> None:
    """评测检索质量 | Score the answers against judgements: nDCG@10, MRR, recall, queries without an answer.

    QRELS is a table of tab-separated columns kind, query, id and grade; id is a dataset's name in its address.

    \b
    Example:
      opendata search evaluate judgements.tsv
    """
    judged = read_judgements(qrels)
    with open_services() as services:

        def find(text: str, size: int) -> list[str]:
            hits = services.index.search(parse(text, size=size)).hits
            return [hit.document.slug or hit.id for hit in hits]

        scores = score(judged, find)
    if json_output:
        show_json({kind: asdict(one) for kind, one in scores.items()})
        return
    rows = [
        (
            kind or "全部 | all",
            one.queries,
            f"{one.ndcg:.3f}",
            f"{one.mrr:.3f}",
            f"{one.recall:.3f}",
            len(one.zero),
        )
        for kind, one in scores.items()
    ]
    columns = ("类别 | kind", "查询 | queries", "nDCG@10", "MRR", "召回 | recall", "无结果 | zero")
    show_table("检索质量 | search quality", columns, rows)
    for text in scores[""].zero:
        out.print(f"无结果 | found nothing: {text}", markup=False)

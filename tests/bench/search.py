"""``make bench-search``: both search engines on synthetic Chinese catalogues, in one run.

    python -m tests.bench.search [DOCUMENTS]

The embedded index always; Elasticsearch where TEST_SEARCH_URL names one.
"""

import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median, quantiles

from elasticsearch import Elasticsearch
from rich.console import Console
from rich.table import Table

from search import open_index
from search.base import Document, SearchIndex
from search.query import parse

OUT = Console()
PLACES = (
    "济南",
    "青岛",
    "淄博",
    "枣庄",
    "东营",
    "烟台",
    "潍坊",
    "济宁",
    "泰安",
    "威海",
    "日照",
    "临沂",
    "德州",
)
BODIES = (
    "交通运输",
    "生态环境",
    "卫生健康",
    "教育",
    "公安",
    "市场监督管理",
    "住房和城乡建设",
    "农业农村",
    "水利",
)
THINGS = (
    *("公交线路", "公交站点", "停车场", "空气质量", "饮用水水质", "医疗机构", "预防接种单位", "中小学校"),
    *("药品零售企业", "餐饮服务单位", "排污许可", "行政处罚", "行政许可", "建筑施工许可证", "商品房预售"),
    *("水库水情", "降水量", "农产品价格", "旅行社", "星级饭店", "旅游景区", "博物馆", "图书馆", "养老机构"),
    *(
        "企业年报",
        "失信被执行人",
        "招标公告",
        "财政预算",
        "燃气经营企业",
        "特种设备",
        "烟花爆竹",
        "律师事务所",
    ),
)
KINDS = ("基本信息", "统计数据", "名录", "抽查结果", "年度报告", "分布情况", "办理结果", "监测数据", "公示")
COLUMNS = ("名称", "地址", "统一社会信用代码", "联系电话", "经度", "纬度", "许可证号", "有效期至", "发证机关")
DOMAINS, CYCLES = ("transport", "environment", "health", "education"), ("daily", "monthly", "annual")
FORMATS = ("csv", "json", "xlsx", "xml", "rdf")

PAGES: tuple[tuple[str, dict[str, list[str]]], ...] = (
    ("公交 站点", {"domain": ["transport"]}),
    ("药店", {"region": ["370100"], "format": ["csv"]}),
    ("行政处罚", {"year": ["2016", "2017"]}),
    ("济南市医院名录", {}),
    ("空气质量 -青岛", {"update_cycle": ["daily"]}),
    ("yiliaojigou", {"openness": ["unconditional"]}),
    ("air quality", {}),
    ("哪里可以打疫苗", {}),
    ("gjj 公积金 OR 停车场", {}),
    ("", {"domain": ["health"], "format": ["json"]}),
)
MISSPELLED = ("行政储罚", "空气直量", "医疗机钩")
BEGUN = ("公", "公交", "济南市", "药品零", "许可", "空气质量监")
TIMES = 20


def documents(count: int) -> Iterator[Document]:
    """The same documents for the same count."""
    dice = random.Random(20181231)
    for number in range(count):
        place, body, thing = dice.choice(PLACES), dice.choice(BODIES), dice.choice(THINGS)
        unit = dice.randrange(300)
        year = dice.randint(2014, 2018)
        yield Document(
            id=f"d{number:07}",
            kind="dataset" if dice.random() < 0.8 else "inventory-item",
            title=f"{place}市{year}年{thing}{dice.choice(KINDS)}（{number}）",
            abstract=f"{place}市{body}局提供的{thing}{dice.choice(KINDS)}，包括{'、'.join(dice.sample(COLUMNS, 4))}",
            keywords=tuple(dice.sample(THINGS, 2)),
            column_titles=tuple(dice.sample(COLUMNS, 6)),
            unit_code=f"37{unit:04}",
            unit_name=f"{place}市{body}局",
            unit_level=dice.choice(("province", "city", "county")),
            domain=dice.choice(DOMAINS),
            region=f"37{dice.randint(1, 17):02}{dice.randint(0, 9):02}",
            formats=tuple(dice.sample(FORMATS, 3)),
            openness=dice.choice(("unconditional", "conditional")),
            update_cycle=dice.choice(CYCLES),
            year=year,
            rows=dice.randint(1, 1_000_000),
            issued=date(year, dice.randint(1, 12), dice.randint(1, 28)),
            slug=f"s{number}",
        )


def timed(call: Callable[[], object]) -> float:
    """Milliseconds that a call takes."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def measured(calls: list[Callable[[], object]], times: int = TIMES) -> str:
    """Median and 95th percentile over all calls, in milliseconds; the first time of each does not count."""
    for call in calls:
        call()
    return shown([timed(call) for _ in range(times) for call in calls])


def measured_once(calls: list[Callable[[], object]]) -> str:
    """The same, over calls that nothing has been remembered for."""
    return shown([timed(call) for call in calls])


def shown(took: list[float]) -> str:
    """Median and 95th percentile."""
    return f"{median(took):.2f} / {quantiles(took, n=20)[-1]:.2f} ms"


def measure(index: SearchIndex, count: int) -> dict[str, str]:
    """Every figure of one engine, by what it says."""
    started = time.perf_counter()
    index.rebuild(documents(count))
    built = time.perf_counter() - started
    first = next(documents(1))

    def update() -> None:
        changed = replace(first, title=f"{first.title}{time.perf_counter_ns()}")
        index.put([changed])
        found = index.search(parse(f"id:{first.id}")).hits
        assert found[0].document == changed

    queries = [parse(text, filters) for text, filters in PAGES]
    return {
        "rebuild": f"{count / built:,.0f} documents/s",
        "page: filters, 20 hits, highlights, 9 facets (p50 / p95)": measured(
            [lambda query=query: index.search(query) for query in queries]
        ),
        "page never asked for before": measured_once(
            [lambda text=f"{place}{thing}": index.search(parse(text)) for place in PLACES for thing in THINGS]
        ),
        "page in another spelling": measured(
            [lambda text=text: index.search(parse(text)) for text in MISSPELLED]
        ),
        "suggest": measured([lambda text=text: index.suggest(text) for text in BEGUN]),
        "related": measured([lambda id_=f"d{n:07}": index.related(id_) for n in range(20)]),
        "one update, until it is found": measured([update], 10),
        "memory of this process at its highest": f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB",
    }


def main(count: int) -> None:
    """Measure what is there and print it side by side."""
    figures: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(f"embedded:{Path(folder) / 'index'}")
        figures["embedded"] = measure(index, count)
        index.close()
    if url := os.environ.get("TEST_SEARCH_URL"):
        server, _, name = url.rpartition("/")
        index = open_index(f"{server}/{name}-bench")
        try:
            figures["elasticsearch"] = measure(index, count)
        finally:
            index.close()
            with Elasticsearch(server) as client:
                for left in client.indices.get(index=f"{name}-bench*"):
                    client.indices.delete(index=left)
    table = Table("", *figures, title=f"{count:,} documents", title_justify="left")
    for row in figures["embedded"]:
        table.add_row(row, *(held[row] for held in figures.values()))
    OUT.print(table)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)

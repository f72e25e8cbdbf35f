"""Synthetic Chinese catalogues, and what is asked of them: the same for the same number of documents."""

import random
from collections.abc import Iterator
from datetime import date

from search.base import Document

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
THEMES = ("traffic", "ecology", "medical", "education", "credit", "market")
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
            theme=dice.choice(THEMES),
            region=f"37{dice.randint(1, 17):02}{dice.randint(0, 9):02}",
            formats=tuple(dice.sample(FORMATS, 3)),
            openness=dice.choice(("unconditional", "conditional")),
            update_cycle=dice.choice(CYCLES),
            year=year,
            rows=dice.randint(1, 1_000_000),
            issued=date(year, dice.randint(1, 12), dice.randint(1, 28)),
            slug=f"s{number}",
        )

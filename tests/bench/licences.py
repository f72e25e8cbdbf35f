"""Rows as a province's register of licences has them: names, codes, days, places; the same whenever they are made."""

import random
from typing import Any

import numpy as np
import polars as pl

from catalog.codes import uscc_check_digit

SCHEMA: dict[str, Any] = {
    "primaryKey": ["no"],
    "missingValues": [""],
    "sort": ["division", "kind", "start"],
    "checks": [{"type": "date-order", "fields": ["start", "end"]}],
    "fields": [
        {"name": "no", "title": "许可编号", "type": "string", "constraints": {"required": True}},
        {"name": "name", "title": "单位名称", "type": "string", "constraints": {"required": True}},
        {"name": "uscc", "title": "统一社会信用代码", "type": "string"},
        {"name": "division", "title": "区划代码", "type": "string"},
        {"name": "start", "title": "有效期自", "type": "date", "constraints": {"required": True}},
        {"name": "end", "title": "有效期至", "type": "date"},
        {"name": "lon", "title": "经度", "type": "number"},
        {"name": "lat", "title": "纬度", "type": "number"},
        {"name": "count", "title": "从业人数", "type": "integer"},
        {"name": "at", "title": "受理时间", "type": "datetime"},
        {"name": "kind", "title": "类别", "type": "string"},
        {"name": "open", "title": "有效", "type": "boolean"},
    ],
}
_PLACES = [
    "济南市历下区",
    "青岛市市南区",
    "淄博市张店区",
    "枣庄市市中区",
    "东营市东营区",
    "烟台市芝罘区",
    "潍坊市奎文区",
    "济宁市任城区",
]
_WORDS = [
    "鲁泰",
    "恒源",
    "金泉",
    "海岱",
    "明湖",
    "东岳",
    "齐风",
    "华兴",
    "瑞丰",
    "同德",
    "润泽",
    "博远",
    "宏达",
    "嘉和",
    "汇通",
    "永安",
]
_TRADES = [
    "食品有限公司",
    "商贸有限公司",
    "建筑工程有限公司",
    "大药房",
    "餐饮服务有限公司",
    "物流有限公司",
    "机械制造厂",
    "超市",
]
_DAYS = 1_500
_EPOCH = np.datetime64("2015-01-01")


def _codes(count: int) -> pl.Series:
    dice = random.Random(1)
    bodies = ["91370" + "".join(dice.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=12)) for _ in range(count)]
    return pl.Series([body + uscc_check_digit(body) for body in bodies])


_CODES = _codes(20_000)


def licences(start: int, rows: int) -> pl.DataFrame:
    """Rows number *start* and on, *rows* of them."""
    dice = np.random.default_rng(start)
    numbers = pl.int_range(start, start + rows, eager=True)
    place = dice.integers(len(_PLACES), size=rows)
    begun = _EPOCH + dice.integers(_DAYS, size=rows)
    frame = pl.DataFrame(
        {
            "number": numbers,
            "place": pl.Series(_PLACES)[place],
            "word": pl.Series(_WORDS)[dice.integers(len(_WORDS), size=rows)],
            "second": pl.Series(_WORDS)[dice.integers(len(_WORDS), size=rows)],
            "trade": pl.Series(_TRADES)[dice.integers(len(_TRADES), size=rows)],
            "uscc": _CODES[dice.integers(len(_CODES), size=rows)],
            "division": pl.Series([f"3701{at:02}" for at in range(2, 10)])[place],
            "start": begun,
            "term": dice.integers(1, 6, size=rows),
            "lon": (dice.normal(118.5, 1.2, size=rows).clip(115, 122) * 10_000).round() / 10_000,
            "lat": (dice.normal(36.4, 0.7, size=rows).clip(34.5, 38.3) * 10_000).round() / 10_000,
            "count": dice.geometric(0.02, size=rows),
            "minute": dice.integers(480, 1_080, size=rows),
            "kind": pl.Series(["许可", "备案", "变更", "延续"])[dice.integers(4, size=rows)],
            "open": dice.random(rows) < 0.9,
        }
    )
    return frame.select(
        no=pl.format("鲁许{}号", pl.col("number").cast(pl.String).str.zfill(9)),
        name=pl.concat_str("place", "word", "second", "trade"),
        uscc="uscc",
        division="division",
        start=pl.col("start").cast(pl.Date),
        end=pl.col("start").cast(pl.Date) + pl.duration(days=365 * pl.col("term")),
        lon=pl.col("lon").cast(pl.Decimal(9, 4)),
        lat=pl.col("lat").cast(pl.Decimal(8, 4)),
        count=pl.col("count").cast(pl.Int64),
        at=pl.col("start").cast(pl.Datetime("us")) + pl.duration(minutes=pl.col("minute")),
        kind="kind",
        open="open",
    )

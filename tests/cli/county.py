"""A county with three units and a handful of files: small enough to be harvested in every test."""

import csv
import json
import shutil
from pathlib import Path

from tests.conftest import ROOT

SHEETS: dict[str, list[dict[str, str]]] = {
    "roster": [
        {
            "单位编码": code,
            "单位名称": name,
            "英文名称": english,
            "层级": "省级",
            "区划代码": "370000",
            "单位类别": "机关",
            "负有开放义务": "否" if reason else "是",
            "不纳入原因": reason,
            "生效日期": "2016-01-01",
        }
        for code, name, english, reason in (
            ("37-DT", "省交通运输厅", "Department of Transport", ""),
            ("37-DE", "省生态环境厅", "Department of Ecology and Environment", ""),
            ("37-SS", "省国家安全厅", "Department of State Security", "不产生可开放数据"),
        )
    ],
    "inventory": [
        {
            "信息资源代码": code,
            "信息资源名称": title,
            "信息资源提供方": unit,
            "信息资源摘要": f"{title}，示例数据",
            "关键字": "示例；开放",
            "信息资源格式": "CSV",
            "共享类型": "无条件共享",
            "开放属性": "无条件开放",
            "更新周期": "每年",
            "数据领域": domain,
            "标准模式": schema,
            "登记日期": "2017-01-01",
        }
        for code, title, unit, domain, schema in (
            ("307013/0001", "公交线路", "37-DT", "道路交通", "bus-lines"),
            ("307013/0002", "公共厕所", "37-DT", "地理信息", "public-toilets"),
            ("307013/0003", "示例台账", "37-DE", "环境环保", ""),
        )
    ],
    "plan": [
        {
            "计划编号": code,
            "信息资源代码": resource,
            "计划开放日期": due,
            "责任单位": "37-DT",
            "开放方式": "文件下载",
            "计划批准日期": "2017-06-30",
            "备注": "",
        }
        for code, resource, due in (
            ("KF-001", "307013/0001", "2018-12-31"),
            ("KF-002", "307013/0002", "2019-12-31"),
        )
    ],
    "negative-list": [
        {
            "编号": code,
            "事项": matter,
            "适用方式": "关键词",
            "适用对象": words,
            "类别": "国家秘密",
            "法律依据": "《政府信息公开条例》第十四条",
            "生效日期": "2016-08-15",
        }
        for code, matter, words in (
            ("NL-001", "属于国家秘密的信息", "涉密；绝密"),
            ("NL-002", "人民防空工程", "人防工程"),
        )
    ],
    "source": [
        {
            "采集源标识": "transport",
            "名称": "交通厅目录",
            "类型": "文件夹",
            "地址": "transport",
            "单位": "37-DT",
            "可信": "是",
            "可信依据": "示例规则",
            "启用": "是",
        },
        {
            "采集源标识": "environment",
            "名称": "环境厅目录",
            "类型": "文件夹",
            "地址": "environment",
            "单位": "37-DE",
            "可信": "否",
            "可信依据": "",
            "启用": "是",
        },
    ],
}
#: Slugs of the datasets that the files become.
BUS, TOILETS, LOG = "bus-lines-307013-0001", "public-toilets-307013-0002", "resource-307013-0003"


def write_sheet(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write *rows* as the CSV file *path*."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        columns = dict.fromkeys(column for row in rows for column in row)
        writer = csv.DictWriter(stream, list(columns), restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def example(schema: str, name: str = "good") -> bytes:
    """The file ``good.csv`` or ``bad.csv`` that proves *schema*."""
    return (ROOT / "tests" / "schemas" / schema / f"{name}.csv").read_bytes()


def write(folder: Path) -> Path:
    """Write the county's sheets and the files of its two sources into the new *folder*."""
    for source in ("transport", "environment"):
        (folder / source).mkdir(parents=True)
    for name, rows in SHEETS.items():
        write_sheet(folder / f"{name}.csv", rows)
    (folder / "transport" / "307013-0001_公交线路_20180630.csv").write_bytes(example("bus-lines"))
    (folder / "transport" / "307013-0002_公共厕所_20180630.csv").write_bytes(example("public-toilets", "bad"))
    (folder / "environment" / "307013-0003_示例台账_20180630.csv").write_text("序号,名称\n1,甲\n2,乙\n")
    return folder


def fetch_release(published: Path, folder: Path, slug: str) -> None:
    """The files of the first release as a download has them: side by side, by their names."""
    folder.mkdir()
    description = published / slug / "1" / "datapackage.json"
    shutil.copy(description, folder)
    for file in json.loads(description.read_bytes())["resources"]:
        sha256 = file["hash"].removeprefix("sha256:")
        shutil.copy(published / "blobs" / sha256[:2] / sha256, folder / file["path"])

"""Every page, in both languages: it answers, it says what it should, it asks nothing of strangers."""

import itertools
import re
from collections import Counter
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import urlsplit

import frictionless
import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import CSV, sha256

PAGES = {
    "/": ("政府数据，向社会开放", "Government data, open to everyone"),
    "/search": ("公交线路", "Bus lines"),
    "/search?q=公交&domain=transport": ("<mark>公交</mark>", "<mark>公交</mark>"),
    "/datasets/bus-lines": ("火车站—大明湖", "Line name"),
    "/datasets/river-water": ("测站坐标有误", "was withdrawn"),
    "/datasets/roads": ("还没有发布过任何版本", "Nothing of this dataset has been published"),
    "/datasets/bus-lines/releases/1": ("已被取代", "Superseded"),
    "/datasets/bus-lines/releases/2": ("逐字节一致", "Intact, byte for byte"),
    "/datasets/bus-lines/releases/3/report": ("第 3 行的票价不是整数", "the fare in row 3 is no integer"),
    "/datasets/parking/releases/1": ("《数据安全法》", "Rejected"),
    "/units": ("济南市人民政府", "Jinan"),
    "/units?level=city": ("济南市人民政府", "Jinan"),
    "/units/37-DOT": ("公交线路", "Department of Transport"),
    "/units/371200": ("至 2019-01-09 止", "until 2019-01-09"),
    "/units/370116": ("莱芜市人民政府", "Predecessors"),
    "/units/37-NSA": ("涉密单位", "This unit is not counted"),
    "/inventory": ("驾驶人档案", "Parking lots"),
    "/inventory?unjustified=1": ("应急预案", "Unjustified"),
    "/inventory/307013/0004": ("线路编号", "Bus lines"),
    "/inventory/307013/0009": ("FM-001", "FM-001"),
    "/plan": ("逾期未开放", "Late"),
    "/plan?status=late": ("道路养护", "Road upkeep"),
    "/refused": ("来历不明的表", "the inventory has no item 999999/0001"),
    "/refused?stage=validate&code=type-error": ("第 3 行的票价不是整数", "found"),
    "/negative-list": ("《中华人民共和国保守国家秘密法》", "Overdue"),
    "/coverage": ("40.00", "Four definitions"),
    "/coverage?as_of=2018-12-31": ("25.00", "25.00"),
    "/coverage/units?definition=covered&standing=no": ("济南市历下区人民政府", "Lixia"),
    "/ledger": ("逐条核对无误", "entries of the chain were checked and hold"),
    "/runs": ("交通运输厅报送表", "The latest run of each source"),
    "/runs/1": ("bus-lines-1.csv", "Records seen (1)"),
    "/runs/waiting/check": ("没有等待这一步的内容", "Nothing waits for this step"),
    "/about": ("/api/v1/datasets", "datasets that are open"),
}
CASES = [(path, text, "") for path, (text, _) in PAGES.items()] + [
    (path, text, "/en") for path, (_, text) in PAGES.items()
]


class Links(HTMLParser):
    """Everything on a page that names an address, and what a strict content policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.followed: list[str] = []
        self.inline: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("img", "script", "link", "iframe"):
            self.loaded.append(values.get("src") or values.get("href") or "inline")
        elif values.get("href"):
            self.followed.append(str(values["href"]))
        self.ids += [str(values["id"])] if values.get("id") else []
        self.inline += [name for name in values if name == "style" or name.startswith("on")]


def read(page: str) -> Links:
    links = Links()
    links.feed(page)
    return links


@pytest.mark.parametrize(("path", "text", "prefix"), CASES)
def test_a_page_says_what_it_should(client: FlaskClient, path: str, text: str, prefix: str) -> None:
    answer = client.get(prefix + path)
    page = answer.get_data(as_text=True)
    links = read(page)
    assert answer.status_code == 200
    assert text in page
    assert f'<html lang="{"en" if prefix else "zh-CN"}">' in page
    assert {urlsplit(address).netloc for address in links.loaded} == {""}, (
        "a page loads only from its own host"
    )
    assert links.inline == []
    assert len(links.ids) == len(set(links.ids))
    assert page.count("<h1") == 1


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_link_of_every_page_leads_somewhere_in_its_language(client: FlaskClient, prefix: str) -> None:
    seen, waiting = set(), [prefix + path for path in PAGES]
    variants: Counter[str] = Counter()
    broken = {}
    while waiting:
        path = waiting.pop()
        address = path.partition("?")[0]
        if path in seen or variants[address] == 4:
            continue
        seen.add(path)
        variants[address] += 1
        answer = client.get(path)
        if answer.status_code not in (200, 302):
            broken[path] = answer.status_code
        if answer.mimetype == "text/html":
            found = read(answer.get_data(as_text=True)).followed
            waiting += [
                one for link in found if (one := link.partition("#")[0]).startswith(f"{prefix}/")
                and one.startswith("/en/") == bool(prefix)
            ]  # fmt: skip
    assert broken == {}
    assert len(variants) > 40


def test_the_other_language_is_the_same_page(client: FlaskClient) -> None:
    chinese = client.get("/coverage?as_of=2018-12-31").get_data(as_text=True)
    english = client.get("/en/coverage?as_of=2018-12-31").get_data(as_text=True)
    assert 'href="/en/coverage?as_of=2018-12-31" hreflang="en"' in chinese
    assert 'href="/coverage?as_of=2018-12-31" hreflang="zh-CN"' in english


def test_every_number_leads_down_to_the_fetch_that_proves_it(client: FlaskClient) -> None:
    way = [
        "/coverage?as_of=2020-12-31",
        "/coverage/units?definition=covered&amp;standing=yes&amp;as_of=2020-12-31",
        "/units/37-DOT?as_of=2020-12-31",
        "/inventory/307013/0004",
        "/datasets/bus-lines",
        "/datasets/bus-lines/releases/2",
        "/datasets/bus-lines/releases/2/report",
    ]
    for here, there in itertools.pairwise(way):
        links = read(client.get(here.replace("&amp;", "&")).get_data(as_text=True)).followed
        assert there.replace("&amp;", "&") in links, f"{here} does not lead to {there}"
    proof = client.get(way[-2]).get_data(as_text=True)
    assert "/datasets/bus-lines/releases/2/files/bus-lines.csv" in proof
    assert "HTTP 200" in proof


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/datasets/nothing", 404),
        ("/datasets/bus-lines/releases/9", 404),
        ("/datasets/bus-lines/releases/9/report", 404),
        ("/units/NOBODY", 404),
        ("/inventory/1/2/3", 404),
        ("/runs/999999", 404),
        ("/runs/waiting/nothing", 404),
        ("/coverage?as_of=2020-13-01", 400),
        ("/units?as_of=soon", 400),
    ],
)
def test_what_is_not_there_is_told_on_a_page_in_both_languages(
    client: FlaskClient, path: str, status: int
) -> None:
    answer = client.get(path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert re.search(r"<h1>[^<]*[一-鿿]", page)
    assert re.search(r'<p lang="en"[^>]*>[^<]*[a-z]', page)


def test_a_number_that_nothing_has_leads_nowhere_on_whatever_page(app: Flask, client: FlaskClient) -> None:
    rules = [rule.rule for rule in app.url_map.iter_rules() if "<int:" in rule.rule]
    assert len(rules) > 10
    for rule in rules:
        for number in ("999999999", "9" * 20, "9" * 5000, "１"):
            path = re.sub(r"<int:\w+>", number, rule)
            answer = client.get(re.sub(r"<(?:\w+:)?\w+>", "bus-lines", path))
            assert answer.status_code == 404, path[:100]


@pytest.mark.parametrize(
    "path",
    ["/search?q=%00<script>&page=-1&sort=%27&year=x", "/units?page=999999999999&q=%25_", "/plan?status=nope&page=0",
     "/refused?stage=x&code=%3Cb%3E", "/inventory?unit=%F0%9F%98%80&openness=all", "/coverage/units?region=abc&level=9",
     "/runs?state=x&source=%00%3Cb%3E&page=-1"],
)  # fmt: skip
def test_what_people_type_never_breaks_a_page_nor_gets_into_it(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "<script>&" not in answer.get_data(as_text=True)
    assert "<b>" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_report_is_taken_along(client: FlaskClient, prefix: str) -> None:
    address = f"{prefix}/datasets/bus-lines/releases/3/report"
    document = client.get(f"{address}.json").get_json()
    assert frictionless.Report.from_descriptor(document).flatten(["code", "rowNumber"]) == [["type-error", 3]]
    assert document["file"] == "公交线路3.csv"
    listed = client.get(f"{address}.csv")
    assert "第 3 行的票价不是整数" in listed.get_data().decode("utf-8-sig")
    workbook = client.get(f"{address}.xlsx")
    assert openpyxl.load_workbook(BytesIO(workbook.get_data())).sheetnames == ["问题 findings"]
    for suffix in ("json", "csv", "xlsx"):
        assert client.get(f"{prefix}/datasets/bus-lines/releases/9/report.{suffix}").status_code == 404
        assert f"{address}.{suffix}" in client.get(address).get_data(as_text=True)


def test_the_data_come_before_what_tells_of_them(client: FlaskClient) -> None:
    for path in ("/datasets/bus-lines", "/datasets/bus-lines/releases/2"):
        page = client.get(path).get_data(as_text=True)
        assert page.index("bus-lines.csv</span>") < page.index("说明文件") < page.index("profile.json</span>")
        assert sha256(CSV) in page


def test_the_newest_data_stand_first_on_the_first_page(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    newest = page[page.index('id="newest"') :]
    days = re.findall(r'<time datetime="([0-9-]{10})"', newest)
    assert days == sorted(days, reverse=True)
    assert len(set(days)) == 2


def test_a_definition_is_named_once(client: FlaskClient) -> None:
    page = client.get("/coverage").get_data(as_text=True)
    assert "至少有一条资源清单条目" in page
    assert "已编目：" not in page


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    for path in (
        "/",
        "/nowhere",
        "/api/v1/units",
        "/static/portal.css",
        "/datasets/bus-lines/latest/bus-lines.csv",
    ):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self';"), path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["X-Frame-Options"] == "DENY", path


def test_a_page_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/datasets/bus-lines")
    again = client.get("/datasets/bus-lines", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_where_a_path_of_the_agency_is_secret_no_page_shows_it(client: FlaskClient) -> None:
    for path in (
        "/datasets/bus-lines",
        "/datasets/bus-lines/releases/2",
        "/api/v1/datasets/bus-lines/releases/2",
    ):
        assert "/srv/secret" not in client.get(path).get_data(as_text=True)

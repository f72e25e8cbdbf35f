"""Every search engine answers alike: the same tests run on the embedded index and on Elasticsearch."""

import multiprocessing
import os
import random
import resource
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import Busy, Conflict, StorageFull
from search import open_index
from search.base import Difference, Document, SearchIndex, compare
from search.embedded import EmbeddedIndex
from search.query import parse
from tests.contracts.strange import STRANGE

ENGINES = ("embedded", "elasticsearch")

WORDS = (
    "公交",
    "线路",
    "行政处罚",
    "医院",
    "空气质量",
    "学校",
    "许可",
    "企业",
    "年报",
    "站点",
    "PM2.5",
    "bus",
)
UNITS = (("370000-01", "山东省交通运输厅"), ("370100-02", "济南市生态环境局"), ("370102-03", "历下区教育局"))
CHOICES = {
    "kind": ("dataset", "inventory-item"),
    "unit": tuple(code for code, _ in UNITS),
    "domain": ("transport", "environment", "statistics"),
    "theme": ("industry-transport", "economy"),
    "region": ("370000", "370100", "370102", "370200"),
    "format": ("csv", "json", "xlsx"),
    "openness": ("unconditional", "conditional"),
    "update_cycle": ("daily", "annual"),
    "year": ("2016", "2017", "2018"),
}


# --- documents -------------------------------------------------------------------------------------------


def document(id_: str, title: str, **facts) -> Document:
    return Document(id=id_, title=title, **{"kind": "dataset", **facts})


@cache
def some_documents() -> list[Document]:
    dice = random.Random(20181231)
    return [some_document(dice, f"d{number:03}") for number in range(300)]


def some_document(dice: random.Random, id_: str) -> Document:
    unit_code, unit_name = dice.choice(UNITS)
    return Document(
        id=id_,
        kind=dice.choices(CHOICES["kind"], (4, 1))[0],
        title="".join(
            f" {word} " if word.isascii() else word for word in dice.sample(WORDS, dice.randint(1, 3))
        ),
        abstract="，".join(dice.choices(WORDS, k=dice.randint(0, 5))),
        keywords=tuple(dice.sample(WORDS, dice.randint(0, 2))),
        column_titles=tuple(dice.sample(WORDS, dice.randint(0, 2))),
        unit_code=unit_code,
        unit_name=unit_name,
        unit_level=dice.choice(("province", "city", "")),
        domain=dice.choice(CHOICES["domain"]),
        theme=dice.choice((*CHOICES["theme"], "")),
        region=dice.choice(CHOICES["region"]),
        formats=tuple(dice.sample(CHOICES["format"], dice.randint(0, 3))),
        openness=dice.choice(CHOICES["openness"]),
        update_cycle=dice.choice(CHOICES["update_cycle"]),
        year=dice.choice((None, 2016, 2017, 2018)),
        issued=date(2018, dice.randint(1, 12), dice.randint(1, 28)),
    )


# --- engines ---------------------------------------------------------------------------------------------


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield from address(request.param, tmp_path / "index")


@pytest.fixture
def index(url: str) -> Iterator[SearchIndex]:
    opened = open_index(url)
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=ENGINES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """An index of the 300 documents, for tests that only read."""
    for url in address(request.param, tmp_path_factory.mktemp("search") / "index"):
        opened = open_index(url)
        opened.rebuild(some_documents())
        yield opened
        opened.close()


def address(engine: str, folder: Path) -> Iterator[str]:
    """Give the URL of an index of this test alone, and remove the index afterwards."""
    if engine == "embedded":
        yield f"embedded:{folder}"
        return
    url = os.environ.get("TEST_SEARCH_URL")
    if not url:
        pytest.skip(
            "set TEST_SEARCH_URL to an index of Elasticsearch 9 (http://127.0.0.1:9200/test) to run this"
        )
    parts = urlsplit(url)
    name = f"{parts.path.strip('/') or 'test'}-{uuid4().hex}"
    yield urlunsplit(parts._replace(path=f"/{name}"))
    with Elasticsearch(urlunsplit(parts._replace(path="", query=""))) as client:
        for left in client.indices.get(index=f"{name}*"):
            client.indices.delete(index=left)


def found(index: SearchIndex, text: str = "", **choices) -> list[str]:
    return [hit.id for hit in index.search(parse(text, size=100, **choices)).hits]


def title_of(index: SearchIndex, id_: str) -> str | None:
    hits = index.search(parse(f"id:{id_}")).hits
    return hits[0].document.title if hits else None


# --- writing ---------------------------------------------------------------------------------------------


def test_put_replaces_by_id_and_delete_forgives(index: SearchIndex):
    assert (found(index), index.count(), list(index.digests())) == ([], 0, [])
    assert index.put([document("a", "公交线路"), document("b", "公共厕所")]) == 2
    assert index.put([document("b", "公交站点")]) == 1
    assert (sorted(found(index, "公交")), found(index, "厕所"), index.count()) == (["a", "b"], [], 2)
    index.delete(["a", "never-there"])
    assert (found(index), index.count()) == (["b"], 1)
    index.put([])
    index.delete([])
    assert index.count() == 1


def test_a_document_comes_back_whole(index: SearchIndex):
    everything = Document(
        id="unit/1 ?&#%号",
        kind="inventory-item",
        title="标题<b>\"'\\",
        title_en="Title",
        abstract="第一行\n第二行",
        keywords=("一", "二"),
        labels=("道路交通", "Transport"),
        unit_code="370000-01",
        unit_name="山东省交通运输厅",
        unit_aliases=("省交通厅",),
        unit_level="province",
        domain="transport",
        region="370000",
        region_names=("山东省",),
        column_names=("xk_xdr_mc",),
        column_titles=("行政相对人名称",),
        formats=("csv", "json"),
        openness="conditional",
        update_cycle="daily",
        year=2018,
        rows=12_345_678_901,
        issued=date(2018, 1, 31),
        modified=date(2018, 6, 30),
        slug="a-b",
        uses=12_345,
    )
    index.put([everything])
    assert [hit.document for hit in index.search(parse(f'id:"{everything.id}"')).hits] == [everything]
    assert list(index.digests()) == [(everything.id, everything.digest)]


def test_a_document_that_was_used_meanwhile_is_not_stale(index: SearchIndex):
    used = document("a", "公交线路", uses=7)
    index.put([used])
    assert not compare(index, [("a", replace(used, uses=9).digest)])
    assert compare(index, [("a", replace(used, rows=1).digest)]).stale == ("a",)


def test_compare_finds_every_difference(index: SearchIndex):
    kept, stale, extra = document("kept", "甲"), document("stale", "乙"), document("extra", "丙")
    index.put([kept, stale, extra])
    expected = [kept, replace(stale, rows=1), document("missing", "丁")]
    difference = compare(index, ((one.id, one.digest) for one in expected))
    assert difference == Difference(missing=("missing",), stale=("stale",), extra=("extra",))
    index.delete(difference.extra)
    index.put(expected)
    assert not compare(index, ((one.id, one.digest) for one in expected))


def test_rebuild_replaces_everything(index: SearchIndex):
    index.put([document("old", "公交线路")])
    assert index.rebuild(document(f"n{number % 3}", "公交站点") for number in range(5)) == 3
    assert sorted(found(index, "公交")) == ["n0", "n1", "n2"]
    index.put([document("n3", "公交站点")])
    assert index.count() == 4
    assert index.rebuild([]) == 0
    assert (found(index), index.count()) == ([], 0)


def test_a_failed_rebuild_leaves_the_old_index(index: SearchIndex):
    def broken() -> Iterator[Document]:
        yield document("new", "新")
        raise LookupError("the catalogue went away")

    index.put([document("old", "旧")])
    with pytest.raises(LookupError):
        index.rebuild(broken())
    assert found(index) == ["old"]
    assert index.rebuild([document("new", "新")]) == 1
    assert found(index) == ["new"]


def test_a_failed_put_is_no_half_put(url: str):
    def broken() -> Iterator[Document]:
        yield document("new", "新")
        raise LookupError("the catalogue went away")

    index = open_index(url)
    with pytest.raises(LookupError):
        index.put(broken())
    assert found(index) == []
    index.put([document("old", "旧")])
    assert found(index) == ["old"]
    index.close()


def test_what_is_written_during_a_rebuild_is_refused_or_survives(url: str):
    """The rebuild reads documents before somebody changes one and deletes another: the newer state wins."""
    index, other = open_index(url), open_index(url)
    if isinstance(other, EmbeddedIndex):
        other = EmbeddedIndex(Path(url.removeprefix("embedded:")), patience=0)
    before = [document("changed", "旧"), document("deleted", "旧"), document("late", "旧")]
    index.put(before)
    refused = 0

    def meanwhile() -> Iterator[Document]:
        nonlocal refused
        try:
            other.put([document("changed", "新"), document("added", "新")])
        except Busy:
            refused += 1
        try:
            other.delete(["deleted"])
        except Busy:
            refused += 1
        yield from before

    index.rebuild(meanwhile())
    state = {id_: title_of(index, id_) for id_ in ("changed", "added", "deleted", "late")}
    if refused:
        assert (refused, state) == (2, {"changed": "旧", "added": None, "deleted": "旧", "late": "旧"})
    else:
        assert state == {"changed": "新", "added": "新", "deleted": None, "late": "旧"}
    index.close()
    other.close()


def test_searching_goes_on_during_rebuilds(url: str):
    index = open_index(url)
    index.rebuild(some_documents())
    expected = index.search(parse("公交")).total
    seen: Counter[int | str] = Counter()
    done = threading.Event()

    def keep_searching() -> None:
        reader = open_index(url)
        while not done.is_set():
            try:
                seen[reader.search(parse("公交")).total] += 1
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
                seen[repr(error)] += 1
        reader.close()

    readers = [threading.Thread(target=keep_searching) for _ in range(16)]
    for reader in readers:
        reader.start()
    for _ in range(5):
        index.rebuild(some_documents())
    done.set()
    for reader in readers:
        reader.join()
    assert set(seen) == {expected}
    index.close()


# --- finding ---------------------------------------------------------------------------------------------

CATALOGUE = [
    document("bus", "济南市公交车线路信息", keywords=("交通",), title_en="Bus routes", rows=7),
    document("penalty", "环境行政处罚决定公示", column_titles=("处罚文书号",), column_names=("cf_wsh",)),
    document("permit", "行政许可信息", abstract="含 ＰＭ２.５ 排放许可，以及行政处罚以外的内容"),
    document("hospital", "医疗机构名录", unit_name="济南市卫生健康委员会", unit_aliases=("市卫健委",)),
    document("air", "空气质量小时值（PM2.5）", unit_code="370100-9", unit_name="济南市生态环境局"),
    document("planned", "公交车线路信息", kind="inventory-item"),
]


@pytest.fixture(scope="module", params=ENGINES)
def catalogue(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchIndex]:
    for url in address(request.param, tmp_path_factory.mktemp("search") / "index"):
        opened = open_index(url)
        opened.put(CATALOGUE)
        yield opened
        opened.close()


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("行政处罚", ["penalty", "permit"]),
        ("政处罚", ["penalty", "permit"]),  # across the border of two words
        ("车线", ["bus", "planned"]),
        ("公交线路", ["bus", "planned"]),  # its words, not side by side
        ('"公交线路"', []),
        ('"公交车线路"', ["bus", "planned"]),
        ("「公交车」", ["bus", "planned"]),
        ('"处罚决定" 公示', ["penalty"]),
        ("桥", []),
        ("值", ["air"]),  # a single character
        ("pm2.5", ["air", "permit"]),
        ("ＰＭ２．５", ["air", "permit"]),
        ("PM2", []),
        ("BUS", ["bus", "planned"]),  # 公交
        ("route bus", ["bus", "planned"]),
        ("公 交 车", ["bus", "planned"]),
        ("行政 -许可", ["penalty"]),
        ("行政 NOT 许可", ["penalty"]),
        ('行政 -"行政许可"', ["penalty"]),
        ("-行政 -公交", ["air", "hospital"]),
        ("医疗 OR 空气", ["air", "hospital"]),
        ("医疗 | 空气 质量", ["air"]),
        ("市卫健委", ["hospital"]),
        ("处罚文书号", ["penalty"]),
        ("cf_wsh", ["penalty"]),
        ("column:文书", ["penalty"]),
        ("字段：文书号", ["penalty"]),
        ("title:行政处罚", ["penalty"]),
        ("标题:公交 kind:dataset", ["bus"]),
        ("unit:370100-9", ["air"]),
        ("单位：济南市生态环境局", ["air"]),
        ("unit:生态环境", ["air"]),
        ("keyword:交通", ["bus"]),
        ("数据 信息 公交", ["bus", "planned"]),  # words that say little need not be there
        ("数据", []),  # unless nothing else was typed
        ("鑫魑魅魍魉", []),
        ("zzzz", []),
        ("济南市历史沿革考证", []),
        ("!!! ??? ……", ["air", "bus", "hospital", "penalty", "permit", "planned"]),
    ],
)
def test_what_is_found(catalogue: SearchIndex, typed: str, ids: list[str]):
    page = catalogue.search(parse(typed))
    assert (sorted(hit.id for hit in page.hits), page.total) == (ids, len(ids))


def test_ranking_puts_the_likelier_first(catalogue: SearchIndex):
    assert found(catalogue, "行政处罚") == ["penalty", "permit"]  # in the title before in the abstract
    assert found(catalogue, "公交车线路信息") == [
        "bus",
        "planned",
    ]  # open before not open, even word for word


def test_sorting_and_paging(index: SearchIndex):
    days = {"a": date(2018, 3, 1), "b": date(2018, 1, 1), "c": None, "d": date(2018, 2, 1)}
    titles = {"a": "丙", "b": "乙", "c": "甲", "d": "安"}  # by pinyin: 安 an, 丙 bing, 甲 jia, 乙 yi
    index.put([document(id_, title, issued=days[id_]) for id_, title in titles.items()])
    index.put([document("z", "阿", kind="inventory-item", modified=date(2019, 1, 1))])
    assert found(index, sort="newest") == ["a", "d", "b", "c", "z"]
    assert found(index, sort="title") == ["d", "a", "c", "b", "z"]
    index.put([document("b", "乙", issued=days["b"], uses=10), document("c", "甲", uses=9)])
    assert found(index, sort="used") == ["b", "c", "a", "d", "z"]
    assert found(index) == found(index, sort="newest")  # nothing was typed that could be relevant
    pages = [index.search(parse(sort="title", page=number, size=2)) for number in (1, 2, 3, 4)]
    assert [[hit.id for hit in page.hits] for page in pages] == [["d", "a"], ["c", "b"], ["z"], []]
    assert [page.total for page in pages] == [5, 5, 5, 5]
    far = index.search(parse(page=10_000_000))
    assert (far.total, far.hits) == (5, ())


def test_dates_and_years(index: SearchIndex):
    index.put([
        document("a", "甲", issued=date(2017, 12, 31), year=2016),
        document("b", "乙", issued=date(2018, 6, 15), year=2017),
        document("c", "丙", issued=date(2018, 6, 30), modified=date(2020, 1, 1), year=2018),
    ])  # fmt: skip
    answers = {
        text: sorted(found(index, text))
        for text in (
            "issued:2018",
            "issued:2018-06-15",
            "issued:2017..2018-06-15",
            "issued:..2017",
            "发布：2018-06-16..",
            "modified:2020-01",
            "year:2016..2017",
            "年份:2018",
            "issued:soon",
        )
    }
    assert answers == {
        "issued:2018": ["b", "c"],
        "issued:2018-06-15": ["b"],
        "issued:2017..2018-06-15": ["a", "b"],
        "issued:..2017": ["a"],
        "发布：2018-06-16..": ["c"],
        "modified:2020-01": ["c"],
        "year:2016..2017": ["a", "b"],
        "年份:2018": ["c"],
        "issued:soon": [],
    }


def test_highlights_mark_the_original_text(catalogue: SearchIndex):
    def shown(text: str, id_: str) -> tuple[str, str]:
        hit = next(hit for hit in catalogue.search(parse(text)).hits if hit.id == id_)
        return tuple(
            "".join(f"[{part.text}]" if part.marked else part.text for part in parts)
            for parts in (hit.title, hit.abstract)
        )

    assert shown("pm2.5 许可", "permit") == (
        "行政[许可]信息",
        "含 [ＰＭ２.５] 排放[许可]，以及行政处罚以外的内容",
    )
    assert shown("政处罚", "penalty") == ("环境行[政处罚]决定公示", "")
    assert shown("空气小时", "air") == ("[空气]质量[小时]值（PM2.5）", "")


def test_suggestions(catalogue: SearchIndex):
    def shown(text: str, limit: int = 8) -> list[tuple[str, str, str]]:
        return [tuple(suggestion) for suggestion in catalogue.suggest(text, limit)]

    assert shown("公交") == [("title", "公交车线路信息", "planned"), ("title", "济南市公交车线路信息", "bus")]
    assert shown("济南市生") == [("unit", "济南市生态环境局", "370100-9")]
    assert shown("处罚文") == [("column", "处罚文书号", "")]
    assert shown("PM2") == [("title", "空气质量小时值（PM2.5）", "air")]
    assert shown("公交", limit=1) == [("title", "公交车线路信息", "planned")]
    assert [shown(text) for text in ("", "   ", "。", "鑫魑")] == [[], [], [], []]
    assert shown("公交", limit=0) == []


def test_another_spelling_is_offered_where_nothing_is_found(catalogue: SearchIndex):
    typed = ("行正处罚", "Rouets kind:dataset", "Rouets kind:nothing", "公交", "鑫魑魅")
    assert [catalogue.search(parse(text)).did_you_mean for text in typed] == [
        "行政处罚",
        "routes kind:dataset",
        None,
        None,
        None,
    ]


def test_most_of_what_was_typed_will_do_where_nothing_has_all(catalogue: SearchIndex):
    def shown(text: str, **choices) -> tuple[list[str], bool]:
        page = catalogue.search(parse(text, **choices))
        return [hit.id for hit in page.hits], page.partly

    assert {
        text: shown(text)
        for text in ("空气质量 公交 小时", "医疗机构开药", "小提琴 医疗机构", "小提琴 -行政")
    } == {
        "空气质量 公交 小时": (["air"], True),  # two of three
        "医疗机构开药": (["hospital"], True),  # a word that is rare here
        "小提琴 医疗机构": (["hospital"], True),
        "小提琴 -行政": ([], False),
    }
    assert shown("医疗机构 小提琴 unit:370100-9") == ([], False)  # a field must hold as ever


def test_explain_says_what_holds_and_what_counts(catalogue: SearchIndex):
    why = catalogue.explain(parse("环保局 许可 kind:dataset"), "air")
    assert why.conditions == (("环保局", True), ("许可", False), ("kind:dataset", True))
    assert (why.place, why.total) == (None, 0)
    why = catalogue.explain(parse("行政处罚 的 信息"), "permit")
    assert (why.place, why.total, why.conditions) == (2, 2, (("行政处罚", True),))
    assert {reason.field for reason in why.reasons} == {*("title_words", "title_chars", "body_words")}
    best = catalogue.search(parse("行政处罚 的 信息")).hits[1]
    assert sum(reason.score for reason in why.reasons) == pytest.approx(best.score, rel=1e-4)
    nothing = catalogue.explain(parse("行政处罚", {"unit": ["x"]}), "nowhere")
    assert nothing.conditions == (("行政处罚", False), ("unit=x", False))
    assert (nothing.place, nothing.reasons) == (None, ())


def test_related_documents_share_words_that_tell(catalogue: SearchIndex):
    def alike(id_: str, limit: int = 5) -> list[str]:
        return [other.id for other in catalogue.related(id_, limit)]

    assert {id_: alike(id_) for id_ in ("bus", "planned", "permit", "penalty", "hospital", "nowhere")} == {
        "bus": ["planned"],
        "planned": ["bus"],
        "permit": ["penalty"],  # 行政; for 信息 alone nothing is alike
        "penalty": [],  # of its longer title 行政 is not enough
        "hospital": [],
        "nowhere": [],
    }
    assert alike("bus", 0) == []


# --- what people and attackers type ----------------------------------------------------------------------


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_strange_input_never_raises_and_stays_fast(filled: SearchIndex, text: str):
    began = time.process_time()  # work, not waiting: a machine under load changes nothing
    page = filled.search(parse(text))
    filled.suggest(text)
    assert time.process_time() - began < 1
    assert page.total <= 300


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_strange_documents_are_kept_and_found(index: SearchIndex, text: str):
    strange = document("s", "公交" + text[:20_000], abstract=text, keywords=(text[:1_000],))
    index.put([strange])
    [hit] = index.search(parse("title:公交")).hits
    kept = strange.title.encode("utf-8", "replace").decode()
    assert "".join(part.text for part in hit.title) == hit.document.title == kept


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=8), max_size=2)))
def test_whatever_is_typed_is_answered(filled: SearchIndex, text: str, choices: dict[str, list[str]]):
    page = filled.search(parse(text, choices, sort=text, page=text, size=text))
    filled.suggest(text)
    for hit in page.hits:
        assert "".join(part.text for part in hit.title) == hit.document.title


# --- several processes (embedded) ------------------------------------------------------------------------

SPAWN = multiprocessing.get_context("spawn")
BATCHES, BATCH = 20, 25


def read_until_full(url: str, ready, answers) -> None:
    """In another process: count, again and again, until the last batch is there."""
    index = open_index(url)
    counts = [index.search(parse("公交")).total]
    ready.set()
    deadline = time.monotonic() + 60
    while counts[-1] < BATCHES * BATCH and time.monotonic() < deadline:
        counts.append(index.search(parse("公交")).total)
    answers.put(counts)


def test_processes_read_while_one_writes(tmp_path: Path):
    url = f"embedded:{tmp_path / 'index'}"
    answers = SPAWN.Queue()
    ready = [SPAWN.Event() for _ in range(2)]
    readers = [SPAWN.Process(target=read_until_full, args=(url, event, answers)) for event in ready]
    for reader in readers:
        reader.start()
    assert all(event.wait(60) for event in ready)
    index = open_index(url)
    for batch in range(BATCHES):
        if batch == BATCHES // 2:  # in between, everything is built anew
            index.rebuild(document(f"d{number}", "公交") for number in range(batch * BATCH))
        index.put(document(f"d{batch * BATCH + number}", "公交") for number in range(BATCH))
    seen = [answers.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join(60)
    for counts in seen:
        assert (counts[0], counts[-1]) == (0, BATCHES * BATCH)
        assert counts == sorted(
            counts
        )  # never less than before: no reader saw half a batch or half a rebuild
        assert all(count % BATCH == 0 for count in counts)
    assert [reader.exitcode for reader in readers] == [0, 0]


def rebuild_for_ever(url: str, started) -> None:
    """In another process: begin a rebuild that does not end."""

    def endless() -> Iterator[Document]:
        number = 0
        while True:
            yield document(f"n{number}", "新")
            number += 1
            if number == 1_000:
                started.set()

    open_index(url).rebuild(endless())


def test_a_writer_that_is_killed_leaves_the_old_index_and_no_lock(tmp_path: Path):
    url = f"embedded:{tmp_path / 'index'}"
    index = EmbeddedIndex(tmp_path / "index", patience=0)
    index.put([document("old", "旧")])
    started = SPAWN.Event()
    writer = SPAWN.Process(target=rebuild_for_ever, args=(url, started))
    writer.start()
    assert started.wait(60)
    with pytest.raises(Busy):
        index.put([document("other", "另")])
    assert found(index) == ["old"]
    os.kill(writer.pid, signal.SIGKILL)
    writer.join(60)
    assert found(index) == ["old"]
    index.put([document("other", "另")])
    assert index.rebuild([document("new", "新")]) == 1
    assert found(index) == ["new"]
    folders = [path.name for path in (tmp_path / "index").iterdir() if path.is_dir()]
    assert len(folders) == 2  # the current generation and the one before; what the killed one left is gone


def run_out_of_space(url: str, answers) -> None:
    """In another process: write more than the files may hold, then less."""
    index = open_index(url)
    index.put([document("old", "公交")])
    many = [document(f"n{number}", "公交", abstract=f"行政处罚{number}" * 30) for number in range(3_000)]
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
    for write in (index.put, index.rebuild):
        try:
            write(many)
            answers.put("written")
        except StorageFull:
            answers.put(found(index))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    index.put([document("new", "公交")])
    answers.put(sorted(found(index)))


def test_a_full_disk_leaves_the_old_index(tmp_path: Path):
    answers = SPAWN.Queue()
    process = SPAWN.Process(target=run_out_of_space, args=(f"embedded:{tmp_path / 'index'}", answers))
    process.start()
    assert [answers.get(timeout=60) for _ in range(3)] == [["old"], ["old"], ["new", "old"]]
    process.join(60)
    assert process.exitcode == 0


def test_an_index_of_another_version_asks_to_be_rebuilt(tmp_path: Path):
    index = EmbeddedIndex(tmp_path)
    index.put([document("a", "甲")])
    index.close()
    for file in tmp_path.glob("*/format"):
        file.write_text("0", encoding="ascii")
    with pytest.raises(Conflict, match="rebuild"):
        index.search(parse(""))
    with pytest.raises(Conflict, match="rebuild"):
        index.put([document("b", "乙")])
    index.rebuild([document("a", "甲")])
    assert found(index) == ["a"]

"""The portal in a real browser, on a desk and on a phone: nothing breaks, nobody is shut out, nobody is called.

The pages are those of the published sample province. TEST_BROWSER is the path of a Chromium.
"""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from catalog.queries import datasets, refused
from opendata import pipeline
from opendata.app import create_app
from opendata.settings import Settings
from tests.functional import province

BROWSER = os.environ.get("TEST_BROWSER", "")
pytestmark = [
    pytest.mark.xdist_group("shandong"),
    pytest.mark.skipif(
        not BROWSER, reason="set TEST_BROWSER to the path of a Chromium to look at the pages in it"
    ),
]
#: Width, height, colour scheme.
SCREENS = {"desk": (1280, 900, "light"), "phone": (390, 844, "light"), "night": (1280, 900, "dark")}
PAGES = (
    "/", "/en/", "/search?q=公交", "/en/search?domain=transport", "{dataset}", "/en{dataset}", "{dataset}/releases/1",
    "{report}", "/en{report}", "/units", "/units/370100", "/en/units/37-DRC?as_of=2020-12-31", "/inventory",
    "/inventory?unjustified=1", "{item}", "/plan", "/en/plan?status=late", "/refused", "/en/refused", "/negative-list",
    "/ledger", "/coverage?as_of=2020-12-31", "/en/coverage?as_of=2018-12-31",
    "/coverage/units?as_of=2020-12-31&standing=no", "/datasets/resource-307021-0011", "/en/datasets/resource-307019-0012", "/datasets/resource-307019-0012/diff/1..2",
    "/runs", "/en/runs", "/runs/1", "/runs/waiting/review", "/about", "/en/about", "/nowhere",
)  # fmt: skip


class Silent(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Tests need no access log."""


@dataclass
class Watched:
    """A page, with what went wrong on it and whom it called."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on(
            "console", lambda told: self.complaints.append(told.text) if told.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))


@pytest.fixture(scope="module")
def portal(shandong: tuple[Settings, pipeline.Summary]) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a serving portal, and the addresses of a dataset, an item and a bad report in it."""
    settings, _ = shandong
    with province.opened(settings) as services:
        with services.readers() as session:
            newest = datasets.datasets(session, services.today()).items[0]
            bad = next(one for one in refused.everything(session, services.today()) if one.dataset)
        named = {
            "dataset": f"/datasets/{newest.slug}",
            "item": f"/inventory/{newest.item_code}",
            "report": f"/datasets/{bad.dataset}/releases/{bad.release}/report",
        }
        server = make_server("127.0.0.1", 0, create_app(services), threaded=True, request_handler=Silent)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", named
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=SCREENS)
def watched(
    request: pytest.FixtureRequest, browser: Browser, portal: tuple[str, dict[str, str]]
) -> Iterator[Watched]:
    width, height, scheme = SCREENS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    yield Watched(context.new_page(), portal[0])
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_fit_to_be_shown(watched: Watched, portal: tuple[str, dict[str, str]], path: str) -> None:
    watched.complaints.clear()
    watched.hosts.clear()
    page = watched.page
    page.goto(watched.base + path.format(**portal[1]))
    violations = [
        (one["impact"], one["id"], [node["target"] for node in one["nodes"]])
        for one in Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    complaints = [one for one in watched.complaints if path != "/nowhere" or "404" not in one]
    assert violations == []
    assert complaints == []
    assert watched.hosts == {urlsplit(watched.base).netloc}
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_a_reader_comes_from_the_percentage_to_the_fetched_file(
    browser: Browser, portal: tuple[str, dict[str, str]]
) -> None:
    context = browser.new_context(java_script_enabled=False, accept_downloads=True)
    page = context.new_page()
    page.goto(f"{portal[0]}/coverage?as_of=2020-12-31")
    page.locator("tr.strong td.num a").first.click()
    page.locator("tbody tr td:last-child a").first.click()
    page.wait_for_url("**/datasets/*/releases/*")
    assert "HTTP 200" in page.inner_text(".panel .facts")
    with page.expect_download() as download:
        page.locator(".files a[download]").first.click()
    assert download.value.path().stat().st_size > 0
    context.close()


def test_the_filters_open_on_a_phone_without_any_script(
    browser: Browser, portal: tuple[str, dict[str, str]]
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal[0]}/search")
    assert not page.locator(".drawer").is_visible()
    page.locator(".drawer-label").click()
    page.locator(".drawer a").filter(has_text="道路交通").first.click()
    assert "domain=transport" in page.url
    context.close()


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_no_register_scrolls_sideways_and_each_value_stands_beside_its_heading(
    browser: Browser, portal: tuple[str, dict[str, str]], width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 640})
    page = context.new_page()
    for path in (
        "/units", "/units/370100", "/inventory", "/en/plan", "/negative-list", "/en/ledger", "/runs", "/runs/1", "/en/coverage?as_of=1900-01-01",
        "/coverage", "/en/coverage/units?as_of=2020-12-31", f"{portal[1]['dataset']}/releases/1",
    ):  # fmt: skip
        page.goto(f"{portal[0]}{path}")
        wide = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.outerHTML.slice(0, 200))"
        assert page.locator(".stack").count() > 0
        assert page.locator("html, .scroll:has(.stack)").evaluate_all(wide) == []
        bare = page.locator(".stack tbody td:not([data-label]):not([colspan])")
        assert (
            bare.evaluate_all("all => all.filter(one => one.checkVisibility()).map(one => one.outerHTML)")
            == []
        )
    context.close()


def test_a_file_can_be_fetched_on_a_phone_without_scrolling_sideways(
    browser: Browser, portal: tuple[str, dict[str, str]]
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    for path in (portal[1]["dataset"], f"{portal[1]['dataset']}/releases/1"):
        page.goto(f"{portal[0]}{path}")
        for button in page.locator(".files a[download]").all():
            box = button.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= 390
        assert not page.locator(".files .sha").first.is_visible()
        page.locator(".checksums summary").click()
        assert len(page.locator(".checksums code").first.inner_text()) == 64
    context.close()

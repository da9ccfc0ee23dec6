"""Every part of the design on one page, in a real browser: accessible, fitting any phone."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from playwright.sync_api import Browser, Route
from playwright.sync_api import Page as Tab

from entrypoints.http import accent, assets, languages
from entrypoints.http.page import AdminPage, BillGroupChoice, Brand, Link, Page, PreviewBanner
from entrypoints.http.rendering import PAGES
from tests.journeys.browsing import chromium

LOOKS = Path(__file__).parent / "looks"
AXE = Path(__file__).parent.parent / "journeys" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

pytestmark = pytest.mark.browser

NAV = tuple(
    Link(key, key.title(), f"/{key}")
    for key in ("overview", "invoices", "subscriptions", "payment methods", "details & contacts")
)
GROUPS = (
    BillGroupChoice("Brennan & Søn", "Europe", "/enter/1", current=True),
    BillGroupChoice("Brennan & Søn", "Americas", "/enter/2"),
)


def customer_page(language: str, accent_colour: str) -> str:
    brand = Brand(
        name="Northwind Systems", accent=accent_colour, email="billing@northwind.example",
        phone="+45 33 12 00 00", terms_url="https://northwind.example/terms",
    )  # fmt: skip
    page = Page(
        brand=brand, language=language, now=datetime(2026, 11, 22, tzinfo=UTC), current="overview",
        token="t", address="ap@brennan.dk", nav=NAV, bill_groups=GROUPS,
        preview=PreviewBanner("S. Lindqvist", "/end"),
    )  # fmt: skip
    return written("guide.html", language, page)


def sign_in_page(language: str, accent_colour: str) -> str:
    brand = Brand(name="Northwind Systems", accent=accent_colour, email="billing@northwind.example")
    page = Page(brand=brand, language=language, now=datetime(2026, 11, 22, tzinfo=UTC))
    return written("sign_in.html", language, page)


def staff_page(language: str, accent_colour: str) -> str:
    del accent_colour
    page = AdminPage(
        language=language, now=datetime(2026, 11, 22, tzinfo=UTC), current="overview", token="t",
        staff_name="M. Okafor", nav=NAV[:3], search="/accounts",
    )  # fmt: skip
    return written("guide.html", language, page, base="admin_base.html")


def written(template: str, language: str, page: object, base: str = "base.html") -> str:
    source = (LOOKS / template).read_text("utf-8").replace('"base.html"', f'"{base}"')
    with languages.speaking(language):
        return pages().from_string(source).render(page=page, day=date(2026, 12, 1))


def pages() -> Environment:
    assert PAGES.loader is not None
    return PAGES.overlay(loader=ChoiceLoader([PAGES.loader, FileSystemLoader(LOOKS)]))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def opened(browser: Browser, html: str, scheme: str, width: int) -> Tab:
    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        found = assets.find(path) or accent.find(path)
        if found is not None:
            route.fulfill(body=found.body, content_type=found.media_type)
        else:
            headers = {"content-security-policy": POLICY, "content-type": "text/html"}
            route.fulfill(body=html, headers=headers)

    tab = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    ).new_page()
    tab.route("**/*", answer)
    return tab


def complaints(tab: Tab) -> list[str]:
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto("https://portal.test/")
    return said


def violations(tab: Tab) -> list[str]:
    tab.evaluate(AXE.read_text("utf-8"))
    found = tab.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize(
    ("page", "width", "scheme"),
    [
        (customer_page, 1180, "light"),
        (customer_page, 320, "dark"),
        (staff_page, 1180, "dark"),
        (staff_page, 320, "light"),
        (sign_in_page, 320, "light"),
        (sign_in_page, 1180, "dark"),
    ],
)
def test_every_part_is_accessible_and_fits(
    browser: Browser, page: Callable[[str, str], str], width: int, scheme: str
) -> None:
    tab = opened(browser, page("de", accent.DEFAULT), scheme, width)
    said = complaints(tab)
    sideways = tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    found = violations(tab)
    tab.context.close()
    assert found == []
    assert sideways <= 0
    assert said == []


@pytest.mark.parametrize(
    ("colour", "scheme"), [("#ffee00", "light"), ("#000000", "dark"), ("#7f7f7f", "light")]
)
def test_every_accent_keeps_its_contrast(browser: Browser, colour: str, scheme: str) -> None:
    tab = opened(browser, customer_page("en", colour), scheme, 1180)
    complaints(tab)
    found = violations(tab)
    tab.context.close()
    assert found == []


def test_copying_says_so_and_a_menu_closes_by_escape(browser: Browser) -> None:
    tab = opened(browser, customer_page("en", accent.DEFAULT), "light", 1180)
    complaints(tab)
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.get_by_role("button", name="Copy portal link").click()
    tab.get_by_role("button", name="Copied").wait_for()
    tab.locator("details.session > summary").click()
    tab.get_by_role("button", name="Sign out").wait_for()
    tab.keyboard.press("Escape")
    assert not tab.get_by_role("button", name="Sign out").is_visible()
    tab.context.close()

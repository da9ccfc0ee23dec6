"""Tables of the staff's pages on every width between a phone and a desk."""

import pytest
from playwright.sync_api import Page

from tests.journeys.showcase import Showcase

pytestmark = pytest.mark.browser

NARROWEST = 115
"""In px: the first half of a long address, or a whole name, stays on one line."""

WIDTHS = """() => [...document.querySelectorAll("table.lines")]
    .flatMap(table => [...table.querySelectorAll("tbody tr:first-child td")])
    .map(cell => cell.getBoundingClientRect().width)"""
SCROLLS = """() => [document.documentElement, ...document.querySelectorAll(".card > .in")]
    .map(part => part.scrollWidth - part.clientWidth)"""
UNLABELLED = """() => [...document.querySelectorAll("tbody td:not(.lead)")]
    .filter(cell => cell.checkVisibility({visibilityProperty: true}))
    .filter(cell => getComputedStyle(cell, "::before").content === "none")
    .map(cell => cell.textContent.trim())"""


@pytest.mark.parametrize("width", [390, 768, 900, 1024, 1440])
def test_no_column_of_the_audit_is_so_narrow_that_names_break(
    demo: Showcase, tab: Page, width: int
) -> None:
    tab.goto(demo.auditor)
    tab.set_viewport_size({"width": width, "height": 900})
    for path in ("history", "history?kind=grants", "revocations", "staff", "as-of?domain=acme.com"):
        tab.goto(f"{demo.admin_url}/audit/{path}")
        assert max(tab.evaluate(SCROLLS)) <= 1, path
        assert min(tab.evaluate(WIDTHS), default=NARROWEST) >= NARROWEST, path


def test_whatever_a_phone_shows_of_an_account_is_named(demo: Showcase, tab: Page) -> None:
    tab.goto(demo.staff)
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.goto(f"{demo.admin_url}/accounts")
    assert tab.evaluate(UNLABELLED) == []

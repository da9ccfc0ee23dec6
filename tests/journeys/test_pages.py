"""Every kind of page and state of the demo, looked at in light, in the dark and on a phone."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.looking import Looker
from tests.journeys.showcase import Showcase

pytestmark = pytest.mark.browser

NOWHERE = "00000000-0000-7000-8000-000000000000"


def test_nothing_is_wrong_with_the_pages_of_a_bill_group(demo: Showcase, tab: Page) -> None:
    looker = Looker(tab)
    tab.goto(demo.customer)
    root = tab.url.rstrip("/")
    looker.at(f"{root}/", f"{root}/upcoming", f"{root}/invoices")
    invoice = tab.locator("tbody td.lead a").first.get_attribute("href")
    looker.at(
        f"{demo.web_url}{invoice}",
        f"{root}/invoices?status=paid&sort=amount",
        f"{root}/invoices?words=no-such-number",
        f"{root}/invoices?since=yesterday",
        f"{root}/subscriptions",
        f"{root}/payment-methods",
        f"{root}/details",
        f"{root}/notifications",
        f"{root}/sessions",
        f"{root}/switch",
        f"{root}/invoices/{NOWHERE}",
        f"{demo.web_url}/b/{NOWHERE}/",
    )
    tab.goto(f"{root}/")
    tab.locator("details.switcher > summary").click()
    looker.look("with the switcher open")
    assert looker.faults == []


def test_nothing_is_wrong_with_the_pages_of_documents(demo: Showcase, tab: Page) -> None:
    looker = Looker(tab)
    tab.goto(demo.customer)
    root = tab.url.rstrip("/")
    tab.goto(f"{root}/invoices?status=paid")
    settled = tab.locator("tr", has_text="Paid by credit").first.locator("td.lead a")
    invoice = f"{demo.web_url}{settled.get_attribute('href')}"
    tab.goto(invoice)
    note = tab.get_by_role("link", name=re.compile("Credit note")).get_attribute("href")
    looker.at(
        f"{invoice}/e-invoice",
        f"{demo.web_url}{note}",
        f"{root}/statement?from=2026-01-01&to=2026-12-31",
        f"{root}/statement?from=2010-01-01&to=2010-12-31",
        f"{root}/statement?from=yesterday",
        f"{root}/invoices/files",
    )
    tab.goto(f"{root}/invoices/files?status=paid")
    tab.get_by_role("button", name="Prepare the ZIP").click()
    looker.look("while PDFs are made")
    expect(tab.get_by_role("link", name="Download ZIP")).to_be_visible(timeout=60_000)
    assert looker.faults == []


def test_nothing_is_wrong_with_the_pages_of_signing_in(demo: Showcase, tab: Page) -> None:
    looker = Looker(tab)
    looker.at(f"{demo.web_url}/", f"{demo.web_url}/p/nobodys", demo.portal_link)
    tab.get_by_label("Email address").fill("not an address")
    tab.get_by_role("button", name="Send me a link and a code").click()
    looker.look("with an error")
    address = "robert.delgado@copperline-freight.example"
    tab.get_by_label("Email address").fill(address)
    tab.get_by_role("button", name="Send me a link and a code").click()
    expect(tab.get_by_role("heading", name="Check your mail")).to_be_visible()
    looker.look()
    tab.get_by_label("Code").fill("0000 0000")
    tab.get_by_role("button", name="Sign in").click()
    looker.look("with a wrong code")
    looker.at(demo.mailed_link(tab, address))
    expect(tab.get_by_role("button", name=f"Sign in as {address}")).to_be_visible()
    tab.get_by_role("button", name=f"Sign in as {address}").click()
    tab.context.clear_cookies()
    looker.at(f"{demo.portal_link.replace('/p/', '/sign-in/')}#spent")
    assert looker.faults == []


def test_nothing_is_wrong_with_the_page_of_a_portal_that_is_closed(
    demo: Showcase, tab: Page
) -> None:
    looker = Looker(tab)
    tab.goto(demo.staff)
    group = demo.bill_group_of(tab, "Gaslight Theatre Trust")
    tab.goto(f"{demo.admin_url}/bill-groups/{group}/access")
    looker.at(tab.get_by_role("textbox", name="Portal link").input_value())
    expect(tab.get_by_role("link", name=re.compile("@")).first).to_be_visible()
    assert looker.faults == []


def test_nothing_is_wrong_with_the_pages_of_staff(demo: Showcase, tab: Page) -> None:
    looker = Looker(tab)
    tab.goto(demo.staff)
    base, group = demo.admin_url, demo.bill_group_of(tab, "Copperline Freight Co.")
    looker.look("an account")
    looker.at(
        f"{base}/accounts",
        f"{base}/accounts?q=no-such-account",
        f"{base}/bill-groups/{group}",
        f"{base}/bill-groups/{group}/changes",
        f"{base}/bill-groups/{group}/invoices",
        f"{base}/bill-groups/{group}/payments",
        f"{base}/bill-groups/{group}/payments?q=no-such-payment",
        f"{base}/bill-groups/{group}/access/rotate",
        f"{base}/bill-groups/{group}/access/off",
        f"{base}/entities",
        f"{base}/mail",
        f"{base}/payments",
        f"{base}/payments/accounts",
        f"{base}/payments/auto-pay",
        f"{base}/staff",
        f"{base}/staff/add",
        f"{base}/privacy",
        f"{base}/privacy/person?who=robert.delgado@copperline-freight.example",
        f"{base}/privacy/erase?who=robert.delgado@copperline-freight.example",
        f"{base}/privacy/person?who=nobody",
        f"{base}/sessions",
        f"{base}/nowhere",
        f"{base}/bill-groups/{group}/access",
    )
    tab.get_by_label("One person").fill("finance@copperline-freight.example")
    tab.get_by_role("button", name="Add email").click()
    expect(tab.get_by_label("One person")).to_have_attribute("aria-invalid", "true")
    looker.look("refusing an address")
    tab.get_by_role("link", name="Revoke").first.click()
    looker.look("revoking")
    for list_ in ("entities", "staff"):
        tab.goto(f"{base}/{list_}")
        tab.locator("main a[href*='-']").first.click()
        looker.look(f"one of {list_}")
    assert looker.faults == []


def test_nothing_is_wrong_with_the_pages_on_which_staff_sign_in(demo: Showcase, tab: Page) -> None:
    looker = Looker(tab)
    looker.at(f"{demo.admin_url}/sign-in")
    tab.get_by_label("Email").fill("ingrid.sommerfeld@brennholt.example")
    tab.get_by_role("button", name="Send the mail").click()
    expect(tab.get_by_role("heading", name="Check your mail")).to_be_visible()
    looker.look()
    looker.at(demo.mailed_link(tab, "ingrid.sommerfeld@brennholt.example"))
    tab.get_by_role("button", name="Sign in").click()
    expect(tab.get_by_role("heading", name="Set up your second factor")).to_be_visible()
    looker.look()
    looker.at(f"{demo.admin_url}/second-factor/recovery")
    assert looker.faults == []


def test_nothing_is_wrong_with_the_pages_of_auditors(demo: Showcase, tab: Page) -> None:
    looker = Looker(tab)
    tab.goto(demo.auditor)
    group = demo.bill_group_of(tab, "Copperline Freight Co.")
    base, moment = f"{demo.admin_url}/audit", f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}&zone=UTC"
    looker.at(
        base,
        f"{base}/history?kind=grants",
        f"{base}/history?kind=sign_ins&bill_group={group}",
        f"{base}/history?domain=nobody.example",
        f"{base}/as-of?bill_group={group}&at={moment}",
        f"{base}/as-of?bill_group=Platform&at={moment}",
        f"{base}/as-of?at={moment}",
        f"{base}/revocations",
        f"{base}/as-of?bill_group={group}&at=2099-01-01T00:00:00&zone=UTC",
        f"{base}/difference?bill_group={group}&from=2020-01-01T00:00:00&to={moment}",
        f"{base}/record",
        f"{demo.admin_url}/bill-groups/{group}/access",
    )
    assert looker.faults == []

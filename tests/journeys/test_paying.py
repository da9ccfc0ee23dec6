"""Paying through the sandbox provider's own pages, in a real browser."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from adapters.clock import SystemClock
from entrypoints.container import Portal
from entrypoints.installing import install
from entrypoints.settings import Settings
from tests.entrypoints.customers import at, sign_in, tell
from tests.journeys.browsing import somebody
from tests.journeys.looking import Looker
from tests.journeys.mailbox import Mailbox
from tests.journeys.running import SECRET as OF_PORTAL
from tests.journeys.running import RunningPortal, free_port
from tests.read_models import books
from tests.sandbox_provider import KEY, SECRET, running

pytestmark = pytest.mark.browser

RULES = books.payment_rules(auto_pay_by_customers=True)


class Shop:
    """A running portal and its provider, with somebody signed in."""

    def __init__(self, portal: Portal, url: str, tab: Page) -> None:
        self.portal, self.url, self.tab = portal, url, tab

    def owe(self, *numbers: str) -> None:
        """Let invoices be overdue."""
        late = SystemClock().now().date() - timedelta(days=9)
        for number in numbers:
            tell(self.portal, books.invoice(number, due_on=late))

    def open(self, path: str) -> None:
        """Open a page of the bill group."""
        self.tab.goto(f"{self.url}{at(path)}")

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press a button."""
        self.tab.get_by_role("button", name=name).click()

    def use(self, method: str) -> None:
        """Choose a method on the provider's page."""
        self.tab.locator(f'input[value="{method}"]').check()
        self.tab.locator("form button").first.click()

    def sees(self, heading: str) -> None:
        """Wait for a page."""
        expect(self.tab.get_by_role("heading", name=heading)).to_be_visible()


@pytest.fixture
def shop(browser: Browser, mailbox: Mailbox, tmp_path: Path) -> Iterator[Shop]:
    """One command on SQLite, and the sandbox beside it, which sends its webhooks."""
    folder = tmp_path / "portal"
    folder.mkdir()
    portal_port = free_port()
    web_url = f"http://localhost:{portal_port}"
    with running(tmp_path, SystemClock(), f"{web_url}/webhooks/main") as sandbox:
        account = {
            "PORTAL_PAYMENTS_MAIN_KIND": "sandbox",
            "PORTAL_PAYMENTS_MAIN_KEY": KEY,
            "PORTAL_PAYMENTS_MAIN_URL": sandbox.room.url,
            "PORTAL_PAYMENTS_MAIN_WEBHOOK_SECRETS": SECRET,
            "PORTAL_WEB_URL": web_url,
            "PORTAL_WEB_PORT": str(portal_port),
        }
        settings = Settings(data=folder, secret=OF_PORTAL, web_url=web_url)
        install(settings.database, settings.keys)
        portal = Portal(settings=settings)
        tell(portal, books.seller(), books.bill_group(), RULES)
        secret = sign_in(portal)
        with RunningPortal(folder, mailbox.port, account) as served:
            served.web_port = portal_port
            served.start("serve")
            context = somebody(browser, viewport={"width": 1180, "height": 900})
            context.add_cookies([{"name": "portal-session", "value": secret, "url": web_url}])
            yield Shop(portal, web_url, context.new_page())
            context.close()


def test_two_overdue_invoices_are_paid_with_a_new_card_and_have_a_receipt(
    shop: Shop, mailbox: Mailbox
) -> None:
    shop.owe("NW-1", "NW-2")
    looker = Looker(shop.tab)
    shop.open("/")
    shop.tab.get_by_role("link", name="Pay €238.00").click()
    shop.sees("Pay 2 invoices")
    looker.look("before paying")
    shop.press("Pay €238.00")
    shop.use("card-succeeds")
    shop.sees("Thank you for your payment")
    looker.look("receipt")
    expect(shop.tab.get_by_text("Visa ending 4242")).to_be_visible()
    letter = mailbox.await_letter("ap@acme.example")
    assert "Receipt from Northwind for €238.00" in letter.subject
    shop.open("/")
    expect(shop.tab.get_by_text("Nothing to pay")).to_be_visible()
    shop.open("/invoices")
    looker.look("invoices")
    assert looker.faults == []


def test_a_bank_that_wants_to_be_sure_is_answered_and_a_saved_card_is_there_next_time(
    shop: Shop,
) -> None:
    shop.owe("NW-1")
    shop.open("/pay?all=overdue")
    shop.press("Pay €119.00")
    shop.use("card-secure")
    shop.press("Approve")
    shop.sees("Thank you for your payment")
    shop.owe("NW-2")
    shop.open("/invoices")
    shop.tab.get_by_role("checkbox", name="Choose NW-2").check()
    shop.press("Pay the chosen invoices")
    expect(shop.tab.get_by_label("Visa ending 3155")).to_be_checked()
    shop.press("Pay €119.00")
    shop.press("Approve")
    shop.sees("Thank you for your payment")


def test_a_card_that_is_declined_is_explained_and_another_way_pays(shop: Shop) -> None:
    shop.owe("NW-1")
    looker = Looker(shop.tab)
    shop.open("/pay?all=overdue")
    shop.press("Pay €119.00")
    shop.use("card-declined")
    shop.open("/pay?all=overdue")
    expect(shop.tab.get_by_text("is being paid already")).to_be_visible()
    looker.look("being paid")
    shop.tab.get_by_role("link", name="See that payment").click()
    shop.sees("You have not paid yet")
    looker.look("not paid yet")
    shop.press("Pay another way")
    shop.sees("This payment was not made")
    looker.look("given up")
    shop.tab.get_by_role("link", name="Pay now").click()
    shop.press("Pay €119.00")
    shop.use("sepa-settles")
    shop.sees("Your payment is on its way")
    looker.look("processing")
    assert looker.faults == []

"""Payment methods and auto-pay through the sandbox provider's own pages, in a real browser."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from adapters.clock import SystemClock
from tests.entrypoints.customers import tell
from tests.journeys.looking import Looker
from tests.journeys.test_paying import Shop, shop
from tests.read_models import books

pytestmark = pytest.mark.browser
__all__ = ["shop"]


def test_a_card_is_added_made_the_default_and_pays_what_is_overdue(shop: Shop) -> None:
    shop.owe("NW-1", "NW-2")
    looker = Looker(shop.tab)
    shop.open("/payment-methods")
    looker.look("payment methods")
    shop.press("Add a payment method")
    shop.use("card-succeeds")
    shop.sees("The payment method is added")
    looker.look("added")
    shop.press("Make default")
    expect(shop.tab.get_by_text("The default payment method is saved.")).to_be_visible()
    looker.look("default")
    shop.open("/pay?all=overdue")
    shop.tab.get_by_label(re.compile("Visa ending 4242")).check()
    shop.press("Pay €238.00")
    shop.sees("Thank you for your payment")
    assert looker.faults == []


def test_auto_pay_says_what_it_will_collect_and_is_switched_off_and_on(shop: Shop) -> None:
    looker = Looker(shop.tab)
    shop.open("/payment-methods")
    shop.press("Add a payment method")
    shop.use("card-other")
    shop.sees("The payment method is added")
    shop.press("Make default")
    due_on = SystemClock().now().date() + timedelta(days=30)
    tell(shop.portal, books.invoice("NW-9", due_on=due_on))
    shop.open("/payment-methods")
    expect(shop.tab.get_by_text("Planned", exact=True)).to_be_visible()
    looker.look("auto-pay on")
    shop.open("/")
    looker.look("overview")
    shop.open("/payment-methods")
    shop.press("Switch auto-pay off")
    expect(shop.tab.get_by_text("Auto-pay is off.")).to_be_visible()
    looker.look("auto-pay off")
    shop.press("Switch auto-pay on")
    expect(shop.tab.get_by_text("Auto-pay is on.")).to_be_visible()
    assert looker.faults == []


def test_before_auto_pay_collects_at_once_it_says_so_and_asks(shop: Shop) -> None:
    looker = Looker(shop.tab)
    shop.open("/payment-methods")
    shop.press("Add a payment method")
    shop.use("card-succeeds")
    shop.press("Make default")
    shop.press("Switch auto-pay off")
    shop.owe("NW-1", "NW-2")
    later = SystemClock().now().date() + timedelta(days=30)
    tell(shop.portal, books.invoice("NW-9", due_on=later))
    shop.open("/payment-methods")
    shop.tab.get_by_role("link", name="Switch auto-pay on").click()
    expect(shop.tab.get_by_text("2 invoices are due or overdue.")).to_be_visible()
    looker.look("what is collected at once")
    shop.press("Switch on and collect €238.00")
    expect(shop.tab.get_by_text("What is due is being collected now")).to_be_visible()
    looker.look("what auto-pay leaves of a transfer")
    assert looker.faults == []


def test_the_only_method_of_auto_pay_stays_and_a_second_one_lets_it_go(shop: Shop) -> None:
    looker = Looker(shop.tab)
    for method in ("card-succeeds", "sepa-settles"):
        shop.open("/payment-methods")
        shop.press("Add a payment method")
        shop.use(method)
        shop.sees("The payment method is added")
        if method == "card-succeeds":
            shop.press("Make default")
            shop.tab.get_by_role("link", name="Remove").first.click()
            looker.look("remove")
            shop.press("Remove")
            expect(shop.tab.get_by_text("there is no other method")).to_be_visible()
    shop.open("/payment-methods")
    expect(shop.tab.get_by_text(re.compile("Mandate"))).to_be_visible()
    shop.tab.get_by_role("link", name="Remove").first.click()
    shop.press("Remove")
    expect(shop.tab.get_by_text("It cannot be charged any more.")).to_be_visible()
    looker.look("removed")
    assert looker.faults == []

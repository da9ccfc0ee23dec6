"""Money that takes its days: debits that settle or come back, and auto-pay over a month end."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from domain.bill_group import Collection
from tests.entrypoints.customers import ADDRESS, tell
from tests.journeys.browsing import somebody
from tests.journeys.looking import DESK
from tests.journeys.mailbox import Mailbox
from tests.journeys.passing_days import PassingDays, passing_days
from tests.journeys.payers import BillingStaff, Payer
from tests.read_models import books

pytestmark = pytest.mark.browser

MONDAY = date(2027, 1, 18)


@pytest.fixture
def days(database_url: str, tmp_path: Path) -> Iterator[PassingDays]:
    """A seller who takes payments, from a Monday in January on."""
    with (
        Mailbox() as mailbox,
        passing_days(tmp_path, database_url, mailbox, MONDAY) as passing,
    ):
        tell(passing.portal, books.seller(), books.payment_rules(auto_pay_by_customers=True))
        yield passing


@pytest.fixture
def payer(browser: Browser, days: PassingDays) -> Iterator[Payer]:
    """Somebody at ACME, who is not signed in yet."""
    context = somebody(browser, viewport=DESK)
    yield Payer(context, days)
    context.close()


@pytest.fixture
def mara(browser: Browser, days: PassingDays) -> Iterator[BillingStaff]:
    """Somebody of billing at the seller, who is not signed in yet."""
    context = somebody(browser, viewport=DESK)
    yield BillingStaff(context, days)
    context.close()


def bill_at_month_ends(days: PassingDays, collection: Collection) -> None:
    """Let ACME have a subscription that is billed on the last day of each month."""
    ends = date(2026, 1, 31)
    told = books.bill_group(collection=collection, anchor_on=ends)
    tell(days.portal, told, books.subscription("Platform, Business", starts_on=ends))


def test_a_debit_is_processing_for_days_then_paid_with_a_receipt(
    days: PassingDays, payer: Payer
) -> None:
    bill_at_month_ends(days, "manual")
    payer.owe("NW-1", date(2027, 1, 20))
    payer.owe("NW-2", date(2027, 2, 20))
    payer.come_in()
    payer.add_default("sepa-settles")
    payer.invoice("NW-1").get_by_role("link", name="Pay €119.00").click()
    expect(payer.tab.get_by_label("SEPA direct debit ending 3000")).to_be_checked()
    payer.shop.press("Pay €119.00")
    payer.shop.sees("Your payment is on its way")
    payer.looker.look("on its way")

    days.become(date(2027, 1, 22))
    payer.come_in()
    balance = payer.balance()
    expect(balance).to_contain_text("€238.00 2 open invoices · €119.00 of it processing")
    expect(balance).not_to_contain_text("overdue")
    page = payer.invoice("NW-1")
    expect(page).to_contain_text("Your payment is on its way.")
    expect(page.get_by_role("link", name="Pay €119.00")).to_have_count(0)
    payer.looker.look("processing")

    days.become(date(2027, 1, 23))
    receipt = payer.letter("Receipt from Northwind for €119.00")
    assert "Invoice NW-1: €119.00" in receipt.text
    assert "on 23 January 2027" in receipt.text
    payer.come_in()
    expect(payer.balance()).to_contain_text("€119.00 1 open invoice")
    payer.invoice("NW-1").get_by_role("link", name="Receipt").click()
    payer.shop.sees("Thank you for your payment")
    payer.looker.look("receipt")
    assert payer.looker.faults == []


def test_a_debit_that_comes_back_is_owed_again_and_everybody_is_told(
    days: PassingDays, payer: Payer, mara: BillingStaff
) -> None:
    bill_at_month_ends(days, "manual")
    payer.owe("NW-1", date(2027, 1, 20))
    payer.come_in()
    payer.shop.open("/pay?all=unpaid")
    payer.shop.press("Pay €119.00")
    payer.shop.use("sepa-returned")
    payer.shop.sees("Your payment is on its way")
    mara.come_in()
    expect(mara.open("/payments")).to_contain_text("All payments agree")

    days.become(date(2027, 1, 23))
    letter = payer.letter("Your payment of €119.00 to Northwind did not come through")
    assert "The bank returned the direct debit." in letter.text
    payer.tab.goto(letter.link)
    payer.come_in()
    balance = payer.balance()
    expect(balance).to_contain_text("€119.00 overdue since 21 Jan 2027")
    expect(balance).to_contain_text("€119.00 1 open invoice")
    expect(balance).not_to_contain_text("processing")
    payer.looker.look("owed again")
    page = payer.invoice("NW-1")
    expect(page).to_contain_text("so it is still open. The bank returned the direct debit.")
    payer.looker.look("invoice that failed")
    page.get_by_role("link", name="Details").click()
    payer.shop.sees("This payment did not come through")
    expect(page).to_contain_text("The bank returned the direct debit.")
    payer.looker.look("payment that failed")
    mara.come_in()
    expect(mara.open("/payments")).to_contain_text("Came back")
    mara.looker.look("attention")
    mara.tab.get_by_role("link", name="Came back").last.click()
    mara.looker.look("came back")
    mara.tab.get_by_label("What was done").fill("They pay by card")
    mara.tab.get_by_role("button", name="Mark as handled").click()
    expect(mara.tab.locator("main")).to_contain_text("All payments agree")

    payer.tab.get_by_role("link", name="Try another way").click()
    payer.tab.get_by_label("Another card or bank account").check()
    payer.shop.press("Pay €119.00")
    payer.shop.use("card-succeeds")
    payer.shop.sees("Thank you for your payment")
    payer.letter("Receipt from Northwind for €119.00")
    expect(payer.balance()).to_contain_text("Nothing to pay")
    assert payer.looker.faults + mara.looker.faults == []


def test_auto_pay_collects_once_on_the_last_day_of_the_month(
    days: PassingDays, payer: Payer, mara: BillingStaff
) -> None:
    bill_at_month_ends(days, "automatic")
    payer.owe("NW-1", date(2027, 1, 31))
    payer.come_in()
    payer.add_default("card-succeeds")
    balance = payer.balance()
    expect(balance).to_contain_text("31 January 2027")
    expect(balance).to_contain_text("We collect with Visa ending 4242.")
    expect(balance).to_contain_text("Next: €119.00 on 31 Jan 2027.")
    payer.looker.look("auto-pay on")

    days.become(date(2027, 1, 30))
    days.work_through()
    expect(mara.charges("")).to_have_count(0)
    payer.come_in()
    expect(payer.auto_pay()).to_contain_text("Will be collected on 31 Jan 2027.")

    days.become(date(2027, 1, 31))
    assert "Visa 4242" in payer.letter("Receipt from Northwind for €119.00").text
    days.work_through()
    days.become(date(2027, 2, 1))
    days.work_through()
    expect(mara.charges("")).to_have_count(1)
    expect(mara.charges("Succeeded")).to_have_count(1)
    payer.come_in()
    balance = payer.balance()
    expect(balance).to_contain_text("Nothing to pay")
    expect(balance).to_contain_text("28 February 2027")
    expect(payer.invoice("NW-1")).to_contain_text("Paid")
    assert all("Receipt" not in one for one in days.mailbox.unread(ADDRESS))
    assert payer.looker.faults == []


def test_auto_pay_tries_again_in_the_next_month_by_its_schedule(
    days: PassingDays, payer: Payer, mara: BillingStaff
) -> None:
    bill_at_month_ends(days, "automatic")
    payer.owe("NW-1", date(2027, 1, 31))
    payer.come_in()
    payer.add_default("card-declined-later")

    days.become(date(2027, 1, 31))
    letter = payer.letter("did not come through")
    assert "Auto-pay tries again on 3 February 2027." in letter.text
    payer.come_in()
    expect(payer.balance()).to_contain_text("Needs attention")
    payer.looker.look("needs attention")
    expect(payer.invoice("NW-1")).to_contain_text("Next try on 3 Feb 2027.")
    payer.looker.look("invoice to be tried again")
    collected = payer.auto_pay()
    expect(collected).to_contain_text("Tried on 31 Jan 2027.")
    expect(collected).to_contain_text("Next try on 3 Feb 2027. If that fails: 7 Feb 2027, 14 Feb")
    payer.looker.look("schedule")
    mara.come_in()
    expect(mara.open("/payments/auto-pay?failed=yes")).to_contain_text("Next try on 3 Feb 2027.")
    mara.looker.look("staff auto-pay")
    payer.add_default("card-other")

    days.become(date(2027, 2, 2))
    days.work_through()
    expect(mara.charges("")).to_have_count(1)
    days.become(date(2027, 2, 3))
    assert "Mastercard 4444" in payer.letter("Receipt from Northwind for €119.00").text
    days.work_through()
    expect(mara.charges("")).to_have_count(2)
    expect(mara.charges("Succeeded")).to_have_count(1)
    payer.come_in()
    expect(payer.invoice("NW-1")).to_contain_text("Paid")
    payer.looker.look("collected at last")
    mara.come_in()
    expect(mara.open("/payments/auto-pay")).to_contain_text("Nothing to collect")
    assert payer.looker.faults + mara.looker.faults == []

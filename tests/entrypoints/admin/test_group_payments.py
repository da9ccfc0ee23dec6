"""Staff find on a bill group what auto-pay does, and payments through whatever door they came."""

from datetime import timedelta
from uuid import UUID

import pytest
from dependency_injector import providers

from adapters.memory.payments import MemoryProviders
from application.payment_attempts import HandOver, hand_over
from domain.bill_group import BillGroup
from domain.event import Act
from domain.invoice import Invoice
from domain.money import Money
from entrypoints.worker import work_once
from entrypoints.worker.auto_pay import collect_due_invoices
from tests.entrypoints.admin.desk import Desk, staff_member
from tests.entrypoints.customers import tell
from tests.paying import ADA, GROUP, PROVIDER, Till, till_of
from tests.read_models.books import TODAY, bill_group, invoice, named, pay

HERE = f"/bill-groups/{GROUP}/payments"


@pytest.fixture
def till(desk: Desk) -> Till:
    """A customer with invoices, and somebody who may look."""
    till = till_of(desk.portal)
    accounts = MemoryProviders(**{PROVIDER: till.port})
    desk.portal.payment_providers.override(providers.Object(accounts))
    desk.come_in(staff_member(desk.portal, "vic@seller.example", "viewer", name="Vic"))
    return till


def work(desk: Desk) -> None:
    """Let the worker do all that is to be done."""
    while work_once(desk.portal):
        pass


def paid_by_hand(desk: Desk, till: Till, number: str = "NW-1") -> UUID:
    """Ada pays an invoice with a card; gives the payment."""
    payment_id = till.begin(till.invoice(number), method=till.method())
    asked = HandOver(payment_id=payment_id, return_url="u", cancel_url="u", language="en")
    hand_over(asked, till.room)
    till.deliver()
    return payment_id


def test_before_anything_was_paid_the_page_explains_itself(desk: Desk, till: Till) -> None:
    desk.open(HERE)
    assert "No payments yet" in desk.words
    assert "What auto-pay collects" not in desk.words


def test_what_a_customer_pays_stands_with_payer_method_invoice_and_what_went_back(
    desk: Desk, till: Till
) -> None:
    payment_id = paid_by_hand(desk, till)
    till.port.refund(payment_id, Money(1_900, "EUR"))
    till.port.dispute(payment_id)
    till.deliver()
    desk.open(HERE)
    for words in (
        "NW-1 ada@acme.example Visa ending 4242 Succeeded",
        "€19.00 refunded on 2 Nov 2026",
        "Disputed since 2 Nov 2026",
        "€119.00",
        "Needs a look",
    ):
        assert words in desk.words
    assert desk.page is not None
    assert f"/payments/{payment_id}" not in desk.page.text


def test_what_auto_pay_will_collect_and_has_tried_stands_with_its_schedule(
    desk: Desk, till: Till
) -> None:
    method_id = till.keep("card-declined-later")
    group = desk.portal.log().get(BillGroup, GROUP)
    group.change_detail("default_payment_method", str(method_id), by=desk.portal.bus().act(ADA))
    desk.portal.log().save(group)
    till.invoice("NW-1", due_on=TODAY)
    till.invoice("NW-2", due_on=TODAY + timedelta(days=9))
    collect_due_invoices(desk.portal)
    work(desk)
    desk.open(HERE)
    for words in (
        "What auto-pay collects",
        "NW-1 2 Nov 2026",
        "2 Nov 2026 Failed €119.00",
        "Next try on 5 Nov 2026. If that fails: 9 Nov 2026",
        "NW-2 11 Nov 2026",
        "None yet",
        "NW-1 Auto-pay Failed declined by the bank",
    ):
        assert words in desk.words, words
    desk.open(f"/bill-groups/{GROUP}")
    assert "Auto-pay collects €119.00 on 5 Nov 2026." in desk.words
    assert desk.page is not None
    assert HERE in desk.page.text


def test_what_the_billing_system_tells_of_payments_stands_too_and_ours_only_once(
    desk: Desk, till: Till
) -> None:
    paid_by_hand(desk, till, "NW-1")
    transferred = invoice("NW-5")
    pay(transferred, 11_900)
    transferred.record_refund(
        named("refund"), named("NW-5 payment"), 1_900, TODAY, reopened=False, by=_by(desk)
    )
    tell(desk.portal, transferred)
    desk.open(HERE)
    assert desk.words.count("€119.00") == 2
    assert "Billing system card" in desk.words
    assert "Refunded €19.00" in desk.words


def test_the_list_is_searched_narrowed_and_given_to_a_spreadsheet(desk: Desk, till: Till) -> None:
    paid_by_hand(desk, till, "NW-1")
    other = invoice("NW-5")
    pay(other, 5_000)
    tell(desk.portal, other)
    for asked, there, away in (
        ("q=nw-5", "€50.00", "€119.00"),
        ("q=ADA@acme", "€119.00", "€50.00"),
        ("through=outside", "€50.00", "€119.00"),
        ("through=hand&status=succeeded", "€119.00", "€50.00"),
        ("status=went_back", "No payment fits", "€119.00"),
        ("q=nobody", "No payment fits", "€50.00"),
    ):
        desk.open(f"{HERE}?{asked}")
        assert there in desk.words, asked
        assert away not in desk.words, asked
    file = desk.open(f"{HERE}.csv?through=hand").text.splitlines()
    assert len(file) == 2
    assert ",119.00,EUR,Succeeded,Customers,ada@acme.example,NW-1," in file[1]


def test_a_long_list_goes_on_page_by_page_and_shows_no_other_bill_groups(
    desk: Desk, till: Till
) -> None:
    tell(desk.portal, bill_group("OTHER"))
    foreign = invoice("X-1", group="OTHER")
    pay(foreign, 700)
    tell(desk.portal, foreign, *(_paid(f"NW-{number:02}") for number in range(26)))
    desk.open(HERE)
    assert desk.words.count("€1.00") == 25
    assert desk.page is not None
    older = desk.page.text.partition('rel="next" href="')[2].partition('"')[0]
    desk.open(older)
    assert desk.words.count("€1.00") == 1
    assert 'rel="prev"' in desk.page.text
    assert "€7.00" not in desk.words


def _paid(number: str) -> Invoice:
    told = invoice(number)
    pay(told, 100)
    return told


def _by(desk: Desk) -> Act:
    return desk.portal.bus().act(ADA)

from datetime import date

import pytest
from msgspec.structs import replace

from domain.auto_pay import AutoPay, NeedsAttention, Off, On, auto_pay
from domain.bill_group import BillGroupFacts, Frequency, PaymentMethodFacts

TODAY = date(2026, 3, 10)
MANUAL = BillGroupFacts("Main", "EUR", Frequency(1, "month", "advance"))
AUTOMATIC = replace(MANUAL, collection="automatic")


def card(expires: str | None = "2027-08", status: str = "usable") -> PaymentMethodFacts:
    return PaymentMethodFacts("card", status, "Visa", "4242", expires)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "next_collection_on", "stands"),
    [
        (card(), date(2026, 4, 1), On()),
        (card(), None, On()),
        (PaymentMethodFacts("sepa_debit"), date(2026, 4, 1), On()),
        (None, date(2026, 4, 1), NeedsAttention("no_method")),
        (card(status="failing"), None, NeedsAttention("failed")),
        (card("2026-02"), None, NeedsAttention("expired")),
        (card(status="expired"), None, NeedsAttention("expired")),
        (card("2026-03"), date(2026, 4, 1), NeedsAttention("expires_before_collection")),
        (card("2026-03"), date(2026, 3, 31), On()),
        (card("2026-03"), None, On()),
    ],
)
def test_auto_pay_is_on_or_says_why_it_would_not_work(
    method: PaymentMethodFacts | None, next_collection_on: date | None, stands: AutoPay
) -> None:
    assert auto_pay(AUTOMATIC, method, next_collection_on, TODAY) == stands


def test_a_card_is_good_through_the_last_day_of_its_month() -> None:
    assert auto_pay(AUTOMATIC, card("2026-02"), None, date(2026, 2, 28)) == On()
    assert auto_pay(AUTOMATIC, card("2026-02"), None, date(2026, 3, 1)) == NeedsAttention("expired")


def test_without_automatic_collection_auto_pay_is_off_whatever_the_method() -> None:
    assert auto_pay(MANUAL, card(), None, TODAY) == Off()
    assert auto_pay(MANUAL, None, None, TODAY) == Off()


def test_what_is_closed_is_not_paid_by_itself() -> None:
    assert auto_pay(replace(AUTOMATIC, closed=True), card(), None, TODAY) == Off()

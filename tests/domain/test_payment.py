from collections.abc import Callable
from datetime import date
from itertools import permutations

import pytest

from domain.allocation import Allocation
from domain.bill_group import PaymentMethodFacts
from domain.grantable import ReasonMissing
from domain.money import Money
from domain.payment import (
    ConfirmationNeeded,
    Payment,
    PaymentAlreadyBegun,
    PaymentBegun,
    PaymentFailed,
    PaymentFound,
    PaymentGivenUp,
    PaymentProcessing,
    PaymentSucceeded,
)
from domain.payment_attention import AttentionHandled, AttentionNeeded, NothingToHandle
from domain.payment_returned import (
    PaymentDisputeClosed,
    PaymentDisputed,
    PaymentRefunded,
    PaymentRefundFailed,
)
from tests.domain.telling import BY, LATER, given, name, told

PAYMENT, GROUP, ENTITY = name("attempt"), name("group"), name("entity")
OLD, NEW = name("old invoice"), name("new invoice")
DAY = date(2026, 3, 2)
CARD = PaymentMethodFacts("card", brand="visa", last4="4242")
PARTS = (Allocation(OLD, 5_000), Allocation(NEW, 7_000))


def begin(payment: Payment) -> None:
    payment.begin(GROUP, ENTITY, "main", "cus_1", "EUR", PARTS, "saved_method", "pm_1", by=BY)


def confirm(payment: Payment) -> None:
    payment.need_confirmation("pay_1", by=LATER)


def process(payment: Payment) -> None:
    payment.process("pay_1", CARD, by=LATER)


def succeed(payment: Payment) -> None:
    payment.succeed("pay_1", DAY, CARD, by=LATER)


def fail(payment: Payment) -> None:
    payment.fail("pay_1", "declined", DAY, by=LATER)


def give_up(payment: Payment) -> None:
    payment.give_up("expired", by=LATER)


def known(*decisions: Callable[[Payment], None]) -> Payment:
    return given(Payment, PAYMENT, begin, *decisions)


def kinds(payment: Payment) -> list[type]:
    return [type(event) for event in told(payment)]


def test_a_payment_begins_once_with_what_it_is_for() -> None:
    payment = Payment(PAYMENT)
    begin(payment)
    assert kinds(payment) == [PaymentBegun]
    assert payment.amount == Money(12_000, "EUR")
    with pytest.raises(PaymentAlreadyBegun):
        begin(payment)


def test_a_payment_goes_through_what_a_bank_may_ask_for() -> None:
    payment = known()
    for step in (confirm, process, succeed):
        step(payment)
        step(payment)
    assert kinds(payment) == [ConfirmationNeeded, PaymentProcessing, PaymentSucceeded]
    assert not payment.is_open


def test_a_debit_that_fails_late_says_so() -> None:
    payment = known(process)
    fail(payment)

    (event,) = told(payment)
    assert isinstance(event, PaymentFailed)
    assert (event.late, event.code) == (True, "declined")


def test_money_that_was_on_its_way_and_did_not_come_is_looked_at_by_staff() -> None:
    payment = known(process, fail)
    assert payment.attention == ("failed_late",)
    payment.handle("The customer pays by transfer", by=LATER)
    assert payment.attention == ()
    at_once = known(fail)
    assert at_once.attention == ()


@pytest.mark.parametrize("later", [confirm, process, fail, give_up])
def test_what_succeeded_never_becomes_anything_less(later: Callable[[Payment], None]) -> None:
    payment = known(succeed)
    later(payment)

    assert told(payment) == []
    assert payment.state == "succeeded"


@pytest.mark.parametrize("said", [(confirm, process, succeed), (confirm, process, fail)])
def test_whatever_order_things_are_told_in_the_end_is_the_same(
    said: tuple[Callable[[Payment], None], ...],
) -> None:
    last = said[-1]
    for order in permutations([*said, *said]):
        payment = known(*order)
        assert payment.state == ("succeeded" if last is succeed else "failed")


@pytest.mark.parametrize("end", [fail, give_up])
def test_money_that_comes_after_the_end_is_taken_and_staff_are_asked_to_look(
    end: Callable[[Payment], None],
) -> None:
    payment = known(end)
    succeed(payment)
    assert kinds(payment) == [AttentionNeeded, PaymentSucceeded]
    assert payment.attention == ("paid_after_its_end",)


def test_a_debit_that_is_under_way_after_giving_up_counts_again() -> None:
    payment = known(give_up)
    process(payment)
    assert (payment.state, payment.attention) == ("processing", ("paid_after_its_end",))


def test_money_under_way_is_not_given_up() -> None:
    payment = known(process)
    give_up(payment)
    assert told(payment) == []

    waiting = known(confirm)
    give_up(waiting)
    assert kinds(waiting) == [PaymentGivenUp]


def test_a_refund_leaves_the_newest_invoice_first_and_counts_once() -> None:
    payment = known(succeed)
    payment.refund(name("refund"), 8_000, DAY, by=LATER)
    payment.refund(name("refund"), 8_000, DAY, by=LATER)

    (event,) = told(payment)
    assert isinstance(event, PaymentRefunded)
    assert event.parts == (Allocation(NEW, 7_000), Allocation(OLD, 1_000))


def test_a_refund_that_did_not_arrive_is_taken_back_once_and_staff_are_asked_to_look() -> None:
    payment = known(succeed, lambda it: it.refund(name("refund"), 7_000, DAY, by=BY))
    payment.fail_refund(name("another"), DAY, by=LATER)
    assert told(payment) == []
    payment.fail_refund(name("refund"), DAY, by=LATER)
    payment.fail_refund(name("refund"), DAY, by=LATER)
    assert kinds(payment) == [PaymentRefundFailed, AttentionNeeded]
    assert (payment.refunds, payment.attention) == ({}, ("refund_failed",))


def test_a_lost_dispute_owes_again_what_the_bank_took_and_staff_are_asked_to_look() -> None:
    payment = known(succeed, lambda it: it.refund(name("refund"), 7_000, DAY, by=BY))
    payment.dispute(name("dispute"), DAY, by=LATER)
    assert payment.disputed
    payment.close_dispute(name("dispute"), 8_000, DAY, won=False, by=LATER)

    assert kinds(payment) == [
        PaymentDisputed,
        AttentionNeeded,
        PaymentDisputeClosed,
        AttentionNeeded,
    ]
    closed = told(payment)[2]
    assert isinstance(closed, PaymentDisputeClosed)
    assert closed.parts == (Allocation(NEW, 7_000), Allocation(OLD, 1_000))
    assert payment.attention == ("disputed", "dispute_lost")


def test_a_dispute_told_backwards_ends_the_same() -> None:
    payment = known(succeed)
    for _ in range(2):
        payment.close_dispute(name("dispute"), 12_000, DAY, won=True, by=LATER)
        payment.dispute(name("dispute"), DAY, by=LATER)

    (event,) = told(payment)
    assert isinstance(event, PaymentDisputeClosed)
    assert (event.won, event.parts, payment.disputed) == (True, (), False)


def test_each_further_dispute_asks_staff_to_look_again() -> None:
    payment = known(succeed)
    payment.dispute(name("dispute"), DAY, by=LATER)
    payment.close_dispute(name("dispute"), 2_000, DAY, won=False, by=LATER)
    payment.handle("Sent the papers", by=LATER)
    for _ in range(2):
        payment.dispute(name("further dispute"), DAY, by=LATER)
        payment.dispute(name("one more dispute"), DAY, by=LATER)
    assert payment.attention == ("disputed", "disputed")

    payment.close_dispute(name("further dispute"), 3_000, DAY, won=False, by=LATER)
    assert payment.attention == ("disputed", "disputed", "dispute_lost")


def test_money_that_nobody_here_set_out_to_pay_is_found_once() -> None:
    payment = Payment(PAYMENT)
    for _ in range(2):
        payment.find("main", "pay_9", Money(500, "EUR"), GROUP, by=BY)
    assert kinds(payment) == [PaymentFound, AttentionNeeded]


def test_attention_is_asked_for_once_and_whoever_handles_it_says_how() -> None:
    payment = known()
    payment.need_attention("amount_differs", "50 EUR", by=LATER)
    with pytest.raises(ReasonMissing):
        payment.handle("  ", by=LATER)
    payment.handle("Refunded by hand", by=LATER)
    payment.need_attention("amount_differs", "50 EUR", by=LATER)

    assert kinds(payment) == [AttentionNeeded, AttentionHandled]
    handled = told(payment)[1]
    assert isinstance(handled, AttentionHandled)
    assert handled.person == f"handling:{PAYMENT}:{handled.version}"
    with pytest.raises(NothingToHandle):
        payment.handle("Again", by=LATER)

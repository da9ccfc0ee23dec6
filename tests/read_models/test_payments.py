"""What customers and staff see of payments, from the events alone."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Engine

from domain.actor import Staff
from domain.allocation import Allocation
from domain.bill_group import PaymentMethodFacts
from domain.event import Act, Event
from domain.invoice import Invoice
from domain.money import Money
from domain.payment import Payment
from read_models import payable, payment_attention, payments
from read_models.payment_attention import Search
from tests.read_models.books import (
    BY,
    SELLER,
    TODAY,
    asked,
    bill_group,
    invoice,
    keep,
    named,
    pay,
    payment_rules,
    same_rows_when_told_twice,
    scope,
    seller,
    told_of,
)

CARD = PaymentMethodFacts("card", brand="visa", last4="4242")
JANE = Act(BY.at, Staff(UUID(int=5)), BY.command_id)


def begun(word: str, *parts: tuple[Invoice, int], group: str = "ACME") -> Payment:
    """An attempt, held by its invoices."""
    payment = Payment(named(word))
    allocations = tuple(Allocation(told.id, amount) for told, amount in parts)
    payment.begin(
        named(group), SELLER, "main", "cus_1", "EUR", allocations, "saved_method", "pm_1", by=BY
    )
    for told, amount in parts:
        told.begin_attempt(payment.id, amount, by=BY)
    return payment


def story() -> list[Event]:
    first, second = invoice("NW-1"), invoice("NW-2", due_on=TODAY - timedelta(3))
    paid = begun("paid", (first, 11_900))
    paid.succeed("pay_1", TODAY, CARD, by=BY)
    paid.refund(named("refund"), 900, TODAY, by=BY)
    paid.dispute(named("dispute"), TODAY, by=BY)
    first.record_payment(paid.id, "pay_1", 11_900, "succeeded", TODAY, by=BY)
    waiting = begun("waiting", (second, 11_900))
    waiting.process("pay_2", None, by=BY)
    found = Payment(named("found"))
    found.find("main", "pay_9", Money(500, "EUR"), named("ACME"), by=BY)
    told = (first, second, paid, waiting, found)
    return told_of(seller(), payment_rules(), bill_group(), *told)


def test_payments_told_twice_leave_the_same_rows(database: Engine) -> None:
    for model in (payments.MODEL, payment_attention.MODEL):
        assert same_rows_when_told_twice(database, model, story())


def test_a_payment_is_shown_with_what_became_of_it(database: Engine) -> None:
    keep(database, story())
    with asked(database) as connection:
        shown = payments.of_payment(connection, scope(), named("paid"))
        (of_invoice,) = payments.of_invoice(connection, scope(), named("ACME NW-2"))
        assert payments.rules(connection, scope()).provider == "main"
        assert payments.being_paid(connection, scope()) == {named("ACME NW-2"): named("waiting")}
        assert payments.still_open(connection, "main") == [named("waiting")]
        assert set(payments.with_money_since(connection, "main", BY.at)) == {
            named("paid"),
            named("waiting"),
        }
        assert payments.still_open(connection, "other") == []
        assert payments.with_money_since(connection, "other", BY.at) == []
        assert len(payments.of_bill_group(connection, scope())) == 2
    assert (shown.state, shown.amount, shown.returned, shown.disputed) == (
        "succeeded",
        11_900,
        900,
        True,
    )
    assert (shown.method, shown.ended_on, shown.reference) == (CARD, TODAY, "pay_1")
    assert (of_invoice.state, of_invoice.is_open) == ("processing", True)


def test_nothing_can_be_paid_of_what_is_disputed_or_under_way_and_what_is_closed_is_left_out(
    database: Engine,
) -> None:
    late, due, partly = (
        invoice("NW-1", due_on=TODAY - timedelta(3)),
        invoice("NW-2"),
        invoice("NW-3"),
    )
    under_way, disputed, void = invoice("NW-4"), invoice("NW-5"), invoice("NW-6")
    pay(partly, 1_900, "processing")
    pay(under_way, 11_900, "processing")
    disputed.dispute(TODAY, by=BY)
    void.void(TODAY, by=BY)
    keep(database, told_of(bill_group(), late, due, partly, under_way, disputed, void))
    with asked(database) as connection:
        unpaid = payable.unpaid(connection, scope())
        assert {row.number: row.minor for row in unpaid} == {
            "NW-1": 11_900,
            "NW-2": 11_900,
            "NW-3": 10_000,
            "NW-4": 0,
            "NW-5": 0,
        }
        assert unpaid[0].number == "NW-1"
        assert [row.number for row in payable.overdue(connection, scope())] == ["NW-1"]
        (one,) = payable.chosen(connection, scope(), [under_way.id])
        assert one.minor == 0
        assert payable.chosen(connection, scope("OTHER"), [late.id]) == ()


def test_staff_find_what_needs_attention_by_name_reference_reason_and_state(
    database: Engine,
) -> None:
    keep(database, story())
    with asked(database) as connection:
        rows = payment_attention.found_by(connection, Search())
        assert {row.why for row in rows} == {"disputed", "unknown_here"}
        assert {row.account for row in rows} == {"ACME Ltd"}
        assert payment_attention.counts(connection, Search()) == {"disputed": 1, "unknown_here": 1}
        for words, many in (("acme", 2), ("PAY_9", 1), ("nobody", 0), ("%", 0)):
            assert len(payment_attention.found_by(connection, Search(words=words))) == many
        assert len(payment_attention.found_by(connection, Search(why="disputed"))) == 1
        assert payment_attention.found_by(connection, Search(status="handled")) == []
        assert len(payment_attention.of_bill_group(connection, named("ACME"))) == 2
        assert len(payment_attention.of_payment(connection, named("paid"))) == 1


def test_a_further_dispute_stands_beside_the_one_that_was_handled(database: Engine) -> None:
    events = story()
    paid = Payment.replay(named("paid"), [e for e in events if e.stream_id == named("paid")])
    paid.handle("Sent the papers", by=JANE)
    for further in ("further", "one more"):
        paid.dispute(named(further), TODAY, by=BY)
    keep(database, [*events, *paid.pending])
    with asked(database) as connection:
        rows = payment_attention.of_payment(connection, named("paid"))
    assert sorted((row.is_open, row.reason or "") for row in rows) == [
        (False, "Sent the papers"),
        (True, ""),
        (True, ""),
    ]


def test_what_is_handled_leaves_the_list_and_says_how(database: Engine) -> None:
    events = story()
    paid = Payment.replay(named("paid"), [e for e in events if e.stream_id == named("paid")])
    paid.handle("Sent the papers", by=JANE)
    keep(database, [*events, *paid.pending])
    with asked(database) as connection:
        assert [row.why for row in payment_attention.found_by(connection, Search())] == [
            "unknown_here"
        ]
        (row,) = payment_attention.found_by(connection, Search(status="handled"))
        assert (row.reason, row.handled_by) == ("Sent the papers", UUID(int=5))
        assert len(payment_attention.found_by(connection, Search(status="all"))) == 2

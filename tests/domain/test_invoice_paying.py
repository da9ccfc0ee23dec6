from collections.abc import Callable

import msgspec
import pytest

from domain.aggregate import Refusal
from domain.invoice import AttemptBegun, AttemptGivenUp, Invoice, InvoiceUnknown, PaymentRecorded
from domain.invoice_paying import (
    InvoiceAlreadyPaid,
    InvoiceBeingPaid,
    InvoiceInDispute,
    InvoiceUncollectible,
    InvoiceVoid,
)
from tests.domain.telling import BY, LATER, given, name, told
from tests.domain.test_invoice import DAY, DOCUMENT, INVOICE, NEXT_DAY, known, record

MINE, YOURS = name("my attempt"), name("your attempt")


def begun(invoice: Invoice) -> None:
    invoice.begin_attempt(MINE, 11_900, by=BY)


def test_an_attempt_begins_for_all_that_is_open_and_changes_nothing_of_it() -> None:
    invoice = known()
    before = invoice.settlement
    begun(invoice)

    (event,) = told(invoice)
    assert isinstance(event, AttemptBegun)
    assert (event.payment_id, event.amount, event.settlement) == (MINE, 11_900, before)


@pytest.mark.parametrize(
    ("made", "refusal"),
    [
        (lambda it: it.void(DAY, by=BY), InvoiceVoid),
        (lambda it: it.mark_uncollectible(DAY, by=BY), InvoiceUncollectible),
        (lambda it: it.dispute(DAY, by=BY), InvoiceInDispute),
        (begun, InvoiceBeingPaid),
        (
            lambda it: it.record_payment(name("p"), "x", 11_900, "succeeded", DAY, by=BY),
            InvoiceAlreadyPaid,
        ),
        (
            lambda it: it.record_payment(name("p"), "x", 11_900, "processing", DAY, by=BY),
            InvoiceBeingPaid,
        ),
    ],
)
def test_what_cannot_be_paid_says_why(
    made: Callable[[Invoice], None], refusal: type[Refusal]
) -> None:
    invoice = known(made)

    with pytest.raises(refusal) as refused:
        invoice.begin_attempt(YOURS, 1, by=LATER)
    assert refused.value.facts["number"] == "2026-001"
    assert told(invoice) == []


def test_a_draft_is_as_unknown_to_whoever_pays_as_an_invoice_that_is_not_there() -> None:
    draft = msgspec.structs.replace(DOCUMENT, status="draft")
    for invoice in (given(Invoice, INVOICE, lambda it: record(it, draft)), Invoice(INVOICE)):
        with pytest.raises(InvoiceUnknown):
            invoice.begin_attempt(MINE, 1, by=BY)


def test_money_that_is_under_way_is_not_asked_for_again() -> None:
    invoice = known(
        lambda it: it.record_payment(name("p"), "x", 1_900, "processing", DAY, by=BY),
    )
    assert invoice.payable == 10_000
    with pytest.raises(InvoiceAlreadyPaid):
        invoice.begin_attempt(MINE, 10_001, by=LATER)


def test_an_attempt_that_is_processing_holds_the_invoice_until_it_settles_or_fails() -> None:
    invoice = known(
        begun, lambda it: it.record_payment(MINE, "x", 11_900, "processing", DAY, by=BY)
    )
    with pytest.raises(InvoiceBeingPaid):
        _ = invoice.payable

    invoice.record_payment(MINE, "x", 11_900, "failed", NEXT_DAY, by=LATER)
    assert invoice.payable == 11_900
    assert invoice.settlement.failed


def test_a_part_that_is_processing_holds_the_whole_invoice() -> None:
    invoice = known(
        lambda it: it.begin_attempt(MINE, 900, by=BY),
        lambda it: it.record_payment(MINE, "x", 900, "processing", DAY, by=BY),
    )
    with pytest.raises(InvoiceBeingPaid):
        _ = invoice.payable


def test_a_part_leaves_the_rest_to_be_paid_by_another_attempt() -> None:
    invoice = known(
        lambda it: it.begin_attempt(MINE, 900, by=BY),
        lambda it: it.record_payment(MINE, "x", 900, "succeeded", DAY, by=BY),
    )
    assert invoice.payable == 11_000


def test_giving_up_frees_the_invoice_and_only_the_attempt_that_is_open() -> None:
    invoice = known(begun)
    invoice.give_up_attempt(YOURS, by=LATER)
    assert told(invoice) == []

    invoice.give_up_attempt(MINE, by=LATER)
    (event,) = told(invoice)
    assert isinstance(event, AttemptGivenUp)
    assert invoice.payable == 11_900


def test_a_billing_system_that_tells_of_a_payment_made_here_tells_of_the_same_money() -> None:
    invoice = known(
        begun, lambda it: it.record_payment(MINE, "pi_1", 11_900, "succeeded", DAY, by=BY)
    )
    invoice.record_payment(name("as imported"), "pi_1", 11_900, "succeeded", NEXT_DAY, by=LATER)

    assert told(invoice) == []
    assert (invoice.settlement.open, invoice.settlement.surplus) == (0, 0)


def test_a_payment_made_here_that_the_billing_system_told_of_first_counts_once() -> None:
    invoice = known(
        begun,
        lambda it: it.record_payment(name("imported"), "pi_1", 11_900, "succeeded", DAY, by=BY),
    )
    invoice.record_payment(MINE, "pi_1", 11_900, "succeeded", DAY, by=LATER)

    assert [type(event) for event in told(invoice)] == [AttemptGivenUp]
    assert (invoice.settlement.paid, invoice.attempt) == (11_900, None)


def test_payments_of_a_billing_system_alone_are_never_taken_for_one_another() -> None:
    invoice = known(lambda it: it.record_payment(name("a"), "1", 900, "succeeded", DAY, by=BY))
    invoice.record_payment(name("b"), "1", 900, "succeeded", DAY, by=LATER)

    (event,) = told(invoice)
    assert isinstance(event, PaymentRecorded)
    assert invoice.settlement.paid == 1_800


def test_what_was_paid_here_is_not_open_again_when_another_row_of_it_is_imported() -> None:
    document = msgspec.structs.replace(DOCUMENT, stated_open=11_900)
    invoice = known(
        lambda it: record(it, document),
        begun,
        lambda it: it.record_payment(MINE, "pi_1", 11_900, "succeeded", DAY, by=BY),
    )
    record(invoice, msgspec.structs.replace(document, note="With thanks"))
    assert invoice.settlement.open == 0

    record(invoice, msgspec.structs.replace(document, stated_open=0))
    record(invoice, document)
    assert invoice.settlement.open == 11_900  # it was booked, and is owed after all


@pytest.mark.parametrize("restated", [None, 0, 11_900])
def test_what_a_bank_takes_back_is_open_whatever_the_billing_system_has_stated(
    restated: int | None,
) -> None:
    document = msgspec.structs.replace(DOCUMENT, stated_open=11_900)
    invoice = known(
        lambda it: record(it, document),
        begun,
        lambda it: it.record_payment(MINE, "pi_1", 11_900, "succeeded", DAY, by=BY),
    )
    if restated is not None:
        record(invoice, msgspec.structs.replace(document, stated_open=restated, note="Booked"))
    refund = name("dispute")
    invoice.record_refund(refund, MINE, 11_900, NEXT_DAY, reopened=True, by_bank=True, by=LATER)
    assert (invoice.settlement.open, invoice.taken_back) == (11_900, True)


def test_what_the_seller_reopened_is_not_taken_back_by_a_bank() -> None:
    invoice = known(
        begun, lambda it: it.record_payment(MINE, "pi_1", 11_900, "succeeded", DAY, by=BY)
    )
    invoice.record_refund(name("refund"), MINE, 11_900, NEXT_DAY, reopened=True, by=LATER)
    assert (invoice.settlement.open, invoice.taken_back) == (11_900, False)

from collections.abc import Callable
from datetime import date

import msgspec
import pytest

from domain.invoice import (
    CreditApplied,
    DisputeClosed,
    Disputed,
    Invoice,
    InvoiceAlreadyIssued,
    InvoiceFacts,
    InvoiceLine,
    InvoiceRecorded,
    InvoiceUnknown,
    MarkedUncollectible,
    PaymentAlreadySucceeded,
    PaymentRecorded,
    RefundFailed,
    RefundRecorded,
    Settlement,
    TaxLine,
    Voided,
    WrittenOff,
)
from tests.domain.telling import BY, LATER, facts, given, name, told

INVOICE, GROUP, ACCOUNT, ENTITY = (name(word) for word in ("invoice", "group", "account", "entity"))
PAYMENT, REFUND, NOTE = (name(word) for word in ("payment", "refund", "credit note"))
DAY, NEXT_DAY = date(2026, 3, 2), date(2026, 3, 3)
DOCUMENT = InvoiceFacts(
    status="issued",
    currency="EUR",
    lines=(InvoiceLine("Cloud", "1", "100.00", 10_000, "19"),),
    subtotal=10_000,
    taxes=(TaxLine("VAT", "19", 10_000, 1_900),),
    total=11_900,
    number="2026-001",
    issued_on=DAY,
    due_on=date(2026, 3, 16),
)


def record(invoice: Invoice, document: InvoiceFacts = DOCUMENT) -> None:
    invoice.record_facts("erp", "I-1", GROUP, ACCOUNT, ENTITY, document, by=BY)


def known(*decisions: Callable[[Invoice], object]) -> Invoice:
    return given(Invoice, INVOICE, record, *decisions)


def after(invoice: Invoice) -> Settlement:
    """What the last event says stands now, which is what the invoice itself says."""
    settlement: Settlement = facts(told(invoice)[-1])["settlement"]
    assert settlement == invoice.settlement
    return settlement


def test_an_invoice_is_recorded_with_what_stands_of_it() -> None:
    invoice = Invoice(INVOICE)
    record(invoice)

    (event,) = told(invoice)
    assert isinstance(event, InvoiceRecorded)
    assert event.document == DOCUMENT
    assert after(invoice) == Settlement(
        document="issued",
        total=11_900,
        paid=0,
        credited=0,
        written_off=0,
        processing=0,
        disputed=False,
        failed=False,
        open=11_900,
        adjustment=0,
        surplus=0,
    )


def test_the_same_facts_again_are_no_news() -> None:
    invoice = known(
        lambda it: it.record_payment(PAYMENT, "ch_1", 1_000, "succeeded", DAY, by=BY),
        lambda it: it.record_refund(REFUND, PAYMENT, 500, DAY, reopened=True, by=BY),
        lambda it: it.apply_credit(NOTE, 200, by=BY),
        lambda it: it.write_off(100, DAY, by=BY),
        lambda it: it.dispute(DAY, by=BY),
        lambda it: it.mark_uncollectible(DAY, by=BY),
    )
    record(invoice)
    invoice.record_payment(PAYMENT, "ch_1", 1_000, "succeeded", DAY, by=LATER)
    invoice.record_refund(REFUND, PAYMENT, 500, DAY, reopened=True, by=LATER)
    invoice.apply_credit(NOTE, 200, by=LATER)
    invoice.write_off(100, DAY, by=LATER)
    invoice.dispute(NEXT_DAY, by=LATER)
    invoice.mark_uncollectible(NEXT_DAY, by=LATER)

    assert told(invoice) == []


def test_a_changed_document_is_recorded_and_keeps_the_money() -> None:
    invoice = known(lambda it: it.record_payment(PAYMENT, "ch_1", 900, "succeeded", DAY, by=BY))
    record(invoice, msgspec.structs.replace(DOCUMENT, po_number="PO-7", total=12_900))

    assert after(invoice).open == 12_000


def test_an_invoice_that_moved_to_another_bill_group_is_recorded_again() -> None:
    invoice = known()
    invoice.record_facts("erp", "I-1", name("other"), ACCOUNT, ENTITY, DOCUMENT, by=LATER)

    (event,) = told(invoice)
    assert isinstance(event, InvoiceRecorded)
    assert event.bill_group_id == name("other")


def test_a_draft_becomes_issued_but_an_issued_invoice_never_a_draft() -> None:
    draft = msgspec.structs.replace(DOCUMENT, status="draft")
    invoice = given(Invoice, INVOICE, lambda it: record(it, draft))
    assert invoice.settlement.document == "draft"

    record(invoice)
    assert after(invoice).document == "issued"
    with pytest.raises(InvoiceAlreadyIssued):
        record(invoice, draft)


def test_a_payment_lowers_what_is_open_and_is_told_in_full() -> None:
    invoice = known()
    invoice.record_payment(PAYMENT, "ch_1", 1_900, "succeeded", DAY, "Visa 4242", by=LATER)

    (event,) = told(invoice)
    assert isinstance(event, PaymentRecorded)
    assert facts(event) == {
        "payment_id": PAYMENT,
        "external_id": "ch_1",
        "amount": 1_900,
        "status": "succeeded",
        "paid_on": DAY,
        "method": "Visa 4242",
        "settlement": after(invoice),
    }
    assert (after(invoice).paid, after(invoice).open) == (1_900, 10_000)


def test_a_payment_in_processing_settles_or_fails_later_and_counts_once() -> None:
    invoice = known(lambda it: it.record_payment(PAYMENT, "ch_1", 11_900, "processing", DAY, by=BY))
    assert invoice.settlement.processing == 11_900

    invoice.record_payment(PAYMENT, "ch_1", 11_900, "failed", NEXT_DAY, by=LATER)
    assert (after(invoice).processing, after(invoice).failed) == (0, True)
    invoice.record_payment(PAYMENT, "ch_1", 11_900, "succeeded", NEXT_DAY, by=LATER)
    assert (after(invoice).paid, after(invoice).open) == (11_900, 0)
    assert not after(invoice).failed


@pytest.mark.parametrize("status", ["failed", "processing"])
def test_a_payment_that_succeeded_never_becomes_anything_less(status: str) -> None:
    invoice = known(lambda it: it.record_payment(PAYMENT, "ch_1", 11_900, "succeeded", DAY, by=BY))

    with pytest.raises(PaymentAlreadySucceeded):
        invoice.record_payment(PAYMENT, "ch_1", 11_900, status, DAY, by=LATER)  # type: ignore[arg-type]
    assert told(invoice) == []


def test_a_refund_that_reopened_the_invoice_makes_it_open_again() -> None:
    invoice = known(lambda it: it.record_payment(PAYMENT, "ch_1", 11_900, "succeeded", DAY, by=BY))
    invoice.record_refund(REFUND, PAYMENT, 900, NEXT_DAY, reopened=True, by=LATER)

    (event,) = told(invoice)
    assert isinstance(event, RefundRecorded)
    assert (event.payment_id, event.amount, event.reopened) == (PAYMENT, 900, True)
    assert after(invoice).open == 900


def test_a_refund_that_did_not_arrive_counts_no_more() -> None:
    invoice = known(lambda it: it.record_payment(PAYMENT, "ch_1", 11_900, "succeeded", DAY, by=BY))
    invoice.record_refund(REFUND, PAYMENT, 900, NEXT_DAY, reopened=True, by=LATER)
    invoice.fail_refund(REFUND, NEXT_DAY, by=LATER)
    invoice.fail_refund(REFUND, NEXT_DAY, by=LATER)

    assert [type(event) for event in told(invoice)] == [RefundRecorded, RefundFailed]
    assert after(invoice).open == 0
    assert invoice.ledger.refunds == {}


def test_a_credit_counts_with_its_last_amount_and_can_be_taken_back() -> None:
    invoice = known()
    invoice.apply_credit(NOTE, 0, by=LATER)
    assert told(invoice) == []

    invoice.apply_credit(NOTE, 1_000, by=LATER)
    invoice.apply_credit(NOTE, 1_900, by=LATER)
    assert [type(event) for event in told(invoice)] == [CreditApplied, CreditApplied]
    assert after(invoice).open == 10_000
    invoice.apply_credit(NOTE, 0, by=LATER)
    assert after(invoice).open == 11_900


def test_write_offs_of_different_days_add_up() -> None:
    invoice = known(lambda it: it.write_off(1_000, DAY, by=BY))
    invoice.write_off(900, NEXT_DAY, by=LATER)

    (event,) = told(invoice)
    assert isinstance(event, WrittenOff)
    assert (event.amount, event.on) == (900, NEXT_DAY)
    assert (after(invoice).written_off, after(invoice).open) == (1_900, 10_000)


def test_a_void_invoice_owes_nothing_and_stays_void() -> None:
    invoice = known()
    invoice.void(DAY, by=LATER)
    invoice.void(NEXT_DAY, by=LATER)
    invoice.mark_uncollectible(NEXT_DAY, by=LATER)
    assert [type(event) for event in told(invoice)] == [Voided]
    assert after(invoice).open == 0

    record(invoice, msgspec.structs.replace(DOCUMENT, note="void"))
    assert after(invoice).document == "void"


def test_an_uncollectible_invoice_can_still_be_declared_void() -> None:
    invoice = known()
    invoice.mark_uncollectible(DAY, by=LATER)
    assert after(invoice).document == "uncollectible"

    invoice.void(NEXT_DAY, by=LATER)
    assert [type(event) for event in told(invoice)] == [MarkedUncollectible, Voided]
    assert after(invoice).document == "void"


def test_a_dispute_is_opened_and_closed_and_the_money_counts_on() -> None:
    invoice = known()
    invoice.close_dispute(DAY, by=LATER)
    assert told(invoice) == []

    invoice.dispute(DAY, by=LATER)
    assert (after(invoice).disputed, after(invoice).open) == (True, 11_900)
    invoice.close_dispute(NEXT_DAY, by=LATER)
    assert not after(invoice).disputed
    assert [type(event) for event in told(invoice)] == [Disputed, DisputeClosed]


def test_what_the_source_states_is_open_until_money_comes_after_it() -> None:
    invoice = Invoice(INVOICE)
    record(invoice, msgspec.structs.replace(DOCUMENT, stated_open=5_000))
    assert (after(invoice).open, after(invoice).adjustment) == (5_000, -6_900)

    invoice.record_payment(PAYMENT, "ch_1", 6_900, "succeeded", DAY, by=LATER)
    assert (after(invoice).open, after(invoice).adjustment) == (5_000, 0)
    invoice.record_payment(name("later"), "ch_2", 5_000, "succeeded", DAY, by=LATER)
    assert (after(invoice).open, after(invoice).adjustment) == (0, 0)


@pytest.mark.parametrize(
    "decide",
    [
        lambda it: it.record_payment(PAYMENT, "ch_1", 1, "succeeded", DAY, by=BY),
        lambda it: it.record_refund(REFUND, None, 1, DAY, reopened=True, by=BY),
        lambda it: it.apply_credit(NOTE, 1, by=BY),
        lambda it: it.write_off(1, DAY, by=BY),
        lambda it: it.void(DAY, by=BY),
        lambda it: it.mark_uncollectible(DAY, by=BY),
        lambda it: it.dispute(DAY, by=BY),
    ],
)
def test_nothing_happens_to_an_invoice_that_nobody_knows(
    decide: Callable[[Invoice], None],
) -> None:
    with pytest.raises(InvoiceUnknown):
        decide(Invoice(INVOICE))


def test_replaying_the_history_gives_what_the_last_event_says() -> None:
    invoice = Invoice(INVOICE)
    record(invoice, msgspec.structs.replace(DOCUMENT, stated_open=20_000))
    invoice.record_payment(PAYMENT, "ch_1", 1_000, "succeeded", DAY, by=BY)
    invoice.record_refund(REFUND, PAYMENT, 500, DAY, reopened=True, by=BY)
    invoice.apply_credit(NOTE, 200, by=BY)
    invoice.write_off(100, DAY, by=BY)
    invoice.dispute(DAY, by=BY)
    invoice.close_dispute(DAY, by=BY)
    invoice.mark_uncollectible(DAY, by=BY)
    invoice.void(DAY, by=BY)

    for number, event in enumerate(told(invoice), start=1):
        again = Invoice.replay(INVOICE, told(invoice)[:number])
        assert again.settlement == facts(event)["settlement"]

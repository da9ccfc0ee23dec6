"""One invoice's page: the document, and what became of it."""

import pytest
from sqlalchemy import Engine

from domain.credit_note import Applied
from read_models import invoice_page
from read_models.invoice_page import InvoiceMissing
from tests.read_models.books import (
    BY,
    TODAY,
    asked,
    credit_note,
    document,
    invoice,
    keep,
    named,
    pay,
    same_rows_when_told_twice,
    scope,
    state,
    told_of,
)


def test_the_page_shows_lines_taxes_and_what_is_open(database: Engine) -> None:
    told = invoice("NW-1")
    keep(database, told.pending)
    with asked(database) as connection:
        shown = invoice_page.of_invoice(connection, scope(), told.id)
    assert shown.document == document("NW-1")
    assert (shown.settlement.open, shown.pill.name, shown.pill.days) == (11_900, "due", 14)
    assert shown.happenings == ()


def test_payments_refunds_credits_and_write_offs_stand_on_it(database: Engine) -> None:
    told, note = invoice("NW-1"), named("ACME CN-1")
    pay(told, 5_000, word="first")
    payment = named(f"{told.id} first")
    told.record_refund(named("refund"), payment, 1_000, TODAY, reopened=True, by=BY)
    told.apply_credit(note, 2_000, by=BY)
    told.write_off(500, TODAY, by=BY)
    credit = credit_note("CN-1", 2_000, "ACME", Applied(told.id, 2_000))
    keep(database, told_of(told, credit))
    with asked(database) as connection:
        shown = invoice_page.of_invoice(connection, scope(), told.id)
    kinds = {each.kind: each for each in shown.happenings}
    assert kinds["payment"].amount == 5_000
    assert kinds["payment"].status == "succeeded"
    assert (kinds["refund"].payment_id, kinds["refund"].status) == (str(payment), "reopened")
    assert (kinds["credit"].credit_note, kinds["credit"].happened_on) == ("CN-1", TODAY)
    assert kinds["write_off"].amount == 500
    assert shown.settlement == told.settlement


def test_a_credit_that_was_taken_back_and_a_dispute_that_is_over_are_gone(
    database: Engine,
) -> None:
    told = invoice("NW-1")
    told.apply_credit(named("CN"), 2_000, by=BY)
    told.apply_credit(named("CN"), 0, by=BY)
    told.dispute(TODAY, by=BY)
    told.close_dispute(TODAY, by=BY)
    keep(database, told.pending)
    with asked(database) as connection:
        assert invoice_page.of_invoice(connection, scope(), told.id).happenings == ()


def test_a_failed_attempt_stands_beside_the_pill(database: Engine) -> None:
    told = invoice("NW-1")
    pay(told, 11_900, "failed")
    keep(database, told.pending)
    with asked(database) as connection:
        shown = invoice_page.of_invoice(connection, scope(), told.id)
    assert (shown.pill.name, shown.beside) == ("due", ("failed_attempt",))


def test_every_event_told_twice_leaves_the_same_rows(database: Engine) -> None:
    told = invoice("NW-1")
    pay(told, 5_000, "processing")
    pay(told, 5_000)
    told.dispute(TODAY, by=BY)
    told.mark_uncollectible(TODAY, by=BY)
    told.void(TODAY, by=BY)
    credit = credit_note("CN-1", 2_000)
    assert same_rows_when_told_twice(database, invoice_page.MODEL, told_of(told, credit))


def test_drafts_unknown_invoices_and_those_of_others_are_missing_alike(database: Engine) -> None:
    draft, foreign = invoice("NW-1", status="draft"), invoice("NW-2", group="Globex")
    pay(draft, 100)
    keep(database, told_of(draft, foreign))
    with asked(database) as connection:
        for invoice_id in (draft.id, foreign.id, named("nobody's")):
            with pytest.raises(InvoiceMissing):
                invoice_page.of_invoice(connection, scope(), invoice_id)
    state(draft, document("NW-1"))
    keep(database, draft.pending[-1:])
    with asked(database) as connection:
        assert invoice_page.of_invoice(connection, scope(), draft.id).settlement.open == 11_800

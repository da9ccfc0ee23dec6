"""Billing staff see what needs a look, ask the provider again, and say what they did."""

from uuid import UUID

import pytest
from dependency_injector import providers

from adapters.memory.payments import MemoryProviders
from application.payment_attempts import HandOver, hand_over
from tests.entrypoints.admin.desk import Desk, staff_member
from tests.paying import PROVIDER, Till, till_of


@pytest.fixture
def till(desk: Desk) -> Till:
    """A seller with a payment provider, and somebody of billing who is signed in."""
    till = till_of(desk.portal)
    accounts = MemoryProviders(**{PROVIDER: till.port})
    desk.portal.payment_providers.override(providers.Object(accounts))
    desk.come_in(staff_member(desk.portal, "ann@seller.example", "billing", name="Ann Berg"))
    return till


def disputed(till: Till, number: str = "NW-1") -> UUID:
    payment_id = till.begin(till.invoice(number), method=till.method())
    asked = HandOver(payment_id=payment_id, return_url="u", cancel_url="u", language="en")
    hand_over(asked, till.room)
    till.port.dispute(payment_id)
    till.deliver()
    return payment_id


def test_while_all_agrees_the_list_says_so(desk: Desk, till: Till) -> None:
    desk.open("/payments")
    assert "All payments agree" in desk.words


def test_a_payment_that_needs_a_look_is_found_and_its_reason_explained(
    desk: Desk, till: Till
) -> None:
    payment_id = disputed(till)
    desk.open("/payments")
    assert "Disputed" in desk.words
    assert "ACME Ltd" in desk.words
    desk.open("/payments?q=nobody")
    assert "No payment fits" in desk.words
    desk.open("/payments?why=disputed&q=acme")
    assert "€119.00" in desk.words
    desk.open(f"/payments/{payment_id}")
    assert "The payer's bank contests it." in desk.words
    assert "Invoices NW-1" in desk.words
    assert "By ada@acme.example" in desk.words
    assert "What became of it Disputed since 2 Nov 2026" in desk.words


def test_a_handled_payment_leaves_the_list_and_keeps_who_did_what(desk: Desk, till: Till) -> None:
    payment_id = disputed(till)
    desk.open(f"/payments/{payment_id}")
    assert desk.send(f"/payments/{payment_id}/handled", reason=" ").status_code == 422
    assert "Please give a reason." in desk.words
    desk.send(f"/payments/{payment_id}/handled", reason="Sent the papers to the bank")
    assert "All payments agree" in desk.words
    desk.open("/payments?status=handled")
    assert "Disputed" in desk.words
    desk.open(f"/payments/{payment_id}")
    assert "by Ann Berg: Sent the papers to the bank" in desk.words


def test_a_debit_that_came_back_is_on_the_list(desk: Desk, till: Till) -> None:
    payment_id = till.begin(till.invoice("NW-1"), method=till.method("sepa-returned"))
    asked = HandOver(payment_id=payment_id, return_url="u", cancel_url="u", language="en")
    hand_over(asked, till.room)
    desk.open("/payments")
    assert "All payments agree" in desk.words
    till.port.give_back(payment_id)
    till.deliver()
    desk.open("/payments?why=failed_late")
    assert "Came back 1" in desk.words
    desk.open(f"/payments/{payment_id}")
    assert "the invoices are open again" in desk.words
    desk.send(f"/payments/{payment_id}/handled", reason="Called them")
    assert "All payments agree" in desk.words


def test_the_provider_is_asked_again_and_may_be_away(desk: Desk, till: Till) -> None:
    payment_id = disputed(till)
    desk.open(f"/payments/{payment_id}")
    desk.send(f"/payments/{payment_id}/look-up")
    assert "Succeeded" in desk.words
    till.port.time_out()
    assert desk.send(f"/payments/{payment_id}/look-up").status_code == 503
    assert "does not answer" in desk.words


def test_the_list_goes_to_a_spreadsheet_as_it_is_filtered(desk: Desk, till: Till) -> None:
    disputed(till)
    answer = desk.open("/payments.csv")
    assert "Disputed,ACME Ltd,ACME,119.00,EUR,Succeeded,main," in answer.text
    assert "ACME" not in desk.open("/payments.csv?status=handled").text


def test_long_lists_go_on_page_by_page(desk: Desk, till: Till) -> None:
    for number in range(3):
        disputed(till, f"NW-{number}")
    desk.open("/payments")
    assert desk.words.count("€119.00") == 3


def test_the_bill_groups_page_shows_its_payments_and_what_needs_a_look(
    desk: Desk, till: Till
) -> None:
    disputed(till)
    desk.open(f"/bill-groups/{till.payment(disputed(till, 'NW-2')).bill_group_id}")
    for words in ("All payments", "Disputed", "€119.00", "Succeeded", "Visa ending 4242"):
        assert words in desk.words


def test_viewers_and_unknown_payments_are_turned_away(desk: Desk, till: Till) -> None:
    assert desk.open(f"/payments/{UUID(int=9)}").status_code == 404
    fine = till.begin(till.invoice("NW-9"))
    assert desk.open(f"/payments/{fine}").status_code == 404

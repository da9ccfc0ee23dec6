from collections.abc import Callable
from datetime import date

import msgspec
import pytest

from domain.address import PostalAddress
from domain.bill_group import (
    BillGroup,
    BillGroupFacts,
    BillGroupRecorded,
    BillGroupUnknown,
    Contact,
    ContactReceived,
    Detail,
    DetailReceived,
    Frequency,
    PaymentMethodFacts,
    PaymentMethodRecorded,
    PaymentMethodRemoved,
    PaymentMethodUnknown,
)
from tests.domain.telling import BY, LATER, given, name, told

GROUP, ACCOUNT, ENTITY, CARD = name("group"), name("account"), name("entity"), name("card")
FACTS = BillGroupFacts(
    "Acme Cloud", "EUR", Frequency(1, "month", "advance"), anchor_on=date(2026, 1, 31)
)
METHOD = PaymentMethodFacts("card", brand="Visa", last4="4242", expires="2027-08")
CONTACT = Contact(
    "Ada Byron", "ada@acme.example", address=PostalAddress(("Ring 1",), "DE", "Berlin", "10115")
)


def known(*decisions: Callable[[BillGroup], object]) -> BillGroup:
    """A bill group as it was imported, and what was decided after."""
    return given(
        BillGroup,
        GROUP,
        lambda it: it.record_facts("erp", "B-1", ACCOUNT, ENTITY, FACTS, by=BY),
        lambda it: it.receive_detail("po_number", "PO-7", by=BY),
        lambda it: it.receive_contact("billing", CONTACT, by=BY),
        lambda it: it.record_payment_method(CARD, "pm_1", METHOD, by=BY),
        *decisions,
    )


def test_what_is_known_already_is_not_recorded_again() -> None:
    group = known()
    group.record_facts("erp", "B-1", ACCOUNT, ENTITY, FACTS, by=LATER)
    group.receive_detail("po_number", "PO-7", by=LATER)
    group.receive_contact("billing", CONTACT, by=LATER)
    group.record_payment_method(CARD, "pm_1", METHOD, by=LATER)

    assert told(group) == []


def test_a_bill_group_is_recorded_when_its_facts_or_its_place_differ() -> None:
    group = known()
    closed = msgspec.structs.replace(FACTS, closed=True)
    group.record_facts("erp", "B-1", ACCOUNT, ENTITY, closed, by=LATER)
    group.record_facts("erp", "B-1", name("other account"), ENTITY, closed, by=LATER)

    first, second = told(group)
    assert isinstance(first, BillGroupRecorded)
    assert first.facts.closed
    assert isinstance(second, BillGroupRecorded)
    assert second.account_id == name("other account")


def test_an_incoming_detail_that_differs_from_the_last_incoming_one_becomes_current() -> None:
    group = known()
    group.receive_detail("po_number", "PO-8", by=LATER)

    (event,) = told(group)
    assert isinstance(event, DetailReceived)
    assert (event.detail, event.value) == ("po_number", "PO-8")
    assert group.details["po_number"] == "PO-8"


def test_a_cleared_detail_is_a_fact_but_one_that_never_was_is_none() -> None:
    group = known()
    group.receive_detail("vat_number", None, by=LATER)
    assert told(group) == []

    group.receive_detail("po_number", None, by=LATER)
    assert len(told(group)) == 1
    assert group.details["po_number"] is None


@pytest.mark.parametrize(
    "detail", ["po_number", "vat_number", "registration_number", "default_payment_method"]
)
def test_details_do_not_stand_in_for_each_other(detail: Detail) -> None:
    group = known()
    group.receive_detail(detail, "same text", by=BY)
    assert group.details[detail] == "same text"
    assert sum(value == "same text" for value in group.details.values()) == 1


def test_billing_and_shipping_contacts_are_received_apart_and_sealed_apart() -> None:
    group = known()
    group.receive_contact("shipping", CONTACT, by=LATER)
    group.receive_contact("billing", None, by=LATER)

    shipping, billing = told(group)
    assert isinstance(shipping, ContactReceived)
    assert shipping.person == f"address:{CONTACT.email}"
    assert isinstance(billing, ContactReceived)
    assert billing.person == f"contact:{GROUP}:billing"
    assert group.contacts == {"billing": None, "shipping": CONTACT}


def test_a_payment_method_that_fails_is_news() -> None:
    group = known()
    failing = msgspec.structs.replace(METHOD, status="failing")
    group.record_payment_method(CARD, "pm_1", failing, by=LATER)

    (event,) = told(group)
    assert isinstance(event, PaymentMethodRecorded)
    assert event.facts.status == "failing"


def test_a_payment_method_is_removed_once() -> None:
    group = known()
    group.remove_payment_method(CARD, by=LATER)
    assert [type(event) for event in told(group)] == [PaymentMethodRemoved]

    with pytest.raises(PaymentMethodUnknown):
        group.remove_payment_method(CARD, by=LATER)


@pytest.mark.parametrize(
    "decide",
    [
        lambda it: it.receive_detail("po_number", "PO-7", by=BY),
        lambda it: it.receive_contact("billing", CONTACT, by=BY),
        lambda it: it.record_payment_method(CARD, "pm_1", METHOD, by=BY),
    ],
)
def test_details_contacts_and_methods_of_an_unknown_bill_group_are_refused(
    decide: Callable[[BillGroup], None],
) -> None:
    with pytest.raises(BillGroupUnknown):
        decide(BillGroup(GROUP))

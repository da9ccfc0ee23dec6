"""What customers change themselves, how imports get along with it, and staff undoing it."""

import msgspec
import pytest

from domain.actor import Customer
from domain.bill_group import (
    BillGroup,
    BillingContactStays,
    BillingEmailUnconfirmed,
    ChangedSince,
    ChangeUnknown,
    ContactChanged,
    DetailChanged,
    EarlierValueErased,
    PaymentMethodUnknown,
    PoNumberTooLong,
)
from domain.event import Act
from domain.personal import ERASED
from tests.domain.telling import BY, LATER, name, told
from tests.domain.test_bill_group import CARD, CONTACT, GROUP, known

ADA = Act(BY.at, Customer("ada@acme.example", GROUP, name("session")), name("a change"))
CALLED = msgspec.structs.replace(CONTACT, phone="+49301234567")
MOVED = msgspec.structs.replace(CONTACT, email="ap@acme.example")


def changed() -> BillGroup:
    """A bill group whose PO number a customer has changed, as its fifth event."""
    return known(lambda it: it.change_detail("po_number", "PO-8", by=ADA))


def test_a_customer_changes_and_clears_a_detail() -> None:
    group = known()
    group.change_detail("po_number", "PO-8", by=ADA)
    group.change_detail("po_number", None, by=ADA)
    group.change_detail("po_number", None, by=ADA)

    first, second = told(group)
    assert isinstance(first, DetailChanged)
    assert (first.detail, first.value, first.actor) == ("po_number", "PO-8", ADA.actor)
    assert isinstance(second, DetailChanged)
    assert second.value is None


def test_a_po_number_has_at_most_255_characters() -> None:
    group = known()
    group.change_detail("po_number", "7" * 255, by=ADA)
    with pytest.raises(PoNumberTooLong):
        group.change_detail("po_number", "7" * 256, by=ADA)


def test_the_default_is_one_of_the_payment_methods_known_or_none() -> None:
    group = known()
    with pytest.raises(PaymentMethodUnknown):
        group.change_detail("default_payment_method", str(name("nobody's card")), by=ADA)
    group.change_detail("default_payment_method", str(CARD), by=ADA)
    group.change_detail("default_payment_method", None, by=ADA)
    assert len(told(group)) == 2


def test_an_import_that_repeats_itself_does_not_trample_a_customers_change() -> None:
    group = changed()
    group.receive_detail("po_number", "PO-7", by=LATER)
    assert told(group) == []
    assert group.details["po_number"] == "PO-8"

    group.receive_detail("po_number", "PO-9", by=LATER)
    assert group.details["po_number"] == "PO-9"


def test_an_import_that_repeats_a_contact_does_not_trample_a_customers_change() -> None:
    group = known()
    group.change_contact("billing", CALLED, by=ADA)
    group.receive_contact("billing", CONTACT, by=LATER)
    assert group.contacts["billing"] == CALLED
    group.receive_contact("billing", MOVED, by=LATER)
    assert group.contacts["billing"] == MOVED


def test_what_a_customer_changes_to_the_last_incoming_value_stays_when_it_comes_again() -> None:
    group = changed()
    group.change_detail("po_number", "PO-7", by=ADA)
    group.receive_detail("po_number", "PO-7", by=LATER)
    assert [type(event) for event in told(group)] == [DetailChanged]


def test_a_contact_changes_at_once_but_for_its_billing_email() -> None:
    group = known()
    group.change_contact("billing", CALLED, by=ADA)
    group.change_contact("billing", CALLED, by=ADA)
    with pytest.raises(BillingEmailUnconfirmed):
        group.change_contact("billing", MOVED, by=ADA)

    (event,) = told(group)
    assert isinstance(event, ContactChanged)
    assert event.person == f"address:{CALLED.email}"


def test_a_billing_contact_is_never_removed_and_a_shipping_contact_is() -> None:
    group = known()
    group.change_contact("shipping", MOVED, by=ADA)
    group.change_contact("shipping", None, by=ADA)
    assert group.contacts["shipping"] is None
    with pytest.raises(BillingContactStays):
        group.change_contact("billing", None, by=ADA)


def test_a_confirmed_billing_email_changes_the_email_and_nothing_else() -> None:
    group = known()
    group.change_contact("billing", CALLED, by=ADA)
    group.confirm_billing_email(msgspec.structs.replace(MOVED, name="Somebody else"), by=ADA)
    assert group.contacts["billing"] == msgspec.structs.replace(CALLED, email="ap@acme.example")
    group.confirm_billing_email(MOVED, by=ADA)
    assert len(told(group)) == 2


def test_a_change_is_undone_by_a_new_change_back_to_what_stood_before() -> None:
    group = changed()
    group.undo(5, by=BY)

    (event,) = told(group)
    assert isinstance(event, DetailChanged)
    assert (event.value, event.undoes, event.actor) == ("PO-7", 5, BY.actor)


def test_a_change_is_not_undone_once_it_was_changed_again_even_to_the_same() -> None:
    group = changed()
    group.change_detail("vat_number", "DE136695976", by=ADA)
    group.change_detail("po_number", "PO-9", by=ADA)
    group.change_detail("po_number", "PO-8", by=ADA)
    with pytest.raises(ChangedSince):
        group.undo(5, by=BY)
    group.undo(6, by=BY)
    assert group.details["vat_number"] is None


def test_what_is_no_change_is_not_undone() -> None:
    with pytest.raises(ChangeUnknown):
        known().undo(1, by=BY)
    with pytest.raises(ChangeUnknown):
        known().undo(99, by=BY)


def test_undoing_takes_a_confirmed_billing_email_back() -> None:
    group = known()
    group.confirm_billing_email(MOVED, by=ADA)
    group.undo(5, by=BY)
    assert group.contacts["billing"] == CONTACT


def test_the_first_billing_contact_is_not_undone() -> None:
    with pytest.raises(BillingContactStays):
        known().undo(3, by=BY)


def test_nobody_who_was_erased_comes_back() -> None:
    erased = msgspec.structs.replace(CONTACT, email=f"{ERASED}1", name=f"{ERASED}1")
    group = known(
        lambda it: it.change_contact("shipping", erased, by=ADA),
        lambda it: it.change_contact("shipping", MOVED, by=ADA),
    )
    with pytest.raises(EarlierValueErased):
        group.undo(6, by=BY)

"""Payment methods of a bill group: at the provider and from the billing system; and auto-pay."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.bill_group import (
    AutoPaySwitched,
    BillGroup,
    BillGroupFacts,
    BillGroupRecorded,
    DefaultMethodNeeded,
    DetailChanged,
    Frequency,
    HeldMethod,
    PaymentMethodFacts,
    PaymentMethodMarked,
    PaymentMethodNeeded,
    PaymentMethodRemoved,
    PaymentMethodSaved,
    PaymentMethodUnknown,
    UpcomingInvoice,
    UpcomingReceived,
)
from domain.identity import saved_method_id
from tests.domain.telling import BY, LATER, facts, given, name, told

TODAY = date(2026, 3, 2)
FACTS = BillGroupFacts("Acme", "EUR", Frequency(1, "month", "advance"), collection="automatic")
VISA = PaymentMethodFacts("card", brand="Visa", last4="4242", expires="2027-08")
DEBIT = PaymentMethodFacts("sepa_debit", last4="3000", bank_name="Bank")
HELD = HeldMethod("main", "cus_1", "pm_1")
SECOND = HeldMethod("main", "cus_1", "pm_2", "mandate_2")
FIRST_ID, SECOND_ID = saved_method_id("main", "pm_1"), saved_method_id("main", "pm_2")
IMPORTED = name("imported card")


def record(**terms: Any) -> Callable[[BillGroup], None]:
    stated = replace(FACTS, **terms)
    ids = name("account"), name("entity")
    return lambda it: it.record_facts("erp", "B-1", *ids, stated, by=BY)


def group(*decisions: Callable[[BillGroup], object]) -> BillGroup:
    return given(BillGroup, name("group"), record(), *decisions)


def saves(held: HeldMethod, method: PaymentMethodFacts = VISA) -> Callable[[BillGroup], object]:
    return lambda it: it.save_payment_method(held, method, by=BY)


def prefers(method_id: object) -> Callable[[BillGroup], object]:
    return lambda it: it.change_detail("default_payment_method", str(method_id), by=BY)


def imports(external_id: str = "pm_1") -> Callable[[BillGroup], object]:
    return lambda it: it.record_payment_method(IMPORTED, external_id, VISA, by=BY)


def test_a_method_that_a_provider_keeps_is_recorded_once_and_again_when_it_was_renewed() -> None:
    it = group(saves(HELD))
    it.save_payment_method(HELD, VISA, by=LATER)
    assert told(it) == []
    renewed = replace(VISA, expires="2031-08")
    assert it.save_payment_method(HELD, renewed, by=LATER) == FIRST_ID
    (event,) = told(it)
    assert isinstance(event, PaymentMethodSaved)
    assert (event.facts, event.earlier) == (renewed, VISA)
    assert it.payment_methods == {FIRST_ID: renewed}


def test_a_method_that_a_provider_keeps_for_the_first_time_has_no_earlier_look() -> None:
    it = group(imports("pm_1"))
    it.save_payment_method(HELD, VISA, by=LATER)
    (event,) = told(it)
    assert facts(event)["earlier"] is None


def test_what_the_billing_system_names_by_the_providers_reference_is_the_same_method() -> None:
    it = group(imports("pm_1"), saves(HELD))
    assert it.saved_as("main", "pm_1") == IMPORTED
    assert list(it.payment_methods) == [IMPORTED]
    it.record_payment_method(IMPORTED, "pm_1", VISA, by=LATER)
    assert told(it) == []


def test_a_method_that_the_billing_system_calls_failing_is_so_at_the_provider_too() -> None:
    failing = replace(VISA, status="failing")
    it = group(lambda it: it.record_payment_method(IMPORTED, "pm_1", failing, by=BY), saves(HELD))
    it.save_payment_method(HELD, VISA, by=LATER)
    assert (told(it), it.payment_methods[IMPORTED].status) == ([], "failing")


def test_a_charge_that_failed_marks_its_method_until_it_works_again() -> None:
    it = group(saves(HELD))
    it.mark_payment_method(FIRST_ID, "failing", "declined", by=LATER)
    it.mark_payment_method(FIRST_ID, "failing", "declined", by=LATER)
    it.save_payment_method(HELD, VISA, by=LATER)
    assert it.payment_methods[FIRST_ID].status == "failing"
    it.mark_payment_method(FIRST_ID, "usable", None, by=LATER)
    it.mark_payment_method(SECOND_ID, "failing", "declined", by=LATER)
    marks = [facts(event) for event in told(it) if isinstance(event, PaymentMethodMarked)]
    assert [mark["status"] for mark in marks] == ["failing", "usable"]
    assert len(told(it)) == 2


def test_the_method_that_auto_pay_needs_stays_while_there_is_no_other() -> None:
    it = group(saves(HELD), prefers(FIRST_ID))
    with pytest.raises(PaymentMethodNeeded):
        it.take_away_method(FIRST_ID, TODAY, "main", by=LATER)
    assert told(it) == []


@pytest.mark.parametrize(
    "other", [replace(DEBIT, status="failing"), replace(VISA, expires="2026-02")]
)
def test_a_method_that_fails_or_has_expired_is_no_other_to_collect_with(
    other: PaymentMethodFacts,
) -> None:
    it = group(saves(HELD), saves(SECOND, other), prefers(FIRST_ID))
    with pytest.raises(PaymentMethodNeeded):
        it.take_away_method(FIRST_ID, TODAY, "main", by=LATER)


def test_a_method_of_the_billing_system_is_no_other_where_the_portal_collects() -> None:
    it = group(saves(HELD), imports("another"), prefers(FIRST_ID))
    with pytest.raises(PaymentMethodNeeded):
        it.take_away_method(FIRST_ID, TODAY, "main", by=LATER)
    it.take_away_method(FIRST_ID, TODAY, None, by=LATER)
    assert it.details["default_payment_method"] == str(IMPORTED)


def test_auto_pay_keeps_a_default_method() -> None:
    it = group(saves(HELD), prefers(FIRST_ID))
    with pytest.raises(DefaultMethodNeeded):
        it.change_detail("default_payment_method", None, by=BY)
    it.switch_auto_pay("manual", by=BY)
    it.change_detail("default_payment_method", None, by=LATER)
    assert it.details["default_payment_method"] is None


def test_the_next_one_becomes_the_default_when_the_default_is_removed() -> None:
    it = group(saves(HELD), saves(SECOND, DEBIT), prefers(FIRST_ID))
    it.take_away_method(FIRST_ID, TODAY, "main", by=LATER)
    removed, changed = told(it)
    assert isinstance(removed, PaymentMethodRemoved)
    assert isinstance(changed, DetailChanged)
    assert changed.value == str(SECOND_ID)


def test_without_auto_pay_the_last_method_can_go() -> None:
    it = group(record(collection="manual"), saves(HELD), prefers(FIRST_ID))
    it.take_away_method(FIRST_ID, TODAY, "main", by=LATER)
    assert it.payment_methods == {}
    assert it.details["default_payment_method"] is None
    with pytest.raises(PaymentMethodUnknown):
        it.take_away_method(FIRST_ID, TODAY, "main", by=LATER)


def test_what_was_removed_does_not_come_back_by_what_was_said_before() -> None:
    off = record(collection="manual")
    it = group(off, imports("pm_1"), saves(HELD))
    it.take_away_method(IMPORTED, TODAY, "main", by=LATER)
    it.save_payment_method(HELD, VISA, by=LATER)
    it.record_payment_method(IMPORTED, "pm_1", VISA, by=LATER)
    assert it.payment_methods == {}
    it.record_payment_method(IMPORTED, "pm_1", replace(VISA, last4="1111"), by=LATER)
    assert list(it.payment_methods) == [IMPORTED]


def test_what_the_billing_system_removed_it_can_bring_back() -> None:
    it = group(imports("pm_1"))
    it.remove_payment_method(IMPORTED, by=LATER)
    it.record_payment_method(IMPORTED, "pm_1", VISA, by=LATER)
    assert list(it.payment_methods) == [IMPORTED]


def test_a_method_that_its_provider_lost_is_no_default_any_more_and_no_other_takes_its_place() -> (
    None
):
    it = group(saves(HELD), saves(SECOND, DEBIT), prefers(FIRST_ID))
    it.lose_method("main", "pm_1", by=LATER)
    it.lose_method("main", "pm_1", by=LATER)
    assert it.details["default_payment_method"] is None
    assert list(it.payment_methods) == [SECOND_ID]


@for_all(
    st.lists(
        st.sampled_from(["saved", "saved again", "renewed", "gone", "imported", "removed"]),
        max_size=12,
    )
)
def test_once_removed_a_method_stays_away_in_whatever_order_it_is_told_of(
    told_of: list[str],
) -> None:
    it = group(record(collection="manual"))
    gone = False
    for word in told_of:
        match word:
            case "saved" | "saved again":
                it.save_payment_method(HELD, VISA, by=LATER)
            case "renewed":
                it.save_payment_method(HELD, replace(VISA, expires="2031-01"), by=LATER)
            case "imported":
                it.record_payment_method(IMPORTED, "pm_1", VISA, by=LATER)
            case "gone":
                gone = gone or it.saved_as("main", "pm_1") is not None
                it.lose_method("main", "pm_1", by=LATER)
            case "removed":
                known = it.saved_as("main", "pm_1")
                if known:
                    gone = True
                    it.take_away_method(known, TODAY, "main", by=LATER)
    assert len([each for each in it.held.values() if each == HELD]) <= 1
    assert not (gone and it.saved_as("main", "pm_1"))


def test_a_customer_switches_auto_pay_and_the_billing_system_still_says_what_it_says() -> None:
    it = group()
    it.switch_auto_pay("automatic", by=LATER)
    assert told(it) == []
    it.switch_auto_pay("manual", by=LATER)
    (event,) = told(it)
    assert isinstance(event, AutoPaySwitched)
    assert (it.collection, it.facts and it.facts.collection) == ("manual", "automatic")


def test_an_incoming_collection_wins_only_when_it_differs_from_the_last_incoming_one() -> None:
    it = group(lambda it: it.switch_auto_pay("manual", by=BY))
    record(payment_terms_days=30)(it)
    assert it.collection == "manual"
    record(collection="manual", payment_terms_days=30)(it)
    assert (it.collection, it.collection_chosen) == ("manual", None)
    record(collection="automatic", payment_terms_days=30)(it)
    assert it.collection == "automatic"
    kinds = [type(event) for event in told(it)]
    assert kinds == [BillGroupRecorded, BillGroupRecorded, AutoPaySwitched, BillGroupRecorded]


def test_a_preview_of_the_next_invoice_is_taken_when_it_differs_from_the_last() -> None:
    preview = UpcomingInvoice(date(2026, 4, 1), "EUR", (), 100)
    it = group(lambda it: it.receive_upcoming(preview, by=BY))
    it.receive_upcoming(preview, by=LATER)
    assert told(it) == []
    it.receive_upcoming(None, by=LATER)
    assert [type(event) for event in told(it)] == [UpcomingReceived]

"""Auto-pay from the due date to the end of its schedule, with two workers and a kill between."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from application.auto_pay import (
    AutoPayNeedsMethod,
    AutoPayNotOffered,
    CollectInvoice,
    CollectionNotDue,
    collect_invoice,
)
from application.ports.payment_outcomes import Outcome
from application.ports.payments import Charge
from domain.bill_group import BillGroupFacts, Frequency
from domain.identity import collection_id
from domain.invoice import Invoice
from entrypoints.container import Portal
from entrypoints.worker.auto_pay import AUTO_PAY, collect_due_invoices
from entrypoints.worker.paying import reconcile_payments
from tests.application.test_paying import go
from tests.auto_paying import DUE, Street, morning
from tests.paying import ADA, PROVIDER
from tests.read_models.books import SELLER, named


@pytest.fixture
def street(portal: Portal) -> Street:
    return Street(portal)


def test_an_invoice_is_collected_on_its_due_date_over_a_month_end_and_once(street: Street) -> None:
    street.default()
    first = street.till.invoice("NW-1", due_on=date(2026, 11, 30))
    (planned,) = street.plan()
    assert (planned.stage, planned.next_on) == ("planned", date(2026, 11, 30))
    street.days(date(2026, 11, 28), date(2026, 11, 29))
    assert street.charged() == []
    street.days(date(2026, 11, 30), date(2026, 12, 2))
    assert street.charged() == [11_900]
    assert street.till.stands(first).open == 0
    assert street.plan() == []


def test_the_due_date_begins_where_the_entity_is(street: Street) -> None:
    street.default()
    street.till.invoice("NW-1", due_on=DUE)
    street.day(DUE - timedelta(days=1), hour=22)
    assert street.charged() == []
    street.day(DUE - timedelta(days=1), hour=23)
    assert street.charged() == [11_900], "it is past midnight in Copenhagen"


def test_a_failing_method_is_marked_and_tried_on_the_days_of_the_schedule_then_no_more(
    street: Street,
) -> None:
    method_id = street.default("card-declined-later")
    first = street.till.invoice("NW-1", due_on=DUE)
    street.day(DUE)
    assert street.group.payment_methods[method_id].status == "failing"
    (plan,) = street.plan()
    assert (plan.stage, plan.next_on) == ("planned", DUE + timedelta(days=3))
    assert plan.later == (DUE + timedelta(days=7), DUE + timedelta(days=14))
    assert plan.failed
    assert plan.failed.code == "declined"
    street.days(DUE, DUE + timedelta(days=30))
    assert [(day - DUE).days for day in street.tried_on(first)] == [0, 3, 7, 14]
    (plan,) = street.plan()
    assert (plan.stage, plan.next_on, plan.later) == ("exhausted", None, ())
    told = [mail for mail in street.portal.mail().sent if "did not come through" in mail.subject]
    assert len(told) == 4
    assert "does not try again" in told[-1].text
    assert all("tries again" in mail.text for mail in told[:-1])


def test_a_new_default_is_what_the_next_try_charges(street: Street) -> None:
    street.default("card-declined-later")
    first = street.till.invoice("NW-1", due_on=DUE)
    street.day(DUE)
    street.default("card-other")
    street.days(DUE, DUE + timedelta(days=3))
    assert len(street.tried_on(first)) == 2
    assert street.charged() == [11_900]
    assert street.till.stands(first).open == 0


def test_a_debit_that_comes_back_after_days_is_tried_on_the_next_day_of_the_schedule(
    street: Street,
) -> None:
    street.default("sepa-returned")
    first = street.till.invoice("NW-1", due_on=DUE)
    street.days(DUE, DUE + timedelta(days=8))
    assert [(day - DUE).days for day in street.tried_on(first)] == [0, 7]


def test_without_a_usable_default_nothing_is_tried_and_it_says_why(street: Street) -> None:
    street.till.invoice("NW-1", due_on=DUE)
    street.day(DUE)
    (plan,) = street.plan()
    assert (plan.stage, plan.why) == ("blocked", "not_chargeable")
    street.default()
    street.day(DUE + timedelta(days=2))
    assert street.charged() == [11_900]


def test_a_card_past_its_month_is_not_tried(street: Street) -> None:
    street.default("card-ends-soon")
    street.till.invoice("NW-1", due_on=date(2026, 12, 1))
    street.days(date(2026, 12, 1), date(2026, 12, 3))
    (plan,) = street.plan()
    assert (plan.stage, plan.why) == ("blocked", "expired")


@pytest.mark.parametrize("rules", [{"collects": False}, {"provider": None}])
def test_where_the_portal_does_not_collect_nothing_is_charged(
    portal: Portal, rules: dict[str, Any]
) -> None:
    street = Street(portal, **rules)
    street.default()
    street.till.invoice("NW-1", due_on=DUE)
    street.day(DUE)
    assert (street.charged(), street.plan()) == ([], [])
    with pytest.raises(AutoPayNotOffered):
        street.switch("manual")


def test_customers_switch_auto_pay_and_what_is_off_is_not_collected(street: Street) -> None:
    street.default()
    first = street.till.invoice("NW-1", due_on=DUE)
    street.switch("manual")
    street.days(DUE, DUE + timedelta(days=5))
    assert (street.charged(), street.plan()) == ([], [])
    street.switch("automatic")
    street.day(DUE + timedelta(days=6))
    assert street.tried_on(first) == [DUE + timedelta(days=6)]
    assert street.charged() == [11_900]


def test_auto_pay_is_switched_on_with_a_default_that_can_be_charged(street: Street) -> None:
    street.switch("manual")
    with pytest.raises(AutoPayNeedsMethod):
        street.switch("automatic")
    street.default()
    street.switch("automatic")
    assert street.group.collection == "automatic"


def test_a_reimport_of_the_same_terms_does_not_switch_auto_pay_back(street: Street) -> None:
    street.default()
    street.switch("manual")
    terms = BillGroupFacts(
        "ACME", "EUR", Frequency(1, "month", "advance"), date(2026, 1, 1), collection="automatic"
    )
    group = street.group
    group.record_facts(
        "erp", "ACME", named("ACME account"), SELLER, terms, by=street.portal.bus().act(ADA)
    )
    street.portal.log().save(group)
    street.till.invoice("NW-1", due_on=DUE)
    street.day(DUE)
    assert street.charged() == []


def test_two_workers_that_find_the_same_invoice_charge_it_once(street: Street) -> None:
    street.default()
    for number in range(4):
        street.till.invoice(f"NW-{number}", due_on=DUE)
    street.portal.clock().set(morning(DUE))
    both(lambda: collect_due_invoices(street.portal))
    both(street.work)
    street.work()
    assert street.charged() == [11_900] * 4


def test_a_try_that_is_not_due_is_refused_whoever_asks(street: Street) -> None:
    street.default("card-declined-later")
    first = street.till.invoice("NW-1", due_on=DUE)
    street.day(DUE)
    with pytest.raises(CollectionNotDue):
        street.portal.bus().execute(collect_invoice, CollectInvoice(first), AUTO_PAY)


class Killed(BaseException):
    """The process is gone: nothing below catches it."""


class Mortal:
    """A provider that charges, and whose caller dies before it can record the answer."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        """Do what the provider does."""
        return getattr(self.inner, name)

    def charge(self, charge: Charge) -> Outcome:
        """Charge, and die."""
        self.inner.charge(charge)
        raise Killed


def test_a_worker_killed_between_answer_and_record_charges_nothing_twice(street: Street) -> None:
    street.default()
    first = street.till.invoice("NW-1", due_on=DUE)
    street.lend(Mortal(street.port))
    with pytest.raises(Killed):
        street.day(DUE)
    assert street.till.stands(first).open == 11_900
    street.lend(street.port)
    for _ in range(3):
        street.portal.clock().advance(timedelta(minutes=10))
        reconcile_payments(street.portal, PROVIDER)
        street.work()
    assert street.charged() == [11_900]
    assert street.till.stands(first).open == 0
    (payment,) = street.portal.log().get(Invoice, first).ledger.payments.values()
    assert payment.status == "succeeded"


def test_while_the_provider_is_away_one_try_waits_and_is_made_when_it_is_back(
    street: Street,
) -> None:
    street.default()
    first = street.till.invoice("NW-1", due_on=DUE)
    street.port.time_out()
    street.day(DUE)
    street.portal.clock().advance(timedelta(hours=3))
    street.work()
    (plan,) = street.plan()
    assert plan.stage == "trying"
    street.port.recover()
    for _ in range(8):
        street.portal.clock().advance(timedelta(minutes=30))
        street.work()
    assert street.charged() == [11_900]
    assert street.till.stands(first).open == 0


def both(work: Callable[[], object]) -> None:
    """Let two do it at the same moment."""
    gate = threading.Barrier(2)
    troubles: list[BaseException] = []

    def one() -> None:
        gate.wait()
        try:
            work()
        except BaseException as trouble:  # noqa: BLE001 - told below
            troubles.append(trouble)

    workers = [threading.Thread(target=one) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert troubles == []


@pytest.mark.parametrize("by_hand", [True, False])
def test_what_the_bank_took_back_is_never_collected_again(street: Street, by_hand: bool) -> None:
    method_id = street.default()
    first = street.till.invoice("NW-1", due_on=DUE)
    if by_hand:
        paid = street.till.begin(first, method=street.group.held[method_id].reference)
        go(street.till, paid)
    else:
        street.day(DUE)
        paid = collection_id(first, 0)
    dispute = street.till.port.dispute(paid)
    street.till.port.close_dispute(dispute, won=False)
    street.till.deliver()
    assert street.till.stands(first).open == 11_900
    street.days(DUE, DUE + timedelta(days=30))
    assert street.charged() == [11_900]
    (plan,) = street.plan()
    assert (plan.stage, plan.next_on, plan.later) == ("taken_back", None, ())
    with pytest.raises(CollectionNotDue):
        street.portal.bus().execute(collect_invoice, CollectInvoice(first), AUTO_PAY)

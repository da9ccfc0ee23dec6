"""What auto-pay collects, and methods as they stand, from the events alone."""

import pytest
from sqlalchemy import Engine

from domain.allocation import Allocation
from domain.bill_group import BillGroup, HeldMethod, PaymentMethodFacts, UpcomingInvoice
from domain.event import Event
from domain.identity import collection_id
from domain.method_set_up import MethodSetUp
from domain.payment import Payment
from read_models import collecting, overview, payment_methods
from read_models.projection import ReadModel
from tests.read_models.books import (
    BY,
    SELLER,
    TODAY,
    asked,
    bill_group,
    invoice,
    keep,
    named,
    payment_rules,
    same_rows_when_told_twice,
    scope,
    seller,
    told_of,
)

CARD = PaymentMethodFacts("card", brand="visa", last4="4444")


def story() -> list[Event]:
    group = BillGroup.replay(
        named("ACME"), [one for one in bill_group() if one.stream_id == named("ACME")]
    )
    method_id = group.save_payment_method(HeldMethod("main", "cus_1", "pm_1"), CARD, by=BY)
    group.save_payment_method(HeldMethod("main", "cus_1", "pm_2"), CARD, by=BY)
    group.change_detail("default_payment_method", str(method_id), by=BY)
    group.mark_payment_method(method_id, "failing", "declined", by=BY)
    group.lose_method("main", "pm_2", by=BY)
    group.switch_auto_pay("manual", by=BY)
    group.switch_auto_pay("automatic", by=BY)
    group.receive_upcoming(UpcomingInvoice(TODAY, "EUR", (), 0), by=BY)
    told, visit = invoice("NW-1", due_on=TODAY), MethodSetUp(named("visit"))
    visit.begin(group.id, "main", "cus_1", by=BY)
    visit.succeed(method_id, CARD, by=BY)
    first = Payment(collection_id(told.id, 0))
    part = (Allocation(told.id, 11_900),)
    first.begin(group.id, SELLER, "main", "cus_1", "EUR", part, "auto_pay", "pm_1", by=BY)
    first.fail("pay_1", "declined", TODAY, by=BY)
    return told_of(seller(), payment_rules(), bill_group(), group, told, visit, first)


@pytest.mark.parametrize("model", [collecting.MODEL, payment_methods.MODEL, overview.MODEL])
def test_what_is_told_twice_leaves_the_same_rows(database: Engine, model: ReadModel) -> None:
    assert same_rows_when_told_twice(database, model, story())


def test_a_method_stands_with_its_mark_and_where_it_is_kept(database: Engine) -> None:
    keep(database, story())
    with asked(database) as connection:
        first, imported = payment_methods.of_bill_group(connection, scope())
        shown = overview.of_bill_group(connection, scope())
    assert (first.is_default, first.mark) == (True, "failing")
    assert first.held == HeldMethod("main", "cus_1", "pm_1")
    assert imported.held is None
    assert shown.default_method == first.facts
    assert shown.facts.collection == "automatic"


def test_the_plan_of_an_invoice_names_its_tries_and_the_days_to_come(database: Engine) -> None:
    keep(database, story())
    with asked(database) as connection:
        (plan,) = collecting.of_bill_group(connection, scope())
        assert collecting.due(connection, BY.at) == []
    assert (plan.stage, plan.minor, len(plan.tries), len(plan.later)) == ("planned", 11_900, 1, 2)
    assert plan.failed is not None
    assert plan.failed.code == "declined"

"""The other pages of a bill group: overview, subscriptions, payment methods, details, documents."""

from datetime import date

import pytest
from sqlalchemy import Engine

from domain.bill_group import BillGroup, PaymentMethodFacts
from domain.entity import Brand, Entity
from domain.invoice_document import InvoiceDocument
from read_models import (
    details,
    invoice_document,
    overview,
    payment_methods,
    subscription_list,
)
from read_models.projection import ReadModel
from tests.read_models.books import (
    BY,
    SELLER,
    TODAY,
    asked,
    bill_group,
    keep,
    named,
    same_rows_when_told_twice,
    scope,
    seller,
    subscription,
    told_of,
)


@pytest.mark.parametrize(
    "model",
    [
        overview.MODEL,
        subscription_list.MODEL,
        payment_methods.MODEL,
        details.MODEL,
        invoice_document.MODEL,
    ],
    ids=lambda model: model.name,
)
def test_every_event_told_twice_leaves_the_same_rows(database: Engine, model: ReadModel) -> None:
    events = told_of(seller(), bill_group(), subscription("Platform"), _another_card())
    assert same_rows_when_told_twice(database, model, events)


def test_the_overview_has_terms_details_default_method_and_what_runs(database: Engine) -> None:
    over = subscription("Old", status="ended", ends_on=date(2026, 1, 31))
    keep(database, told_of(bill_group(), subscription("Platform"), over))
    with asked(database) as connection:
        shown = overview.of_bill_group(connection, scope())
    assert (shown.po_number, shown.vat_number, shown.registration_number) == (
        "PO-ACME",
        "VAT-ACME",
        None,
    )
    assert shown.default_method
    assert shown.default_method.last4 == "4242"
    assert shown.billing_contact
    assert shown.billing_contact.name == "Ane of ACME"
    assert [each.items[0].product for each in shown.subscriptions] == ["Platform"]


def test_new_terms_keep_the_details(database: Engine) -> None:
    keep(database, told_of(bill_group()))
    keep(database, told_of(bill_group())[2:3])
    with asked(database) as connection:
        assert overview.of_bill_group(connection, scope()).po_number == "PO-ACME"
        assert details.of_bill_group(connection, scope()).billing_contact is not None


def test_an_unknown_bill_group_has_no_overview(database: Engine) -> None:
    with asked(database) as connection:
        with pytest.raises(overview.BillGroupMissing):
            overview.of_bill_group(connection, scope())
        with pytest.raises(details.BillGroupMissing):
            details.of_bill_group(connection, scope())


def test_subscriptions_that_are_over_stand_behind_a_filter(database: Engine) -> None:
    ending = subscription("Support", cancels_on=date(2027, 1, 31))
    over = subscription("Old", status="cancelled", starts_on=date(2025, 1, 1))
    keep(database, told_of(subscription("Platform"), ending, over))
    with asked(database) as connection:
        running = subscription_list.of_bill_group(connection, scope())
        ended = subscription_list.of_bill_group(connection, scope(), "over")
        assert len(subscription_list.of_bill_group(connection, scope(), "all")) == 3
        assert subscription_list.count_over(connection, scope()) == 1
    assert {
        row.facts.items[0].product: subscription_list.is_ending(row.facts) for row in running
    } == {
        "Platform": False,
        "Support": True,
    }
    assert [row.facts.status for row in ended] == ["cancelled"]


def test_payment_methods_are_marked_by_the_day(database: Engine) -> None:
    keep(database, told_of(seller(), bill_group(), _another_card()))

    def marks(today: date) -> list[tuple[bool, str | None]]:
        with asked(database) as connection:
            rows = payment_methods.of_bill_group(connection, scope(today=today))
        return [(row.is_default, row.mark) for row in rows]

    assert marks(TODAY) == [(True, None), (False, "failing")]
    assert marks(date(2027, 5, 31)) == [(True, "expiring"), (False, "failing")]
    assert marks(date(2027, 6, 1)) == [(True, "expired"), (False, "failing")]


def test_a_removed_method_and_a_cleared_default_are_gone(database: Engine) -> None:
    group = BillGroup.replay(named("ACME"), bill_group()[2:])
    group.receive_detail("default_payment_method", None, by=BY)
    group.remove_payment_method(named("ACME card"), by=BY)
    keep(database, told_of(bill_group(), group))
    with asked(database) as connection:
        assert payment_methods.of_bill_group(connection, scope()) == []
        assert overview.of_bill_group(connection, scope()).default_method is None


def test_the_sellers_bank_is_that_of_the_bill_groups_entity(database: Engine) -> None:
    keep(database, seller())
    with asked(database) as connection:
        bank = payment_methods.bank_of_seller(connection, scope())
    assert bank
    assert bank.iban == "DK5000400440116243"


def test_a_document_is_made_of_seller_brand_and_buyer_in_the_buyers_language(
    database: Engine,
) -> None:
    entity = Entity.replay(SELLER, seller())
    entity.change_brand(Brand("#123456"), by=BY)
    keep(database, told_of(seller(), entity, bill_group(language="de")))
    with asked(database) as connection:
        parties = invoice_document.parties(connection, scope())
    assert (parties.seller.name, parties.accent, parties.account) == (
        "Northwind",
        "#123456",
        "ACME Ltd",
    )
    assert parties.language == "de"


def test_an_imported_original_takes_the_place_of_a_rendered_document(database: Engine) -> None:
    document = InvoiceDocument(named("document"))
    ids = (named("NW-1"), named("ACME"))
    document.store(*ids, "rendered", "aa", 2, "en", by=BY)
    document.store(*ids, "imported", "bb", 3, "en", by=BY)
    keep(database, document.pending)
    with asked(database) as connection:
        kept = invoice_document.of_invoice(connection, scope(), named("NW-1"))
        assert invoice_document.of_invoice(connection, scope("Globex"), named("NW-1")) is None
    assert kept
    assert (kept.sha256, kept.origin) == ("bb", "imported")


def _another_card() -> BillGroup:
    group = BillGroup.replay(named("ACME"), bill_group()[2:])
    failing = PaymentMethodFacts("card", "failing", "mastercard", "1111", "2028-01")
    group.record_payment_method(named("another card"), "another", failing, by=BY)
    return group

"""Stripe's own objects become a portal that is right to the cent."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
import stripe
from sqlalchemy import func, select

from application.stripe_objects.minor_units import decimals, major
from domain.account import Account
from domain.bill_group import BillGroup
from domain.credit_note import CreditNote
from domain.identity import imported_id
from domain.invoice import Invoice
from domain.subscription import Subscription, SubscriptionFacts
from entrypoints.container import Portal
from read_models.invoice_list import INVOICES
from tests import stripe_server
from tests.importing import EXAMPLES, facts, head, settlement, take, take_stripe

BY_HAND = tuple(sorted((EXAMPLES / "stripe").glob("*.jsonl")))
VISA, FAILS_LATER = "4242424242424242", "4000000000000341"


class Listed(msgspec.Struct):
    """What was made in the running stand-in, and the files of its lists."""

    files: tuple[Path, ...]
    paying: str
    subscription: str
    paid: list[str]
    unpaid: list[str]


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Listed:
    folder = tmp_path_factory.mktemp("stripe")
    with stripe_server.running() as client:
        return _made(client.v1, folder)


def _made(api: stripe.V1Services, folder: Path) -> Listed:
    product = api.products.create({"name": "Platform", "type": "service"})
    rate = api.tax_rates.create({"display_name": "VAT", "percentage": 19, "inclusive": False})
    acme, late = _customer(api, "Acme GmbH", VISA), _customer(api, "Late Ltd", FAILS_LATER)
    tokyo, kuwait = _customer(api, "Tokyo KK", FAILS_LATER), _customer(api, "Kuwait WLL", VISA)
    api.customers.tax_ids.create(acme, {"type": "eu_vat", "value": "DE123456789"})
    subscribed = _subscribed(api, acme, (4999, "eur"), product.id, rate.id)
    extra = _invoice_with_an_extra(api, acme, 1999)
    paid = [str(subscribed.latest_invoice), extra]
    paid.append(str(_subscribed(api, kuwait, (12345, "kwd"), product.id).latest_invoice))
    owed = (
        _subscribed(api, late, (1999, "eur"), product.id),
        _subscribed(api, tokyo, (70000, "jpy"), product.id),
    )
    pages = {
        "customers": api.customers.list(),
        "plans": api.plans.list(),
        "products": api.products.list(),
        "tax_rates": api.tax_rates.list(),
        "tax_ids": api.customers.tax_ids.list(acme),
        "subscriptions": api.subscriptions.list({"status": "all"}),
        "invoices": api.invoices.list(),
        "charges": api.charges.list(),
        "payment_intents": api.payment_intents.list(),
        "methods_of_acme": api.payment_methods.list({"customer": acme, "type": "card"}),
        "methods_of_late": api.payment_methods.list({"customer": late, "type": "card"}),
    }
    for name, page in pages.items():
        (folder / f"{name}.json").write_text(str(page))
    unpaid = [str(one.latest_invoice) for one in owed]
    return Listed(tuple(sorted(folder.iterdir())), acme, subscribed.id, paid, unpaid)


def _subscribed(
    api: stripe.V1Services, customer: str, price: tuple[int, str], product: str, rate: str = ""
) -> stripe.Subscription:
    amount, currency = price
    plan = api.plans.create(
        {"amount": amount, "currency": currency, "interval": "month", "product": product}
    )
    wanted = {"customer": customer, "items": [{"plan": plan.id, "quantity": 3}]}
    rates = {"default_tax_rates": [rate]} if rate else {}
    return api.subscriptions.create({**wanted, **rates})  # type: ignore[typeddict-item]


def _customer(api: stripe.V1Services, name: str, card: str) -> str:
    customer = api.customers.create(
        {
            "name": name,
            "email": f"pay@{name.split(maxsplit=1)[0].lower()}.example",
            "address": {"line1": "Street 1", "city": "Berlin", "country": "DE"},
            "preferred_locales": ["de"],
        }
    )
    details = {"number": card, "exp_month": 12, "exp_year": 2035, "cvc": "123"}
    method = api.payment_methods.create({"type": "card", "card": details})  # type: ignore[typeddict-item]
    api.payment_methods.attach(method.id, {"customer": customer.id})
    settings = {"default_payment_method": method.id}
    api.customers.update(customer.id, {"invoice_settings": settings})  # type: ignore[typeddict-item]
    return customer.id


def _invoice_with_an_extra(api: stripe.V1Services, customer: str, amount: int) -> str:
    """Bill the subscription's next period early, with one item more."""
    api.invoice_items.create(
        {"customer": customer, "amount": amount, "currency": "eur", "description": "Extra"}
    )
    invoice = api.invoices.create({"customer": customer})
    api.invoices.pay(invoice.id)
    return invoice.id


def test_what_a_running_stripe_lists_is_right_to_the_cent(portal: Portal, listed: Listed) -> None:
    take(portal, EXAMPLES / "company.jsonl")
    taken = take_stripe(portal, *listed.files)
    assert taken.refused == []
    paid = [settlement(portal, name, "stripe") for name in listed.paid]
    assert [(one.total, one.paid, one.open, one.adjustment) for one in paid] == [
        (178_46, 178_46, 0, 0),
        (202_25, 202_25, 0, 0),
        (37_035, 37_035, 0, 0),
    ]
    unpaid = [settlement(portal, name, "stripe") for name in listed.unpaid]
    assert [(one.total, one.paid, one.open) for one in unpaid] == [
        (59_97, 0, 59_97),
        (210_000, 0, 210_000),
    ]
    assert [one.failed for one in unpaid] == [True, True]


def test_a_customer_is_one_account_with_one_contract_and_one_bill_group(
    portal: Portal, listed: Listed
) -> None:
    take(portal, EXAMPLES / "company.jsonl")
    take_stripe(portal, *listed.files)
    log = portal.log()
    account = log.get(Account, imported_id("stripe", "account", listed.paying))
    group = log.get(BillGroup, imported_id("stripe", "bill_group", listed.paying))
    assert account.name == "Acme GmbH"
    assert [contract.status for contract in account.contracts.values()] == ["active"]
    assert (group.account_id, group.facts and group.facts.collection) == (account.id, "automatic")
    assert group.entity_id == imported_id("import", "entity", "northwind-de")
    assert group.details["vat_number"] == "DE123456789"
    assert [method.last4 for method in group.payment_methods.values()] == ["4242"]
    assert group.details["default_payment_method"] in map(str, group.payment_methods)


def test_a_subscription_with_plans_shows_product_quantity_and_price(
    portal: Portal, listed: Listed
) -> None:
    take(portal, EXAMPLES / "company.jsonl")
    take_stripe(portal, *listed.files)
    found = _subscription(portal, listed.subscription)
    assert found.status == "active"
    assert [(one.product, one.quantity, one.unit_price) for one in found.items] == [
        ("Platform", "3", "49.99")
    ]


def test_a_second_import_of_stripe_changes_nothing(portal: Portal, listed: Listed) -> None:
    take(portal, EXAMPLES / "company.jsonl")
    take_stripe(portal, *listed.files, *BY_HAND)
    before = head(portal)
    assert take_stripe(portal, *listed.files, *BY_HAND).count("taken") == 0
    assert head(portal) == before


def _subscription(portal: Portal, name: str) -> SubscriptionFacts:
    found = portal.log().get(Subscription, imported_id("stripe", "subscription", name)).facts
    assert found is not None
    return found


@pytest.fixture
def by_hand(portal: Portal) -> Portal:
    """A portal with the objects that the stand-in does not have."""
    take(portal, EXAMPLES / "company.jsonl")
    refused = take_stripe(portal, *BY_HAND).refused
    assert [(row.field, row.code) for row in refused] == [
        ("items.data.1.price.unit_amount", "price_in_tiers")
    ]
    return portal


OPEN = {
    "in_yen": 50_000,
    "in_dinar": 12_340,
    "in_krona": 500,
    "in_shilling": 5_000,
    "in_ariary": 5_000_00,
    "in_taxed": 109_00,
    "in_void": 0,
    "in_hopeless": 0,
    "in_draft": 0,
    "in_paid": 0,
    "in_balance": 40_00,
}


def test_what_is_open_follows_stripes_own_minor_units(by_hand: Portal) -> None:
    found = {name: settlement(by_hand, name, "stripe").open for name in OPEN}
    assert found == OPEN


def test_balances_of_a_bill_group_stand_for_each_currency(by_hand: Portal) -> None:
    group = imported_id("stripe", "bill_group", "cus_hand")
    sums = select(INVOICES.c.currency, func.sum(INVOICES.c.open))
    sums = sums.where(INVOICES.c.bill_group_id == group).group_by(INVOICES.c.currency)
    with by_hand.reading() as connection:
        found = {row[0]: int(row[1]) for row in connection.execute(sums)}
    assert found == {
        "BHD": 12_340,
        "ISK": 500,
        "JPY": 50_000,
        "MGA": 5_000_00,
        "UGX": 5_000,
        "USD": 109_00 + 40_00,
    }


def test_the_customer_balance_stands_as_an_adjustment(by_hand: Portal) -> None:
    assert settlement(by_hand, "in_balance", "stripe").adjustment == -20_00


def test_states_of_an_invoice_are_kept(by_hand: Portal) -> None:
    named = {"in_void": "void", "in_hopeless": "uncollectible", "in_draft": "draft"}
    found = {name: settlement(by_hand, name, "stripe").document for name in named}
    assert found == named


def test_an_invoice_without_a_number_shows_stripes_id(by_hand: Portal) -> None:
    log = by_hand.log()
    dinar = log.get(Invoice, imported_id("stripe", "invoice", "in_dinar")).document
    yen = log.get(Invoice, imported_id("stripe", "invoice", "in_yen")).document
    assert dinar is not None
    assert yen is not None
    assert (dinar.number, yen.number) == ("in_dinar", "HAND-0001")
    assert yen.due_on == date(2026, 10, 1)


def test_taxes_and_discounts_add_up_in_the_new_shape(by_hand: Portal) -> None:
    found = by_hand.log().get(Invoice, imported_id("stripe", "invoice", "in_taxed")).document
    assert found is not None
    assert (found.subtotal, found.discount, found.total) == (105_00, 5_00, 119_00)
    assert [(tax.name, tax.rate, tax.base, tax.amount) for tax in found.taxes] == [
        ("Sales tax", "19", 100_00, 19_00)
    ]
    assert [(line.quantity, line.unit_price, line.tax_rate) for line in found.lines] == [
        ("3", "35", "19")
    ]


def test_credit_notes_lower_what_is_owed_and_leave_nothing_over(by_hand: Portal) -> None:
    taxed = settlement(by_hand, "in_taxed", "stripe")
    assert (taxed.credited, taxed.adjustment, taxed.open) == (10_00, 0, 109_00)
    paid = settlement(by_hand, "in_paid", "stripe")
    assert (paid.paid, paid.credited, paid.surplus, paid.adjustment) == (75_00, 25_00, 0, 0)
    for name in ("cn_before", "cn_after"):
        note = by_hand.log().get(CreditNote, imported_id("stripe", "credit_note", name))
        assert note.facts is not None
        assert note.facts.available == 0


def test_a_subscription_with_prices_keeps_fractions_of_a_cent(by_hand: Portal) -> None:
    found = _subscription(by_hand, "sub_hand")
    assert (found.status, found.renews_on) == ("active", None)
    assert found.cancels_on is not None
    item = found.items[0]
    assert (item.product, item.quantity, item.unit_price) == (
        "Hand-made platform",
        "4",
        "0.125",
    )
    assert (item.interval.every, item.interval.unit) == (3, "month")
    assert _subscription(by_hand, "sub_incomplete").status == "scheduled"


def test_a_deleted_customer_leaves_nothing(by_hand: Portal) -> None:
    name = imported_id("stripe", "account", "cus_gone")
    assert name not in facts(by_hand)


def test_stripes_table_of_minor_units_differs_from_iso_4217() -> None:
    assert [decimals(code) for code in ("EUR", "JPY", "BHD", "ISK", "UGX", "MGA")] == [
        2,
        0,
        3,
        2,
        2,
        0,
    ]
    assert major("0.5", "EUR") == "0.005"
    assert major(-1, "KWD") == "-0.001"
